"""Told: what was found for a target, as facts with names and places instead of rows of candidates."""

import numpy as np

from app.reports.decision import FEW, Kept
from app.reports.unit import Unit
from app.results import Results
from app.schoolways.spots import Spots
from app.siting.answer import CertificateFacts, ChosenFacts, SiteFacts
from app.siting.around import Around
from app.siting.candidates import Candidates
from app.siting.demands import costs_of
from app.siting.solve import Solved
from app.siting.words import title_of
from app.texts import Texts
from geo.sites import Demands, Proof
from geo.sites.best import PRICES
from layers.plan import Target
from layers.schoolways import school_rules

_PERCENT = 100.0


class Told:
    """Turns rows of candidates into facts."""

    def __init__(
        self, results: Results, target: Target, candidates: Candidates, around: Around, solved: Solved, texts: Texts
    ) -> None:
        self._r, self._target, self._c, self._around, self._solved = results, target, candidates, around, solved
        self._texts = texts
        self._unit = Unit("children" if results.homes.are_children else "homes", texts)
        self._cost = costs_of(results, target, candidates)
        self._lonlat = Spots(results, school_rules()).degrees(candidates.xy)
        self._zones = [str(name) for name in results.zones["name"]] if len(results.zones) else []

    @property
    def _is_ranking(self) -> bool:
        return self._solved.ranking is not None

    def _where(self, row: int) -> dict[str, object]:
        zone = int(self._c.zone[row])
        cost = float(self._cost[row])
        return {
            "id": self._c.ids[row],
            "name": self._c.names[row],
            "kind": self._texts.gettext(", ").join(
                self._r.recipes[layer].name.to(self._texts.lang) for layer in self._c.kinds[row]
            ),
            "zone": self._zones[zone] if zone >= 0 else None,
            "lon": round(float(self._lonlat[row, 0]), 7),
            "lat": round(float(self._lonlat[row, 1]), 7),
            "x": float(self._c.xy[row, 0]),
            "y": float(self._c.xy[row, 1]),
            "gain_alone": float(self._solved.alone[row]),
            "cost": None if np.isnan(cost) else cost,
            "score": self._score(row),
        }

    def _score(self, row: int) -> float | None:
        ranking = self._solved.ranking
        return None if ranking is None else round(float(ranking.score[row]) * _PERCENT, 1)

    def chosen(self) -> tuple[ChosenFacts, ...]:
        """Return the chosen sites, the most useful first."""
        solved, made = self._solved, []
        by_children = [gain.site for gain in solved.gains] == list(solved.children)
        for gain in solved.gains:
            row = gain.site
            other = gain.runner_up
            scale = _PERCENT if self._is_ranking else 1.0
            made.append(
                ChosenFacts(
                    gain_on_top=solved.children[row].on_top,
                    gain_in_turn=solved.children[row].in_turn if by_children else None,
                    runner_up=None if other is None else self._c.names[other.site],
                    runner_up_cost=None if other is None else round(other.costs * scale, 2),
                    stays=None if solved.stays is None else round(float(solved.stays[row]), 4),
                    locked=row in {self._c.row_of(one) for one in self._target.locked_in},
                    notes=self._notes(row),
                    served=self._served(row),
                    **self._where(row),  # type: ignore[arg-type]  # the fields of that class
                )
            )
        return tuple(made)

    def ranked(self, listed: int) -> tuple[SiteFacts, ...]:
        """Return the best candidates alone, best first."""
        ranking = self._solved.ranking
        order = np.argsort(-self._solved.alone, kind="stable").tolist() if ranking is None else list(ranking.order)
        return tuple(SiteFacts(**self._where(row)) for row in order[:listed])  # type: ignore[arg-type]

    def _notes(self, row: int) -> tuple[str, ...]:
        """Say what each criterion gives of a score, and the numbers by which sites are grouped."""
        _ = self._texts.gettext
        ranking, said = self._solved.ranking, []
        if ranking is not None:
            rules = self._target.criteria.values()
            parts = [
                f"{rule.name.to(self._texts.lang)} {part * _PERCENT:.1f}"
                for rule, part in zip(rules, ranking.part[row].tolist(), strict=True)
                if rule.weight
            ]
            said.append(_("Points: {parts}. ", parts=_(", ").join(parts)))
        for column in dict.fromkeys(group.column for group in self._target.groups.values()):
            value = float(self._r.places.table[column].to_numpy(np.float64)[self._c.rows[row]])
            if not np.isnan(value):
                said.append(_("{what}: {value}. ", what=title_of(column, self._texts), value=f"{value:g}"))
        return tuple(said)

    def _served(self, row: int) -> tuple[int, ...]:
        """Return the homes that newly meet the need by this site, of any band."""
        near, open_ = self._around.catchments.near, ~self._around.catchments.met
        columns = near.indices[near.indptr[row] : near.indptr[row + 1]]
        homes = np.unique(columns[open_[columns]] % len(self._r.homes.xy))
        return tuple(homes.tolist())

    def certificate(self) -> CertificateFacts | None:
        """Return what is proven; None where there is no plan."""
        _ = self._texts.gettext
        proof = self._solved.plan.certificate
        if proof.objective is None:
            return None
        words = {Proof.OPTIMAL: _("proven: there is no better one"), Proof.GAP: _("a better one is not ruled out")}
        scale = _PERCENT if self._is_ranking else 1.0
        return CertificateFacts(
            proven=proof.status is Proof.OPTIMAL,
            status=words.get(proof.status, proof.status.value),
            value=proof.objective * scale,
            bound=None if proof.bound is None else proof.bound * scale,
            gap=proof.gap,
            seconds=round(proof.seconds, 2),
            solver=_("bounds by prices (Lagrange)") if proof.solver == PRICES else proof.solver,
        )

    def _together(self) -> float:
        """Return the children within reach of a chosen site, or newly so; each once."""
        return sum(gain.in_turn for gain in self._solved.children.values())

    def answer(self) -> str:
        """Return what a ranking proposes; other models leave it to the report."""
        _ = self._texts.gettext
        if not self._is_ranking or not self._solved.plan.chosen:
            return ""
        minutes = f"{self._around.catchments.limit_min:g}"
        names = [self._c.names[row] for row in self._solved.plan.chosen]
        if len(names) <= FEW:
            return _(
                "{names} are proposed; {count} live within {minutes} minutes on foot.",
                names=_(", ").join(names),
                count=self._unit.count(self._together()),
                minutes=minutes,
            )
        return _(
            "{n} sites are proposed; {count} live within {minutes} minutes on foot of one of them.",
            n=len(self._solved.plan.chosen),
            count=self._unit.count(self._together()),
            minutes=minutes,
        )

    def quotas(self, demands: Demands) -> tuple[Kept, ...]:
        """Return how the quotas are kept; nothing where no set keeps them."""
        chosen = set(self._solved.plan.chosen)
        if not chosen:
            return ()
        return tuple(
            Kept(quota.name, quota.least, quota.most, len(quota.members), len(chosen & set(quota.members)))
            for quota in demands.quotas
        )

    def keys(self) -> tuple[tuple[str, str], ...]:
        """Return the figures for leaders of a ranking."""
        _ = self._texts.gettext
        if not self._is_ranking or not self._solved.plan.chosen:
            return ()
        stays = self._solved.stays
        chosen = list(self._solved.plan.chosen)
        proof = self._solved.plan.certificate.status is Proof.OPTIMAL
        keys = [
            (str(len(chosen)), _("sites proposed")),
            (f"{self._together():,.0f}", _("{unit} within a walk", unit=self._unit.noun)),
            *(
                [(f"{float(stays[chosen].mean()):.0%}", _("stay chosen when figures vary"))]
                if stays is not None
                else []
            ),
            (_("optimal") if proof else "—", _("proven")),
        ]
        return tuple(keys)
