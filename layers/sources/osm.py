"""OpenStreetMap extracts: the only module that uses osmium and OSMnx.

Streets go through osmium into an OSMnx graph, features through osmium into a GeoDataFrame. Filtering comes first:
OSMnx would make streets of park outlines and nodes of every shop. OSMnx brings whole libraries of statistics and
plotting with it, so it loads when something is read, not when a finished district is opened.
"""

import math
import tempfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import osmium
import pandas as pd
import shapely
from osmium.filter import EmptyTagFilter, IdFilter, KeyFilter
from osmium.osm import Area, Node, Way

from geo.crs import WGS84
from geo.errors import InputError

if TYPE_CHECKING:
    import networkx as nx

EXTRACT_ENDINGS = (".osm.pbf", ".osm", ".osm.gz", ".osm.bz2", ".pbf")

# Tags that later steps read; OSMnx drops all others.
WAY_TAGS = [
    "highway",
    "name",
    "name:en",
    "foot",
    "access",
    "sidewalk",
    "footway",
    "bridge",
    "tunnel",
    "layer",
    "lanes",
    "width",
    "maxspeed",
    "oneway",
    "service",
    "crossing",
    "area",
    "indoor",
    "construction",
    "motorroad",
    "segregated",
    "surface",
    "covered",
    "junction",
    "lit",
]
NODE_TAGS = [
    "highway",
    "crossing",
    "crossing:island",
    "crossing:signals",
    "crossing:markings",
    "barrier",
    "access",
    "foot",
    "entrance",
    "name",
    "traffic_signals",
    "button_operated",
    "tactile_paving",
    "locked",
]

# A closed way with one of these keys is a line, not an area, unless area=yes.
_LINEAR_KEYS = ("highway", "barrier", "railway", "aeroway", "power", "route")
_PART_ID_BASE = 1000  # parts of a way that the extract cut: -(way id * base + part)


Box = tuple[float, float, float, float]
_Row = tuple[str, int, dict[str, str], str, float]  # type, id, tags, shape and last edit


@dataclass(frozen=True, slots=True)
class Extract:
    """What an extract says of itself.

    Attributes:
        path: The file.
        osm_date: Time of the newest edit inside, or of the replication state, ISO 8601; None when unknown.
        bounds: West, south, east, north in degrees, from the nodes that ways use.
        n_cut_ways: Ways that refer to nodes which the extract does not hold.
        cut_nodes: Ids of the nodes of streets where such ways break off.
        box: What the extract says it covers: west, south, east, north in degrees; None when it says nothing. Streets
            may reach beyond it, but what lies there is not all that there is.
    """

    path: Path
    osm_date: str | None
    bounds: Box
    n_cut_ways: int
    cut_nodes: frozenset[int] = frozenset()
    box: Box | None = None


def check_extract(path: Path) -> None:
    """Refuse a file that cannot be an OpenStreetMap extract.

    Raises:
        InputError: Missing, empty, or with an unknown ending.
    """
    if not path.is_file():
        raise InputError("{file}: no such file; download an extract of the district and name it here", file=path)
    if path.stat().st_size == 0:
        raise InputError("{file}: the file is empty; download it again", file=path)
    if not path.name.lower().endswith(EXTRACT_ENDINGS):
        raise InputError(
            "{file}: not a known kind of extract; use one of {endings}", file=path, endings=" ".join(EXTRACT_ENDINGS)
        )


def check_header(path: Path) -> None:
    """Refuse a file whose beginning is not that of an extract; cheap, so a fault further on stays unseen.

    Raises:
        InputError: Missing, empty, with an unknown ending, or no OpenStreetMap data.
    """
    check_extract(path)
    with _clear_errors(path), osmium.io.Reader(str(path), osmium.osm.NOTHING) as reader:
        reader.header()


def read_streets(path: Path) -> tuple["nx.MultiDiGraph[int]", Extract]:
    """Read all ways with a ``highway`` tag into an unsimplified OSMnx graph in degrees.

    References to nodes that the extract does not hold are dropped; a way that they cut becomes several.

    Args:
        path: ``.osm.pbf``, ``.osm``, ``.osm.gz`` or ``.osm.bz2``.

    Returns:
        The graph and what the extract says of itself.

    Raises:
        InputError: The file is missing, empty, truncated, no OpenStreetMap data, or without any street.
    """
    import osmnx as ox  # noqa: PLC0415  see above

    check_extract(path)
    with _clear_errors(path):
        ways = [
            (way.id, _tags(way), [node.ref for node in way.nodes])
            for way in osmium.FileProcessor(str(path), osmium.osm.WAY).with_filter(KeyFilter("highway"))
            if isinstance(way, Way)
        ]
    if not ways:
        raise InputError("{file}: no streets inside (no way has a highway tag); use a full extract", file=path)
    with tempfile.TemporaryDirectory(prefix="tongquan-") as folder:
        filtered = Path(folder) / "streets.osm"
        with _clear_errors(path):
            extract = _write_streets(path, filtered, ways)
        with osmnx_settings(useful_tags_way=WAY_TAGS, useful_tags_node=NODE_TAGS):
            graph = ox.graph_from_xml(filtered, bidirectional=True, simplify=False, retain_all=True)
    return graph, extract


def read_features(path: Path, keys: Collection[str]) -> gpd.GeoDataFrame:
    """Read every node, line and area that has one of some tag keys.

    Args:
        path: An extract.
        keys: Tag keys; an object with any of them is read.

    Returns:
        Columns ``osm_type`` (node, way, relation), ``osm_id``, ``tags`` (dict), ``edited`` (seconds since 1970; not a
        number where the extract holds no times) and ``geometry`` in EPSG:4326, in the order of type and id. A closed
        way is one area, or one line where its key is linear. Objects that the extract cuts are left out.

    Raises:
        InputError: The file is missing, empty, truncated or no OpenStreetMap data.
    """
    check_extract(path)
    processor = (
        osmium.FileProcessor(str(path))
        .with_areas(KeyFilter(*keys))
        .with_filter(EmptyTagFilter())
        .with_filter(KeyFilter(*keys))
    )
    factory = osmium.geom.WKBFactory()
    rows: list[_Row] = []
    with _clear_errors(path):
        for thing in processor:
            row = _feature(thing, factory)
            if row is not None:
                rows.append(row)
    frame = pd.DataFrame(rows, columns=["osm_type", "osm_id", "tags", "wkb", "edited"])
    geometry = shapely.from_wkb(frame.pop("wkb").to_numpy(dtype=object))
    features = gpd.GeoDataFrame(frame, geometry=shapely.make_valid(geometry), crs=WGS84)
    return features.sort_values(["osm_type", "osm_id"], kind="stable", ignore_index=True)


def read_boundaries(path: Path) -> gpd.GeoDataFrame:
    """Read the administrative boundaries of an extract as polygons in degrees, with their tags.

    Raises:
        InputError: As :func:`read_features`.
    """
    found = read_features(path, ["boundary"])
    administrative = np.array([tags.get("boundary") == "administrative" for tags in found["tags"]], dtype=np.bool_)
    return found[administrative & found.geom_type.isin(["Polygon", "MultiPolygon"]).to_numpy()]


def read_box(path: Path) -> Box:
    """Return the box that an extract says it covers, else the box of its nodes: west, south, east, north in degrees.

    Raises:
        InputError: As :func:`read_features`.
    """
    check_extract(path)
    with _clear_errors(path):
        stated = _stated_box(path)
        if stated:
            return stated
        xy = np.array(
            [
                (node.location.lon, node.location.lat)
                for node in osmium.FileProcessor(str(path), osmium.osm.NODE)
                if isinstance(node, Node) and node.location.valid()
            ]
        ).reshape(-1, 2)
    if len(xy) == 0:
        raise InputError("{file}: holds no nodes; download it again", file=path)
    return (*xy.min(axis=0).tolist(), *xy.max(axis=0).tolist())


def _stated_box(path: Path) -> Box | None:
    with osmium.io.Reader(str(path), osmium.osm.NOTHING) as reader:
        box = reader.header().box()
        if not box.valid():
            return None
        return box.bottom_left.lon, box.bottom_left.lat, box.top_right.lon, box.top_right.lat


def _feature(thing: object, factory: "osmium.geom.WKBFactory") -> _Row | None:
    try:
        if isinstance(thing, Node):
            return ("node", thing.id, _tags(thing), factory.create_point(thing), _edited(thing))
        if isinstance(thing, Way):
            if thing.is_closed() and not _is_line(thing.tags):
                return None  # it comes again as an area
            return ("way", thing.id, _tags(thing), factory.create_linestring(thing), _edited(thing))
        if isinstance(thing, Area) and not (thing.from_way() and _is_line(thing.tags)):
            kind = "way" if thing.from_way() else "relation"
            return (kind, thing.orig_id(), _tags(thing), factory.create_multipolygon(thing), _edited(thing))
    except (RuntimeError, osmium.InvalidLocationError):
        return None  # the extract cuts it
    return None


def _edited(thing: Node | Way | Area) -> float:
    """Return when a thing was last edited, seconds since 1970; not a number where the extract holds no times."""
    seconds = thing.timestamp.timestamp()
    return seconds if seconds > 0.0 else math.nan


def _tags(thing: Node | Way | Area) -> dict[str, str]:
    return {tag.k: tag.v for tag in thing.tags}


def _is_line(tags: "Mapping[str, str] | osmium.osm.TagList") -> bool:
    if tags.get("area") in {"yes", "no"}:
        return tags.get("area") == "no"
    polygonal = any(key in tags for key in ("building", "leisure", "amenity", "landuse", "natural", "tourism", "water"))
    return tags.get("natural") == "coastline" or (not polygonal and any(key in tags for key in _LINEAR_KEYS))


def _write_streets(source: Path, target: Path, ways: list[tuple[int, dict[str, str], list[int]]]) -> Extract:
    wanted = {ref for _, _, refs in ways for ref in refs}
    present: set[int] = set()
    lons: list[float] = []
    lats: list[float] = []
    newest = datetime.fromtimestamp(0, UTC)
    n_cut = 0
    cut: set[int] = set()
    with osmium.SimpleWriter(str(target), overwrite=True) as writer:
        for node in osmium.FileProcessor(str(source), osmium.osm.NODE).with_filter(IdFilter(wanted)):
            if isinstance(node, Node) and node.location.valid():
                present.add(node.id)
                lons.append(node.location.lon)
                lats.append(node.location.lat)
                newest = max(newest, node.timestamp)
                writer.add_node(node)
        for way_id, tags, refs in ways:
            parts = list(_runs(refs, present))
            n_cut += sum(map(len, parts)) < len(refs)
            cut |= {part[0] for part in parts} - {refs[0]} | {part[-1] for part in parts} - {refs[-1]}
            for i, part in enumerate(parts):
                part_id = way_id if i == 0 else -(abs(way_id) * _PART_ID_BASE + i)
                writer.add_way(osmium.osm.mutable.Way(id=part_id, tags=tags, nodes=part))
    if not present:
        raise InputError("{file}: its streets have no nodes; use a full extract", file=source)
    bounds = (min(lons), min(lats), max(lons), max(lats))
    return Extract(source, _osm_date(source, newest), bounds, n_cut, frozenset(cut), _stated_box(source))


def _runs(refs: Sequence[int], present: set[int]) -> Iterator[list[int]]:
    """Yield the runs of at least two nodes that the extract holds."""
    run: list[int] = []
    for ref in [*refs, None]:
        if ref is not None and ref in present:
            run.append(ref)
            continue
        if len(run) > 1:
            yield run
        run = []


def _osm_date(path: Path, newest: datetime) -> str | None:
    with osmium.io.Reader(str(path), osmium.osm.NOTHING) as reader:
        stated = reader.header().get("osmosis_replication_timestamp", "")
    if stated:
        return str(stated)
    return newest.isoformat().replace("+00:00", "Z") if newest.year > datetime.fromtimestamp(0, UTC).year else None


@contextmanager
def _clear_errors(path: Path) -> Iterator[None]:
    try:
        yield
    except (RuntimeError, ValueError, OSError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError(
            "{file}: not a whole OpenStreetMap file ({reason}); it may be truncated, download it again",
            file=path,
            reason=str(error).strip() or type(error).__name__,
        ) from error


@contextmanager
def osmnx_settings(**wanted: object) -> Iterator[None]:
    """Set OSMnx's module settings for one call and put the old ones back."""
    import osmnx as ox  # noqa: PLC0415  see above

    before = {key: getattr(ox.settings, key) for key in wanted}
    try:
        for key, value in wanted.items():
            setattr(ox.settings, key, value)
        yield
    finally:
        for key, value in before.items():
            setattr(ox.settings, key, value)
