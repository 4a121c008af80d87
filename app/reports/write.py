"""Writes reports: which there are, and the files of one."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path

from app.reports.coverage import coverage_report
from app.reports.docx import write_docx
from app.reports.html import write_html
from app.reports.model import Report
from app.reports.pdf import heading_pages, write_pdf
from app.reports.resolve import Resolved, resolve
from app.reports.sites import sites_report
from app.reports.xlsx import write_xlsx
from app.results import Results
from app.siting.decide import decide
from app.texts import Texts
from geo.errors import InputError, look_up
from layers.plan import read_plan
from layers.quality import Finding
from layers.store import replacing

FORMATS = ("docx", "xlsx", "pdf", "html")
FOLDER = "reports"  # in the folder of outputs

_Face = Callable[[Resolved, Path, Texts], None]


COVERAGE = "coverage"  # the one report that is about no target of the plan


def _docx(resolved: Resolved, path: Path, texts: Texts) -> None:
    write_docx(resolved, path, texts=texts, pages=heading_pages(resolved, texts=texts))


_FACES: Mapping[str, _Face] = {
    "docx": _docx,
    "xlsx": lambda resolved, path, texts: write_xlsx(resolved, path, texts=texts),
    "pdf": lambda resolved, path, texts: write_pdf(resolved, path, texts=texts),
    "html": lambda resolved, path, texts: write_html(resolved, path, texts=texts),
}


def make_report(results: Results, findings: Sequence[Finding], target: str, *, texts: Texts, day: date) -> Report:
    """Make the report on coverage, or on a target of the plan.

    Raises:
        UnknownIdError: There is no such report.
        SettingsError: Its template, or the plan, has a fault.
        InputError: There are no candidates, or the plan names what is not there.
    """
    if target == COVERAGE:
        return coverage_report(results, findings, texts=texts, day=day)
    look_up(dict.fromkeys([COVERAGE, *read_plan(results.district.folder).targets]), target, "report")
    return sites_report(results, decide(results, target, texts).decision, texts=texts, day=day)


def check_formats(formats: Sequence[str]) -> None:
    """Check that there are such formats.

    Raises:
        InputError: There is no such format.
    """
    for name in formats or [""]:
        if name not in _FACES:
            raise InputError("--format: {given} is not one of {known}", given=name, known=", ".join(FORMATS))


def write_files(report: Report, folder: Path, formats: Sequence[str] = FORMATS, *, texts: Texts) -> list[Path]:
    """Write a report as files ``REPORT.docx`` and so on.

    Args:
        report: Made.
        folder: Made where it is missing.
        formats: Of :data:`FORMATS`.
        texts: The reader's language.

    Raises:
        InputError: No such format, or the report has a fault; nothing is written.
        StoreError: A file cannot be written; what stood there is whole.
    """
    check_formats(formats)
    resolved = resolve(report, texts)
    written = []
    for name in dict.fromkeys(formats):
        path = folder / f"{report.id}.{name}"
        with replacing(path) as half:
            _FACES[name](resolved, half, texts)
        written.append(path)
    return written
