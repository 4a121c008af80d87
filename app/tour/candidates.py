"""Candidates: every place that the tour map could show, with its points, or why it cannot be chosen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from app.results import Results
from app.texts import Texts
from app.tour.alike import find_doubles
from app.tour.grounds import around_of, grounds_of, parts_of
from app.tour.model import THEMES, Reason
from app.tour.points import Traits, weigh
from app.tour.reach import children_reaching
from layers.layer import place_rules
from layers.opening import Opening, read_opening
from layers.openstates import read_holidays
from layers.recipe import Theme
from layers.times import usual_hours
from layers.tour import Known, Own, TourFile, Wishes, find_wishes
from layers.tourrules import KindRule, TourRules, tour_rules

Strings = NDArray[np.object_]
MUST, NEVER = "must", "never"


@dataclass(frozen=True, slots=True)
class Verdict:
    """Why a place cannot have a number: an id of ``layers/tour.toml`` ``[verdict]``, and the other place's name."""

    id: str
    other: str = ""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A place that the map could show; see :class:`app.tour.model.Sight` for what both have.

    Attributes:
        row: Of ``Results.places.table``.
        named: Whether the source has a name that says more than the kind.
        verdict: Why it cannot be chosen; None where it can.
        own: What the office says of it.
    """

    row: int
    id: str
    layer: str
    theme: Theme
    name: str
    name_en: str | None
    named: bool
    x: float
    y: float
    zone: int
    ages: tuple[int, int]
    opening: Opening | None
    free: bool | None
    step_free: bool | None
    indoor: bool | None
    reach: float
    points: float
    why: tuple[Reason, ...]
    verdict: Verdict | None
    wish: str
    own: Own


@dataclass(frozen=True, slots=True)
class Candidates:
    """All candidates of a district.

    Attributes:
        all: In the order of the places' table.
        band: Id of the band that reach is counted for.
        unreadable: Names and opening hours of places whose hours could not be read.
        called: Id of the candidate that each id or name in ``tour.toml`` means.
    """

    all: tuple[Candidate, ...]
    band: str
    unreadable: tuple[tuple[str, str], ...]
    called: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Table:
    """The places that are looked at, column by column; each as long as `rows`."""

    rows: NDArray[np.intp]
    id: list[str]
    layer: list[str]
    named: NDArray[np.bool_]
    name: list[str]
    name_en: list[str | None]
    shape: NDArray[np.object_]
    area_m2: list[float]
    xy: NDArray[np.float64]
    zone: NDArray[np.intp]
    tags: Mapping[str, list[str | None]]

    def tag(self, key: str, index: int) -> str | None:
        return self.tags[key][index]


@dataclass(frozen=True, slots=True)
class _Facts:
    """What was found out of each place: rules of its kind, the place around it, who gets there, when it opens."""

    kinds: Sequence[KindRule]
    around: NDArray[np.intp]
    reach: NDArray[np.float64]
    reach_share: NDArray[np.float64]
    opening: Sequence[Opening | None]
    holiday: Sequence[bool | None]


def find_candidates(results: Results, file: TourFile, texts: Texts) -> Candidates:
    """Weigh every place of the district.

    Args:
        results: The district's results.
        file: The office's wishes.
        texts: The reader's language, for the names of nameless places.

    Raises:
        SettingsError: A wish names no place or several.
    """
    rules = tour_rules()
    wishes, rows = _wishes(results, file)
    table = _table(results, rows, texts)
    kinds = [rules.kind.get(layer, KindRule(weight=0.0)) for layer in table.layer]
    around = around_of(table.shape, table.xy, table.named, np.array([kind.around for kind in kinds], np.bool_))
    table = _named_after(table, around, results, texts)
    band, reach = children_reaching(results, rows)
    share = reach / max(float(reach.max(initial=0.0)), 1.0)
    opening, unreadable = _openings(results, table, wishes)
    holiday = read_holidays(results.places.table.iloc[rows])
    facts = _Facts(kinds, around, reach, share, opening, holiday)
    found = [_candidate(table, index, facts, results, wishes) for index in range(len(rows))]
    called = {name: table.id[index] for name, index in wishes.found.items()}
    return Candidates(tuple(_judge(found, table, facts, results, wishes)), band, unreadable, called)


def _wishes(results: Results, file: TourFile) -> tuple[Wishes, NDArray[np.intp]]:
    """Return the wishes by index of the rows that are looked at, and these rows."""
    places = results.places.table
    themed = places["theme"].isin([theme.value for theme in THEMES]).to_numpy(np.bool_)
    inside = places["inside"].to_numpy(np.bool_)
    columns = (places[key] for key in ("place_id", "name", "name_en", "label", "label_en"))
    # an office's place that is one of OpenStreetMap's answers to that id, too
    before = [
        f"{layer}/{osm}" if isinstance(osm, str) and source != "osm" else None
        for layer, osm, source in zip(places["layer"], places["osm"], places["source"], strict=True)
    ]
    known = [
        Known(key, tuple(name for name in names if isinstance(name, str)), bool(is_inside), bool(is_themed))
        for key, *names, is_inside, is_themed in zip(*columns, before, inside, themed, strict=True)
    ]
    of_rows = find_wishes(file, known)
    looked_at = inside & themed
    looked_at[[row for row, own in of_rows.own.items() if own.theme is not None]] = True
    rows = np.flatnonzero(looked_at)
    index = {int(row): at for at, row in enumerate(rows)}
    return (
        Wishes(
            frozenset(index[row] for row in of_rows.must),
            frozenset(index[row] for row in of_rows.never if row in index),
            tuple((group, tuple(index[row] for row in of if row in index)) for group, of in of_rows.groups),
            {index[row]: own for row, own in of_rows.own.items() if row in index},
            {name: index[row] for name, row in of_rows.found.items() if row in index},
        ),
        rows,
    )


def _table(results: Results, rows: NDArray[np.intp], texts: Texts) -> _Table:
    places = results.places.table.iloc[rows]
    shapes = _cut(places.geometry.to_numpy(), results)
    points = shapely.point_on_surface(shapes)
    zone = np.full(len(rows), -1, np.intp)
    if len(results.zones) and len(rows):
        point, inside = shapely.STRtree(results.zones.geometry.to_numpy()).query(points, predicate="intersects")
        # of overlapping zones the first
        zone[point[::-1]] = inside[::-1]
    label = "label" if texts.lang.startswith("zh") else "label_en"
    names, generic = _texts(places["name"]), tour_rules().names.generic
    return _Table(
        rows=rows,
        id=places["place_id"].tolist(),
        layer=places["layer"].tolist(),
        named=np.array([name is not None and not generic.search(name) for name in names], np.bool_),
        name=[name or made for name, made in zip(names, places[label], strict=True)],
        name_en=_texts(places["name_en"]),
        shape=shapes,
        area_m2=shapely.area(shapes).tolist(),
        xy=shapely.get_coordinates(points) if len(rows) else np.empty((0, 2)),
        zone=zone,
        tags={key: _texts(places[key]) for key in place_rules().kept_tags},
    )


def _cut(shapes: NDArray[np.object_], results: Results) -> NDArray[np.object_]:
    """Return the part of each shape that lies in the district, so that its badge does."""
    shapely.prepare(results.area.polygon)
    over = ~shapely.covers(results.area.polygon, shapes)
    cut = shapes.copy()
    cut[over] = shapely.intersection(shapely.make_valid(shapes[over]), results.area.polygon)
    return cut


def _texts(column: pd.Series) -> list[str | None]:
    return [text if isinstance(text, str) else None for text in column]


def _named_after(table: _Table, around: NDArray[np.intp], results: Results, texts: Texts) -> _Table:
    """Call nameless places in a named one after it: "the playground in Lotus Park"."""
    pattern = tour_rules().label.inside.to(texts.lang)
    names = list(table.name)
    for index in np.flatnonzero(around >= 0).tolist():
        kind = results.recipes[table.layer[index]].name.to(texts.lang)
        names[index] = pattern.format(around=table.name[around[index]], kind=kind)
    return replace(table, name=names)


def _openings(
    results: Results, table: _Table, wishes: Wishes
) -> tuple[list[Opening | None], tuple[tuple[str, str], ...]]:
    """Return when each place is open, and the hours that cannot be read."""
    country = results.district.settings.country
    lonlat = results.area.to_lonlat(results.area.polygon).centroid
    given = [wishes.own.get(i, Own()).opening or text for i, text in enumerate(table.tags["opening_hours"])]
    # one sun for the district: it rises within the same minute everywhere
    read = {
        text: read_opening(text, country=country, lon=lonlat.x, lat=lonlat.y)
        for text in dict.fromkeys(text for text in given if text is not None)
    }
    unreadable = [(table.name[i], text) for i, text in enumerate(given) if text is not None and read[text] is None]
    return [None if text is None else read[text] for text in given], tuple(unreadable)


def _candidate(table: _Table, index: int, facts: _Facts, results: Results, wishes: Wishes) -> Candidate:
    own = wishes.own.get(index, Own())
    kind, opening = facts.kinds[index], facts.opening[index]
    recipe = results.recipes[table.layer[index]]
    free = _first(own.free, _free(table, index), kind.free)
    ages = own.ages or _ages(table, index, recipe.ages)
    traits = Traits(
        kind=kind,
        name=own.name or (table.name[index] if table.named[index] else ""),
        inside_named=bool(facts.around[index] >= 0),
        has_english=bool(own.name_en or table.name_en[index]),
        area_m2=table.area_m2[index],
        has_opening=opening is not None,
        free=free,
        has_entry=table.tag("wikidata", index) is not None,
        heritage=table.tag("heritage", index) or "",
        told=" ".join(filter(None, (table.tag("protection_title", index), table.tag("description", index)))),
        reach_share=float(facts.reach_share[index]),
        ages=ages,
        shut=facts.holiday[index] is False,
    )
    why = weigh(traits)
    return Candidate(
        row=int(table.rows[index]),
        id=table.id[index],
        layer=table.layer[index],
        theme=own.theme or recipe.theme,
        name=own.name or table.name[index],
        name_en=own.name_en or table.name_en[index],
        named=bool(own.name or table.named[index]),
        x=float(table.xy[index, 0]),
        y=float(table.xy[index, 1]),
        zone=int(table.zone[index]),
        ages=ages,
        opening=opening,
        free=free,
        step_free=tour_rules().tags.step_free.get(table.tag("wheelchair", index) or ""),
        indoor=_indoor(table, index, kind),
        reach=float(facts.reach[index]),
        points=round(sum(reason.points for reason in why), 3),
        why=why,
        verdict=None,
        wish=MUST if index in wishes.must else NEVER if index in wishes.never else "",
        own=own,
    )


def _first(*given: bool | None) -> bool | None:
    return next((value for value in given if value is not None), None)


def _free(table: _Table, index: int) -> bool | None:
    return tour_rules().tags.free.get(table.tag("fee", index) or "")


def _ages(table: _Table, index: int, ages: tuple[int, int]) -> tuple[int, int]:
    """Return the ages of a kind, narrowed by what a sign at this place says."""
    first, last = (table.tag(key, index) for key in ("min_age", "max_age"))
    low = max(ages[0], int(first)) if first and first.isascii() and first.isdigit() else ages[0]
    high = min(ages[1], int(last)) if last and last.isascii() and last.isdigit() else ages[1]
    return (low, high) if low <= high else ages


def _indoor(table: _Table, index: int, kind: KindRule) -> bool | None:
    tags = tour_rules().tags
    told = [(tags.indoor, "indoor"), (tags.covered, "covered"), (tags.location, "location")]
    for values, key in told:
        value = values.get(table.tag(key, index) or "")
        if value is not None:
            return value
    if kind.indoor == "building":
        return True if table.tag("building", index) not in {None, "no"} else None
    return kind.indoor


def _judge(
    found: list[Candidate],
    table: _Table,
    facts: _Facts,
    results: Results,
    wishes: Wishes,
) -> list[Candidate]:
    """Say of each candidate why it cannot be chosen; a must always can."""
    rules, kinds = tour_rules(), facts.kinds
    verdicts: list[Verdict | None] = [None] * len(found)
    fences = grounds_of(table.shape, table.xy, _closed(results, rules))
    parts = parts_of(table.shape, table.xy, table.layer, [kind.part_of for kind in kinds])
    for index, one in enumerate(found):
        if one.wish == NEVER:
            verdicts[index] = Verdict("never")
        elif one.wish == MUST:
            continue
        elif kinds[index].weight == 0.0:
            verdicts[index] = Verdict("kind")
        elif one.named and rules.names.dull.search(one.name):
            verdicts[index] = Verdict("dull")
        elif fences[index] and facts.holiday[index] is not True:  # a school may be known to open its grounds
            verdicts[index] = Verdict("closed", fences[index])
        elif table.layer[index] == usual_hours().schoolyards.own and facts.holiday[index] is not True:
            verdicts[index] = Verdict("term")
        elif parts[index] >= 0:
            verdicts[index] = Verdict("part", found[parts[index]].name)
    _mark_doubles(found, verdicts, table, kinds, facts.around)
    groups = _mark_groups(found, verdicts, wishes)
    return [
        replace(one, verdict=verdict, wish=one.wish or group)
        for one, verdict, group in zip(found, verdicts, groups, strict=True)
    ]


def _closed(results: Results, rules: TourRules) -> gpd.GeoDataFrame:
    places = results.places.table
    return places[places["layer"].isin(rules.grounds.closed) & (places.area > 0.0)]


def _mark_doubles(
    found: Sequence[Candidate],
    verdicts: list[Verdict | None],
    table: _Table,
    kinds: Sequence[KindRule],
    around: NDArray[np.intp],
) -> None:
    """Keep the best of places that a family takes for one."""
    left = [index for index, verdict in enumerate(verdicts) if verdict is None]
    left.sort(key=lambda index: (found[index].wish != MUST, -found[index].points, found[index].id))
    doubles = find_doubles(
        left,
        names=[one.name if one.named else "" for one in found],
        layers=table.layer,
        own=[kind.own for kind in kinds],
        shapes=table.shape,
        around=around,
    )
    for index, other in doubles.items():
        if found[index].wish != MUST:
            verdicts[index] = Verdict("double", found[other].name)


def _mark_groups(found: Sequence[Candidate], verdicts: list[Verdict | None], wishes: Wishes) -> list[str]:
    """Keep the best of each group, musts before others; return the first group of each candidate."""
    of: list[str] = [""] * len(found)
    for group, members in wishes.groups:
        ranked = sorted(
            (index for index in members if verdicts[index] is None),
            key=lambda index: (found[index].wish != MUST, -found[index].points, found[index].id),
        )
        for index in members:
            of[index] = of[index] or group.id
        for index in ranked[group.at_most :]:
            if found[index].wish != MUST:
                verdicts[index] = Verdict("group", group.id)
    return of
