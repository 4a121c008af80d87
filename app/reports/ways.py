"""Turns the answers of ways to school (crossings, streets, travel areas) into decisions for the report."""

from dataclasses import replace

import shapely
from shapely.geometry.base import BaseGeometry

from app.reports.decision import FEW, ClauseFigure, Decision, Site
from app.reports.model import Cell, Column, Kind
from app.reports.unit import Unit
from app.schoolways.answers import (
    AreaCandidate,
    AreasAnswer,
    AreaStanding,
    ChosenCrossing,
    CrossingCandidate,
    CrossingsAnswer,
    Head,
    Line,
    NeedAsked,
    Polygon,
    StreetCandidate,
    StreetsAnswer,
    StreetStanding,
)
from app.texts import Texts
from layers.standard import StandardFile

_SCHOOLS = ("kindergarten", "primary_school", "middle_school")  # layers that maps show
_MOST_SETS = 10**9  # larger numbers are written as powers


class WaysDecisions:
    """Makes decisions of answers.

    Args:
        standard: For the names of bands and needs.
        texts: The reader's language.
    """

    def __init__(self, standard: StandardFile, texts: Texts) -> None:
        self._standard, self._texts = standard, texts

    def _unit(self, head: Head) -> Unit:
        return Unit(head.unit, self._texts)

    # crossings

    def crossings(self, answer: CrossingsAnswer) -> Decision:
        """Return which crossings to protect."""
        _ = self._texts.gettext
        unit = self._unit(answer.head)
        ranked = tuple(self._crossing(c, c.rank, (c.alone_min, c.reached, c.walking)) for c in answer.candidates)
        chosen = tuple(self._chosen_crossing(c, i, unit) for i, c in enumerate(answer.chosen, start=1))
        n = len(chosen)
        return replace(
            self._common(answer.head),
            title=_("Crossings to make safe"),
            item=_("29: ten love-crosswalks or more"),
            answer=_(
                "{n} crossings are proposed. Protected together they save {saved}, one walk each, and bring {reached} "
                "within the limit.",
                n=n,
                saved=unit.count_minutes(answer.saved_min),
                reached=unit.count(answer.reached),
            ),
            keys=(
                (str(n), _("crossings proposed")),
                (self._n(answer.saved_min), _("{unit} saved, one walk each", unit=unit.minutes)),
                (self._n(answer.reached), _("{unit} newly within the limit", unit=unit.noun)),
                (self._share(answer.saved_min, answer.bound_min), _("of what protecting all candidates would save")),
            ),
            to_decide=_("whether to take these {n} crossings into the programme, after a look at each on site.", n=n),
            n_candidates=answer.n_candidates,
            measures=(
                Column("saved", _("Saved"), Kind.INT, unit.minutes, 1.2),
                Column("reached", _("Newly reached"), Kind.INT, width=1.1),
                Column("walking", _("Walk over it"), Kind.INT, width=1.1),
            ),
            chosen=chosen,
            ranked=ranked,
            certificate=self._crossing_proof(answer),
            proof=_("Every possible set was tried: the choice is proven to be the best.")
            if answer.proven
            else _(
                "The choice is the best set found, and not proven to be the best; the bound says how much more any set "
                "could bring."
            ),
            clauses=tuple(self._clause(need) for need in answer.needs),
            method=(self._counted(answer), *self._common(answer.head).method),
        )

    def _counted(self, answer: CrossingsAnswer) -> str:
        """Say which ways count: scenarios count all, and so have larger figures."""
        _ = self._texts.gettext
        names = dict.fromkeys(self._standard.need_names[need.need].to(self._texts.lang) for need in answer.needs)
        return _(
            "Only ways to these count here: {needs}. A scenario counts the ways to everything, so its figures are "
            "larger.",
            needs=_(", ").join(names),
        )

    def _crossing_proof(self, answer: CrossingsAnswer) -> tuple[tuple[str, Cell], ...]:
        _ = self._texts.gettext
        return (
            (_("Candidates, of which some set can make useful"), f"{answer.n_candidates:,} / {answer.n_useful:,}"),
            (_("Possible sets"), f"{answer.n_sets:,}" if answer.n_sets < _MOST_SETS else f"{float(answer.n_sets):.1e}"),
            (_("Exchanges that improved the set"), answer.exchanges),
            (_("Saved by the set"), self._unit(answer.head).count_minutes(answer.saved_min)),
            (_("Saved by as many of the best alone"), round(answer.ten_best_min)),
            (_("Saved if all were protected (bound)"), round(answer.bound_min)),
        )

    def _clause(self, need: NeedAsked) -> ClauseFigure:
        lang = self._texts.lang
        name = f"{self._standard.need_names[need.need].to(lang)}（{self._standard.band_names[need.band].to(lang)}）"
        value = self._texts.gettext("{minutes} min on foot", minutes=f"{need.limit_min:g}")
        return ClauseFigure(name, value, need.clause_zh if lang.startswith("zh") else need.clause_en, need.status)

    def _crossing_name(self, c: CrossingCandidate) -> str:
        _ = self._texts.gettext
        side = {
            "north": _("north"), "north-east": _("north-east"), "east": _("east"), "south-east": _("south-east"),
            "south": _("south"), "south-west": _("south-west"), "west": _("west"), "north-west": _("north-west"),
        }.get(c.side, "")  # fmt: skip
        if c.road and c.at and side:
            return _("{road} at {street}, {side} side", road=c.road, street=c.at, side=side)
        if c.road and c.at:
            return _("{road} at {street}", road=c.road, street=c.at)
        road = c.road or _("a road without a name")
        if c.near and c.near_m is not None:
            return _("{road}, {m} m from {place}", road=road, place=c.near, m=self._n(c.near_m))
        if c.near:
            return _("{road} near {place}", road=road, place=c.near)
        return c.road or c.at or c.id

    def _crossing(self, c: CrossingCandidate, number: int, measures: tuple[Cell, ...]) -> Site:
        return self._site(c, number, self._crossing_name(c), measures)

    def _chosen_crossing(self, chosen: ChosenCrossing, number: int, unit: Unit) -> Site:
        _ = self._texts.gettext
        c = chosen.candidate
        notes = [_("It crosses {n} carriageways. ", n=c.n_lines)]
        if c.island:
            notes.append(_("A refuge in the middle is mapped. "))
        if c.near and c.near_m is not None:
            notes.append(_("{school} is {m} m away. ", school=c.near, m=self._n(c.near_m)))
        notes.append(_("Alone it would save {alone}. ", alone=unit.count_minutes(c.alone_min)))
        return Site(
            number=number,
            name=self._crossing_name(c),
            kind="",
            zone=c.zone or "",
            lon=c.spot.lon,
            lat=c.spot.lat,
            x=c.spot.x_m,
            y=c.spot.y_m,
            measures=(chosen.on_top_min, chosen.on_top_reached, c.walking),
            runner_up=self._crossing_name(chosen.runner_up) if chosen.runner_up else "",
            runner_up_cost=chosen.runner_up_costs_min,
            stays=chosen.stays,
            locked=chosen.locked,
            notes=tuple(notes),
        )

    # streets

    def streets(self, answer: StreetsAnswer) -> Decision:
        """Return which streets to make child-friendly."""
        _ = self._texts.gettext
        unit = self._unit(answer.head)
        peak = max((street.peak for street in answer.chosen), default=0.0)
        km = sum(street.child_km for street in answer.chosen)
        n = len(answer.chosen)
        return replace(
            self._common(answer.head),
            title=_("Child-friendly streets"),
            item=_("29: two child-friendly streets or more"),
            answer=_(
                "{names} are proposed; they carry {share} of all ways to school in the district, by kilometres walked.",
                names=_(", ").join(self._street_name(s) for s in answer.chosen[:FEW]) + "…" * (n > FEW),
                share=self._share(km, answer.total_km),
            ),
            keys=(
                (str(n), _("streets proposed")),
                (self._share(km, answer.total_km), _("of all ways to school, by kilometres walked")),
                (
                    self._n(peak),
                    _("{unit} on the busiest piece", unit=unit.noun),
                ),
            ),
            to_decide=_("whether to make these {n} streets child-friendly.", n=n),
            n_candidates=answer.n_candidates,
            measures=(
                Column("child_km", _("Walked"), Kind.INT, unit.kilometres, 1.1),
                Column("length", _("Length"), Kind.METRES, _("m"), 1.0),
                Column("peak", _("Busiest piece"), Kind.INT, width=1.0),
                Column("unprotected", _("Unprotected crossings"), Kind.INT, width=1.1),
            ),
            chosen=tuple(
                self._street_standing(self._street(s, i + 1), answer.standing[i : i + 1])
                for i, s in enumerate(answer.chosen)
            ),
            ranked=tuple(self._street(s, s.rank) for s in answer.candidates),
        )

    def _street(self, s: StreetCandidate, number: int) -> Site:
        _ = self._texts.gettext
        name = self._street_name(s)
        gates = [_("Gates of schools on it: {schools}. ", schools=_(", ").join(s.gates))] if s.gates else []
        if s.unprotected:  # only main roads have such crossings
            gates.insert(0, _("It is a main road: its {n} unprotected crossings come first. ", n=s.unprotected))
        over = _("On ways to school it is crossed {n} times where nothing protects. ", n=self._n(s.over_unprotected))
        site = self._site(s, number, name, (s.child_km, s.length_m, s.peak, s.unprotected))
        return replace(site, notes=(*gates, over), lines=tuple(_line(line) for line in s.lines_m))

    def _street_name(self, s: StreetCandidate) -> str:
        _ = self._texts.gettext
        return s.name or (_("{road} near {place}", road=_("a road without a name"), place=s.near) if s.near else s.id)

    def _street_standing(self, site: Site, standing: tuple[StreetStanding, ...]) -> Site:
        if not standing:
            return site
        one = standing[0]
        other = self._street_name(one.runner_up) if one.runner_up else ""
        return replace(site, stays=one.stays, runner_up=other, runner_up_cost=one.runner_up_costs_km)

    # areas

    def areas(self, answer: AreasAnswer) -> Decision:
        """Return which travel areas to take."""
        _ = self._texts.gettext
        unit = self._unit(answer.head)
        walks, trouble = (sum(getattr(area, name) for area in answer.chosen) for name in ("walks", "trouble"))
        n = len(answer.chosen)
        return replace(
            self._common(answer.head),
            title=_("Pilot areas for safe travel"),
            item=_("29: two pilot areas of safe travel"),
            answer=_(
                "{names} are proposed; {walks} walk to school in them, and {trouble} of these are cut off or cross a "
                "main road where nothing protects.",
                names=_(", ").join(self._area_name(a) for a in answer.chosen[:FEW]) + "…" * (n > FEW),
                walks=unit.count(walks),
                trouble=unit.count(trouble),
            ),
            keys=(
                (str(n), _("areas proposed")),
                (self._share(walks, answer.total_walks), _("of all who walk to school")),
                (self._share(trouble, answer.total_trouble), _("of those in trouble on their way")),
            ),
            to_decide=_("whether to begin with these {n} areas.", n=n),
            n_candidates=answer.n_candidates,
            measures=(
                Column("score", _("Counts for"), Kind.INT, width=1.1),
                Column("walks", _("Walk to school"), Kind.INT, unit.noun, 1.1),
                Column("trouble", _("In trouble"), Kind.INT, unit.noun, 1.0),
                Column("unprotected", _("Unprotected crossings"), Kind.INT, width=1.1),
                Column("area", _("Area, km²"), Kind.DECIMAL, width=1.0),
            ),
            chosen=tuple(
                self._area_standing(self._area(a, i + 1), answer.standing[i : i + 1])
                for i, a in enumerate(answer.chosen)
            ),
            ranked=tuple(self._area(a, a.rank) for a in answer.candidates),
        )

    def _area_name(self, a: AreaCandidate) -> str:
        return self._texts.gettext("area of {school}", school=a.name)

    def _area(self, a: AreaCandidate, number: int) -> Site:
        _ = self._texts.gettext
        site = self._site(a, number, self._area_name(a), (a.score, a.walks, a.trouble, a.unprotected, a.area_km2))
        schools = _("Schools in it: {schools}. ", schools=_(", ").join(a.schools))
        return replace(site, notes=(schools,), area=shapely.union_all([_polygon(one) for one in a.polygons_m]))

    def _area_standing(self, site: Site, standing: tuple[AreaStanding, ...]) -> Site:
        if not standing:
            return site
        one = standing[0]
        other = self._area_name(one.runner_up) if one.runner_up else ""
        return replace(site, stays=one.stays, runner_up=other, runner_up_cost=one.runner_up_costs)

    # what all have

    def _common(self, head: Head) -> Decision:
        """Return what all decisions begin with; the rest is filled in."""
        _ = self._texts.gettext
        doubts = tuple(one.to(self._texts) for one in head.doubts)
        return Decision(
            target=head.target,
            title="",
            item="",
            question=head.question.to(self._texts),
            answer="",
            keys=(),
            to_decide="",
            biggest_doubt=doubts[0] if doubts else "",
            n_asked=head.n_asked,
            n_candidates=0,
            measures=(),
            chosen=(),
            method=tuple(one.to(self._texts) for one in head.method),
            doubts=doubts,
            assumptions=(
                _(
                    "Figures of the method that name no clause are assumptions of this project; they stand in "
                    "layers/schoolways.toml and can be changed."
                ),
            ),
            layers=_SCHOOLS,
        )

    def _site(
        self, c: CrossingCandidate | StreetCandidate | AreaCandidate, number: int, name: str, measures: tuple[Cell, ...]
    ) -> Site:
        spot = c.spot
        return Site(number, name, "", c.zone or "", spot.lon, spot.lat, spot.x_m, spot.y_m, measures)

    def _n(self, value: float) -> str:
        return f"{value:,.0f}"

    def _share(self, part: float, whole: float) -> str:
        return f"{part / whole:.1%}" if whole > 0.0 else "—"


def _line(points: Line) -> BaseGeometry:
    return shapely.LineString(points)


def _polygon(rings: Polygon) -> BaseGeometry:
    return shapely.Polygon(rings[0], rings[1:])
