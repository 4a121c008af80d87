"""Writing SVG by hand: plain strings, short numbers, everything escaped. Units are millimetres of paper."""

from collections.abc import Iterable, Sequence
from html import escape

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

_DECIMALS = 2  # 0.01 mm: finer than any printer

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
    """Return path data of a line or polygon (or several) in millimetres; holes are subpaths. Points give nothing."""
    parts: list[str] = []
    for part in shapely.get_parts(shape):
        if part.is_empty:
            continue
        if part.geom_type == "Polygon":
            rings = [part.exterior, *part.interiors]
            parts += [path_of(shapely.get_coordinates(ring), closed=True) for ring in rings]
        elif part.geom_type in {"LineString", "LinearRing"}:
            parts.append(path_of(shapely.get_coordinates(part), closed=part.is_closed))
    return "".join(parts)
