"""Setting pages with typst: a picture of the page as SVG and the real text on it become PDF, SVG or PNG."""

import json
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Literal

import typst

from app.maps.sheet.fonts import check_glyphs
from app.maps.sheet.ornaments.lettering import sheet_fonts
from app.maps.sheet.paper import Paper
from app.maps.sheet.runs import Run
from app.maps.sheet.svg import num, tag
from geo.errors import InputError

TEMPLATE = Path(__file__).with_name("sheet.typ")
# PDF/A-2 with tags, and PDF/UA-1: it can be kept for ever, and be read aloud
STANDARDS = ["a-2a", "ua-1"]
_TYPE = ".typ"

Form = Literal["pdf", "svg", "png"]


@dataclass(frozen=True, slots=True)
class Page:
    """One side of the sheet.

    Attributes:
        paper: Its size.
        svg: Markup of everything that is drawn, in the paper's millimetres.
        runs: Real text on it.
        alt: What the picture shows, for those who cannot see it.
    """

    paper: Paper
    svg: str
    runs: tuple[Run, ...]
    alt: str


@dataclass(frozen=True, slots=True)
class Told:
    """What the file says of itself.

    Attributes:
        title, author: Plain text.
        lang: ``zh-CN`` or ``en``.
        day: Of the edition; the same day and content give the same bytes.
        keywords: For catalogues.
    """

    title: str
    author: str
    lang: str
    day: date
    keywords: tuple[str, ...] = ()


def set_pages(
    pages: Sequence[Page], told: Told, form: Literal["pdf", "svg", "png"], *, ppi: float = 150.0
) -> list[bytes]:
    """Set pages.

    Args:
        pages: In order.
        told: Title and the like.
        form: ``pdf`` gives one file, ``svg`` and ``png`` one for each page.
        ppi: Of pictures, pixels an inch.

    Raises:
        InputError: The font lacks a character, or typst cannot set the pages.
    """
    check_glyphs((run.text, run.text) for page in pages for run in page.runs)
    family = sheet_fonts()
    with tempfile.TemporaryDirectory(prefix="tongquan-") as name:
        folder = Path(name)
        for i, page in enumerate(pages):
            (folder / f"page{i}.svg").write_text(_document(page), encoding="utf-8")
        (folder / "sheet.json").write_text(json.dumps(_data(pages, told, family.family)), encoding="utf-8")
        (folder / "sheet.typ").write_bytes(TEMPLATE.read_bytes())
        options = {"pdf_standards": STANDARDS} if form == "pdf" else {"ppi": ppi} if form == "png" else {}
        at = int(datetime(told.day.year, told.day.month, told.day.day, tzinfo=UTC).timestamp())
        try:
            made = typst.compile(
                folder / f"sheet{_TYPE}",
                root=folder,
                font_paths=[family.file.parent],
                ignore_system_fonts=True,
                format=form,
                timestamp=at,
                **options,
            )
        except (RuntimeError, typst.TypstError) as error:
            raise InputError("the page cannot be set ({reason})", reason=str(error)) from error
    parts: list[bytes] = made if isinstance(made, list) else [made]  # type: ignore[list-item]
    return parts


def _document(page: Page) -> str:
    """Return a whole SVG file of a page."""
    w, h = page.paper.w_mm, page.paper.h_mm
    k = page.paper.magnify
    return tag(
        "svg",
        page.svg,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {num(w)} {num(h)}",
        width=f"{num(w * k)}mm",
        height=f"{num(h * k)}mm",
    )


def _printable(text: str) -> str:
    return "".join(char for char in text if char.isprintable())


def _data(pages: Sequence[Page], told: Told, family: str) -> dict[str, object]:
    lang, _, region = told.lang.partition("-")
    return {
        "title": _printable(told.title),
        "author": _printable(told.author),
        "keywords": list(told.keywords),
        "lang": lang,
        "region": region.lower() or "us",
        "family": family,
        "year": told.day.year,
        "month": told.day.month,
        "day": told.day.day,
        "pages": [
            {
                "file": f"page{i}.svg",
                "w_mm": page.paper.w_mm * page.paper.magnify,
                "h_mm": page.paper.h_mm * page.paper.magnify,
                "magnify": page.paper.magnify,
                "alt": page.alt,
                "runs": [asdict(run) | {"text": _printable(run.text)} for run in page.runs],
            }
            for i, page in enumerate(pages)
        ],
    }
