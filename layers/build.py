"""The stages from a district's folder to everything the engine needs; each is kept while its inputs stand."""

import json
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TypeVar

import geopandas as gpd

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
from layers.fetch import Download, Mode, fetch_map, iso
from layers.frames import read_frame, read_plain, touching, write_frame
from layers.homes import KEYS as HOME_KEYS
from layers.homes import build_homes, read_home_rules
from layers.layer import Places, build_places, osm_places, wanted_keys
from layers.layerfile import LayerFile, read_layer_files
from layers.networkfile import read_outliner, read_topology, write_outliner, write_topology
from layers.own import layers_of, own_hashes, read_own
from layers.people import Census, read_census
from layers.people.place import Peopled, place_people
from layers.people.sources import people_files, read_sources
from layers.people.store import read_peopled, write_peopled
from layers.recipe import Recipe
from layers.resultrules import result_rules
from layers.sources import osm
from layers.sources.transport import Overpass, Piece
from layers.standard import StandardFile
from layers.store import Store, knowledge_digest, sha256_of
from layers.streets import build_topology
from layers.told import Told, Weight

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
        newest_date: Of a download whose pieces come from several moments, the last; `osm_date` is then the first.
    """

    name: str
    osm_date: str | None
    bounds: tuple[float, float, float, float]
    n_cut_ways: int
    newest_date: str | None = None


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
        self._overpass = overpass if overpass.told else replace(overpass, told=self._tell_piece)
        self.report = report or (lambda _stage, _seconds, _computed: None)
        self._store = Store(district.folder / "cache", fresh=fresh)

    @cached_property
    def standard(self) -> StandardFile:
        """The standard that the district is judged by."""
        with self._naming("standard"):
            return catalog.standard(self.district.settings.standard)

    @cached_property
    def layer_files(self) -> tuple[LayerFile, ...]:
        """The office's own lists."""
        return read_layer_files(self.district.folder)

    @cached_property
    def recipes(self) -> Mapping[str, Recipe]:
        """The layers that the district wants, those that its standard needs, and those of the office's own lists."""
        wanted = set(self.district.settings.layers)
        known = catalog.recipes()
        with self._naming("layers"):
            for layer in wanted - set(known):
                catalog.recipe(layer)
        needed = {layer for need in self.standard.rules.needs for layer in need.layers} | layers_of(self.layer_files)
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
        wants_map = self.district.settings.zones.file is None
        return read_zones(self.district, self.area, extract=self.extract if wants_map else None)

    def _tell_piece(self, piece: Piece) -> None:
        what = f"Overpass {piece.number}/{piece.of} · {piece.server} · {piece.mb:.1f} MB"
        self.report(what, piece.seconds, True)  # noqa: FBT003  a callback has no keywords

    @property
    def feature_keys(self) -> frozenset[str]:
        """The tag keys of everything that some layer, the homes or the background need."""
        return wanted_keys(self.recipes.values()) | _other_keys()

    def fetch(self, mode: Mode = Mode.GO_ON) -> Download:
        """Download what the district needs of the map, where it asks for that.

        The keys are those of every known layer, so that choosing others needs no other download.

        Raises:
            InputError: The district reads a file, or its area is too large.
            FetchError: No server answered; what has come is kept.
        """
        keys = wanted_keys(catalog.recipes().values()) | _other_keys()
        start = time.perf_counter()
        self.report("Overpass", None, True)  # noqa: FBT003  a callback has no keywords
        download = fetch_map(
            self.district, self.area, margin_m=self.margin_m, keys=keys, overpass=self._overpass, mode=mode
        )
        self.report("Overpass", time.perf_counter() - start, download.n_asked > 0)
        return download

    @cached_property
    def _extract(self) -> tuple[Path, Download | None]:
        if self.district.extract is not None:
            return self.district.extract, None
        download = self.fetch(Mode.USE)
        return download.path, download

    @property
    def extract(self) -> Path:
        """The extract: the district's file, or its download, which is fetched where it is not there."""
        return self._extract[0]

    @property
    def download(self) -> Download | None:
        """What came from Overpass; None where the district reads a file."""
        return self._extract[1]

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
        files = {key: sha256_of(path) for key, path in self.district.inputs.items()}
        fetched = {"streets": self.download.record.sha256} if self.download else {}
        return files | fetched | self._own_hashes

    @cached_property
    def _own_hashes(self) -> dict[str, str]:
        return own_hashes(self.district.folder)

    @cached_property
    def _base(self) -> dict[str, object]:
        """What every stage depends on."""
        return {
            "code": knowledge_digest(),
            "boundary": self.area.polygon.wkb_hex,
            "crs": self.area.crs.to_string(),
            "streets": self.input_hashes["streets"],
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
        keys = self.feature_keys
        depends = self._base | {"keys": sorted(keys)}
        return self._stage("features", depends, lambda: self._read_features(keys), _frame_reader, _frame_writer)

    @cached_property
    def places(self) -> Places:
        """The places of every layer."""
        depends = self._base | {"recipes": list(self.recipes)}
        if self._own_hashes:
            depends |= {"own": self._own_hashes, "prefixes": self._prefixes}
        return self._stage("places", depends, self._build_places, _read_places, _write_places)

    @property
    def _prefixes(self) -> tuple[str, ...]:
        """What stands before the names of places: the district and its parts."""
        return (self.district.settings.name, *(str(name) for name in self.zones["name"]))

    def osm_places(self) -> gpd.GeoDataFrame:
        """OpenStreetMap's places without the office's, to compare a list with; see :func:`layers.layer.osm_places`."""
        return osm_places(self.features, list(self.recipes.values()), self.area)

    @cached_property
    def peopled(self) -> Peopled:
        """Where the children live, and how they were counted and placed."""
        people = self.district.settings.people
        files = ["census", *people_files(self.district.folder, people)]
        depends = self._base | {
            "standard": self.standard.rules.id,
            "people": [people.model_dump(mode="json"), [self.input_hashes.get(key) for key in files]],
            "zones": [shape.wkb_hex for shape in self.zones.geometry],
            "zone_names": [str(name) for name in self.zones["name"]] if people.zones or people.communities else None,
        }
        return self._stage("homes", depends, self._build_homes, read_peopled, write_peopled)

    @property
    def homes(self) -> Homes:
        """Where the children live."""
        return self.peopled.homes

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
        graph, extract = osm.read_streets(self.extract)
        name = "Overpass" if self.download else extract.path.name
        newest = iso(self.download.record.newest) if self.download else None
        source = SourceInfo(name, extract.osm_date, extract.bounds, extract.n_cut_ways, newest)
        topology = build_topology(
            graph,
            self.area,
            margin_m=self.margin_m,
            source=source.name,
            kerbs=self.kerbs,
            country=self.district.settings.country,
            cut_nodes=extract.cut_nodes,
            box=extract.box,
        )
        return topology, source

    def _read_features(self, keys: frozenset[str]) -> gpd.GeoDataFrame:
        wanted = self.area.to_lonlat(self.area.grown(self.margin_m))
        return touching(osm.read_features(self.extract, keys), wanted)

    def _build_places(self) -> Places:
        return build_places(
            self.features,
            list(self.recipes.values()),
            area=self.area,
            margin_m=self.margin_m,
            network=self.network,
            snapper=self.snapper,
            snap_limit_m=self.standard.rules.snap_limit_m,
            own=read_own(
                self.district.folder,
                boundary_wgs84=self.area.to_lonlat(self.area.polygon),
                prefixes=self._prefixes,
            ),
        )

    def _build_homes(self) -> Peopled:
        bands, rules = self.standard.rules.bands, read_home_rules()
        homes = build_homes(
            self.features,
            area=self.area,
            zones=self.zones,
            network=self.network,
            totals=None,
            n_bands=len(bands),
            rules=rules,
        )
        return place_people(
            homes,
            read_sources(
                self.district.folder,
                self.district.settings.people,
                area=self.area,
                zones=[str(name) for name in self.zones["name"]] if len(self.zones) else [],
                census=self.census,
            ),
            bands,
            area=self.area,
            zones=self.zones,
            features=self.features,
            dwelling_m2=rules.dwelling.floor_m2,
        )

    def _build_outliner(self) -> Outliner:
        return Outliner(self.network, build_barriers(self.features, self.network))

    def _build_basemap(self) -> gpd.GeoDataFrame:
        return build_basemap(self.features, self.network, area=self.area, margin_m=result_rules().extent.basemap_m)


def _other_keys() -> frozenset[str]:
    """Tag keys that no layer has: of homes, of the background and of what nobody walks over."""
    return HOME_KEYS | basemap_keys(read_basemap_rules()) | barrier_keys(read_barrier_rules())


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
    places.matches.to_parquet(folder / "matches.parquet", index=False)
    if places.todo is not None:
        write_frame(places.todo, folder / "todo.parquet")
    told = json.dumps([asdict(told) for told in places.told], ensure_ascii=False)
    (folder / "told.json").write_text(told, encoding="utf-8")


def _read_places(folder: Path) -> Places:
    merged = json.loads((folder / "merged.json").read_text(encoding="utf-8"))
    told = json.loads((folder / "told.json").read_text(encoding="utf-8"))
    todo = folder / "todo.parquet"
    return Places(
        read_frame(folder / "table.parquet"),
        read_frame(folder / "entrances.parquet"),
        merged,
        matches=read_plain(folder / "matches.parquet"),
        todo=read_frame(todo) if todo.is_file() else None,
        told=tuple(Told(**one | {"weight": Weight(one["weight"]), "names": tuple(one["names"])}) for one in told),
    )
