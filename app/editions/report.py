"""Comparing two editions on disk: a few lines to read at once, a table and a page to keep."""

from pathlib import Path

from app.editions.compare import compare
from app.editions.page import write_difference_page
from app.editions.store import read_edition
from app.editions.summary import summary
from app.editions.workbook import write_difference_workbook
from app.texts import Texts


def write_report(
    before: Path, after: Path, output: Path | None, *, texts: Texts
) -> tuple[list[str], tuple[Path, Path]]:
    """Compare two editions and write what differs.

    Args:
        before: Folder of the older edition.
        after: Folder of the newer one.
        output: Folder for the files; None takes that of the district's editions.
        texts: The reader's language.

    Returns:
        The comparison in a few lines, and the workbook and the page written.

    Raises:
        InputError: One of them is no edition or damaged, or they are of different places.
        StoreError: A file cannot be written; what stood there is whole.
    """
    diff = compare(read_edition(before), read_edition(after))
    folder = after.parent if output is None else output
    stem = f"{diff.before.label}-{diff.after.label}"
    book, page = folder / f"{stem}.xlsx", folder / f"{stem}.html"
    write_difference_workbook(diff, book, texts=texts)
    write_difference_page(diff, page, texts=texts)
    return summary(diff, texts), (book, page)
