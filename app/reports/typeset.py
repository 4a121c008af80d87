"""Calling typst: a folder of files becomes PDF, PNG or the answer to a question."""

import json
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Literal, cast

import typst

from app.maps.sheet.ornaments.lettering import sheet_fonts
from geo.errors import InputError

# PDF/A-2 with tags, and PDF/UA-1: it can be kept for ever, and be read aloud
STANDARDS: list[Literal["a-2a", "ua-1"]] = ["a-2a", "ua-1"]
_PNG_TYP = '#set page(width: auto, height: auto, margin: 0mm)\n#image("picture.svg", width: {w}mm, height: {h}mm)\n'


@contextmanager
def _folder(files: Mapping[str, str | bytes]) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="tongquan-") as name:
        folder = Path(name)
        for file, content in files.items():
            (folder / file).write_bytes(content.encode() if isinstance(content, str) else content)
        try:
            yield folder
        except (RuntimeError, typst.TypstError) as error:
            raise InputError("the page cannot be set ({reason})", reason=str(error)) from error


def pdf_bytes(files: Mapping[str, str | bytes], main: str, *, day: date) -> bytes:
    """Set a document; the same files and day give the same bytes.

    Raises:
        InputError: It cannot be set.
    """
    with _folder(files) as folder:
        return typst.compile(
            folder / main,
            root=folder,
            font_paths=[sheet_fonts().file.parent],
            ignore_system_fonts=True,
            format="pdf",
            timestamp=int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()),
            pdf_standards=[*STANDARDS],
        )


def png_bytes(svg: str, w_mm: float, h_mm: float, *, ppi: float) -> bytes:
    """Draw a picture as PNG.

    Raises:
        InputError: It cannot be drawn.
    """
    with _folder({"picture.svg": svg, "picture.typ": _PNG_TYP.format(w=w_mm, h=h_mm)}) as folder:
        made = typst.compile(
            folder / "picture.typ",
            root=folder,
            font_paths=[sheet_fonts().file.parent],
            ignore_system_fonts=True,
            format="png",
            ppi=ppi,
        )
    return made[0] if isinstance(made, list) else made


def asked(files: Mapping[str, str | bytes], main: str, label: str) -> list[dict[str, object]]:
    """Return the values of all metadata with a label.

    Raises:
        InputError: It cannot be set.
    """
    with _folder(files) as folder:
        found = typst.query(
            folder / main,
            f"<{label}>",
            field="value",
            root=folder,
            font_paths=[sheet_fonts().file.parent],
            ignore_system_fonts=True,
        )
    return cast("list[dict[str, object]]", json.loads(found))
