"""Writes a commented template of a scenario."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from app.results import Results
from geo.errors import InputError
from layers.scenario import FOLDER, check_id
from layers.store import replacing

TEMPLATE = "new.toml.j2"
_DEGREE_DIGITS = 6


def write_new(results: Results, folder: Path, scenario_id: str) -> Path:
    """Write ``DIR/scenarios/ID.toml`` with one commented change of each kind.

    Args:
        results: The district; points and names of the examples are its own.
        folder: The district's folder.
        scenario_id: The file's stem.

    Raises:
        InputError: The id cannot be one, or there is such a scenario.
        StoreError: It cannot be written.
    """
    path = folder / FOLDER / f"{check_id(scenario_id)}.toml"
    if path.exists():
        raise InputError("{file}: is there already; choose another id", file=path)
    middle = results.area.to_lonlat(results.area.polygon.representative_point())
    table = results.places.table
    inside = table[table["inside"]]
    # TOML, and not HTML: what stands in a comment is kept on its line instead of being escaped
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=False,  # noqa: S701
        undefined=StrictUndefined,
        trim_blocks=True,
        keep_trailing_newline=True,
    )
    text = environment.get_template(TEMPLATE).render(
        id=scenario_id,
        folder=" ".join(str(folder).split()),
        layers=", ".join(results.recipes),
        lon=round(middle.x, _DEGREE_DIGITS),
        lat=round(middle.y, _DEGREE_DIGITS),
        place=str(inside["place_id"].iloc[0]) if len(inside) else "",
    )
    with replacing(path) as half:
        half.write_text(text, encoding="utf-8")
    return path
