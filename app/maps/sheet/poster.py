"""A big sheet cut into small ones to glue together: every printer at home can print a wall map."""

import json
import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Annotated

import pikepdf
import typst
from pydantic import Field

from app.maps.sheet.lettering import MM_PER_PT
from app.maps.sheet.look import Colour
from app.maps.sheet.ornaments.lettering import sheet_fonts
from app.texts import Texts
from geo.errors import InputError
from layers.toml import Strict, read_toml

POSTER_FILE = Path(__file__).with_name("poster.toml")
TEMPLATE = Path(__file__).with_name("poster.typ")
_SAME_MM = 0.1  # papers are rounded to so much; a strip as narrow is worth no sheet
_LETTERS = 26

_Positive = Annotated[float, Field(gt=0.0, strict=False)]
Box = tuple[float, float, float, float]  # left, upper edge, width, height; mm


class _Overview(Strict):
    for_mm: _Positive
    title_pt: _Positive
    text_pt: _Positive
    head_mm: _Positive
    gap_mm: _Positive
    name_part: _Positive
    most_name_pt: _Positive


class _Look(Strict):
    margin_mm: _Positive
    overlap_mm: _Positive
    least_overlap_mm: _Positive
    most_sheets: int
    name_pt: _Positive
    next_pt: _Positive
    ink: Colour
    paper: Colour
    line_mm: _Positive
    tick_gap_mm: _Positive
    tick_mm: _Positive
    overview: _Overview


@cache
def _look() -> _Look:
    return read_toml(POSTER_FILE, _Look)


@dataclass(frozen=True, slots=True)
class _Tile:
    """A sheet and the part of a page on it.

    Attributes:
        w_mm, h_mm: Of the sheet.
        x_mm, y_mm: Where the part begins on its page, from its upper left corner.
        box: Where the part lies on the sheet.
        name: Row and column, like ``B3``.
        right, below: Names of the sheets that cover its edges.
        cut: Whether there is anything to cut and glue.
    """

    w_mm: float
    h_mm: float
    x_mm: float
    y_mm: float
    box: Box
    name: str
    right: str | None
    below: str | None
    cut: bool


@dataclass(frozen=True, slots=True)
class _Source:
    """A page to be cut: its content as an object to be drawn, and its box in that object's units, points."""

    form: pikepdf.Object
    left: float
    top: float
    w_mm: float
    h_mm: float

    def drawn(self, name: str, sheet_h_mm: float, box: Box, x_mm: float, y_mm: float, scale: float = 1.0) -> bytes:
        """Return operators that show, in `box`, the page from `x_mm`, `y_mm` on."""
        x, upper, w, h = (value / MM_PER_PT for value in box)
        y = sheet_h_mm / MM_PER_PT - upper
        dx = x - scale * (self.left + x_mm / MM_PER_PT)
        dy = y - scale * (self.top - y_mm / MM_PER_PT)
        clip = f"{x:.4f} {y - h:.4f} {w:.4f} {h:.4f} re W n"
        return f"/Artifact BMC q {clip} {scale:.6f} 0 0 {scale:.6f} {dx:.4f} {dy:.4f} cm /{name} Do Q EMC\n".encode()


def tile(pdf: bytes, *, onto: tuple[float, float], overlap_mm: float | None = None, texts: Texts) -> bytes:
    """Cut each page of a PDF into sheets to print and glue together.

    The content stays vectors, is kept once, and is shown at its own size. Where anything is cut, a first page shows
    how the sheets go together. A page that fits on one sheet comes whole, in its middle, without margins or marks.

    Args:
        pdf: Mostly an A1 or A0 map.
        onto: Sides of the sheets, mm; each page lays them upright or across, whichever takes fewer.
        overlap_mm: Width of the strip by which neighbours overlap; None for that of ``poster.toml``.
        texts: For the words on the first page.

    Returns:
        A PDF: the overview, then the tiles of each page row by row. The same content gives the same bytes.

    Raises:
        InputError: No PDF, no pages, sheets too small for margins and overlap, or too many sheets.
    """
    look = _look()
    overlap = look.overlap_mm if overlap_mm is None else overlap_mm
    if not overlap >= look.least_overlap_mm:
        raise InputError(
            "an overlap of {overlap} mm cannot be glued; give {least} mm or more",
            overlap=overlap,
            least=look.least_overlap_mm,
        )
    try:
        source = pikepdf.open(BytesIO(pdf))
    except pikepdf.PdfError as error:
        raise InputError(
            "the sheet to be cut is no PDF that can be read ({reason}); make it again", reason=str(error)
        ) from error
    with source:
        pages = [_source(page) for page in source.pages]
        if not pages:
            raise InputError("the sheet to be cut has no pages; make it again")
        cut = _tiles([(page.w_mm, page.h_mm) for page in pages], onto, overlap)
        return _merged(pages, cut, overlap, str(source.docinfo.get("/Title", "")), texts)


def _source(page: pikepdf.Page) -> _Source:
    """Return a page as one object; turned pages come upright, by the object's matrix."""
    form = page.as_form_xobject()
    box = pikepdf.Rectangle(pikepdf.Array(form.BBox.as_list()))
    turned = pikepdf.Matrix(form.get("/Matrix", pikepdf.Matrix())).transform(box)
    return _Source(form, turned.llx, turned.ury, turned.width * MM_PER_PT, turned.height * MM_PER_PT)


def _tiles(sizes: Sequence[tuple[float, float]], onto: tuple[float, float], overlap: float) -> list[list[_Tile]]:
    """Return the tiles of each page.

    Raises:
        InputError: The sheets are too small, or too many.
    """
    look = _look()
    made = [_grid(size, onto, overlap) for size in sizes]
    n = sum(across * down for _, across, down in made)
    if n > look.most_sheets:
        raise InputError(
            "the poster would take {n} sheets of {w} × {h} mm, more than {most}; give larger sheets or less overlap",
            n=n,
            w=onto[0],
            h=onto[1],
            most=look.most_sheets,
        )
    prefixes = [f"{i}-" if len(sizes) > 1 else "" for i in range(1, len(sizes) + 1)]
    return [_page_tiles(size, *grid, overlap, prefix) for size, grid, prefix in zip(sizes, made, prefixes, strict=True)]


def _grid(size: tuple[float, float], onto: tuple[float, float], overlap: float) -> tuple[tuple[float, float], int, int]:
    """Return how the sheets lie, and how many stand across and down; of two ways as good, the one like the page."""
    if not all(math.isfinite(side) and side > 0.0 for side in onto):
        raise _too_small(onto, overlap)
    like_page = sorted(onto, reverse=size[0] > size[1])
    ways = [(like_page[0], like_page[1]), (like_page[1], like_page[0])]
    for way in ways:
        if all(part <= side + _SAME_MM for part, side in zip(size, way, strict=True)):
            return way, 1, 1
    room = [tuple(side - 2.0 * _look().margin_mm for side in way) for way in ways]
    if min(room[0]) <= overlap + _SAME_MM:
        raise _too_small(onto, overlap)
    counts = [(_count(size[0], w, overlap), _count(size[1], h, overlap)) for w, h in room]
    best = min((0, 1), key=lambda i: counts[i][0] * counts[i][1])
    return ways[best], *counts[best]


def _too_small(onto: tuple[float, float], overlap: float) -> InputError:
    return InputError(
        "a sheet of {w} × {h} mm leaves nothing to put together: {margin} mm of white all round and {overlap} mm of "
        "overlap are taken off; give larger sheets, for example A4, or less overlap",
        w=onto[0],
        h=onto[1],
        margin=_look().margin_mm,
        overlap=overlap,
    )


def _count(long: float, room: float, overlap: float) -> int:
    """Return how many parts of at most `room` cover a length, each lying on the one before by the overlap.

    >>> _count(190.0, 190.0, 10.0), _count(370.0, 190.0, 10.0), _count(371.0, 190.0, 10.0)
    (1, 2, 3)
    """
    return max(1, math.ceil((long - overlap - _SAME_MM) / (room - overlap)))


def _page_tiles(
    size: tuple[float, float], sheet: tuple[float, float], across: int, down: int, overlap: float, prefix: str
) -> list[_Tile]:
    """Return the tiles of a page row by row: all of one size, each in the middle of its sheet."""
    w, h = ((long + (n - 1) * overlap) / n for long, n in zip(size, (across, down), strict=True))
    box = ((sheet[0] - w) / 2.0, (sheet[1] - h) / 2.0, w, h)

    def name(row: int, column: int) -> str | None:
        return f"{prefix}{_row_name(row)}{column + 1}" if row < down and column < across else None

    return [
        _Tile(
            w_mm=sheet[0],
            h_mm=sheet[1],
            x_mm=column * (w - overlap),
            y_mm=row * (h - overlap),
            box=box,
            name=name(row, column) or "",
            right=name(row, column + 1),
            below=name(row + 1, column),
            cut=across * down > 1,
        )
        for row in range(down)
        for column in range(across)
    ]


def _row_name(row: int) -> str:
    """Return a row's letters.

    >>> [_row_name(row) for row in (0, 1, 25, 26, 27)]
    ['A', 'B', 'Z', 'AA', 'AB']
    """
    more, last = divmod(row, _LETTERS)
    return (_row_name(more - 1) if more else "") + chr(ord("A") + last)


def _pictures(pages: Sequence[_Source], sheet: tuple[float, float]) -> tuple[float, list[Box]]:
    """Return the scale of the pages' small pictures on the overview, and where each lies: side by side as fits best."""
    look = _look()
    k = min(sheet) / look.overview.for_mm
    upper, gap = look.margin_mm + look.overview.head_mm * k, look.overview.gap_mm * k
    w, h = sheet[0] - 2.0 * look.margin_mm, sheet[1] - look.margin_mm - upper
    widest, highest = max(page.w_mm for page in pages), max(page.h_mm for page in pages)

    def cell(across: int) -> tuple[float, float]:
        down = math.ceil(len(pages) / across)
        return (w + gap) / across - gap, (h + gap) / down - gap

    def scale(across: int) -> float:
        return min(cell(across)[0] / widest, cell(across)[1] / highest)

    across = max(range(1, len(pages) + 1), key=scale)
    # the gaps of very many pages may leave no room; then they are drawn as specks, the names still tell the order
    small = max(scale(across), 1e-3)
    step_w = cell(across)[0] + gap
    return small, [
        (
            look.margin_mm + i % across * step_w + (step_w - gap - page.w_mm * small) / 2.0,
            upper + i // across * (highest * small + gap),
            page.w_mm * small,
            page.h_mm * small,
        )
        for i, page in enumerate(pages)
    ]


def _merged(
    pages: Sequence[_Source], cut: Sequence[Sequence[_Tile]], overlap: float, title: str, texts: Texts
) -> bytes:
    """Set what stands on the sheets, and lay the parts of the pages under it."""
    flat = [(i, part) for i, parts in enumerate(cut) for part in parts]
    sheet = (flat[0][1].w_mm, flat[0][1].h_mm)
    shown = any(part.cut for _, part in flat)
    scale, pictures = _pictures(pages, sheet)
    overview = _overview(cut, sheet, scale, pictures, overlap, texts) if shown else None
    with pikepdf.open(BytesIO(_set([part for _, part in flat], overview, overlap, title, texts))) as made:
        forms = [made.copy_foreign(page.form) for page in pages]
        sheets = list(made.pages)
        if shown:
            first = sheets.pop(0)
            for i, (page, box) in enumerate(zip(pages, pictures, strict=True)):
                _lay(first, forms[i], f"Source{i}", page.drawn(f"Source{i}", sheet[1], box, 0.0, 0.0, scale))
        for under, (i, part) in zip(sheets, flat, strict=True):
            drawn = pages[i].drawn(f"Source{i}", part.h_mm, part.box, part.x_mm, part.y_mm)
            _lay(under, forms[i], f"Source{i}", drawn)
        whole = BytesIO()
        made.save(whole, object_stream_mode=pikepdf.ObjectStreamMode.generate, deterministic_id=True)
    return whole.getvalue()


def _lay(page: pikepdf.Page, form: pikepdf.Object, name: str, drawn: bytes) -> None:
    page.add_resource(form, pikepdf.Name.XObject, pikepdf.Name(f"/{name}"))
    page.contents_add(drawn, prepend=True)


def _overview(
    cut: Sequence[Sequence[_Tile]],
    sheet: tuple[float, float],
    scale: float,
    pictures: Sequence[Box],
    overlap: float,
    texts: Texts,
) -> dict[str, object]:
    """Return what the template needs for the first page."""
    look, k = _look(), min(sheet) / _look().overview.for_mm
    _ = texts.gettext
    margin = look.margin_mm
    n = sum(map(len, cut))
    return {
        "w_mm": sheet[0],
        "h_mm": sheet[1],
        "head": (margin, margin, sheet[0] - 2.0 * margin, look.overview.head_mm * k),
        "title_pt": look.overview.title_pt * k,
        "text_pt": look.overview.text_pt * k,
        "title": _("How the sheets go together"),
        "lead": _(
            "Print all {n} sheets ({w} × {h} mm) on one side, at actual size (100%).",
            n=n,
            w=f"{min(sheet):g}",
            h=f"{max(sheet):g}",
        ),
        "steps": [
            _("Cut off the white above each picture and to its left."),
            _("Glue each row from left to right: the next sheet covers the strip at the right, up to the thin line."),
            _("Glue the rows together from above to below in the same way."),
            _("Last, cut off the white that is left at the outside."),
        ],
        "cells": [_cell(part, at, scale, overlap) for parts, at in zip(cut, pictures, strict=True) for part in parts],
    }


def _cell(part: _Tile, at: Box, scale: float, overlap: float) -> dict[str, object]:
    """Return what is seen of a tile when all are glued: the next ones lie on its right and lower strips."""
    look = _look().overview
    w = (part.box[2] - (overlap if part.right else 0.0)) * scale
    h = (part.box[3] - (overlap if part.below else 0.0)) * scale
    return {
        "name": part.name,
        "box": (at[0] + part.x_mm * scale, at[1] + part.y_mm * scale, w, h),
        "pt": min(look.most_name_pt, look.name_part * min(w, h) / MM_PER_PT),
    }


def _set(parts: Sequence[_Tile], overview: dict[str, object] | None, overlap: float, title: str, texts: Texts) -> bytes:
    """Set names, marks and overview with typst, so that the fonts are in the file."""
    font, look = sheet_fonts(), _look()
    lang, _, region = texts.lang.partition("-")
    data = {
        "title": title or texts.gettext("How the sheets go together"),
        "family": font.family,
        "lang": lang,
        "region": region.lower() or "us",
        "look": look.model_dump(exclude={"overview"}),
        "overlap_mm": overlap,
        "overview": overview,
        "tiles": [asdict(part) for part in parts],
    }
    made = typst.compile(
        TEMPLATE,
        font_paths=[font.file.parent],
        ignore_system_fonts=True,
        format="pdf",
        sys_inputs={"poster": json.dumps(data)},
        timestamp=0,
    )
    return made if isinstance(made, bytes) else b"".join(made or [])
