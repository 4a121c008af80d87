"""The styles, page, footer and fonts of the Word face."""

import math
from html import escape
from typing import Any

from docx.document import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING, WD_TAB_ALIGNMENT, WD_TAB_LEADER
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml.ns import nsdecls, qn
from docx.section import Section
from docx.shared import Mm, Pt, RGBColor
from docx.styles.style import ParagraphStyle

from app.reports.docxml import element, field_in, run_in
from app.reports.layout import A4_MM, FontNames, layout

_THEME = ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme")
_CENTRE, _LEFT, _RIGHT, _BOTH = (
    WD_ALIGN_PARAGRAPH.CENTER,
    WD_ALIGN_PARAGRAPH.LEFT,
    WD_ALIGN_PARAGRAPH.RIGHT,
    WD_ALIGN_PARAGRAPH.JUSTIFY,
)
_CHARACTERS = 100  # indents are in hundredths of a character


def set_up(doc: Document, lang: str) -> None:
    """Give a new document its page, styles, fonts and language."""
    _page(doc)
    _language(doc, lang)
    _styles(doc, chinese=lang.startswith("zh"))
    _font_table(doc)
    _footers(doc)
    # page numbers of the contents are counted by the PDF face; Word asks, and counts its own
    doc.settings.element.find(qn("w:compat")).addprevious(element("updateFields", val="true"))


def _page(doc: Document) -> None:
    how, section = layout().page, doc.sections[0]
    section.page_width, section.page_height = Mm(A4_MM[0]), Mm(A4_MM[1])
    section.top_margin, section.bottom_margin = Mm(how.top_mm), Mm(how.bottom_mm)
    section.left_margin, section.right_margin = Mm(how.left_mm), Mm(how.right_mm)
    section.footer_distance, section.header_distance = Mm(how.footer_mm), Mm(15.0)
    properties = section._sectPr  # noqa: SLF001
    for old in properties.findall(qn("w:docGrid")):
        properties.remove(old)
    properties.append(element("docGrid", type="lines", linePitch=round(how.line_pt * 20.0)))


def _tighten(style: ParagraphStyle) -> None:
    """Set characters so close that the line holds as many as the layout asks for.

    A grid of characters would do the same in Word; other programs space it otherwise.
    """
    how = layout()
    by = math.floor((how.page.character_pt - how.size.body_pt) * 20.0)
    style.element.get_or_add_rPr().find(qn("w:sz")).addprevious(element("spacing", val=by))


def _language(doc: Document, lang: str) -> None:
    defaults = doc.styles.element.find(qn("w:docDefaults")).find(qn("w:rPrDefault")).find(qn("w:rPr"))
    for old in defaults.findall(qn("w:lang")):
        defaults.remove(old)
    latin = "en-US" if lang.startswith("zh") else "en-GB"
    defaults.append(element("lang", val=latin, eastAsia="zh-CN", bidi="ar-SA"))
    _set_fonts(defaults, layout().font.body)


def _set_fonts(properties: Any, font: FontNames) -> None:  # noqa: ANN401  an lxml element
    """Name fonts, and drop those of the theme, which win over names."""
    fonts = properties.find(qn("w:rFonts"))
    if fonts is None:
        fonts = element("rFonts")
        properties.insert(0, fonts)
    for key in _THEME:
        fonts.attrib.pop(qn(f"w:{key}"), None)
    for key, name in (("ascii", font.latin), ("hAnsi", font.latin), ("eastAsia", font.names[0]), ("cs", font.latin)):
        fonts.set(qn(f"w:{key}"), name)


def _style(  # noqa: PLR0913  a style says as much
    doc: Document,
    name: str,
    font: FontNames,
    size_pt: float,
    *,
    base: str = "Normal",
    line_pt: float | None = None,
    align: WD_ALIGN_PARAGRAPH = _LEFT,
    before_pt: float = 0.0,
    after_pt: float = 0.0,
    indent: float = 0.0,
    colour: str | None = None,
    bold: bool = False,
    keep_next: bool = False,
) -> ParagraphStyle:
    """Make or change a style; `indent` is that of the first line, in characters."""
    styles = doc.styles
    made = styles[name] if name in styles else styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    assert isinstance(made, ParagraphStyle)  # noqa: S101  all names are those of paragraphs
    if name != "Normal":
        made.base_style = styles[base]
    made.hidden, made.quick_style = False, True
    _set_fonts(made.element.get_or_add_rPr(), font)
    made.font.size, made.font.bold, made.font.italic = Pt(size_pt), bold, False
    made.font.color.rgb = RGBColor.from_string(colour or layout().colour.ink)
    format_ = made.paragraph_format
    format_.alignment, format_.keep_with_next = align, keep_next
    format_.space_before, format_.space_after = Pt(before_pt), Pt(after_pt)
    format_.widow_control = True
    if line_pt is None:
        format_.line_spacing_rule, format_.line_spacing = WD_LINE_SPACING.SINGLE, 1.0
    else:
        format_.line_spacing_rule, format_.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(line_pt)
    properties = made.element.get_or_add_pPr()
    for old in properties.findall(qn("w:snapToGrid")):
        properties.remove(old)
    # lines have an exact height already; a grid would add space round every picture
    properties.find(qn("w:spacing")).addprevious(element("snapToGrid", val=0))
    format_.first_line_indent = Pt(indent * size_pt)
    if indent:
        properties.find(qn("w:ind")).set(qn("w:firstLineChars"), str(round(indent * _CHARACTERS)))
    return made


def _styles(doc: Document, *, chinese: bool) -> None:
    how = layout()
    font, size, colour, line = how.font, how.size, how.colour, how.page.line_pt
    body = size.body_pt
    indent = 2.0 if chinese else 0.0
    spaced = 0.0 if chinese else body / 2.0
    told = size.summary_pt if chinese else size.summary_latin_pt
    _style(doc, "Normal", font.body, body, line_pt=line)
    both = _BOTH if chinese else _LEFT
    text = _style(doc, "Body Text", font.body, body, line_pt=line, align=both, indent=indent, after_pt=spaced)
    if chinese:
        _tighten(text)
    _style(doc, "Title", font.title, size.title_pt, line_pt=32.0, align=_CENTRE, after_pt=4.0)
    _plain_title(doc)
    _style(doc, "Subtitle", font.heading2, 14.0, line_pt=20.0, align=_CENTRE)
    _style(doc, "Byline", font.body, 12.0, line_pt=20.0, align=_CENTRE, colour=colour.soft, after_pt=4.0)
    notice = _style(doc, "Notice", font.heading1, 12.0, line_pt=20.0, align=_CENTRE, colour=colour.doubt, after_pt=4.0)
    _box(notice, colour.doubt)
    _style(doc, "Summary", font.body, told, line_pt=told * 1.55, align=both, indent=indent, after_pt=6.0)
    _style(doc, "Summary Point", font.body, told, line_pt=told * 1.45, align=both, after_pt=4.0)
    _style(doc, "Summary Sites", font.table, size.table_pt, line_pt=size.table_pt * 1.5, align=both, after_pt=4.0)
    _style(doc, "Key Value", font.heading1, 18.0, line_pt=26.0, align=_CENTRE, colour=colour.accent, before_pt=3.0)
    _style(doc, "Key Label", font.table, 10.5, line_pt=14.0, align=_CENTRE, after_pt=3.0)
    fonts = (font.heading1, font.heading2, font.body)
    for level, one in enumerate(fonts, start=1):
        _style(
            doc, f"Heading {level}", one, body, line_pt=line, indent=indent, bold=level == len(fonts) or not chinese,
            keep_next=True, before_pt=spaced,
        )  # fmt: skip
    bullet = _style(doc, "List Bullet", font.body, body, line_pt=line, align=both)
    bullet.paragraph_format.left_indent, bullet.paragraph_format.first_line_indent = Pt(body * 3.0), Pt(-body)
    for kind in ("doubt", "assumption", "clause"):
        made = _style(
            doc, f"Callout {kind.title()}", font.heading2, 14.0, line_pt=22.0, align=both, before_pt=6.0, after_pt=6.0
        )
        _bar(made, getattr(colour, kind), colour.key)
    caption = {"line_pt": size.caption_pt * 1.5, "align": _CENTRE}
    _style(doc, "Table Caption", font.heading1, size.caption_pt, keep_next=True, before_pt=6.0, **caption)  # type: ignore[arg-type]
    _style(doc, "Figure Caption", font.heading1, size.caption_pt, after_pt=8.0, **caption)  # type: ignore[arg-type]
    picture = _style(doc, "Picture", font.body, 10.5, align=_CENTRE, before_pt=6.0, keep_next=True)
    picture.paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE
    cell = {"line_pt": size.table_line_pt, "before_pt": 1.5, "after_pt": 1.5}
    _style(doc, "TableHead", font.heading1, size.table_pt, align=_CENTRE, keep_next=True, **cell)  # type: ignore[arg-type]
    _style(doc, "TableText", font.table, size.table_pt, **cell)  # type: ignore[arg-type]
    _style(doc, "TableNumber", font.table, size.table_pt, align=_RIGHT, **cell)  # type: ignore[arg-type]
    _style(doc, "Note", font.table, size.note_pt, line_pt=12.5, colour=colour.soft, before_pt=3.0, after_pt=10.0)
    _style(doc, "Spacer", font.table, 6.0, line_pt=8.0)
    _style(doc, "Contents Title", font.title, size.title_pt, line_pt=32.0, align=_CENTRE, after_pt=12.0)
    for level in (1, 2):
        entry = _style(doc, f"toc {level}", font.heading1 if level == 1 else font.body, 14.0, line_pt=24.0)
        entry.paragraph_format.left_indent = Pt(28.0 * (level - 1))
        right = Mm(how.page.text_mm)
        entry.paragraph_format.tab_stops.add_tab_stop(right, WD_TAB_ALIGNMENT.RIGHT, WD_TAB_LEADER.DOTS)
    for side, align in (("Odd", _RIGHT), ("Even", _LEFT)):
        made = _style(doc, f"Page Number {side}", font.table, size.page_number_pt, align=align)
        edge = made.paragraph_format
        edge.left_indent = edge.right_indent = Pt(size.page_number_pt)


def _plain_title(doc: Document) -> None:
    """Take the coloured line away that the template draws below a title."""
    for name in ("Title",):
        properties = doc.styles[name].element.get_or_add_pPr()
        for old in properties.findall(qn("w:pBdr")):
            properties.remove(old)


def _borders(style: ParagraphStyle, sides: str, size: int, colour: str) -> None:
    properties = style.element.get_or_add_pPr()
    borders = element("pBdr")
    for side in sides.split():
        borders.append(element(side, val="single", sz=size, space=4, color=colour))
    properties.find(qn("w:snapToGrid")).addprevious(borders)


def _box(style: ParagraphStyle, colour: str) -> None:
    _borders(style, "top left bottom right", 6, colour)


def _bar(style: ParagraphStyle, colour: str, ground: str) -> None:
    """Draw a bar at the left of a paragraph, on a ground."""
    _borders(style, "left", 24, colour)
    properties = style.element.get_or_add_pPr()
    properties.find(qn("w:snapToGrid")).addprevious(element("shd", val="clear", color="auto", fill=ground))
    style.paragraph_format.left_indent = Pt(8.0)


def _footers(doc: Document) -> None:
    """Write the page number between dashes: on the right of odd pages, on the left of even ones."""
    doc.settings.odd_and_even_pages_header_footer = True
    section: Section = doc.sections[0]
    for footer, side in ((section.footer, "Odd"), (section.even_page_footer, "Even")):
        footer.is_linked_to_previous = False
        paragraph = footer.paragraphs[0]
        paragraph.style = doc.styles[f"Page Number {side}"]
        run_in(paragraph._p, "— ")  # noqa: SLF001
        field_in(paragraph._p, "PAGE", "1")  # noqa: SLF001
        run_in(paragraph._p, " —")  # noqa: SLF001


def _font_table(doc: Document) -> None:
    """Tell other names of each Chinese font, so that a machine without it takes one that is alike."""
    fonts = layout().font
    rows = []
    for font in (fonts.title, fonts.body, fonts.heading1, fonts.heading2, fonts.table):
        first, *others = font.names
        rows.append(
            f'<w:font w:name="{escape(first)}"><w:altName w:val="{escape(",".join(others))}"/><w:charset w:val="86"/>'
            '<w:family w:val="auto"/><w:pitch w:val="variable"/></w:font>'
        )
    made = f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:fonts {nsdecls("w")}>{"".join(rows)}</w:fonts>'
    for relation in doc.part.rels.values():
        if relation.reltype == RELATIONSHIP_TYPE.FONT_TABLE:
            relation.target_part._blob = made.encode()  # noqa: SLF001  python-docx knows no font table
