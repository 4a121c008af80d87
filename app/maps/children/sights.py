"""Sights, walks and what helps on the way, as the page is told of them."""

from collections.abc import Sequence

import numpy as np

from app.maps.canvas import Grid, along_curve, pack_numbers, pack_points
from app.maps.children.picture import check_room, picture_data
from app.maps.children.say import syllables
from app.maps.children.settings import ChildrenSettings
from app.maps.children.ways import Ways, doors_of
from app.results import Results
from app.texts import Texts
from app.tour.model import Helpful, Sight, Tour, TourWalk
from layers.opening import Opening

Part = dict[str, object]
Said = list[str]


def said(text: str) -> Said:
    """Return a text and its pinyin, as the page takes it."""
    return [text, syllables(text)]


def sight_part(tour: Tour, results: Results, ways: Ways, grid: Grid, texts: Texts, how: ChildrenSettings) -> list[Part]:
    """Return the sights: the numbered ones in their order, then the others, the best first.

    Raises:
        SettingsError: A picture cannot be read, or the pictures are too large together.
    """
    shown = [*tour.sights, *tour.more[: how.most_more]]
    pictures = {sight.id: picture_data(sight.picture, how.picture, name=sight.name) for sight in shown if sight.picture}
    check_room(list(pictures.values()), how.picture)
    at = _on_grid(shown, grid)
    return [
        _sight(sight, results, ways, texts) | {"x": x, "y": y, "picture": pictures.get(sight.id)}
        for sight, (x, y) in zip(shown, at, strict=True)
    ]


def _sight(sight: Sight, results: Results, ways: Ways, texts: Texts) -> Part:
    kind = results.recipes[sight.layer].name.to(texts.lang) if sight.layer in results.recipes else ""
    return {
        "id": sight.id,
        "number": sight.number,
        "theme": sight.theme.value,
        "icon": sight.icon,
        "kind": said(kind),
        "name": said(sight.name),
        "english": sight.name_en if sight.name_en != sight.name else None,
        "key": sight.pinyin,
        "ages": list(sight.ages),
        "star": sight.star,
        "opening": _opening(sight.opening),
        "free": sight.free,
        "stepFree": sight.step_free,
        "indoor": sight.indoor,
        "text": said(sight.text.to(texts.lang)) if sight.text else None,
        "isNew": sight.is_new,
        "doors": doors_of(results, ways, sight.place) if sight.place >= 0 else [],
    }


def _opening(opening: Opening | None) -> Part | None:
    if opening is None:
        return None
    return {
        "week": [[list(span) for span in day] for day in opening.week],
        "seasonal": opening.seasonal,
        "holiday": opening.holiday,
    }


def walk_part(walks: Sequence[TourWalk], grid: Grid, texts: Texts) -> list[Part]:
    """Return the safe walks along several sights."""
    return [
        {
            "id": walk.id,
            "name": said(walk.name.to(texts.lang)),
            "sights": list(walk.sights),
            "line": grid.units(np.asarray(walk.line.coords)[:, :2]).ravel().tolist(),
            "length": round(walk.length_m),
            "minutes": round(walk.minutes),
            "age": walk.age,
            "crossings": walk.crossings,
        }
        for walk in walks
    ]


def helpful_part(helpful: Sequence[Helpful], results: Results, grid: Grid, texts: Texts, how: ChildrenSettings) -> Part:
    """Pack what helps on the way: there may be thousands. ``kind`` indexes ``kinds``: pictogram, name and zoom."""
    xy = np.array([(thing.x, thing.y) for thing in helpful], np.float64).reshape(-1, 2)
    order = np.argsort(along_curve(xy), kind="stable")
    layers = sorted({(thing.layer, thing.icon) for thing in helpful})
    number = {key: i for i, key in enumerate(layers)}
    kind = np.array([number[thing.layer, thing.icon] for thing in helpful], np.int64)
    names = {layer: recipe.name.to(texts.lang) for layer, recipe in results.recipes.items()}
    return {
        "n": len(helpful),
        "kinds": [
            [icon, names.get(layer, ""), how.zoom.late_from if layer in how.named.late else how.zoom.helpful_from]
            for layer, icon in layers
        ],
        "kind": pack_numbers(kind[order]),
        "points": pack_points(xy[order], grid),
    }


def _on_grid(things: Sequence[Sight], grid: Grid) -> list[list[int]]:
    xy = np.array([(thing.x, thing.y) for thing in things], np.float64).reshape(-1, 2)
    made: list[list[int]] = grid.units(xy).tolist()
    return made
