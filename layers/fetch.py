"""Fetching: what a district needs of the map, downloaded into its own folder."""

from collections.abc import Collection
from datetime import datetime

from geo.area import Area
from geo.errors import InputError
from layers.district import DISTRICT_FILE, ZONES_FILE, District, ZoneRules
from layers.sources.overpass import Download, Mode, fetch_extract
from layers.sources.queries import Wanted
from layers.sources.transport import Overpass
from layers.toml import read_toml

__all__ = ["Download", "Mode", "fetch_map"]


def fetch_map(
    district: District, area: Area, *, margin_m: float, keys: Collection[str], overpass: Overpass, mode: Mode = Mode.USE
) -> Download:
    """Download the streets and features of a district that names no extract.

    Args:
        district: The folder and its settings.
        area: The boundary.
        margin_m: How far beyond it, metres.
        keys: Tag keys of wanted features.
        overpass: How to reach the servers.
        mode: What to do when the download is there.

    Raises:
        FetchError: No server answered within the limits; what has come is kept.
        InputError: The district reads a file, or its area is too large.
    """
    if district.extract is not None:
        raise InputError(
            "{file}: the streets come from {extract}, so there is nothing to fetch; for Overpass write in [streets] "
            "overpass = true instead of file",
            file=district.folder / DISTRICT_FILE,
            extract=district.extract,
        )
    zones = district.settings.zones
    level = None if zones.file else zones.admin_level or read_toml(ZONES_FILE, ZoneRules).admin_level
    where = area.to_lonlat(area.grown(margin_m))
    return fetch_extract(where, Wanted(frozenset(keys), level), overpass, mode=mode)


def iso(moment: datetime | None) -> str | None:
    """Write a moment in UTC as OpenStreetMap does: ``2023-02-21T03:31:14Z``; None stays None."""
    return None if moment is None else moment.strftime("%Y-%m-%dT%H:%M:%SZ")
