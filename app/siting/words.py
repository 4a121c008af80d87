"""Words: how a target was answered, in sentences for planners."""

import re
from collections.abc import Sequence

import numpy as np

from app.reports.decision import ClauseFigure
from app.results import Results
from app.schoolways.spots import doubts_of
from app.siting.around import Around
from app.siting.candidates import Candidates
from app.siting.solve import Solved
from app.texts import Texts
from geo.sites import Demands, Quota
from layers.plan import Group, Plan, Target


class Words:
    """Speaks of one target.

    Args:
        results: The district.
        plan: Its plan.
        target: Of the plan.
        texts: The reader's language.
    """

    def __init__(self, results: Results, plan: Plan, target: Target, texts: Texts) -> None:
        self._r, self._plan, self._target, self._texts = results, plan, target, texts

    def item(self) -> str:
        """Return what the plan asks, and under which item."""
        target = self._target
        asks = target.asks.to(self._texts.lang) if target.asks else target.name.to(self._texts.lang)
        _ = self._texts.gettext
        what = _("item {item}: {asks}", item=target.item, asks=asks) if target.item else asks
        return _("; ").join(part for part in (what, self.lead()) if part)

    def lead(self) -> str:
        """Return who decides until when."""
        _ = self._texts.gettext
        lead = _("led by {office}", office=self._target.lead) if self._target.lead else ""
        due = _("due {day}", day=self._target.due) if self._target.due else ""
        return _("; ").join(part for part in (lead, due) if part)

    def question(self) -> str:
        """Return the question with the number that is asked for."""
        return self._target.question.to(self._texts.lang).replace("{n}", str(self._target.n or ""))

    def of_plan(self) -> tuple[ClauseFigure, ...]:
        """Return what the plan asks in its own words; nothing for a target that it does not have."""
        _, lang, target = self._texts.gettext, self._texts.lang, self._target
        if not target.item or target.asks is None:
            return ()
        clause = self._plan.source.to(lang) + _(", item {item}", item=target.item)
        return (ClauseFigure(target.name.to(lang), target.asks.to(lang), clause, "V"),)

    def method(self, around: Around) -> tuple[str, ...]:
        """Return how sites were chosen, in plain words."""
        _, lang = self._texts.gettext, self._texts.lang
        said = [
            self._model(),
            _(
                "Children walk from their homes to entrances along mapped streets, each age at its own speed; closed "
                "gates and main roads without a safe crossing stop them as the standard says."
            ),
        ]
        if self._target.model == "ranking":
            target, rules = self._target, self._target.criteria.values()
            total = sum(one.weight for one in rules) or 1.0
            weights = [
                _("{name} {weight} ({about})", name=one.name.to(lang), weight=weight, about=one.about.to(lang))
                if one.about
                else f"{one.name.to(lang)} {weight}"
                for one in rules
                if (weight := f"{one.weight / total:.0%}") and one.weight
            ]
            said.append(
                _(
                    "Criteria and weights: {weights}. Around means {minutes} minutes on foot.",
                    weights=_(", ").join(weights),
                    minutes=f"{around.catchments.limit_min:g}",
                )
            )
            if target.n is None:
                said.append(_("No site takes points away: so as many are chosen as the conditions allow."))
        said.append(_("It is proven by bounds and by the solver HiGHS; the certificate says what is proven."))
        return tuple(said)

    def _model(self) -> str:
        _, target = self._texts.gettext, self._target
        models = {
            "coverage": _(
                "Sites are chosen so that together they newly bring most children within the limit; existing places "
                "count, and a child counts once."
            ),
            "cover": _(
                "The fewest sites are chosen that bring {share} of the children whom any place could reach within the "
                "limit.",
                share=f"{target.share:.0%}",
            ),
            "median": _(
                "Sites are chosen so that together they save most child-minutes of walking; existing places count."
            ),
            "seated": _(
                "Sites are chosen so that most children newly find a seat within the limit; no place takes more than "
                "it holds."
            ),
            "backup": _(
                "Sites are chosen so that most children have a place within the limit, and a second one, which counts "
                "{second} of the first.",
                second=f"{target.second:g}",
            ),
            "ranking": _(
                "Every candidate gets points by several criteria: the worst gets 0 and the best 1 in each, weighted "
                "and added up; the set with most points that keeps all conditions is chosen."
            ),
        }
        return models[target.model]

    def constraints(self, demands: Demands, chosen: Sequence[int]) -> tuple[str, ...]:
        """Return the demands, one sentence each, and what of the budget the chosen sites take."""
        _ = self._texts.gettext
        said = []
        if self._target.n is not None:
            said.append(_("Sites together: {n}.", n=self._target.n))
        said += [self._quota(quota) for quota in demands.quotas]
        if demands.spacing is not None:
            said.append(_("Two sites are at least {m} m apart.", m=f"{demands.spacing.least_m:g}"))
        if demands.budget is not None:
            said.append(_("All together cost at most {most} × 10,000 yuan.", most=f"{demands.budget.most:,.10g}"))
            if chosen:
                spent = float(demands.budget.cost[list(chosen)].sum())
                said.append(_("Those chosen cost {spent} × 10,000 yuan.", spent=f"{spent:,.10g}"))
        kept, left = (_(", ").join(map(demands.name, rows)) for rows in (demands.locked_in, demands.locked_out))
        if kept:
            said.append(_("Chosen by the office: {names}.", names=kept))
        if left:
            said.append(_("Excluded by the office: {names}.", names=left))
        return tuple(said)

    def _quota(self, quota: Quota) -> str:
        _ = self._texts.gettext
        n = len(quota.members)
        if quota.most is None:
            return _("{group}: at least {least} ({n} candidates).", group=quota.name, least=quota.least, n=n)
        if quota.most == 0:
            return _("{group}: none.", group=quota.name)
        return _(
            "{group}: at least {least}, at most {most} ({n} candidates).",
            group=quota.name,
            least=quota.least,
            most=quota.most,
            n=n,
        )

    def assumptions(self, solved: Solved) -> tuple[str, ...]:
        """Return what was assumed, with figures."""
        _ = self._texts.gettext
        said = [
            _(
                "Every candidate is taken to have room, and to be open to all children; whether this is so must be "
                "asked on site."
            ),
            _(
                "Parks, estates and schools count from the entrance that is nearest to each child; where in them a new "
                "room will stand is to be checked."
            ),
        ]
        if solved.n_runs:
            rule = self._plan.doubt
            drawn = ("children_in_zone", "children_at_home", "speed", "weights")
            said.append(
                _(
                    "Robustness: {n} runs with other children by zone (about {children_in_zone}) and by home (about "
                    "{children_at_home}), another speed (about {speed}) and, in rankings, other weights (about "
                    "{weights}); the seed is {seed}.",
                    n=solved.n_runs,
                    seed=self._plan.effort.seed,
                    **{name: f"{getattr(rule, name):.0%}" for name in drawn},
                )
            )
            if self._target.model in {"seated", "backup"}:
                said.append(_("In these runs sets are compared by the children who newly reach a site, seats or not."))
        return tuple(said)

    def doubts(self, around: Around, candidates: Candidates, solved: Solved) -> tuple[str, ...]:
        """Return what the answer rests on without its being known, the weightiest first."""
        _ = self._texts.gettext
        said = []
        said += [*self.of_zones(), *self._unknown(candidates, solved)]
        said += self._without_effect(around, candidates)
        empty = self._empty_zones()
        if empty:
            said.append(
                _(
                    "No homes are known in {zones}: what is built there serves neighbours only, or nobody.",
                    zones=_(", ").join(empty),
                )
            )
        said += [one.to(self._texts) for one in doubts_of(self._r)]
        return (*said, *self._regret(solved))

    def _regret(self, solved: Solved) -> tuple[str, ...]:
        """Say how far the choice falls behind when what nobody knows exactly is a little different."""
        _ = self._texts.gettext
        if solved.regret is None:
            return ()
        typical, worst = (f"{share:.1%}" for share in solved.regret)
        if solved.ranking is not None:
            return (
                _(
                    "Under other children, speeds and weights the choice misses {typical} of the best value typically, "
                    "and up to {worst} in 95 % of {n} runs.",
                    typical=typical,
                    worst=worst,
                    n=solved.n_runs,
                ),
            )
        return (
            _(
                "Under other children and speeds the choice misses {typical} of the best value typically, and up to "
                "{worst} in 95 % of {n} runs.",
                typical=typical,
                worst=worst,
                n=solved.n_runs,
            ),
        )

    def of_zones(self) -> tuple[str, ...]:
        """Say which quotas of zones bind nothing, since no zone is called so."""
        _ = self._texts.gettext
        names = self._r.zones["name"].astype(str).tolist() if len(self._r.zones) else []
        idle = [
            rule.match for rule in self._target.zones if rule.least and not any(re.search(rule.match, n) for n in names)
        ]
        return tuple(
            _("The quota for zones called like {match} holds nowhere: this district has none.", match=match)
            for match in idle
        )

    def too_few(self, n: int, n_asked: int) -> tuple[str, ...]:
        """Say that fewer were chosen than asked for, if so."""
        _ = self._texts.gettext
        if n >= n_asked:
            return ()
        return (
            _(
                "{n_asked} are asked for, but only {n} could be chosen: no other one is of use and keeps all "
                "conditions.",
                n_asked=n_asked,
                n=n,
            ),
        )

    def _unknown(self, candidates: Candidates, solved: Solved) -> list[str]:
        """Say of how many candidates a number is not known that decides."""
        _ = self._texts.gettext
        said = []
        for column in dict.fromkeys(group.column for group in self._target.groups.values()):
            value = self._r.places.table[column].to_numpy(np.float64)[candidates.rows]
            if n := int(np.isnan(value).sum()):
                title = title_of(column, self._texts)
                said.append(_("{n} candidates have no known “{column}” and belong to no group.", n=n, column=title))
        for one in solved.criteria:
            n = int(np.isnan(one.value).sum())
            if n and one.weight:
                name = self._target.criteria[one.id].name.to(self._texts.lang)
                said.append(
                    _(
                        "{n} of {all} candidates have no known value for {name}; they get the worst.",
                        n=n,
                        all=len(candidates),
                        name=name,
                    )
                )
        return said

    def _without_effect(self, around: Around, candidates: Candidates) -> list[str]:
        """Say which words of the plan change nothing here: a slip of the pen looks like that, too."""
        _, target = self._texts.gettext, self._target
        said = []
        known = {need.id for need in self._r.standard.rules.needs}
        if around.need is None and target.needs and not known.intersection(target.needs):
            said.append(
                _("The standard has none of the needs {needs}: all of its needs count.", needs=", ".join(target.needs))
            )
        met = set(around.need.layers) if around.need is not None else set()
        there = sum(not met.isdisjoint(kinds) for kinds in candidates.kinds)
        if there and target.model != "backup":
            said.append(
                _("{n} candidates count as such a place already; choosing them brings nobody anything.", n=there)
            )
        return said

    def _empty_zones(self) -> list[str]:
        zones = self._r.zones
        names = zones["name"].astype(str).tolist() if len(zones) else []
        lived_in = set(self._r.homes.zone.tolist())
        return [name for zone, name in enumerate(names) if zone not in lived_in]

    def clauses(self, around: Around) -> tuple[ClauseFigure, ...]:
        """Return the figures of standards that it rests on, with clause and status."""
        _, lang = self._texts.gettext, self._texts.lang
        found = []
        need, standard, target = around.need, self._r.standard, self._target
        if need is not None:
            value = (
                _("{minutes} min on foot", minutes=f"{need.minutes:g}")
                if need.distance_m is None
                else _("{m} m on foot", m=f"{need.distance_m:g}")
            )
            clause = standard.clauses[need.id].to(lang)
            found.append(ClauseFigure(standard.need_names[need.id].to(lang), value, clause, need.source.status))
        found += [
            ClauseFigure(group.name.to(lang), _range(group, self._texts), group.rule.clause.to(lang), group.rule.status)
            for group in target.groups.values()
            if group.rule is not None
        ]
        return (*found, *self.of_plan())


def title_of(column: str, texts: Texts) -> str:
    """Return what a column by which sites are grouped is called."""
    _ = texts.gettext
    titles = {
        "built_year": _("Year built"),
        "area_m2": _("Area, m²"),
        "capacity": _("Capacity"),
        "classes": _("Classes"),
    }
    return titles[column]


def _range(group: Group, texts: Texts) -> str:
    _ = texts.gettext
    if group.first is None and group.last is not None:
        return _("up to {last}", last=f"{group.last:g}")
    if group.last is None and group.first is not None:
        return _("from {first}", first=f"{group.first:g}")
    return f"{group.first:g}–{group.last:g}" if group.first is not None else ""
