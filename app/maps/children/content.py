"""What the children's page is told: one plain structure of names, figures and packed shapes."""

from collections.abc import Iterable
from datetime import date

import geopandas as gpd
import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from app.maps.canvas import Grid, pack_shapes
from app.maps.children.ground import ground_parts
from app.maps.children.say import syllables
from app.maps.children.settings import ChildrenSettings
from app.maps.children.sights import helpful_part, said, sight_part, walk_part
from app.maps.children.ways import find_ways, way_part
from app.maps.content import district_name
from app.maps.parts import name_parts, zone_part
from app.maps.theme import MapTheme, drawing, icons
from app.results import Results
from app.texts import Texts
from app.tour.model import THEMES, Tour
from geo.errors import InputError

Part = dict[str, object]

_DATE_LENGTH = len("2026-11-24")
_BOUNDARY_TOLERANCE_M = 2.0
# pictograms that the page itself shows
ICONS = frozenset({"star", "home", "locate", "close", "compass"})


def content(
    tour: Tour, results: Results, texts: Texts, theme: MapTheme, how: ChildrenSettings, *, built_on: date
) -> Part:
    """Gather everything that the page shows, texts of its own left out.

    Args:
        tour: The places.
        results: Of the district.
        texts: The reader's language.
        theme: Colours and badges.
        how: What is shown from which zoom on.
        built_on: Date of the page.

    Raises:
        SettingsError: A picture of a sight cannot be used.
    """
    ground = results.basemap
    known = shapely.box(*shapely.total_bounds(ground.geometry.to_numpy() if len(ground) else [results.area.polygon]))
    west, south, east, north = shapely.union(known, results.area.grown(how.margin_m)).bounds
    grid = Grid.over((west, south, east, north), results.area.crs, step_m=how.step_m)
    ways = find_ways(results, how)
    sights = sight_part(tour, results, ways, grid, texts, how)
    return {
        "lang": texts.lang,
        "district": _district(results, grid, texts),
        "label": tour.label,
        "dates": {"data": (results.source.osm_date or "")[:_DATE_LENGTH], "built": built_on.isoformat()},
        "grid": {"x0": grid.x0, "y0": grid.y0, "step": grid.step, "ground": grid.ground_m},
        "dataBox": _box(known, grid),
        "how": {
            "zoom": how.zoom.model_dump(),
            "pxPerMm": how.px_per_mm,
            "fade": how.fade_m,
            "wayAge": how.way_age,
        },
        "ages": child_ages(results, how),
        "themes": _themes(theme, texts),
        "badges": {key: badge.model_dump() for key, badge in theme.badge.items()},
        "support": theme.theme["support"].model_dump(),
        "colours": {"ground": theme.ground, "text": theme.text, **how.colour.model_dump()},
        "crossing": theme.crossing.mapped.colour,
        "signs": how.sign,
        "sheet": theme.sheet.model_dump(exclude={"area", "line"}),
        "icons": icons({str(s["icon"]) for s in sights} | {h.icon for h in tour.helpful} | ICONS),
        "ground": ground_parts(results, grid, theme.sheet, how),
        "names": _names(ground, grid, how),
        "zones": zone_part(results, grid),
        "sights": sights,
        "walks": walk_part(tour.walks, grid, texts),
        "helpful": helpful_part(tour.helpful, results, grid, texts, how),
        "gone": list(tour.gone),
        "ways": way_part(results, ways, grid, how),
    }


def say_part(messages: Iterable[str], texts: Texts) -> Part:
    """Return the page's own texts by id, each with its pinyin."""
    return {message: said(texts.gettext(message)) for message in messages}


def child_ages(results: Results, how: ChildrenSettings) -> list[Part]:
    """Return the ages to choose from, each with the speed of its band; ages without a band are left out."""
    found: list[Part] = []
    for age in how.ages:
        try:
            band = results.standard.rules.band_of_age(age)
        except InputError:
            continue
        found.append({"age": age, "speed": band.speed_mps})
    return found


def _district(results: Results, grid: Grid, texts: Texts) -> Part:
    name = district_name(results, texts)
    return {
        "name": name,
        "pinyin": syllables(name),
        "key": results.district.settings.name,
        "synthetic": results.district.settings.synthetic,
        "box": _box(results.area.polygon, grid),
        "shape": pack_shapes([results.area.polygon], grid, tolerance_m=_BOUNDARY_TOLERANCE_M),
    }


def _box(shape: BaseGeometry, grid: Grid) -> list[int]:
    """Return the west, north, east and south end of a shape on the grid."""
    west, south, east, north = shape.bounds
    corners = grid.units(np.array([[west, south], [west, north], [east, south], [east, north]]))
    box: list[int] = [*corners.min(axis=0).tolist(), *corners.max(axis=0).tolist()]
    return box


def _themes(theme: MapTheme, texts: Texts) -> list[Part]:
    _ = texts.gettext
    words = {
        "learn": (_("Learn"), _("Books and schools")),
        "tour": (_("Go and see"), _("Parks and sights")),
        "play": (_("Have fun"), _("Slides and sand")),
        "fit": (_("Move"), _("Run, climb, swim")),
    }
    return [
        {
            "id": t.value,
            "name": said(words[t.value][0]),
            "about": said(words[t.value][1]),
            **theme.theme[t.value].model_dump(),
        }
        for t in THEMES
    ]


def _names(ground: gpd.GeoDataFrame, grid: Grid, how: ChildrenSettings) -> Part:
    """Pack names of streets, waters and parks."""
    wanted = ground[ground["kind"].isin([*how.named.streets, "water", "green"])]
    parts = name_parts(wanted, grid, drawing())
    lines = parts["lines"]
    if isinstance(lines, dict):
        lines["from"] = {kind: max(zoom, how.zoom.street_name_from) for kind, zoom in lines["from"].items()}
    return parts
