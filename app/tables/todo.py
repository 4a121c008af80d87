"""To-do lists for mappers: what the office lists and OpenStreetMap lacks, as a table and as a file that JOSM opens."""

from pathlib import Path

import geopandas as gpd

from app.results import Results
from app.texts import Texts
from layers.mappers import write_josm, write_todo_csv


def write_todo(results: Results, path: Path, *, texts: Texts) -> None:
    """Write the table.

    Raises:
        StoreError: It cannot be written; what stood there before is whole.
    """
    write_todo_csv(path, _todo(results), lang=texts.lang)


def write_todo_osm(results: Results, path: Path, *, texts: Texts) -> None:
    """Write the file for JOSM.

    Raises:
        StoreError: It cannot be written; what stood there before is whole.
    """
    write_josm(path, _todo(results), lang=texts.lang)


def _todo(results: Results) -> gpd.GeoDataFrame:
    todo = results.places.todo
    if todo is None:  # no list: nothing is written then
        raise ValueError("the district has no lists")
    return todo[todo.intersects(results.area.polygon)]
