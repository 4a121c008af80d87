"""A big sheet cut into small ones, seen as typst draws them: nothing is lost, and everything has its own size."""

import math
import re
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pikepdf
import pytest
import typst
from matplotlib.image import imread

from app.maps.sheet.ornaments.lettering import sheet_fonts
from app.maps.sheet.paper import paper_mm
from app.maps.sheet.poster import tile
from app.texts import Texts
from geo.errors import InputError
from tests.hostile import DISTRICT

A1, A4 = paper_mm("A1"), paper_mm("A4")
MM = 25.4 / 72.0
CELL = 20  # mm; the test page is a mosaic of squares whose colours tell column and row
BLUE = 30  # of every square, and of nothing else on the tiles
STEP = 4
EN = Texts("en")
FONT = {"font_paths": [str(sheet_fonts().file.parent)], "ignore_system_fonts": True}


def mosaic(*sizes, title="Map"):
    """Return a PDF with a page of each size, all of it covered with squares."""
    pages = "\n".join(
        f"""#page(width: {w}mm, height: {h}mm)[
        #for c in range({math.ceil(w / CELL)}) {{ for r in range({math.ceil(h / CELL)}) {{
          place(top + left, dx: c * {CELL}mm, dy: r * {CELL}mm,
            rect(width: {CELL}mm, height: {CELL}mm, fill: rgb({STEP} * c, {STEP} * r, {BLUE})))
        }} }}]"""
        for w, h in sizes
    )
    source = f"#set document(title: sys.inputs.title)\n#set page(margin: 0pt)\n{pages}"
    return typst.compile(source.encode(), sys_inputs={"title": title}, timestamp=0, **FONT)


def opened(pdf):
    return pikepdf.open(BytesIO(pdf))


def sizes_mm(pdf):
    return [tuple(round(float(side) * MM, 1) for side in page.mediabox.as_list()[2:]) for page in opened(pdf).pages]


def seen(pdf, ppi=25.4, n=None):
    """Return pictures of all or the first `n` pages, a dot a millimetre."""
    with TemporaryDirectory() as name:
        (Path(name) / "a.pdf").write_bytes(pdf)
        pages = "\n".join(
            f'#page(width: {w}mm, height: {h}mm, image("a.pdf", page: {i}, width: {w}mm))'
            for i, (w, h) in enumerate(sizes_mm(pdf)[:n], 1)
        )
        (Path(name) / "a.typ").write_text(f"#set page(margin: 0pt)\n{pages}", encoding="utf-8")
        made = typst.compile(Path(name) / "a.typ", format="png", ppi=ppi, **FONT)
    return [imread(BytesIO(png), format="png")[:, :, :3] * 255 for png in (made if isinstance(made, list) else [made])]


def squares(picture):
    """Return column and row of the square in each dot; -1 outside the mosaic, and on marks and the dots beside them."""
    column, row = (np.rint(picture[:, :, i] / STEP).astype(int) for i in (0, 1))
    exact = (
        np.abs(picture - np.stack([column * STEP, row * STEP, np.full_like(row, BLUE)], axis=2)).max(axis=2) < 1.5
    )  # colours are rounded on the way
    return np.where(exact, column, -1), np.where(exact, row, -1)


def held(picture):
    """Return the squares of which a tile shows something."""
    column, row = squares(picture)
    return set(zip(column[column >= 0].tolist(), row[row >= 0].tolist(), strict=True))


def all_squares(w, h):
    return {(c, r) for c in range(math.ceil(w / CELL)) for r in range(math.ceil(h / CELL))}


def ink_box(picture):
    """Return left, upper, right and lower edge of the mosaic on a tile, mm."""
    inside = squares(picture)[0] >= 0
    columns, rows = np.flatnonzero(inside.any(axis=0)), np.flatnonzero(inside.any(axis=1))
    return columns[0], rows[0], columns[-1] + 1, rows[-1] + 1


def test_the_tiles_of_a_poster_hold_all_of_it():
    big = (600, 840)
    whole, *tiles = seen(tile(mosaic(big), onto=A4, texts=EN))
    assert set().union(*map(held, tiles)) == all_squares(*big)
    assert whole.shape == tiles[0].shape


def test_no_sheet_is_wasted():
    # across 210 - 20 = 190 mm of room, 12 of them overlap: 594 takes ceil(582 / 178) = 4 and 841 on 277 takes
    # ceil(829 / 265) = 4; lying they are ceil(582 / 265) = 3 and ceil(829 / 178) = 5: fewer
    lying = tile(mosaic(A1), onto=A4, texts=EN)
    assert sizes_mm(lying) == [(297.0, 210.0)] * (1 + 3 * 5)
    # twice 190 less 10, and twice 277 less 10, fit exactly on two by two; lying it would be two by four
    standing = tile(mosaic((370, 544)), onto=A4, overlap_mm=10.0, texts=EN)
    assert sizes_mm(standing) == [(210.0, 297.0)] * (1 + 2 * 2)


def test_it_does_not_matter_which_side_of_the_sheet_is_named_first():
    page = mosaic((500, 400))
    assert tile(page, onto=A4, texts=EN) == tile(page, onto=A4[::-1], texts=EN)


def test_tiles_show_the_page_at_its_own_size():
    first = seen(tile(mosaic((370, 544)), onto=A4, overlap_mm=10.0, texts=EN))[1]
    column, row = squares(first)
    left, upper, right, lower = ink_box(first)
    assert (right - left, lower - upper) == pytest.approx((190, 277), abs=1)
    assert (left, upper) == pytest.approx((10, 10), abs=1)
    # away from marks, and from squares that the edge cuts, a square is as wide as in the source
    wide, high = np.bincount(column[upper + 30][column[upper + 30] >= 0]), np.bincount(row[:, left + 30].clip(0))
    assert np.abs(wide[:9] - CELL).max() <= 1
    assert np.abs(high[1:9] - CELL).max() <= 1


def test_neighbours_overlap_by_what_was_asked_for():
    """Two tiles of 190 mm show 370 mm, two of 277 show 544: 10 mm are on both."""
    _, a1, a2, b1, _ = seen(tile(mosaic((370, 544)), onto=A4, overlap_mm=10.0, texts=EN))
    # A1 ends at 190 mm, in the middle of the tenth square; A2 begins at 180 mm, with that square
    assert max(c for c, _ in held(a1)) == 9
    assert min(c for c, _ in held(a2)) == 9
    # A1 ends at 277 mm, in the fourteenth square; B1 begins at 267 mm, in the same
    assert max(r for _, r in held(a1)) == 13
    assert min(r for _, r in held(b1)) == 13


@pytest.mark.parametrize("size", [(200, 150), A4, (297, 210)])
def test_a_page_that_fits_is_one_whole_tile(size):
    made = tile(mosaic(size), onto=A4, texts=EN)
    assert len(opened(made).pages) == 1
    assert sorted(sizes_mm(made)[0]) == [210.0, 297.0]
    (picture,) = seen(made)
    left, upper, right, lower = ink_box(picture)
    assert (right - left, lower - upper) == pytest.approx(size, abs=1)
    assert held(picture) == all_squares(*size)


def test_the_overview_shows_the_whole_page_small():
    whole = seen(tile(mosaic((370, 544)), onto=A4, texts=EN), ppi=127, n=1)[0]
    # names and lines cover much, but no corner
    assert {(0, 0), (18, 0), (0, 27), (18, 27)} <= held(whole)
    left, upper, right, lower = ink_box(whole)
    assert (right - left) / (lower - upper) == pytest.approx(370 / 544, rel=0.01)


def test_the_tiles_are_called_by_row_and_column():
    assert texts_of(tile(mosaic((370, 544)), onto=A4, overlap_mm=10.0, texts=EN))[1:] == [
        ["A1", "↓ B1", "↑ A2"],
        ["A2", "↓ B2"],
        ["B1", "↑ B2"],
        ["B2"],
    ]


def test_the_tiles_of_two_pages_are_told_apart():
    made = texts_of(tile(mosaic((370, 200), (200, 544)), onto=A4, overlap_mm=10.0, texts=EN))
    # 370 x 200 takes two upright sheets, 200 x 544 three lying ones: ceil(534 / 180)
    names = [page[0] for page in made[1:]]
    assert names == ["1-A1", "1-A2", "2-A1", "2-B1", "2-C1"]
    assert made[0][-5:] == names


def texts_of(pdf):
    """Return the texts of each page, by the fonts' own tables of characters."""
    return [_shown(page) for page in opened(pdf).pages]


def _shown(page):
    tables = {name: _characters(font) for name, font in page.resources.get("/Font", {}).items()}
    found, table = [], {}
    for operands, operator in pikepdf.parse_content_stream(page):
        if str(operator) == "Tf":
            table = tables[str(operands[0])]
        if str(operator) == "BT":
            found.append("")
        if str(operator) in {"Tj", "TJ"}:
            parts = operands[0] if str(operator) == "TJ" else operands
            codes = b"".join(bytes(part) for part in parts if isinstance(part, pikepdf.String))
            found[-1] += "".join(table[codes[i : i + 2].hex()] for i in range(0, len(codes), 2))
    return found


def _characters(font):
    cmap = font.ToUnicode.read_bytes().decode()
    pairs = re.findall(r"<([0-9a-fA-F]{4})>\s*<([0-9a-fA-F]+)>", cmap)
    return {code.lower(): bytes.fromhex(text).decode("utf-16-be") for code, text in pairs}


def test_the_content_is_kept_once_and_as_vectors():
    page = mosaic(A1)
    made = opened(tile(page, onto=A4, texts=EN))
    forms = {form.objgen for p in made.pages for form in p.resources.XObject.values()}
    assert len(forms) == 1
    # a tile costs its names and marks, a few kilobytes; the overview brings the letters of its words
    assert len(tile(page, onto=A4, texts=EN)) < len(page) + 60_000


def test_all_fonts_are_in_the_file():
    made = opened(tile(mosaic(A1), onto=A4, texts=Texts("zh-CN")))
    fonts = [f for p in made.pages for f in p.resources.get("/Font", {}).values()]
    assert fonts
    assert all("/FontFile2" in f.DescendantFonts[0].FontDescriptor for f in fonts)


def test_a_turned_page_is_cut_as_it_is_seen():
    turned = opened(mosaic((300, 400)))
    turned.pages[0].rotate(90, relative=True)
    out = BytesIO()
    turned.save(out)
    _, first, *_ = seen(tile(out.getvalue(), onto=A4, texts=EN))
    # turned to the right, the lower left square comes to the upper left
    column, row = squares(first)
    left, upper, *_ = ink_box(first)
    assert (column[upper + 5, left + 5], row[upper + 5, left + 5]) == (0, 19)


def test_a_hostile_title_stays_a_title():
    made = opened(tile(mosaic(A1, title=DISTRICT), onto=A4, texts=EN))
    assert str(made.docinfo.Title) == DISTRICT


def test_the_same_page_gives_the_same_bytes():
    page = mosaic((400, 300))
    assert tile(page, onto=A4, texts=EN) == tile(page, onto=A4, texts=EN)


@pytest.mark.parametrize(
    ("onto", "overlap_mm", "said"),
    [
        ((32, 297), 12.0, "32 × 297 mm leaves nothing"),
        ((210, 297), 190.0, "190.0 mm of overlap"),
        ((0, 297), 12.0, "leaves nothing"),
        ((-210, 297), 12.0, "leaves nothing"),
        ((math.nan, 297), 12.0, "leaves nothing"),
        ((math.inf, 297), 12.0, "leaves nothing"),
        ((210, 297), -1.0, "cannot be glued"),
        ((210, 297), math.nan, "cannot be glued"),
        ((40, 40), 12.0, "more than 200"),
    ],
)
def test_sheets_that_cannot_be_glued_are_refused(onto, overlap_mm, said):
    with pytest.raises(InputError, match=said):
        tile(mosaic((500, 700)), onto=onto, overlap_mm=overlap_mm, texts=EN)


def test_what_is_no_pdf_is_refused():
    with pytest.raises(InputError, match="no PDF"):
        tile(b"<svg/>", onto=A4, texts=EN)


def test_a_pdf_without_pages_is_refused():
    empty = BytesIO()
    pikepdf.new().save(empty)
    with pytest.raises(InputError, match="no pages"):
        tile(empty.getvalue(), onto=A4, texts=EN)
