"""The four faces of a report say the same, open, and do no harm whatever names say."""

import re
import zipfile
from io import BytesIO
from itertools import pairwise
from xml.etree import ElementTree as ET

import openpyxl
import pikepdf
import pytest
from docx import Document

from app.reports.layout import layout
from app.reports.model import Heading, Report, Summary, Table
from app.reports.pdf import heading_pages
from app.reports.resolve import resolve
from app.reports.write import FORMATS, write_files
from app.reports.xlsx import HEADER_ROW
from app.texts import Texts
from geo.errors import InputError
from tests.reports import COLUMNS, HOSTILE, hostile_table, long_table, report

ZH = Texts("zh-CN")
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


@pytest.fixture(scope="module")
def whole():
    """Return a report with hostile, empty and long tables."""
    empty = Table("empty", "空表", COLUMNS, ())
    return report(hostile_table(), empty, annexes=(Heading(1, "附表"), long_table()), notice="虚构")


@pytest.fixture(scope="module")
def files(whole, tmp_path_factory):
    folder = tmp_path_factory.mktemp("reports")
    return {path.suffix[1:]: path for path in write_files(whole, folder, texts=ZH)}


def test_all_faces_are_written_and_nothing_else(files):
    assert set(files) == set(FORMATS)
    assert {path.name for path in files["pdf"].parent.iterdir()} == {f"x.{name}" for name in FORMATS}


# Word


@pytest.fixture(scope="module")
def word(files):
    return Document(str(files["docx"]))


def test_word_has_the_official_page(word):
    section, how = word.sections[0], layout().page
    assert [round(x.mm) for x in (section.page_width, section.page_height)] == [210, 297]
    margins = (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
    assert [round(x.mm) for x in margins] == [37, 35, 28, 26]
    body = word.styles["Body Text"].paragraph_format
    assert body.line_spacing.pt * how.lines == pytest.approx((297 - 37 - 35) * 72 / 25.4, abs=how.lines * 0.05)


def test_words_headings_step_down_one_by_one(word):
    levels = [int(p.style.name[-1]) for p in word.paragraphs if p.style.name.startswith("Heading")]
    assert levels == [1, 2, 1, 2, 3, 1]
    assert all(b - a <= 1 for a, b in pairwise(levels))


def test_word_names_its_chinese_fonts_and_no_theme(files):
    with zipfile.ZipFile(files["docx"]) as package:
        styles = ET.fromstring(package.read("word/styles.xml"))  # noqa: S314  our own file
        fonts = package.read("word/fontTable.xml").decode()
    used = [
        style for style in styles.iter(f"{W}style") if style.get(f"{W}styleId") in {"BodyText", "Heading1", "Title"}
    ]
    assert len(used) == 3
    for style in used:
        font = style.find(f"{W}rPr/{W}rFonts")
        assert font.get(f"{W}eastAsia") in {"仿宋_GB2312", "黑体", "方正小标宋简体"}
        assert not any("Theme" in key for key in font.attrib)
    assert 'w:altName w:val="仿宋,FangSong' in fonts
    assert styles.find(f".//{W}docDefaults//{W}lang").get(f"{W}eastAsia") == "zh-CN"


def test_words_tables_are_numbered_once_by_fields(word):
    captions = [p.text for p in word.paragraphs if p.style.name == "Table Caption"]
    assert [re.match(r"表(\d+)", text)[1] for text in captions] == ["1", "2", "3", "4"]
    codes = [e.text.strip() for e in word.element.iter(f"{W}instrText")]
    assert codes.count("SEQ 表 \\* ARABIC") == 4
    assert codes.count("REF table1 \\h") == 1
    names = [e.get(f"{W}name") for e in word.element.iter(f"{W}bookmarkStart")]
    assert len(names) == len(set(names))
    linked = {code.split()[1] for code in codes if code.startswith(("REF", "PAGEREF"))}
    assert linked <= set(names)


def test_words_contents_are_filled_in(word, whole):
    pages = heading_pages(resolve(whole, ZH), texts=ZH)
    entries = [p for p in word.paragraphs if p.style.name.lower().startswith("toc ")]
    assert len(entries) == 5  # of six headings, one is of level 3
    assert all(re.search(r"\d+$", "".join(t.text for t in e._p.iter(f"{W}t"))) for e in entries)
    assert list(pages.values()) == sorted(pages.values())


def test_words_long_table_repeats_its_header_and_keeps_rows_whole(word):
    table = word.tables[-1]
    rows = table._tbl.findall(f"{W}tr")
    assert len(rows) == 202
    assert rows[0].find(f"{W}trPr/{W}tblHeader") is not None
    assert all(row.find(f"{W}trPr/{W}cantSplit") is not None for row in rows)


def test_words_pictures_can_be_told(word):
    assert {shape._inline.docPr.get("descr") for shape in word.inline_shapes} == {"首页图", "图的说明"}


def test_word_has_no_soup_of_empty_paragraphs(word):
    empty = [p for p in word.paragraphs if not p.text.strip() and not p._p.findall(f".//{W}drawing")]
    assert all(p.style.name == "Spacer" for p in empty)
    assert not any(not a.text and not b.text for a, b in pairwise(empty) if a._p.getnext() is b._p)


def test_word_runs_nothing_that_names_say(word):
    codes = " ".join(e.text for e in word.element.iter(f"{W}instrText"))
    assert not re.search("HYPERLINK|DDE|INCLUDE|cmd", codes)
    cells = {cell.text for row in word.tables[2].rows for cell in row.cells}
    assert HOSTILE[0] in cells


# Excel


def test_excel_has_a_sheet_for_each_table_with_its_numbers(files, whole):
    book = openpyxl.load_workbook(files["xlsx"])
    tables = resolve(whole, ZH).tables
    assert len(book.sheetnames) == 1 + len(tables)
    for name, table in zip(book.sheetnames[1:], tables, strict=True):
        sheet = book[name]
        assert sheet.freeze_panes == f"B{HEADER_ROW + 2}"
        assert sheet.auto_filter.ref
        read = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=HEADER_ROW + 2, max_col=len(COLUMNS))]
        numbers = [sum(row[1] for row in read if isinstance(row[1], int | float)), sum(r[1] for r in table.table.rows)]
        assert numbers[0] == numbers[1]


def test_excel_holds_no_formula_and_no_link_outside(files):
    book = openpyxl.load_workbook(files["xlsx"])
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert not [cell for cell in cells if cell.data_type == "f"]
    assert HOSTILE[0] in {cell.value for cell in cells}
    assert not [cell for cell in cells if cell.hyperlink is not None and cell.hyperlink.target]


# PDF


def test_pdf_is_tagged_archivable_and_titled(files):
    with pikepdf.open(files["pdf"]) as pdf:
        assert "/StructTreeRoot" in pdf.Root
        assert pdf.Root.Lang == "zh-CN"
        with pdf.open_metadata() as meta:
            assert meta["dc:title"] == "报告标题"
            assert meta["pdfaid:part"] == "2"
            assert meta["pdfuaid:part"] == "1"
        assert pdf.open_outline().root[0].title.startswith("一、")
        assert "/JavaScript" not in pdf.Root.get("/Names", {})
        boxes = {tuple(round(float(x)) for x in page.mediabox) for page in pdf.pages}
    assert boxes == {(0, 0, 595, 842)}  # no name changed the page


def test_the_same_report_is_the_same_pdf(files, whole, tmp_path):
    again = write_files(whole, tmp_path, ["pdf"], texts=ZH)[0]
    assert again.read_bytes() == files["pdf"].read_bytes()


# HTML


def test_html_stays_at_home_and_runs_nothing(files):
    page = files["html"].read_text(encoding="utf-8")
    assert "<script" not in page
    assert not re.findall(r"(?:src|href)=\"(?!data:image/svg|#)", page)
    assert "default-src 'none'" in page
    assert page.count("<table>") == 4
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'href="#([^"]+)"', page)) <= set(ids)


def test_html_headings_step_down(files):
    levels = [int(n) for n in re.findall(r"<h(\d)", files["html"].read_text(encoding="utf-8"))]
    assert levels[0] == 1
    assert all(b - a <= 1 for a, b in pairwise(levels))


# faults


def test_a_broken_picture_leaves_the_old_files(tmp_path):
    old = tmp_path / "x.docx"
    old.write_bytes(b"old")
    with pytest.raises(InputError, match="picture"):
        write_files(report(svg="<svg"), tmp_path, texts=ZH)
    assert old.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [old]


def test_an_unknown_format_is_refused(whole, tmp_path):
    with pytest.raises(InputError, match="odt"):
        write_files(whole, tmp_path, ["pdf", "odt"], texts=ZH)
    assert not list(tmp_path.iterdir())


def test_a_report_of_next_to_nothing_has_all_faces(tmp_path):
    bare = Report("bare", "T", "", "", report().day, "en", Summary("Nothing."), ())
    written = write_files(bare, tmp_path, texts=Texts("en"))
    assert all(path.stat().st_size for path in written)
    assert Document(BytesIO(written[0].read_bytes())).paragraphs[0].text == "T"
