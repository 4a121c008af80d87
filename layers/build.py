"""The stages from a district's folder to everything the engine needs; each is kept while its inputs stand."""

import json
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import TypeVar

import geopandas as gpd
import numpy as np

from geo.area import Area
from geo.errors import SettingsError, UnknownIdError
from geo.homes import Homes
from geo.kerb_rules import KerbRules
from geo.network import WalkNetwork
from geo.outline import Outliner
from geo.snap import Snapper
from geo.topology import Topology
from layers import catalog
from layers.barriers import barrier_keys, build_barriers, read_barrier_rules
from layers.basemap import basemap_keys, build_basemap, read_basemap_rules
from layers.district import District, read_area, read_zones
from layers.frames import read_frame, touching, write_frame
from layers.homes import KEYS as HOME_KEYS
from layers.homes import build_homes
from layers.layer import Places, build_places, wanted_keys
from layers.networkfile import read_outliner, read_topology, write_outliner, write_topology
from layers.people import Census, read_census
from layers.recipe import Recipe
from layers.resultrules import result_rules
from layers.sources import osm
from layers.sources.transport import Overpass
from layers.standard import StandardFile
from layers.store import Store, knowledge_digest, sha256_of
from layers.streets import build_topology

T = TypeVar("T")
# called with a stage's id, its seconds (None when it begins) and whether it was computed now
Report = Callable[[str, float | None, bool], None]


@dataclass(frozen=True, slots=True)
class SourceInfo:
    """What is known of where streets and places come from.

    Attributes:
        name: The extract's file name, or Overpass.
        osm_date: ISO 8601, or None when unknown.
        bounds: West, south, east, north in degrees.
        n_cut_ways: Ways that the extract cuts.
    """

    name: str
    osm_date: str | None
    bounds: tuple[float, float, float, float]
    n_cut_ways: int


class Stages:
    """A district's stages, computed when asked for and kept in ``DIR/cache``.

    Args:
        district: The folder and its settings.
        overpass: How to download, where the district asks for it.
        fresh: Compute everything again.
        report: Told when a stage begins and ends.
    """

    def __init__(
        self, district: District, *, overpass: Overpass, fresh: bool = False, report: Report | None = None
    ) -> None:
        self.district = district
        self._overpass = overpass
        self.report = report or (lambda _stage, _seconds, _computed: None)
        self._store = Store(district.folder / "cache", fresh=fresh)

    @cached_property
    def standard(self) -> StandardFile:
        """The standard that the district is judged by."""
        with self._naming("standard"):
            return catalog.standard(self.district.settings.standard)

    @cached_property
    def recipes(self) -> Mapping[str, Recipe]:
        """The layers that the district wants, and those that its standard needs."""
        wanted = set(self.district.settings.layers)
        known = catalog.recipes()
        with self._naming("layers"):
            for layer in wanted - set(known):
                catalog.recipe(layer)
        needed = {layer for need in self.standard.rules.needs for layer in need.layers}
        return {key: recipe for key, recipe in known.items() if not wanted or key in wanted | needed}

    @contextmanager
    def _naming(self, key: str) -> Iterator[None]:
        """Say in which file and under which key an unknown id stands."""
        try:
            yield
        except UnknownIdError as error:
            raise SettingsError("{file}: [{key}] {reason}", file=self.district.file, key=key, reason=error) from error

    @cached_property
    def area(self) -> Area:
        """The boundary."""
        return read_area(self.district, self._overpass)

    @cached_property
    def zones(self) -> gpd.GeoDataFrame:
        """The sub-districts, metres."""
        return read_zones(self.district, self.area)

    @cached_property
    def census(self) -> Census | None:
        """People by age, or None where no table is named."""
        path = self.district.census
        return None if path is None else read_census(path)

    @property
    def margin_m(self) -> float:
        """How far streets and places reach beyond the boundary, metres."""
        rules = self.standard.rules
        return rules.budget_m + rules.snap_limit_m + result_rules().extent.extra_m

    @cached_property
    def input_hashes(self) -> Mapping[str, str]:
        """SHA-256 of every input file, by its key in ``district.toml``."""
        return {key: sha256_of(path) for key, path in self.district.inputs.items()}

    @cached_property
    def _base(self) -> dict[str, object]:
        """What every stage depends on."""
        return {
            "code": knowledge_digest(),
            "boundary": self.area.polygon.wkb_hex,
            "crs": self.area.crs.to_string(),
            "streets": self.input_hashes.get("streets", self._overpass.urls),
            "margin_m": self.margin_m,
        }

    @cached_property
    def _streets(self) -> tuple[Topology, SourceInfo]:
        """The streets and where they come from."""
        depends = self._base | {"country": self.district.settings.country, "kerbs": self.standard.kerbs}
        return self._stage("streets", depends, self._build_streets, _read_streets, _write_streets)

    @property
    def topology(self) -> Topology:
        """The streets with kerbs and gates."""
        return self._streets[0]

    @property
    def network(self) -> WalkNetwork:
        """The streets."""
        return self.topology.network

    @cached_property
    def snapper(self) -> Snapper:
        """Attaches points to the streets."""
        return Snapper(self.network, big=self.topology.two_sided)

    @property
    def source(self) -> SourceInfo:
        """Where streets and places come from."""
        return self._streets[1]

    @cached_property
    def kerbs(self) -> KerbRules:
        """How big roads are crossed."""
        return catalog.kerb_rules(self.standard.kerbs, country=self.district.settings.country)

    @cached_property
    def features(self) -> gpd.GeoDataFrame:
        """Everything that some layer, the homes or the background need, in degrees."""
        keys = wanted_keys(self.recipes.values()) | HOME_KEYS | basemap_keys(read_basemap_rules())
        keys |= barrier_keys(read_barrier_rules())
        depends = self._base | {"keys": sorted(keys)}
        return self._stage("features", depends, lambda: self._read_features(keys), _frame_reader, _frame_writer)

    @cached_property
    def places(self) -> Places:
        """The places of every layer."""
        depends = self._base | {"recipes": list(self.recipes)}
        return self._stage("places", depends, self._build_places, _read_places, _write_places)

    @cached_property
    def homes(self) -> Homes:
        """Where the children live."""
        depends = self._base | {
            "standard": self.standard.rules.id,
            "census": self.input_hashes.get("census"),
            "zones": [shape.wkb_hex for shape in self.zones.geometry],
        }
        return self._stage("homes", depends, self._build_homes, _read_homes, _write_homes)

    @cached_property
    def outliner(self) -> Outliner:
        """Draws the areas of circles, past what nobody walks over: water, railways, motorways."""

        def read(folder: Path) -> Outliner:
            return read_outliner(self.network, folder)

        return self._stage("barriers", self._base, self._build_outliner, read, write_outliner)

    @cached_property
    def basemap(self) -> gpd.GeoDataFrame:
        """The background of maps, metres."""
        return self._stage("basemap", self._base, self._build_basemap, _frame_reader, _frame_writer)

    def _stage(
        self,
        name: str,
        depends_on: Mapping[str, object],
        build: Callable[[], T],
        read: Callable[[Path], T],
        write: Callable[[T, Path], None],
    ) -> T:
        start = time.perf_counter()

        def reported() -> T:
            self.report(name, None, True)  # noqa: FBT003  a callback has no keywords
            return build()

        result, computed = self._store.cached(name, depends_on, build=reported, read=read, write=write)
        self.report(name, time.perf_counter() - start, computed)
        return result

    def _build_streets(self) -> tuple[Topology, SourceInfo]:
        if self.district.extract is None:
            from layers.sources.overpass import fetch_streets  # noqa: PLC0415  brings OSMnx, see layers.sources.osm

            wanted = self.area.to_lonlat(self.area.grown(self.margin_m))
            graph, source = fetch_streets(wanted, self._overpass), SourceInfo("Overpass", None, wanted.bounds, 0)
            cut_nodes, box = frozenset[int](), None
        else:
            graph, extract = osm.read_streets(self.district.extract)
            source = SourceInfo(extract.path.name, extract.osm_date, extract.bounds, extract.n_cut_ways)
            cut_nodes, box = extract.cut_nodes, extract.box
        topology = build_topology(
            graph,
            self.area,
            margin_m=self.margin_m,
            source=source.name,
            kerbs=self.kerbs,
            country=self.district.settings.country,
            cut_nodes=cut_nodes,
            box=box,
        )
        return topology, source

    def _read_features(self, keys: frozenset[str]) -> gpd.GeoDataFrame:
        wanted = self.area.to_lonlat(self.area.grown(self.margin_m))
        if self.district.extract is None:
            from layers.sources.overpass import fetch_features  # noqa: PLC0415

            return fetch_features(wanted, keys, self._overpass)
        return touching(osm.read_features(self.district.extract, keys), wanted)

    def _build_places(self) -> Places:
        return build_places(
            self.features,
            list(self.recipes.values()),
            area=self.area,
            margin_m=self.margin_m,
            network=self.network,
            snapper=self.snapper,
            snap_limit_m=self.standard.rules.snap_limit_m,
        )

    def _build_homes(self) -> Homes:
        bands = self.standard.rules.bands
        return build_homes(
            self.features,
            area=self.area,
            zones=self.zones,
            network=self.network,
            totals=None if self.census is None else self.census.in_bands(bands),
            n_bands=len(bands),
        )

    def _build_outliner(self) -> Outliner:
        return Outliner(self.network, build_barriers(self.features, self.network))

    def _build_basemap(self) -> gpd.GeoDataFrame:
        return build_basemap(self.features, self.network, area=self.area, margin_m=result_rules().extent.basemap_m)


def _write_streets(made: tuple[Topology, SourceInfo], folder: Path) -> None:
    write_topology(made[0], folder)
    (folder / "source.json").write_text(json.dumps(asdict(made[1])), encoding="utf-8")


def _read_streets(folder: Path) -> tuple[Topology, SourceInfo]:
    source = json.loads((folder / "source.json").read_text(encoding="utf-8"))
    source["bounds"] = tuple(source["bounds"])
    return read_topology(folder), SourceInfo(**source)


def _frame_writer(frame: gpd.GeoDataFrame, folder: Path) -> None:
    write_frame(frame, folder / "frame.parquet")


def _frame_reader(folder: Path) -> gpd.GeoDataFrame:
    return read_frame(folder / "frame.parquet")


def _write_places(places: Places, folder: Path) -> None:
    write_frame(places.table, folder / "table.parquet")
    write_frame(places.entrances, folder / "entrances.parquet")
    (folder / "merged.json").write_text(json.dumps(places.merged), encoding="utf-8")


def _read_places(folder: Path) -> Places:
    merged = json.loads((folder / "merged.json").read_text(encoding="utf-8"))
    return Places(read_frame(folder / "table.parquet"), read_frame(folder / "entrances.parquet"), merged)


def _write_homes(homes: Homes, folder: Path) -> None:
    arrays = {name: getattr(homes, name) for name in ("xy", "kind", "zone", "weight", "children")}
    np.savez(folder / "homes.npz", allow_pickle=False, are_children=homes.are_children, **arrays)


def _read_homes(folder: Path) -> Homes:
    with np.load(folder / "homes.npz", allow_pickle=False) as arrays:
        values = {name: arrays[name] for name in ("xy", "kind", "zone", "weight", "children")}
        return Homes(**values, are_children=bool(arrays["are_children"]))
