"""Sources: everything that a district's settings say of its people, read and checked."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from geo.area import Area
from geo.errors import InputError
from layers.people.census import Census, read_census
from layers.people.communities import Communities, read_communities
from layers.people.rasters import Raster, find_rasters
from layers.people.settings import PeopleSettings
from layers.people.zonetable import ZoneTable, read_zone_table

ZONE_PEOPLE, COMMUNITIES, RASTER = "zone_people", "communities", "raster "
KEYS = (ZONE_PEOPLE, COMMUNITIES, RASTER)  # what the keys of people's files begin with


@dataclass(frozen=True, slots=True)
class Sources:
    """What is known of a district's people; None or empty where no file is named."""

    census: Census | None = None
    zones: ZoneTable | None = None
    communities: Communities | None = None
    rasters: tuple[Raster, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.census or self.zones or self.communities or self.rasters)


def people_files(folder: Path, settings: PeopleSettings) -> dict[str, Path]:
    """Return every file that the settings name, by its key.

    Args:
        folder: What names are relative to.
        settings: The part ``[people]``.

    Raises:
        InputError: A pattern of rasters matches nothing, or a raster does not tell whom it counts.
    """
    tables = {ZONE_PEOPLE: settings.zones, COMMUNITIES: settings.communities}
    found = {key: folder / table.file for key, table in tables.items() if table is not None}
    return found | {f"{RASTER}{raster.path.name}": raster.path for raster in find_rasters(folder, settings.rasters)}


def read_sources(
    folder: Path, settings: PeopleSettings, *, area: Area, zones: Sequence[str], census: Census | None = None
) -> Sources:
    """Read a district's people.

    Args:
        folder: What file names are relative to.
        settings: The part ``[people]``.
        area: The district.
        zones: Names of its zones.
        census: The census, where it was read before.

    Raises:
        InputError: A file cannot be used, or communities are all that there is.
    """
    if census is None and settings.census:
        census = read_census(folder / settings.census)
    table = settings.zones and read_zone_table(folder / settings.zones.file, settings.zones, zones)
    rasters = find_rasters(folder, settings.rasters)
    communities = None
    if settings.communities:
        path = folder / settings.communities.file
        communities = read_communities(path, settings.communities, area)
        if not (census or table or rasters):
            raise InputError(
                "{file}: a list of communities does not tell how many live elsewhere; "
                "give a census, a table of zones or rasters as well",
                file=path,
            )
    return Sources(census, table or None, communities, rasters)
