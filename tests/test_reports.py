"""The report on coverage in its four faces, read back by other programs."""

import re
import zipfile
from datetime import date
from functools import cache
from html.parser import HTMLParser
from itertools import pairwise

import docx
import openpyxl
import pikepdf
import pytest

from app.planner import Planner
from app.reports.write import FORMATS, make_report, write_files
from app.texts import LANGUAGES, Texts
from geo.errors import InputError, UnknownIdError
from tests.sample import built_sample

DAY = date(2026, 11, 25)


@cache
def planner():
    return Planner(built_sample())


@pytest.fixture(scope="module", params=list(LANGUAGES))
def report(request, tmp_path_factory):
    texts = Texts(request.param)
    made = make_report(planner().results, planner().check(), "coverage", texts=texts, day=DAY)
    folder = tmp_path_factory.mktemp("reports")
    files = write_files(made, folder, texts=texts)
    assert [path.suffix.removeprefix(".") for path in files] == list(FORMATS)
    return folder


def captions(text):
    """Return the numbers of tables and figures in the order of their captions."""
    return re.findall(r"(?:^|\n)\s*(表|图|Table|Figure)\s?(\d+)\s", text)


def test_word_has_headings_in_order_numbered_captions_and_chinese_fonts(report):
    book = docx.Document(report / "coverage.docx")
    styles = [p.style.name for p in book.paragraphs]
    levels = [int(name[-1]) for name in styles if re.fullmatch(r"Heading \d", name)]
    assert levels
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    numbers = captions("\n".join(p.text for p in book.paragraphs if p.style.name.endswith("Caption")))
    assert numbers
    for kind in {kind for kind, _ in numbers}:
        own = [int(number) for of, number in numbers if of == kind]
        assert own == list(range(1, len(own) + 1))
    with zipfile.ZipFile(report / "coverage.docx") as archive:
        assert "w:eastAsia=" in archive.read("word/styles.xml").decode()


def test_tables_of_the_workbook_hold_the_figures_of_the_district(report):
    book = openpyxl.load_workbook(report / "coverage.xlsx")
    assert len(book.sheetnames) > 2
    numbers = {cell.value for sheet in book for row in sheet.iter_rows() for cell in row}
    children = round(float(planner().results.homes.children.sum()))
    assert any(isinstance(value, int | float) and abs(value - children) < 1.0 for value in numbers)
    assert not any(isinstance(value, str) and value.startswith("=") for value in numbers)


def test_the_pdf_can_be_read_aloud_and_has_an_outline(report):
    with pikepdf.open(report / "coverage.pdf") as pdf, pdf.open_outline() as outline:
        assert len(pdf.pages) > 3
        assert pdf.Root.get("/MarkInfo") is not None
        assert len(outline.root) > 0


class Links(HTMLParser):
    def __init__(self):
        super().__init__()
        self.outside, self.targets, self.wanted = [], set(), set()

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if given.get("id"):
            self.targets.add(given["id"])
        address = given.get("src") or (given.get("href") if tag in {"a", "link", "image", "use"} else None) or ""
        if address.startswith("#"):
            self.wanted.add(address[1:])
        elif address and not address.startswith("data:"):
            self.outside.append((tag, address))


def test_the_page_needs_no_network_and_its_links_lead_somewhere(report):
    seen = Links()
    page = (report / "coverage.html").read_text(encoding="utf-8")
    seen.feed(page)
    assert [link for link in seen.outside if link[0] != "a"] == []
    assert seen.wanted <= seen.targets
    assert "OpenStreetMap" in page


def test_unknown_reports_and_formats_are_refused(tmp_path):
    texts = Texts("en")
    with pytest.raises(UnknownIdError, match="coverage"):
        make_report(planner().results, (), "cover", texts=texts, day=DAY)
    made = make_report(planner().results, (), "coverage", texts=texts, day=DAY)
    with pytest.raises(InputError, match="odt"):
        write_files(made, tmp_path, ["odt"], texts=texts)
    assert list(tmp_path.iterdir()) == []
