"""The type of the sheet: how wide a text is, in how many ways a name can be broken, and whether the font has it all."""

import itertools
from collections.abc import Iterable
from functools import cache

from fontTools.ttLib import TTFont

from app.maps.sheet.lettering import MM_PER_PT
from app.maps.sheet.ornaments.lettering import sheet_fonts
from geo.errors import InputError

_NOT_FIRST = frozenset("，。、；：？！）」』》〉】〕…—·,.;:?!)]}%°")
_NOT_LAST = frozenset("（「『《〈【〔([{")
_WIDE_FROM = 0x2E80  # from here on characters are as wide as high, and lines may break between them
_LONG = 7.5  # a name wider than this many sizes may be broken
_VERY_LONG = 15.0  # and into three lines
_TOLD = 12  # characters that an error lists


@cache
def _font() -> tuple[dict[int, str], dict[str, tuple[int, int]], int]:
    font = TTFont(sheet_fonts().file, lazy=True)
    return font.getBestCmap(), font["hmtx"].metrics, font["head"].unitsPerEm


@cache
def _advance(char: str) -> float:
    glyphs, metrics, em = _font()
    return metrics[glyphs.get(ord(char), ".notdef")][0] / em


def text_width_mm(text: str, size_pt: float) -> float:
    """Return how wide a text is set, kerning left out.

    >>> round(text_width_mm("东昌", 10.0), 2)
    7.06
    """
    return sum(_advance(char) for char in text) * size_pt * MM_PER_PT


def break_name(name: str, size_pt: float) -> list[tuple[str, ...]]:
    """Return the ways to set a name: on one line, and balanced on two or three where it is long.

    Args:
        name: One line.
        size_pt: Of the type.

    >>> break_name("东昌湖风景区儿童公园", 8.0)
    [('东昌湖风景区儿童公园',), ('东昌湖风景', '区儿童公园')]
    """
    wide = text_width_mm(name, size_pt) / (size_pt * MM_PER_PT)
    ways: list[tuple[str, ...]] = [(name,)]
    for n, least in ((2, _LONG), (3, _VERY_LONG)):
        lines = _balanced(name, n) if wide > least else None
        if lines is not None and _widest(lines) < _widest(ways[-1]):
            ways.append(lines)
    # a line as long as half the map is no way to set a name
    return ways[1:] if wide > 2 * _VERY_LONG and len(ways) > 1 else ways


def _widest(lines: tuple[str, ...]) -> float:
    return max(text_width_mm(line, 1.0) for line in lines)


def _balanced(name: str, n: int) -> tuple[str, ...] | None:
    """Return the break into lines whose widest is narrowest; None where the name cannot be broken so often."""
    # in thousandths of the size, so that equal widths are equal
    ends = [0, *itertools.accumulate(round(_advance(char) * 1000) for char in name)]
    places = [i for i in range(1, len(name)) if _may_break(name, i)]

    def widest(cuts: tuple[int, ...]) -> int:
        return max(ends[b] - ends[a] for a, b in itertools.pairwise((0, *cuts, len(name))))

    cuts = min(itertools.combinations(places, n - 1), key=widest, default=None)
    if cuts is None:
        return None
    lines = tuple(name[a:b].strip() for a, b in itertools.pairwise((0, *cuts, len(name))))
    return lines if all(lines) else None


def _may_break(name: str, at: int) -> bool:
    before, after = name[at - 1], name[at]
    if after in _NOT_FIRST or before in _NOT_LAST:
        return False
    if before == " " or after == " ":
        return after != " " and name[:at].rstrip()[-1:] not in _NOT_LAST
    return ord(before) >= _WIDE_FROM or ord(after) >= _WIDE_FROM


def can_write(text: str) -> bool:
    r"""Tell whether the font has all characters of a text.

    >>> can_write("东昌湖"), can_write("\U0001f600")
    (True, False)
    """
    return not _absent(text)


def _absent(text: str) -> list[str]:
    glyphs = _font()[0]
    # what is not printable is dropped when the page is set
    return [char for char in text if ord(char) not in glyphs and char.isprintable()]


def check_glyphs(texts: Iterable[tuple[str, str]]) -> None:
    """Refuse texts with characters that the font lacks: an empty box on paper cannot be taken back.

    Args:
        texts: Each text, and where it stands.

    Raises:
        InputError: Names each character, its number and the place; all at once.
    """
    missing: dict[str, str] = {}
    for text, where in texts:
        for char in _absent(text):
            missing.setdefault(char, where)
    if missing:
        raise InputError(
            "the font {font} has no glyph for {missing}; give these places a name of their own in tour.toml "
            '([place."…"] name), without these characters',
            font=sheet_fonts().family,
            missing=", ".join(
                f"{c} (U+{ord(c):04X}, {where})" for c, where in itertools.islice(missing.items(), _TOLD)
            ),
        )
