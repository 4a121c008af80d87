"""Looks at a picture before it goes into a report: well-formed, with a size, without scripts and links."""

import re
from xml.etree import ElementTree as ET

from geo.errors import InputError

_SVG = "{http://www.w3.org/2000/svg}"
_FORBIDDEN = frozenset({"script", "foreignObject", "iframe", "image", "use", "a", "animate", "set", "style"})
_INNER = re.compile(r"url\(#[A-Za-z0-9_-]+\)")


def svg_size(svg: str, where: str) -> tuple[float, float]:
    """Return width and height of a picture in its own units.

    Args:
        svg: A whole document.
        where: Named in errors.

    Raises:
        InputError: It is no SVG, has no ``viewBox``, or holds what may act or load something.
    """
    if "<!DOCTYPE" in svg or "<!ENTITY" in svg:
        raise _broken(where, "<!DOCTYPE>")
    try:
        root = ET.fromstring(svg)  # noqa: S314  entities are refused above
    except ET.ParseError as error:
        raise _broken(where, error) from error
    if root.tag != f"{_SVG}svg":
        raise _broken(where, f"<{root.tag.removeprefix(_SVG)}>")
    _check_elements(root, where)
    try:
        _, _, wide, high = (float(part) for part in root.attrib.get("viewBox", "").replace(",", " ").split())
    except ValueError:
        raise _broken(where, "viewBox") from None
    if not (wide > 0.0 and high > 0.0):
        raise _broken(where, "viewBox")
    return wide, high


def _check_elements(root: ET.Element, where: str) -> None:
    for element in root.iter():
        name = str(element.tag).removeprefix(_SVG)
        if name in _FORBIDDEN:
            raise _broken(where, f"<{name}>")
        for key, value in element.attrib.items():
            if key.lower().startswith("on") or key.lower().endswith("href"):
                raise _broken(where, key)
            if "url(" in value and not _INNER.fullmatch(value):
                raise _broken(where, value)


def _broken(where: str, reason: object) -> InputError:
    return InputError("figure {figure}: its picture cannot be used ({reason})", figure=where, reason=reason)
