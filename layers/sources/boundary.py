"""A place's administrative boundary, looked up by name with Overpass."""

from shapely.geometry.base import BaseGeometry

from geo.errors import InputError
from layers.sources import osm
from layers.sources.answer import read_answer
from layers.sources.asker import Asker
from layers.sources.pieces import Pieces
from layers.sources.queries import boundary_query
from layers.sources.transport import MB, Overpass
from layers.store import fingerprint

_LISTED = 12


def fetch_boundary(place: str, how: Overpass) -> BaseGeometry:
    """Look a place's administrative boundary up, in degrees; it is asked for once.

    Args:
        place: Its name exactly as OpenStreetMap writes it, or ``relation/123``.
        how: Servers and time limits.

    Raises:
        FetchError: No server answered within the limits.
        InputError: There is no such place, or there are several; the message lists them.
    """
    query = boundary_query(place)
    pieces, key = Pieces(how.cache), f"boundary-{fingerprint({'text': query.text})}"
    if pieces.read(key) is None:
        asked_at = how.clock.now()

        def keep(body: bytes) -> bool:
            answer = read_answer(body)
            if answer.elements:
                pieces.keep(key, answer, asked_at=asked_at, mb=len(body) / MB)
            return bool(answer.elements)

        there, _ = Asker(how).ask(query, keep, may_split=False)
        if not there:
            raise _no_such_place(place)
    shapes = osm.read_boundaries(pieces.path(key))
    if len(shapes) == 0:
        raise _no_such_place(place)
    if len(shapes) > 1:
        raise InputError(
            "[boundary] place = {place}: there are {n} places of that name: {known}. Write the right one's number, "
            'like place = "relation/123", or give a boundary file',
            place=place,
            n=len(shapes),
            known=", ".join(_told(row) for row in shapes.head(_LISTED).itertuples()),
        )
    boundary: BaseGeometry = shapes.geometry.iloc[0]
    return boundary


def _told(row: object) -> str:
    point = row.geometry.representative_point()  # type: ignore[attr-defined]
    level = row.tags.get("admin_level", "?")  # type: ignore[attr-defined]
    return f"relation/{row.osm_id} (admin_level {level}, {point.y:.2f} N {point.x:.2f} E)"  # type: ignore[attr-defined]


def _no_such_place(place: str) -> InputError:
    return InputError(
        "[boundary] place = {place}: OpenStreetMap has no administrative boundary of exactly that name; write it as "
        "the map does, without the province, or give a boundary file",
        place=place,
    )
