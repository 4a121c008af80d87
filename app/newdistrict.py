"""Writes a new district's folder."""

import os
import re
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, StrictUndefined, Template

from app.texts import Texts
from geo.errors import InputError
from layers import catalog
from layers.district import DISTRICT_FILE, DistrictFile, read_shapes, zone_names
from layers.people import read_census
from layers.people.rasters import find_rasters
from layers.people.settings import RasterFile
from layers.sources.osm import check_header
from layers.store import replacing
from layers.systems import find_system
from layers.toml import read_toml

_FILES = ("osm", "boundary", "zones", "census", "zone_people", "communities")
_TEMPLATE = Path(__file__).with_name("newdistrict.toml.j2")


@dataclass(frozen=True, slots=True)
class NewDistrict:
    """What ``tongquan init`` was told."""

    name: str
    osm: Path | None
    boundary: Path | None
    place: str | None
    zones: Path | None
    zone_name: str | None
    census: Path | None
    standard: str
    country: str = "CN"
    zone_people: Path | None = None
    communities: Path | None = None
    communities_crs: str | None = None
    rasters: tuple[Path, ...] = ()


def write_new_district(folder: Path, given: NewDistrict, *, texts: Texts) -> Path:
    """Write ``district.toml``; the files that were named are looked at, and stay where they are.

    Args:
        folder: Made when needed.
        given: What the district is made of.
        texts: Language of the comments.

    Returns:
        The file.

    Raises:
        InputError: There is a district already, or a named file cannot be used.
        UnknownIdError: No standard is called so.
    """
    path = folder / DISTRICT_FILE
    if path.exists():
        raise InputError("{file}: there is a district already; choose another folder, or edit this file", file=path)
    if not given.name.strip():
        raise InputError("--name: give the district's name")
    if given.boundary and given.place:
        raise InputError("--boundary and --place: give one of them, not both")
    if not re.fullmatch("[A-Z]{2}", given.country):
        raise InputError("--country {country}: give two capital letters, for example CN", country=given.country)
    catalog.standard(given.standard)
    if given.osm:
        check_header(given.osm)
    if given.boundary:
        read_shapes(given.boundary)
    if given.zones:
        zone_names(read_shapes(given.zones), given.zone_name, given.zones)
    _check_people(folder, given)
    text = _template().render(
        _=texts.gettext,
        name=given.name,
        standard=given.standard,
        country=given.country,
        place=given.place,
        zone_name=given.zone_name,
        communities_crs=given.communities_crs,
        rasters=[_relative(path, folder) for path in given.rasters],
        **{key: _relative(getattr(given, key), folder) for key in _FILES},
    )
    with replacing(path) as half:
        half.write_text(text, encoding="utf-8")
        read_toml(half, DistrictFile)
    return path


def _check_people(folder: Path, given: NewDistrict) -> None:
    """Refuse files of people that are not there or do not say enough."""
    if given.census:
        read_census(given.census)
    if given.communities and not given.communities_crs:
        raise InputError(
            "--communities {file}: say what its coordinates mean: --communities-crs WGS-84, GCJ-02, BD-09 or CGCS2000",
            file=given.communities,
        )
    if given.communities_crs:
        find_system(given.communities_crs)
    find_rasters(folder, [RasterFile(file=str(path.resolve())) for path in given.rasters])
    for table in (given.zone_people, given.communities, *given.rasters):
        if table is not None and not table.is_file():
            raise InputError("{file}: no such file; correct its name", file=table)


def _template() -> Template:
    environment = Environment(
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=False,  # noqa: S701  it makes TOML, not HTML; every value goes through _quoted
    )
    environment.filters["toml"] = _quoted
    return environment.from_string(_TEMPLATE.read_text(encoding="utf-8"))


def _quoted(text: str) -> str:
    """Write a text as a TOML string."""
    escaped = "".join(
        f"\\u{ord(letter):04x}" if ord(letter) < 0x20 or ord(letter) == 0x7F else letter  # noqa: PLR2004  control letters
        for letter in text.replace("\\", "\\\\").replace('"', '\\"')
    )
    return f'"{escaped}"'


def _relative(path: Path | None, folder: Path) -> str | None:
    """Name a file from the folder, with forward slashes; another drive stays absolute."""
    if path is None:
        return None
    try:
        return Path(os.path.relpath(path.resolve(), folder.resolve())).as_posix()
    except ValueError:
        return path.resolve().as_posix()
