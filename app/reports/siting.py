"""Turns an answer of siting into a decision for the report."""

from app.reports.decision import FEW, Change, Decision, Site
from app.reports.model import Cell, Column, Kind
from app.reports.unit import Unit
from app.siting.answer import ChosenFacts, SiteFacts, SitingFacts
from app.texts import Texts

_SURE = 0.8
_LEAST_SURE = 0.5  # sites that stay in fewer runs are named on the first page


def siting_decision(answer: SitingFacts, texts: Texts) -> Decision:
    """Return what the report says of an answer; an answer without sites says why there is none."""
    return _Siting(answer, texts).decision()


class _Siting:
    def __init__(self, answer: SitingFacts, texts: Texts) -> None:
        self._a, self._texts, self._unit = answer, texts, Unit(answer.unit, texts)
        sites: tuple[SiteFacts, ...] = (*answer.chosen, *answer.candidates)
        self._priced = any(site.cost is not None for site in sites)
        self._scored = any(site.score is not None for site in sites)

    def decision(self) -> Decision:
        a, _ = self._a, self._texts.gettext
        n, gain = len(a.chosen), self._gain()
        unsure = [site.name for site in a.chosen if site.stays is not None and site.stays < _LEAST_SURE]
        answer = (
            self._proposed(gain)
            if n
            else _("No choice is possible: {conflict}.", conflict=a.conflicts[0])
            if a.conflicts
            else _("No site can be proposed: the demands cannot be met together, or nothing is gained.")
        )
        doubt = (
            _(
                "these sites stay in fewer than half of the runs: {names}",
                names=_(", ").join(unsure[:FEW]) + "…" * (len(unsure) > FEW),
            )
            if unsure
            else self._unsure()
        )
        return Decision(
            target=a.target,
            title=_("Siting: {target}", target=a.name.to(self._texts.lang)),
            item=a.item,
            question=a.question,
            answer=a.answer or answer,
            keys=a.keys or tuple(self._keys(n, gain)),
            to_decide=self._to_decide(),
            biggest_doubt=doubt or (a.doubts[0] if a.doubts else ""),
            n_asked=a.n_asked,
            n_candidates=a.n_candidates,
            measures=self._measures(),
            chosen=tuple(self._site(site, i) for i, site in enumerate(a.chosen, start=1)),
            ranked=tuple(self._candidate(site, i) for i, site in enumerate(a.candidates, start=1)),
            method=tuple(a.method),
            constraints=tuple(a.constraints),
            assumptions=tuple(a.assumptions),
            doubts=tuple(a.doubts),
            conflicts=tuple(a.conflicts),
            excluded=tuple(a.excluded),
            changes=tuple(a.changes),
            certificate=self._certificate(),
            proof=self._proof(),
            clauses=tuple(a.clauses),
            layers=tuple(a.layers),
            quotas=tuple(a.quotas),
            lead=a.lead,
            dots=_("Homes around") if self._scored else "",
        )

    def _unsure(self) -> str:
        """Say of a choice of few sites that one of them does not stand firmly, where it is so."""
        _, chosen = self._texts.gettext, self._a.chosen
        if len(chosen) > FEW:
            return ""
        close = [site for site in chosen if site.runner_up and site.stays is not None and site.stays < _SURE]
        if not close:
            return ""
        site = min(close, key=lambda one: one.stays or 0.0)
        return _(
            "{name} stays in {share} of the runs only; the runner-up is {other}",
            name=site.name,
            other=site.runner_up,
            share=f"{site.stays:.0%}",
        )

    def _proposed(self, gain: float) -> str:
        """Say what is proposed and what it brings, and how much of it the first half brings already."""
        _, chosen = self._texts.gettext, self._a.chosen
        count = self._unit.count(gain)
        if len(chosen) <= FEW:
            names = _(", ").join(site.name or site.id for site in chosen)
            return _("{names} are proposed; {count} newly reach what they need.", names=names, count=count)
        said = _("{n} sites are proposed; {count} newly reach what they need.", n=len(chosen), count=count)
        half = len(chosen) // 2
        turns = [site.gain_in_turn for site in chosen if site.gain_in_turn is not None]
        if half < FEW or len(turns) < len(chosen) or sum(turns) <= 0.0:
            return said
        space = "" if self._texts.lang.startswith("zh") else " "
        return (
            said
            + space
            + _("The first {n} of them bring {share}.", n=half, share=f"{sum(turns[:half]) / sum(turns):.0%}")
        )

    def _to_decide(self) -> str:
        _, n = self._texts.gettext, len(self._a.chosen)
        if not n:
            return _("which condition to relax, or which candidates to add.") if self._a.conflicts else ""
        known = [site.cost for site in self._a.chosen if site.cost is not None]
        if len(known) < n:  # a sum of some would be taken for the whole
            return _("whether to take these {n} sites into the programme.", n=n)
        return _(
            "whether to take these {n} sites, which cost {cost} × 10,000 yuan together, into the programme.",
            n=n,
            cost=f"{sum(known):,.10g}",
        )

    def _gain(self) -> float:
        """Return the children newly reached by all together, from the whole district's change."""
        whole = [c for c in self._a.changes if c.before is not None and c.after is not None]
        last = whole[-1] if whole else None
        if last is None or last.before is None or last.after is None:
            return self._a.certificate.value if self._a.certificate else 0.0
        return last.children * (last.after - last.before)

    def _keys(self, n: int, gain: float) -> list[tuple[str, str]]:
        _ = self._texts.gettext
        if not n:  # zeros would look like a result
            return []
        keys = [(str(n), _("sites proposed")), (f"{gain:,.0f}", _("{unit} newly reached", unit=self._unit.noun))]
        whole = [c for c in self._a.changes if c.before is not None and c.after is not None]
        if whole:
            last = whole[-1]
            keys.append((f"{last.before:.1%}→{last.after:.1%}", self._bounds(last)))
        proof = self._a.certificate
        if proof is not None:
            sure = _("optimal") if proof.proven else "—" if proof.gap is None else f"≤ {proof.gap:.1%}"
            keys.append((sure, _("proven") if proof.proven else _("from the best that is possible")))
        return keys

    def _bounds(self, change: Change) -> str:
        """Return what the change of coverage is, with its bounds where they are known."""
        _ = self._texts.gettext
        ends = (change.before_low, change.before_high, change.after_low, change.after_high)
        if None in ends:
            return _("share who reach it")
        before_low, before_high, after_low, after_high = (f"{end:.0%}" for end in ends)
        return _(
            "share who reach it (bounds {before_low}–{before_high}, then {after_low}–{after_high})",
            before_low=before_low,
            before_high=before_high,
            after_low=after_low,
            after_high=after_high,
        )

    def _measures(self) -> tuple[Column, ...]:
        _ = self._texts.gettext
        if self._scored:
            measures = [
                Column("score", _("Score"), Kind.DECIMAL, "/100", 1.0),
                Column("alone", _("Live around"), Kind.INT, self._unit.noun, 1.2),
                Column("on_top", _("Of these near no other site"), Kind.INT, self._unit.noun, 1.2),
            ]
        else:
            measures = [
                Column("alone", _("Gain alone"), Kind.INT, self._unit.noun, 1.2),
                Column("on_top", _("On top of the others"), Kind.INT, self._unit.noun, 1.2),
            ]
        return (*measures, *([Column("cost", _("Cost"), Kind.DECIMAL, _("10,000 yuan"))] if self._priced else []))

    def _site(self, s: ChosenFacts, number: int) -> Site:
        cost: tuple[Cell, ...] = (s.cost,) if self._priced else ()
        score: tuple[Cell, ...] = () if s.score is None else (s.score,)
        return Site(
            number=number,
            name=s.name or s.id,
            kind=s.kind,
            zone=s.zone or "",
            lon=s.lon,
            lat=s.lat,
            x=s.x,
            y=s.y,
            measures=(*score, s.gain_alone, s.gain_on_top, *cost),
            runner_up=s.runner_up or "",
            runner_up_cost=s.runner_up_cost,
            stays=s.stays,
            locked=s.locked,
            notes=tuple(s.notes),
            served=tuple(s.served),
        )

    def _candidate(self, s: SiteFacts, number: int) -> Site:
        cost: tuple[Cell, ...] = (s.cost,) if self._priced else ()
        score: tuple[Cell, ...] = () if s.score is None else (s.score,)
        return Site(number, s.name, s.kind, s.zone or "", s.lon, s.lat, s.x, s.y, (*score, s.gain_alone, None, *cost))

    def _certificate(self) -> tuple[tuple[str, Cell], ...]:
        _ = self._texts.gettext
        proof = self._a.certificate
        if proof is None:
            return ()
        return (
            (_("State"), proof.status),
            (_("Value reached"), round(proof.value, 1)),
            (_("Bound: no choice brings more"), None if proof.bound is None else round(proof.bound, 1)),
            (_("Gap"), None if proof.gap is None else f"{proof.gap:.2%}"),
            (_("Seconds of calculation"), round(proof.seconds, 1)),
            (_("Solver"), proof.solver),
        )

    def _proof(self) -> str:
        _ = self._texts.gettext
        proof = self._a.certificate
        if proof is None:
            return ""
        if proof.proven:
            return _("The choice is proven to be the best under the conditions given.")
        if proof.gap is None:
            return _("The choice is the best that was found; nothing is proven.")
        return _("The choice is at most {gap} from the best that is possible.", gap=f"{proof.gap:.2%}")
