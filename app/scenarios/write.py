"""Writes a comparison to ``DIR/out/scenarios/ID``."""

from pathlib import Path

from app.results import Results
from app.scenarios.frames import write_geopackage
from app.scenarios.model import Comparison
from app.scenarios.page import write_page
from app.scenarios.workbook import write_workbook
from app.texts import Texts

FOLDER = "scenarios"


def write_comparison(comparison: Comparison, results: Results, out: Path, *, texts: Texts) -> list[Path]:
    """Write the page, the workbook and the GeoPackage of each scenario, and of all together.

    Args:
        comparison: What they do.
        results: The district.
        out: ``DIR/out``.
        texts: The reader's language.

    Returns:
        The files.

    Raises:
        StoreError: A file cannot be written; what stood there before is whole.
    """
    written = []
    for found in comparison.all:
        folder = out / FOLDER / found.scenario.id
        page, book, package = (folder / f"compare.{ending}" for ending in ("html", "xlsx", "gpkg"))
        write_page(found, comparison, results, page, texts=texts)
        write_workbook(found, comparison, results, book, texts=texts)
        write_geopackage(found, results, package, texts=texts)
        written += [page, book, package]
    return written
