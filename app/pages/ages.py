"""Writes the page "one school, three ages": what a child reaches from one place, a map for each age side by side."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import shapely
from numpy.typing import NDArray

from app.answers import crossing_evidence, label_column
from app.maps.theme import drawing, icon, map_theme
from app.pages import ages_map
from app.pages.ages_choice import Chosen, Why, choose_place, entrances_of, find_place
from app.pages.ages_circles import AgeCircle, Road, RoadCut, circle_of_age, roads_in_the_way
from app.pages.ages_map import Frame, Mark, Part
from app.pages.ages_settings import AgesSettings, ages_settings
from app.pages.write import render
from app.results import Results
from app.texts import Texts
from geo.errors import InputError
from geo.standard import AgeBand, Standard

Geometries = NDArray[np.object_]

TEMPLATE = "ages.html.j2"


@dataclass(frozen=True, slots=True)
class Question:
    """What the page is asked for; None leaves it to ``ages.toml``.

    Attributes:
        place: Name or id of the place.
        ages: Completed years, one map each.
        minutes: How long one walks.
    """

    place: str | None = None
    ages: Sequence[int] | None = None
    minutes: float | None = None


@dataclass(frozen=True, slots=True)
class _Column:
    """One age on the page: its map, from below to above, and its figures as text."""

    age: int
    title: str
    walks_like: str
    under_roads: list[Part]
    over_roads: list[Part]
    marks: list[Part]
    numbers: list[Mark]
    bar: str
    km: str
    area: str | None
    within: str
    bounds: str | None
    cut_off: str
    speed: str
    speed_clause: str
    speed_status: str
    rule: str
    rule_clause: str
    rule_status: str
    leaves_data: bool


@dataclass(frozen=True, slots=True)
class _Row:
    """One main road of the list: its number, and for each age the crossings without protection and who would come."""

    number: int
    name: str
    kind: str
    cells: list[tuple[str, str] | None]


def write_ages(results: Results, path: Path, *, texts: Texts, asked: Question | None = None) -> None:
    """Write the page.

    Args:
        results: Of the district.
        path: The file.
        texts: The reader's language.
        asked: Which place, ages and minutes; None leaves all to ``ages.toml``.

    Raises:
        UnknownIdError: No place is called so.
        InputError: The standard has no band for an age, or there are too many.
        StoreError: The page cannot be written; what stood there before is whole.
    """
    settings = ages_settings()
    asked = asked or Question()
    minutes = settings.minutes if asked.minutes is None else asked.minutes
    ages = _ages(results.standard.rules, asked.ages, settings)
    chosen = (
        choose_place(
            results, settings, band=_nearest_band(results.standard.rules, settings.choice.age), minutes=minutes
        )
        if asked.place is None
        else find_place(results, asked.place, settings)
    )
    values: dict[str, object] = {"place": None, "title": texts.gettext("One school, three ages")}
    if chosen is not None:
        values = _Page(results, chosen, ages, minutes, settings, texts).values()
    look = {"theme": map_theme(), "size": settings.map, "width": settings.width, "colour": settings.colour}
    render(TEMPLATE, path, results, texts, minutes=f"{minutes:g}", **look, **values)


def _ages(standard: Standard, asked: Sequence[int] | None, settings: AgesSettings) -> list[int]:
    """Return the ages to show: those asked for, else those of the settings that the standard speaks of."""
    if asked is None:
        known = [age for age in settings.ages if any(b.first_age <= age <= b.last_age for b in standard.bands)]
        return known or [band.first_age for band in standard.bands][: settings.most_ages]
    if not 0 < len(set(asked)) <= settings.most_ages:
        raise InputError("ages: give one to {most} different ages", most=settings.most_ages)
    for age in asked:
        standard.band_of_age(age)
    return sorted(set(asked))


def _nearest_band(standard: Standard, age: int) -> AgeBand:
    return min(standard.bands, key=lambda band: max(band.first_age - age, age - band.last_age, 0))


class _Page:
    """Puts the page together for one place.

    Args:
        results: Of the district.
        chosen: The place.
        ages: Youngest first.
        minutes: The budget.
        settings: Of the page.
        texts: The reader's language.
    """

    def __init__(
        self,
        results: Results,
        chosen: Chosen,
        ages: Sequence[int],
        minutes: float,
        settings: AgesSettings,
        texts: Texts,
    ) -> None:
        self._results, self._chosen, self._minutes = results, chosen, minutes
        self._settings, self._texts, self._ = settings, texts, texts.gettext
        self._place = results.places.table.iloc[chosen.row]
        self._doors = entrances_of(results, chosen.row)
        self._theme, self._how = map_theme(), drawing()
        self._ages = [circle_of_age(results, chosen.row, age, settings, minutes=minutes) for age in ages]
        self._cuts: list[dict[Road, RoadCut]] = [
            {cut.road: cut for cut in roads_in_the_way(results, chosen.row, circle, settings, minutes=minutes)}
            for circle in self._ages
        ]
        self._roads = self._worst_roads()
        self._frame = self._make_frame()
        self._name = str(self._place[label_column(texts)])
        self._label = ages_map.label_lines(self._name, settings)
        self._taken = ages_map.label_marks(self._label, self._middle_mark(), settings)

    def values(self) -> dict[str, object]:
        """Return what the template needs."""
        r, frame, settings = self._results, self._frame, self._settings
        bar_m, bar = ages_map.scale_bar(frame, settings)
        recipe = r.recipes[str(self._place["layer"])]
        colours = self._theme.theme[recipe.theme.value]
        is_school = recipe.id in settings.choice.schools
        three = self._("One school, three ages") if is_school else self._("One place, three ages")
        return {
            "place": self._name,
            "label": self._label,
            "title": three if len(self._ages) == 3 else self._("One place, several ages"),  # noqa: PLR2004
            "why": self._why(),
            "summary": self._summary(),
            "columns": [self._column(i, bar_m) for i in range(len(self._ages))],
            "rows": [self._row(i, road) for i, road in enumerate(self._roads, start=1)],
            "ground": _drawn(*ages_map.ground(r.basemap, frame, settings, self._theme, self._how)),
            "grey": _drawn(*ages_map.streets(r.network, r.topology.two_sided, frame, settings)),
            "roads": _drawn(*ages_map.big_roads(r.network, r.kerbs, frame, settings, self._theme)),
            "boundary": _drawn(ages_map.boundary(r.area.polygon, frame, settings, self._theme)),
            "grounds": frame.path([self._place.geometry]),
            "doors": [Mark(x, y) for x, y in frame.place(self._doors.at[self._doors.attached]).tolist()],
            "middle": self._middle_mark(),
            "bar_m": f"{bar_m:,.0f}",
            "bar": bar,
            "badge": self._theme.badge[colours.badge],
            "badge_colours": colours,
            "icon": icon(recipe.icon),
            "beyond": ages_map.beyond_data(r, frame),
            "limits": self._limits(),
            "waits": any(np.isfinite(c.delay_s[c.crossings & c.unprotected]).any() for c in self._ages),
            "leaves_data": any(circle.circle.leaves_data for circle in self._ages),
            "unattached": not self._doors.attached.any(),
            "evidence": crossing_evidence(r, self._texts),
        }

    def _make_frame(self) -> Frame:
        middle = self._middle()
        reach_m = max(circle.band.reach_m(self._minutes) for circle in self._ages)
        doors = self._doors.at if len(self._doors) else middle[None]
        rings = shapely.buffer(shapely.points(doors), reach_m)
        return Frame.around(middle, np.concatenate([rings, *(c.circle.pieces for c in self._ages)]), self._settings)

    def _middle(self) -> NDArray[np.float64]:
        point = shapely.point_on_surface(self._place.geometry)
        return np.array([point.x, point.y])

    def _middle_mark(self) -> Mark:
        ((x, y),) = self._frame.place(self._middle()).tolist()
        return Mark(x, y)

    def _worst_roads(self) -> list[Road]:
        """Return the roads of the list: those first that keep most children away, over all ages."""
        worth: dict[Road, tuple[float, float]] = {}
        for cuts in self._cuts:
            for road, cut in cuts.items():
                regained, length_m = worth.get(road, (0.0, 0.0))
                worth[road] = max(regained, round(cut.regained)), max(length_m, cut.length_m)
        order = sorted(worth, key=lambda road: (-worth[road][0], -worth[road][1], road))
        return order[: self._settings.listed.most]

    def _column(self, i: int, bar_m: float) -> _Column:
        circle, band, frame, settings = self._ages[i], self._ages[i].band, self._frame, self._settings
        standard, lang = self._results.standard, self._texts.lang
        permit = self._results.kerbs.permit(band.first_age)
        shown = [self._cuts[i].get(road) for road in self._roads]
        lines = [np.empty(0, object) if cut is None else cut.lines if len(cut.lines) else cut.within for cut in shown]
        every = [cut.lines for cut in self._cuts[i].values()]
        outline = ages_map.outline(circle, frame, settings)
        ring = ages_map.ring(self._doors.at, band.reach_m(self._minutes), frame, settings)
        cuts = ages_map.cuts(np.concatenate([*every, np.empty(0, object)]), frame, settings, self._theme)
        area = circle.circle.polygon
        low, high = circle.bounds
        return _Column(
            age=circle.age,
            title=self._("{age} years", age=circle.age),
            walks_like=standard.band_names[band.id].to(lang),
            under_roads=_drawn(
                *([outline] if outline else []),
                ages_map.lost(circle, frame, settings),
                *ages_map.reached_streets(circle, frame, settings),
            ),
            over_roads=_drawn(*ages_map.reached_sides(circle, frame, settings), cuts, ring),
            marks=_drawn(*ages_map.crossing_marks(circle, frame, settings, self._theme)),
            numbers=ages_map.numbers(lines, self._taken, frame, settings),
            bar=self._("about {minutes} min on foot", minutes=f"{band.minutes(bar_m):.0f}"),
            km=_km(circle),
            area=None if area is None else f"{area.area / 1e6:.2f}",
            within=_whole(circle.within),
            bounds=None if _whole(low) == _whole(high) else f"{_whole(low)}–{_whole(high)}",
            cut_off=_whole(circle.cut_off),
            speed=f"{band.speed_mps:g}",
            speed_clause=standard.clauses[band.id].to(lang),
            speed_status=band.source.status.value,
            rule=self._rule(circle),
            rule_clause=self._results.permit_clauses[permit.first_age].to(lang),
            rule_status=permit.source.status.value,
            leaves_data=circle.circle.leaves_data,
        )

    def _rule(self, circle: AgeCircle) -> str:
        """Say what a child may cross."""
        walker, big = circle.walk.walker, self._results.kerbs
        names = self._how.crossing.road
        free = [key for key in names if key in big.big - big.links - walker.closed]
        if not free:
            return self._("Main roads only where a crossing is protected")
        return self._(
            "Main roads only where a crossing is protected; {roads} also elsewhere, after waiting {delay} s",
            roads=self._(", ").join(names[key].to(self._texts.lang) for key in free),
            delay=f"{walker.delay_s:.0f}",
        )

    def _row(self, number: int, road: Road) -> _Row:
        cuts = [of_age.get(road) for of_age in self._cuts]
        highway = next(cut.highway for cut in cuts if cut)
        known = self._how.crossing.road
        kind = known[highway].to(self._texts.lang) if highway in known else highway
        cells = [None if cut is None else (f"{cut.n_unprotected}", _gain(cut.regained)) for cut in cuts]
        return _Row(number, road[0] or kind, kind if road[0] else self._("without a name"), cells)

    def _limits(self) -> list[tuple[str, str]]:
        """Return the names and colours of the classes of minutes."""
        limits = self._settings.limits(self._minutes)
        spans = zip([0.0, *limits], limits, self._settings.colour.minutes, strict=False)
        return [(f"{low:g}–{high:g}", colour) for low, high, colour in spans]

    def _why(self) -> list[str]:
        """Say why this place is shown; nothing where it was asked for."""
        r, chosen, lang = self._results, self._chosen, self._texts.lang
        recipe = r.recipes[str(self._place["layer"])]
        if chosen.why is Why.ASKED:
            return []
        band = _nearest_band(r.standard.rules, self._settings.choice.age)
        values = {
            "n": chosen.n_compared,
            "kind": recipe.name.to(lang),
            "band": r.standard.band_names[band.id].to(lang),
        }
        if chosen.why is Why.NONE_CUT_OFF:
            said = self._(
                "Main roads keep nobody of {band} away from any of the {n} places of the kind “{kind}” in the "
                "district; shown is the one that most reach.",
                **values,
            )
        else:
            said = self._(
                "Of {n} places of the kind “{kind}” in the district, shown is the one that main roads keep most "
                "children of {band} away from."
                if r.homes.are_children
                else "Of {n} places of the kind “{kind}” in the district, shown is the one that main roads keep most "
                "homes away from, at the pace of {band}.",
                **values,
            )
        if recipe.id in self._settings.choice.schools:
            return [said]
        return [self._("The data holds no school in the district; a place of another kind stands in."), said]

    def _summary(self) -> list[str]:
        """Say in two or three sentences what the page shows."""
        young, old = self._ages[0], self._ages[-1]
        said = [
            self._(
                "In {minutes} minutes a child of {young} gets to {few} km of streets from here, one of {old} to "
                "{many} km.",
                minutes=f"{self._minutes:g}",
                young=young.age,
                few=_km(young),
                old=old.age,
                many=_km(old),
            )
            if len(self._ages) > 1
            else self._(
                "In {minutes} minutes a child of {young} gets to {few} km of streets from here.",
                minutes=f"{self._minutes:g}",
                young=young.age,
                few=_km(young),
            )
        ]
        worst = max(self._ages, key=_share_cut_off)
        if not round(worst.cut_off):
            return [*said, self._("Main roads keep nobody away who lives near enough.")]
        said.append(
            self._(
                "Of {all} children of {band} who live near enough, main roads keep {n} away: where they would have to "
                "cross, no protection is known."
                if self._results.homes.are_children
                else "Of {all} homes that are near enough for a child of {age}, main roads keep {n} away: where "
                "children would have to cross, no protection is known.",
                n=_whole(worst.cut_off),
                all=_whole(worst.within + worst.cut_off),
                band=self._results.standard.band_names[worst.band.id].to(self._texts.lang),
                age=worst.age,
            )
        )
        best = max(self._cuts[self._ages.index(worst)].values(), key=lambda cut: round(cut.regained), default=None)
        if best is not None and round(best.regained):
            said.append(
                self._(
                    "If the unprotected crossings on {road} were protected ({k} in this circle), {n} more children "
                    "would arrive in time."
                    if self._results.homes.are_children
                    else "If the unprotected crossings on {road} were protected ({k} in this circle), {n} more homes "
                    "would be within the time.",
                    k=best.n_unprotected,
                    road=self._row(0, best.road).name,
                    n=_whole(best.regained),
                )
            )
        return said


def _km(circle: AgeCircle) -> str:
    return f"{circle.circle.length_m / 1000.0:,.1f}"


def _share_cut_off(circle: AgeCircle) -> float:
    """Return which share of those who live near enough is cut off, in whole per cent, so that equal ones are equal."""
    return round(circle.cut_off / max(circle.within + circle.cut_off, 1.0), 2) if round(circle.cut_off) else 0.0


def _drawn(*parts: Part) -> list[Part]:
    """Leave out parts of which nothing is in sight."""
    return [part for part in parts if part.d]


def _whole(number: float) -> str:
    return f"{number:,.0f}"


def _gain(number: float) -> str:
    """Return how many more; a plain 0 for none.

    >>> _gain(12.4), _gain(0.2)
    ('+12', '0')
    """
    return f"+{number:,.0f}" if round(number) else "0"
