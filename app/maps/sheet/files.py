"""The files of a sheet: one PDF, and a picture of each side as SVG and PNG."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from app.maps.sheet.compose import Sheet
from app.maps.sheet.page import Form, set_pages
from app.maps.sheet.poster import tile
from app.texts import Texts
from layers.store import replacing

PDF, FRONT, BACK, POSTER = "children.pdf", "children", "children-back", "children-poster.pdf"
SHEET_FILES = (PDF, f"{FRONT}.svg", f"{FRONT}.png", f"{BACK}.svg", f"{BACK}.png")
PPI = 150.0


def sheet_bytes(sheet: Sheet, name: str) -> bytes:
    """Return the content of one of the files of a sheet; a side that the sheet lacks repeats the front."""
    stem, _, form = name.rpartition(".")
    if form == "pdf":
        return set_pages(sheet.pages, sheet.told, "pdf")[0]
    side = 1 if stem == BACK and len(sheet.pages) > 1 else 0
    forms: Mapping[str, Form] = {"svg": "svg", "png": "png"}
    return set_pages(sheet.pages[side : side + 1], sheet.told, forms[form], ppi=PPI)[0]


def write_sheet(sheet: Sheet, folder: Path, *, texts: Texts, tiles: tuple[float, float] | None = None) -> list[Path]:
    """Write all files of a sheet.

    Args:
        sheet: Composed.
        folder: ``DIR/out``.
        texts: For the names of tiles.
        tiles: Also cut it into sheets of this size, mm; None for no tiles.

    Returns:
        What was written. A back of an earlier sheet is removed where this one has none.

    Raises:
        StoreError: Something cannot be written; what stood there is whole.
    """
    names = [PDF, f"{FRONT}.svg", f"{FRONT}.png"]
    backs = [f"{BACK}.svg", f"{BACK}.png"]
    wanted = names + backs if len(sheet.pages) > 1 else names
    with ThreadPoolExecutor() as pool:  # typst leaves Python alone while it works
        made = dict(zip(wanted, pool.map(lambda name: sheet_bytes(sheet, name), wanted), strict=True))
    if tiles is not None:
        made[POSTER] = tile(made[PDF], onto=tiles, texts=texts)
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in made.items():
        with replacing(folder / name) as half:
            half.write_bytes(content)
    if len(sheet.pages) == 1:
        for name in backs:
            (folder / name).unlink(missing_ok=True)
    return [folder / name for name in made]
