"""The sea beyond the data."""

import shapely
from shapely.geometry.base import BaseGeometry

from app.maps.sheet.mapframe import Box

_THIN = 1e-3


def sea_to_edge(sea: BaseGeometry, data: Box, frame: Box) -> BaseGeometry:
    """Lead the sea on from where the data end to the edge of the frame, straight out.

    Args:
        sea: In millimetres of paper.
        data: Left, upper, right and lower edge of what the data cover.
        frame: The same of the picture.

    >>> from shapely import box
    >>> sea_to_edge(box(5, 0, 10, 10), (0, 0, 10, 10), (0, 0, 12, 10)).bounds
    (5.0, 0.0, 12.0, 10.0)
    """
    left, upper, right, lower = data
    parts = [sea]
    for far, strip in (
        (frame[0] - left, shapely.box(left, upper, left + _THIN, lower)),
        (frame[2] - right, shapely.box(right - _THIN, upper, right, lower)),
    ):
        parts += [_stretched(piece, far, 0.0) for piece in shapely.get_parts(shapely.intersection(sea, strip))]
    wide = shapely.union_all(parts)
    parts = [wide]
    for far, strip in (
        (frame[1] - upper, shapely.box(frame[0], upper, frame[2], upper + _THIN)),
        (frame[3] - lower, shapely.box(frame[0], lower - _THIN, frame[2], lower)),
    ):
        parts += [_stretched(piece, 0.0, far) for piece in shapely.get_parts(shapely.intersection(wide, strip))]
    return shapely.union_all(parts)


def _stretched(piece: BaseGeometry, dx: float, dy: float) -> BaseGeometry:
    left, upper, right, lower = piece.bounds
    xs, ys = (left, right, left + dx, right + dx), (upper, lower, upper + dy, lower + dy)
    return shapely.box(min(xs), min(ys), max(xs), max(ys))
