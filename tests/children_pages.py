"""Tours and pages for the tests of the children's page: a few places of a district, whatever a build would choose."""

from functools import cache
from pathlib import Path

import numpy as np
import shapely
from pypinyin import lazy_pinyin

from app.maps.children import write_children
from app.planner import Planner
from app.results import Results
from app.texts import Texts
from app.tour.model import THEMES, Helpful, Reason, Sight, Tour, TourWalk
from layers.opening import Opening
from layers.recipe import Theme
from layers.toml import Text
from tests.folders import run_folder
from tests.hostile import BUILT_ON, hostile_results
from tests.sample import built_sample

DAYTIME = Opening("Mo-Fr 09:00-17:00", (((540, 1020),),) * 5 + ((), ()), seasonal=False, holiday=None)
LATE = Opening("18:00-02:00", (((1080, 1560),),) * 7, seasonal=True, holiday=False)
# what place i of a theme is known for; the last one is not known at all
KNOWN = (
    {"opening": DAYTIME, "free": True, "step_free": True, "indoor": True},
    {"opening": LATE, "free": False, "step_free": False, "indoor": False},
    {"opening": None, "free": None, "step_free": None, "indoor": None},
)
AGES = ((0, 6), (3, 12), (6, 17))


def made_sight(results: Results, row: int, **known) -> Sight:
    """Return a place of the table as a sight."""
    place = results.places.table.iloc[row]
    x, y = shapely.get_coordinates(shapely.point_on_surface(place.geometry))[0]
    recipe = results.recipes[place["layer"]]
    given = {
        "id": place["place_id"],
        "place": row,
        "number": 0,
        "theme": recipe.theme,
        "layer": recipe.id,
        "icon": recipe.icon,
        "name": place["label"],
        "name_en": place["name_en"] if isinstance(place["name_en"], str) else None,
        "pinyin": " ".join(lazy_pinyin(place["label"])),
        "x": float(x),
        "y": float(y),
        "zone": -1,
        "ages": recipe.ages,
        "star": False,
        "opening": None,
        "free": None,
        "step_free": None,
        "indoor": None,
        "reach": 0.0,
        "text": None,
        "picture": None,
        "is_new": False,
        "points": 1.0,
        "why": (Reason("kind", 1.0),),
        "wish": "",
    }
    return Sight(**(given | known))


def made_tour(results: Results, *, per_theme: int = 6, n_more: int = 20, picture: Path | None = None) -> Tour:
    """Return a tour: the first attached places of each theme in the district; what is known of them goes in turns."""
    table = results.places.table
    rows = np.flatnonzero(table["inside"] & table["attached"])
    sights, more = [], []
    for theme in THEMES:
        mine = [r for r in rows if results.recipes[table["layer"].iloc[r]].theme is theme]
        mine.sort(key=lambda r: (not table["named"].iloc[r], r))
        for i, row in enumerate(mine[:per_theme]):
            known = KNOWN[i % len(KNOWN)] | {"ages": AGES[i % len(AGES)]}
            if i == 0:
                known |= {"star": True, "text": Text.model_validate({"zh-CN": "这里真好玩！", "en": "Great fun!"})}
                known |= {"picture": picture if theme is Theme.LEARN else None}
            sights.append(made_sight(results, row, number=len(sights) + 1, is_new=i == 1, **known))
        more += [made_sight(results, row) for row in mine[per_theme : per_theme + n_more]]
    walks = ()
    if len(sights) > 1:
        line = shapely.LineString([(s.x, s.y) for s in sights[:3]])
        name = Text.model_validate({"zh-CN": "看书小路", "en": "Book walk"})
        walks = (TourWalk("a", name, tuple(s.number for s in sights[:3]), line, line.length, 22.0, 6, 2),)
    helpful = [
        Helpful(row["layer"], results.recipes[row["layer"]].icon, row["label"], *_middle(row.geometry))
        for _, row in table[(table["layer"].isin(["toilet", "bus_stop", "nursing_room"])) & table["inside"]].iterrows()
    ]
    return Tour("2026A", "", tuple(sights), tuple(more), walks, tuple(helpful), (), "6-8", ())


def _middle(shape):
    return (float(v) for v in shapely.get_coordinates(shapely.point_on_surface(shape))[0])


@cache
def sample_results() -> Results:
    """Return the sample district's results."""
    return Planner(built_sample()).results


@cache
def children_page(*, lang: str = "zh-CN", hostile: bool = False) -> Path:
    """Return the children's page of the sample, or of the district whose names try to be code."""
    results = hostile_results() if hostile else sample_results()
    path = run_folder("children") / "children.html"
    write_children(made_tour(results), results, path, texts=Texts(lang), built_on=BUILT_ON)
    return path
