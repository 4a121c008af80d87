"""Path data of simple shapes with round corners, in any unit."""

import math
from collections.abc import Sequence

from app.maps.sheet.svg import num

Point = tuple[float, float]


def disc(x: float, y: float, r: float) -> str:
    """Return path data of a disc.

    >>> disc(1, 1, 1)
    'M0 1a1 1 0 0 1 2 0a1 1 0 0 1 -2 0z'
    """
    return oval(x, y, r, r)


def oval(x: float, y: float, rx: float, ry: float) -> str:
    """Return path data of an ellipse round a middle, with its half axes."""
    half = f"a{num(rx)} {num(ry)} 0 0 1"
    return f"M{num(x - rx)} {num(y)}{half} {num(2 * rx)} 0{half} {num(-2 * rx)} 0z"


def block(x: float, y: float, w: float, h: float, r: float = 0.0) -> str:
    """Return path data of a rectangle from its upper left corner, with corners of radius `r`.

    >>> block(0, 0, 2, 1)
    'M0 0h2v1h-2z'
    """
    r = min(r, w / 2.0, h / 2.0)
    if r <= 0.0:
        return f"M{num(x)} {num(y)}h{num(w)}v{num(h)}h{num(-w)}z"
    wide, high, turn = num(w - 2 * r), num(h - 2 * r), f"a{num(r)} {num(r)} 0 0 1"
    return (
        f"M{num(x + r)} {num(y)}h{wide}{turn} {num(r)} {num(r)}v{high}{turn} {num(-r)} {num(r)}"
        f"h{num(2 * r - w)}{turn} {num(-r)} {num(-r)}v{num(2 * r - h)}{turn} {num(r)} {num(-r)}z"
    )


def rounded(points: Sequence[Point], r: float) -> str:
    """Return path data of a polygon whose corners are rounded, each by at most half of its shorter side.

    >>> rounded([(0, 0), (4, 0), (4, 4), (0, 4)], 1)
    'M0 1Q0 0 1 0L3 0Q4 0 4 1L4 3Q4 4 3 4L1 4Q0 4 0 3z'
    """
    parts: list[str] = []
    for i, corner in enumerate(points):
        before, after = _toward(corner, points[i - 1], r), _toward(corner, points[(i + 1) % len(points)], r)
        parts.append(f"{'L' if parts else 'M'}{_at(before)}Q{_at(corner)} {_at(after)}")
    return "".join(parts) + "z"


def star(x: float, y: float, r: float, *, points: int = 5, waist: float = 0.52, soft: float = 0.22) -> str:
    """Return path data of a plump star, one point up; `waist` and `soft` are parts of `r`."""
    corners: list[Point] = []
    for i in range(2 * points):
        far, angle = r * (waist if i % 2 else 1.0), math.pi * i / points
        corners.append((x + far * math.sin(angle), y - far * math.cos(angle)))
    return rounded(corners, r * soft)


def _toward(start: Point, end: Point, r: float) -> Point:
    far = math.dist(start, end)
    part = min(r / far, 0.5) if far else 0.0
    return start[0] + (end[0] - start[0]) * part, start[1] + (end[1] - start[1]) * part


def _at(point: Point) -> str:
    return f"{num(point[0])} {num(point[1])}"
