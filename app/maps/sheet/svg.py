"""Writing SVG by hand: plain strings, short numbers, everything escaped. Units are millimetres of paper."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from html import escape

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

_DECIMALS = 2  # 0.01 mm: finer than any printer

_LINES = (shapely.GeometryType.LINESTRING, shapely.GeometryType.LINEARRING)

Attribute = str | float | None


def num(value: float) -> str:
    """Return a number as short as SVG takes it.

    >>> num(12.0), num(0.504), num(-0.001)
    ('12', '0.5', '0')
    """
    text = f"{value:.{_DECIMALS}f}".rstrip("0").rstrip(".")
    return "0" if text in {"-0", ""} else text


def tag(name: str, /, *children: str, **attributes: Attribute) -> str:
    """Return an element; ``_`` in the name of an attribute stands for ``-``, and None leaves it out.

    Args:
        name: Of the element.
        children: Markup, or text that :func:`plain` made harmless.
        attributes: Text is escaped, numbers are shortened; a trailing ``_`` is dropped (``class_``).

    >>> tag("rect", x=1.5, y=2, stroke_width=0.3, fill='"red"')
    '<rect x="1.5" y="2" stroke-width="0.3" fill="&quot;red&quot;"/>'
    """
    parts = [name]
    for key, value in attributes.items():
        if value is not None:
            text = escape(value) if isinstance(value, str) else num(value)
            parts.append(f'{key.rstrip("_").replace("_", "-")}="{text}"')
    head = " ".join(parts)
    return f"<{head}>{''.join(children)}</{name}>" if children else f"<{head}/>"


def plain(text: str) -> str:
    r"""Return text that stands between tags as itself; characters that XML forbids are dropped.

    >>> plain("<b> & \x07")
    '&lt;b&gt; &amp; '
    """
    return escape("".join(c for c in text if c.isprintable()), quote=False)


def group(children: Iterable[str], /, **attributes: Attribute) -> str:
    """Return a group, or nothing when it would be empty."""
    inner = "".join(children)
    return tag("g", inner, **attributes) if inner else ""


def path_of(xy: Sequence[Sequence[float]] | NDArray[np.float64], *, closed: bool = False) -> str:
    """Return path data through points in millimetres, shape (n, 2), with relative steps.

    >>> path_of([[1, 1], [2, 1], [2, 3]], closed=True)
    'M1 1l1 0 0 2z'
    """
    grid = np.round(np.asarray(xy, np.float64) * 10.0**_DECIMALS)
    if closed and len(grid) > 1 and (grid[0] == grid[-1]).all():
        grid = grid[:-1]
    steps = np.diff(grid, axis=0)
    steps = steps[steps.any(axis=1)] / 10.0**_DECIMALS
    first = grid[0] / 10.0**_DECIMALS
    line = "l" + " ".join(f"{num(x)} {num(y)}" for x, y in steps) if len(steps) else ""
    return f"M{num(first[0])} {num(first[1])}{line}{'z' if closed else ''}"


def shape_path(shape: BaseGeometry) -> str:
    """Return path data of a line or polygon (or several) in millimetres; holes are subpaths. Points give nothing.

    All rings at once, since a city has ten thousands: the same text as `path_of` of each.

    >>> from shapely import LineString, box
    >>> shape_path(box(1, 1, 3, 2)), shape_path(LineString([(1, 1), (2, 1.5)]))
    ('M3 1l0 1 -2 0 0 -1z', 'M1 1l1 0.5')
    """
    lines = _lines_of(shape)
    closed = shapely.is_closed(lines)
    xy, owner = shapely.get_coordinates(lines, return_index=True)
    if not len(xy):
        return ""
    grid = np.round(xy * 10.0**_DECIMALS).astype(np.int64)
    is_first = np.diff(owner, prepend=-1) != 0
    kept = ~(closed[owner] & np.append(is_first[1:], True))  # a closed one ends with z, not where it began
    grid, is_first = grid[kept], is_first[kept]
    steps = np.where(is_first[:, None], grid, np.diff(grid, axis=0, prepend=0))
    told = is_first | steps.any(axis=1)
    numbers = iter(map(_short, steps[told].ravel().tolist()))
    pairs = [f"{x} {y}" for x, y in zip(numbers, numbers, strict=True)]
    starts = np.flatnonzero(is_first[told]).tolist()
    parts: list[str] = []
    for start, end, is_closed in zip(starts, [*starts[1:], len(pairs)], closed.tolist(), strict=True):
        line = "l" + " ".join(pairs[start + 1 : end]) if end > start + 1 else ""
        parts.append(f"M{pairs[start]}{line}{'z' if is_closed else ''}")
    return "".join(parts)


def _lines_of(shape: BaseGeometry) -> NDArray[np.object_]:
    """Return the lines and rings of a shape in their order, empty ones left out."""
    parts = shapely.get_parts(shape)
    rings, owner = shapely.get_rings(parts, return_index=True)
    is_line = np.isin(shapely.get_type_id(parts), _LINES) & ~shapely.is_empty(parts)
    if is_line.any():
        rings = np.concatenate([rings, parts[is_line]])
        rings = rings[np.argsort(np.concatenate([owner, np.flatnonzero(is_line)]), kind="stable")]
    return np.asarray(rings, np.object_)


@lru_cache(maxsize=2**16)
def _short(hundredths: int) -> str:
    return num(hundredths / 10.0**_DECIMALS)
