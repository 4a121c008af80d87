"""What the map page is told: one plain structure of names, figures and packed shapes."""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date

import numpy as np
import shapely

from app.answers import label_column
from app.maps.canvas import Grid, pack_shapes
from app.maps.crossings import crossing_part
from app.maps.parts import ground_parts, home_order, home_part, name_parts, place_part, zone_part
from app.maps.theme import Drawing, MapTheme, icons
from app.results import Figure, Results
from app.texts import Texts
from geo.bounds import Cause
from layers.doubts import doubt_texts
from layers.recipe import Theme
from layers.resultrules import result_rules

_DATE_LENGTH = len("2026-11-24")
_BOUNDARY_TOLERANCE_M = 1.0


def content(results: Results, texts: Texts, theme: MapTheme, how: Drawing, *, built_on: date) -> dict[str, object]:
    """Gather everything that the page shows.

    Args:
        results: Of the district.
        texts: The reader's language.
        theme: Colours and badges.
        how: How the map draws.
        built_on: Date of the page.
    """
    ground = results.basemap
    shapes = [results.area.polygon, *ground.geometry]
    west, south, east, north = (float(value) for value in shapely.total_bounds(shapes))
    grid = Grid.over((west, south, east, north), results.area.crs, step_m=how.step_m)
    far = grid.units(np.array([[east, south], [east, north]])).max(axis=0).tolist()
    order = home_order(results, ground[ground["kind"] == "building"])
    return {
        "lang": texts.lang,
        "grid": {
            "x0": grid.x0,
            "y0": grid.y0,
            "step": grid.step,
            "ground": grid.ground_m,
            "width": far[0],
            "height": far[1],
        },
        "how": {
            "hexagon": how.hexagon.model_dump(),
            "zoom": how.zoom.model_dump(),
            "badgePx": how.badge_px,
            "crossing": how.crossing.model_dump(exclude={"road"}),
        },
        "district": _district(results, grid),
        "dates": {"data": (results.source.osm_date or "")[:_DATE_LENGTH], "built": built_on.isoformat()},
        "areChildren": results.homes.are_children,
        **_rules(results, texts),
        **_looks(results, texts, theme),
        "ground": ground_parts(ground, order, grid, how, theme, big=results.walks.rules.big),
        "names": name_parts(ground, grid, how),
        "homes": home_part(results.scorecard, order, grid),
        "zones": zone_part(results, grid),
        "places": place_part(results, label_column(texts), grid),
        "crossings": crossing_part(results, grid, how, texts.lang),
        "causes": _causes(texts),
        "table": asdict(figures(results)),
        "gapRadius": result_rules().gap.radius_m,
        "gaps": [
            asdict(g.gap) | {"band": g.band, "need": g.need, "zone": g.zone} | _at(g.gap.x, g.gap.y, grid)
            for g in results.gaps
        ],
    }


def _causes(texts: Texts) -> list[dict[str, str]]:
    """Return the causes of doubt in words, by their numbers."""
    words, lang = doubt_texts(), texts.lang
    return [{"id": Cause.NONE.name.lower()}] + [
        {
            "id": cause.name.lower(),
            "name": words[cause].name.to(lang),
            "about": words[cause].about.to(lang),
            "todo": words[cause].todo.to(lang),
        }
        for cause in Cause
        if cause is not Cause.NONE
    ]


def district_name(results: Results, texts: Texts) -> str:
    """Return the district's name in the reader's language."""
    settings = results.district.settings
    return settings.name if texts.lang.startswith("zh") else settings.name_en or settings.name


def _district(results: Results, grid: Grid) -> dict[str, object]:
    west, south, east, north = results.area.polygon.bounds
    corners = grid.units(np.array([[west, south], [west, north], [east, south], [east, north]]))
    return {
        "synthetic": results.district.settings.synthetic,
        "box": [*corners.min(axis=0).tolist(), *corners.max(axis=0).tolist()],
        "shape": pack_shapes([results.area.polygon], grid, tolerance_m=_BOUNDARY_TOLERANCE_M),
    }


def _at(x: float, y: float, grid: Grid) -> dict[str, object]:
    """Return a point's place on the grid, in the place of its metres."""
    gx, gy = grid.units(np.array([[x, y]]))[0].tolist()
    return {"x": gx, "y": gy}


def _rules(results: Results, texts: Texts) -> dict[str, object]:
    standard, lang = results.standard, texts.lang
    kinds = {layer: i for i, layer in enumerate(results.recipes)}
    bands = {band.id: i for i, band in enumerate(standard.rules.bands)}
    needs = {need.id: i for i, need in enumerate(standard.rules.needs)}
    return {
        "standard": {"name": standard.name.to(lang), "about": standard.about.to(lang)},
        "bands": [
            {
                "id": band.id,
                "name": standard.band_names[band.id].to(lang),
                "speed": band.speed_mps,
                "clause": standard.clauses[band.id].to(lang),
                "status": band.source.status.value,
            }
            for band in standard.rules.bands
        ],
        "needs": [
            {
                "id": need.id,
                "name": standard.need_names[need.id].to(lang),
                "theme": need.theme,
                "kinds": [kinds[layer] for layer in need.layers if layer in kinds],
                "minutes": need.minutes,
                "distance": need.distance_m,
                "clause": standard.clauses[need.id].to(lang),
                "status": need.source.status.value,
            }
            for need in standard.rules.needs
        ],
        "pairs": [[bands[band.id], needs[need.id]] for band, need in standard.rules.pairs],
    }


def _looks(results: Results, texts: Texts, theme: MapTheme) -> dict[str, object]:
    names = theme_names(texts)
    return {
        "themes": [{"id": t.value, "name": names[t.value], **theme.theme[t.value].model_dump()} for t in Theme],
        "badges": {key: badge.model_dump() for key, badge in theme.badge.items()},
        "marks": theme.crossing.model_dump(),
        "colours": {
            "ground": theme.ground,
            "text": theme.text,
            "coverage": theme.coverage,
            "ramp": theme.ramp.model_dump(),
        },
        "kinds": [
            {
                "id": recipe.id,
                "name": recipe.name.to(texts.lang),
                "theme": recipe.theme.value,
                "icon": recipe.icon,
                "small": not recipe.on_map,
            }
            for recipe in results.recipes.values()
        ],
        "icons": icons({recipe.icon for recipe in results.recipes.values()}),
    }


def theme_names(texts: Texts) -> dict[str, str]:
    """Return the names of the five themes."""
    return {
        "learn": texts.gettext("Learning"),
        "tour": texts.gettext("Outings"),
        "play": texts.gettext("Play"),
        "fit": texts.gettext("Keeping fit"),
        "support": texts.gettext("Services"),
    }


@dataclass(frozen=True, slots=True)
class Row:
    """One figure in whole numbers.

    Attributes:
        met, surely, possibly: Children who reach it: the figure and its bounds.
        doubt: Causes of doubt and their children, the most first; those that round to none are left out.
    """

    met: int
    surely: int
    possibly: int
    doubt: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Figures:
    """The table's figures; rows are the zones and, last, the whole district.

    Attributes:
        children: By band and row.
        columns: By column and row; columns are the pairs of the standard, then for each band all needs together.
    """

    children: tuple[tuple[int, ...], ...]
    columns: tuple[tuple[Row, ...], ...]


def figures(results: Results) -> Figures:
    """Return the table's figures."""
    rules = results.standard.rules
    zones = [*range(len(results.zones)), -1]
    found = {(figure.band, figure.need, figure.zone): figure for figure in results.figures}
    keys = [(band.id, need.id) for band, need in rules.pairs] + [(band.id, "") for band in rules.bands]
    return Figures(
        tuple(tuple(_whole(found[band.id, "", zone].children) for zone in zones) for band in rules.bands),
        tuple(tuple(_row(found[*key, zone]) for zone in zones) for key in keys),
    )


def _row(figure: Figure) -> Row:
    return Row(_whole(figure.met), _whole(figure.surely), _whole(figure.possibly), _doubt(figure.doubt))


def _doubt(children: Mapping[Cause, float]) -> tuple[tuple[int, int], ...]:
    whole = [(int(cause), _whole(n)) for cause, n in children.items()]
    return tuple(sorted(((cause, n) for cause, n in whole if n > 0), key=lambda item: (-item[1], item[0])))


def _whole(value: float) -> int:
    """Round half up, as the page does.

    >>> _whole(1.4), _whole(2.5)
    (1, 3)
    """
    return math.floor(value + 0.5)
