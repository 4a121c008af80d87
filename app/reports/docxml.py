"""Pieces of WordprocessingML that python-docx has no words for: fields, bookmarks, borders, descriptions."""

from collections.abc import Sequence
from typing import Any

from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shape import InlineShape
from docx.shared import Mm
from docx.table import Table, _Cell, _Row
from docx.text.paragraph import Paragraph

Element = Any  # lxml's elements have no types of their own

TWIPS_PER_MM = 1440.0 / 25.4


def element(name: str, /, **attributes: object) -> Element:
    """Return an element of the namespace ``w`` with attributes of it."""
    made = OxmlElement(f"w:{name}")
    for key, value in attributes.items():
        made.set(qn(f"w:{key}"), str(value))
    return made


def run_in(parent: Element, text: str) -> Element:
    """Append a run with a text."""
    run = element("r")
    piece = element("t")
    piece.text = text
    piece.set(qn("xml:space"), "preserve")
    run.append(piece)
    parent.append(run)
    return run


def tab_in(parent: Element) -> None:
    """Append a tabulator."""
    run = element("r")
    run.append(element("tab"))
    parent.append(run)


def _mark_field(parent: Element, kind: str) -> None:
    run = element("r")
    run.append(element("fldChar", fldCharType=kind))
    parent.append(run)


def _instruct(parent: Element, code: str) -> None:
    run = element("r")
    text = element("instrText")
    text.text = f" {code} "
    text.set(qn("xml:space"), "preserve")
    run.append(text)
    parent.append(run)


def field_in(parent: Element, code: str, shown: str) -> None:
    """Append a field and what it shows until Word counts itself."""
    _mark_field(parent, "begin")
    _instruct(parent, code)
    _mark_field(parent, "separate")
    run_in(parent, shown)
    _mark_field(parent, "end")


def begin_field(paragraph: Paragraph, code: str) -> None:
    """Begin a field that reaches over paragraphs."""
    _mark_field(paragraph._p, "begin")  # noqa: SLF001
    _instruct(paragraph._p, code)  # noqa: SLF001
    _mark_field(paragraph._p, "separate")  # noqa: SLF001


def end_field(paragraph: Paragraph) -> None:
    """End it."""
    _mark_field(paragraph._p, "end")  # noqa: SLF001


def link(paragraph: Paragraph, anchor: str) -> Element:
    """Append a link to a bookmark, and return it to be filled."""
    made = element("hyperlink", anchor=anchor, history=1)
    paragraph._p.append(made)  # noqa: SLF001
    return made


def begin_mark(paragraph: Paragraph, name: str, number: int) -> None:
    """Begin a bookmark."""
    paragraph._p.append(element("bookmarkStart", id=number, name=name))  # noqa: SLF001


def end_mark(paragraph: Paragraph, number: int) -> None:
    """End it."""
    paragraph._p.append(element("bookmarkEnd", id=number))  # noqa: SLF001


# tables


def cells_of(table: Table) -> list[list[Element]]:
    """Return the cells' elements row by row; python-docx takes long to find them in large tables."""
    return [list(row.findall(qn("w:tc"))) for row in table._tbl.findall(qn("w:tr"))]  # noqa: SLF001


def write_cell(tc: Element, text: str, style: str, *, bold: bool = False, keep: bool = False) -> None:
    """Write a text into a cell; a line break stays one."""
    paragraph = tc.find(qn("w:p"))
    how = element("pPr")
    how.append(element("pStyle", val=style))
    if keep:
        how.append(element("keepNext"))
    paragraph.append(how)
    for i, line in enumerate(text.split("\n")):
        run = element("r")
        if bold:
            properties = element("rPr")
            properties.append(element("b"))
            run.append(properties)
        if i:
            run.append(element("br"))
        piece = element("t")
        piece.text = line
        piece.set(qn("xml:space"), "preserve")
        run.append(piece)
        paragraph.append(run)


def shade_tc(tc: Element, colour: str) -> None:
    """Lay a colour behind a cell."""
    tc.get_or_add_tcPr().append(element("shd", val="clear", color="auto", fill=colour))


def shade(cell: _Cell, colour: str) -> None:
    """Lay a colour behind a cell."""
    shade_tc(cell._tc, colour)  # noqa: SLF001


def border(cell: _Cell, *, top: tuple[int, str]) -> None:
    """Draw a line above a cell: eighths of a point, colour."""
    properties = cell._tc.get_or_add_tcPr()  # noqa: SLF001
    borders = element("tcBorders")
    borders.append(element("top", val="single", sz=top[0], space=0, color=top[1]))
    # the schema wants borders before the shading
    shading = properties.find(qn("w:shd"))
    if shading is None:
        properties.append(borders)
    else:
        shading.addprevious(borders)


def _properties(table: Table) -> Element:
    return table._tbl.tblPr  # noqa: SLF001


def table_borders(table: Table, strong: str, weak: str) -> None:
    """Draw a strong line above and below, weak ones between rows."""
    borders = element("tblBorders")
    for side, size, colour in (("top", 8, strong), ("bottom", 8, strong), ("insideH", 4, weak)):
        borders.append(element(side, val="single", sz=size, space=0, color=colour))
    layout = _properties(table).find(qn("w:tblLayout"))
    layout.addprevious(borders)


def fix_columns(table: Table, widths_mm: Sequence[float]) -> None:
    """Give columns their widths for good."""
    properties = _properties(table)
    for name in ("tblW", "tblLayout", "tblCellMar"):
        for old in properties.findall(qn(f"w:{name}")):
            properties.remove(old)
    look = properties.find(qn("w:tblLook"))
    margins = element("tblCellMar")
    for side in ("left", "right"):
        margins.append(element(side, w=60, type="dxa"))
    wide = element("tblW", w=round(sum(widths_mm) * TWIPS_PER_MM), type="dxa")
    aligned = properties.find(qn("w:jc"))
    (aligned if aligned is not None else look).addprevious(wide)
    for made in (element("tblLayout", type="fixed"), margins):
        look.addprevious(made)
    for column, width in zip(table._tbl.tblGrid.findall(qn("w:gridCol")), widths_mm, strict=True):  # noqa: SLF001
        column.set(qn("w:w"), str(round(width * TWIPS_PER_MM)))
    for row in cells_of(table):
        for tc, width in zip(row, widths_mm, strict=True):
            tc.width = Mm(width)


def describe_table(table: Table, title: str, about: str) -> None:
    """Say what a table is, for those who hear it."""
    for name, text in (("tblCaption", title), ("tblDescription", about)):
        if text:
            _properties(table).append(element(name, val=text[:255]))


def repeat_row(row: _Row) -> None:
    """Repeat a row on every page."""
    row._tr.get_or_add_trPr().append(element("tblHeader"))  # noqa: SLF001


def keep_rows_whole(table: Table) -> None:
    """Let no row break over pages."""
    for tr in table._tbl.findall(qn("w:tr")):  # noqa: SLF001
        tr.get_or_add_trPr().insert(0, element("cantSplit"))


def describe_picture(shape: InlineShape, title: str, alt: str) -> None:
    """Say what a picture shows."""
    properties = shape._inline.docPr  # noqa: SLF001
    properties.set("descr", alt)
    if title:
        properties.set("title", title)
