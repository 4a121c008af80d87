"""The names of streets, waters, greens and zones on the map."""

from collections.abc import Iterable, Sequence

import shapely
from shapely.geometry.base import BaseGeometry

from app.maps.placing.areas import place_area_name
from app.maps.placing.lines import place_line_names
from app.maps.placing.names import LineName, NamedLine
from app.maps.sheet.fonts import can_write, text_width_mm
from app.maps.sheet.ground import in_window
from app.maps.sheet.lettering import MM_PER_PT, along
from app.maps.sheet.look import SheetLook, TextLook
from app.maps.sheet.mapframe import MapFrame
from app.maps.sheet.marks import Room
from app.maps.sheet.named import Named, named_areas, named_lines, named_zones
from app.maps.sheet.svg import group
from app.results import Results

_WIDE_FROM = 0x2E80
_REPEAT_MM = 150.0
_MOST = 60  # names of one sort


def draw_names(
    results: Results,
    frame: MapFrame,
    look: SheetLook,
    room: Room,
    *,
    sights: Iterable[str],
    picture: BaseGeometry,
) -> tuple[str, frozenset[str]]:
    """Return the names that find room, and those that the font cannot write; what the first cover is taken.

    Args:
        results: Of the district.
        frame: The map.
        look: Sizes and colours, and up to which scale each sort of name is shown.
        room: What is taken already.
        sights: Names that stand on the map as labels; their parks need no second one.
        picture: The part of the paper that shows the map, mm.
    """
    labelled = set(sights)
    near = in_window(results.basemap, frame)
    seen = shapely.intersection(shapely.buffer(frame.shape_mm(results.area.polygon), look.near_mm - 1.0), picture)
    drawn = []
    unwritten: set[str] = set()
    for sort, kinds in look.named.items():
        text = look.text[sort]
        if frame.scale > text.shown_to:
            continue
        write = _areas
        if sort == "zone":
            found = [n for n in named_zones(results.zones, frame) if n.name not in labelled]
        elif kinds[0] in look.line:
            write = _lines
            found = named_lines(near, frame, kinds, seen)
        else:
            found = [n for n in named_areas(near, frame, kinds, seen) if n.name not in labelled]
        unwritten |= {n.name for n in found if not can_write(n.name)}
        drawn.append(write([n for n in found if can_write(n.name)][:_MOST], frame, text, room))
    return group(drawn), frozenset(unwritten)


def _lines(named: Sequence[Named], frame: MapFrame, text: TextLook, room: Room) -> str:
    size = text.size_pt * MM_PER_PT
    lines = [
        NamedLine(
            _widths(n.name, text.size_pt),
            size,
            list(shapely.get_parts(n.shape)),
            priority=float(len(named) - i),
            repeat_mm=_REPEAT_MM,
            spaced=_is_wide(n.name),
        )
        for i, n in enumerate(named)
    ]
    written = place_line_names(lines, frame=frame.box_mm, blocked=room.boxes)
    return "".join(_write(named[name.line].name, name, text, room) for name in written)


def _areas(named: Sequence[Named], frame: MapFrame, text: TextLook, room: Room) -> str:
    size = text.size_pt * MM_PER_PT
    drawn = []
    for n in named:
        written = place_area_name(
            _polygon(n.shape),
            _widths(n.name, text.size_pt),
            size,
            frame=frame.box_mm,
            blocked=room.boxes,
            spaced=_is_wide(n.name),
        )
        if written is not None:
            drawn.append(_write(n.name, written, text, room))
    return "".join(drawn)


def _write(name: str, written: LineName, text: TextLook, room: Room) -> str:
    room.add(shape.bounds for shape in written.shapes())
    places = [(c.x, c.y, c.angle) for c in written.characters]
    return along(name, places, text, size_mm=text.size_pt * MM_PER_PT)


def _polygon(shape: BaseGeometry) -> shapely.MultiPolygon:
    parts = shapely.get_parts(shape)
    return shapely.MultiPolygon([*parts[shapely.get_dimensions(parts) == 2]])  # noqa: PLR2004  areas


def _widths(name: str, size_pt: float) -> tuple[float, ...]:
    return tuple(text_width_mm(char, size_pt) for char in name)


def _is_wide(name: str) -> bool:
    return sum(ord(char) >= _WIDE_FROM for char in name) * 2 > len(name)
