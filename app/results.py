"""Results: everything that is known of a built district, in one place for all faces."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from os import cpu_count

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from app.quality import make_quality
from app.times import Times, make_times
from geo.area import Area
from geo.bounds import Cause
from geo.gaps import Gap, find_gaps
from geo.homes import Homes
from geo.kerb_rules import Grade, KerbRules
from geo.network import WalkNetwork
from geo.outline import Outliner
from geo.reach import Entrances
from geo.score import Judge, Scorecard, score
from geo.snap import Snap, Snapper
from geo.topology import Topology
from geo.units import SECONDS_PER_MINUTE
from geo.walk import Walks
from layers.build import SourceInfo, Stages
from layers.catalog import permit_clauses
from layers.district import District
from layers.layer import Places
from layers.people import Census
from layers.people.report import PeopleReport
from layers.quality.table import QualityTable
from layers.recipe import Recipe
from layers.resultrules import result_rules
from layers.standard import StandardFile
from layers.toml import Text


@dataclass(frozen=True, slots=True)
class NeedGap:
    """A gap of one need in one band.

    Attributes:
        band, need: Ids.
        gap: Where, and how many.
        zone: Row of its zone, or -1.
    """

    band: str
    need: str
    gap: Gap
    zone: int


@dataclass(frozen=True, slots=True)
class Figure:
    """One row of :meth:`geo.score.Scorecard.table`; `doubt` holds the children between the bounds by cause."""

    zone: int
    band: str
    need: str
    children: float
    met: float
    surely: float
    possibly: float
    share: float
    low: float
    high: float
    detour: float
    doubt: Mapping[Cause, float]


class Results:
    """A district's results.

    Args:
        stages: Its stages.
    """

    def __init__(self, stages: Stages) -> None:
        self._stages = stages

    def report(self, step: str, seconds: float | None) -> None:
        """Tell whoever listens that a step begins (None) or ended."""
        self._stages.report(step, seconds, True)  # noqa: FBT003  a callback has no keywords

    @property
    def district(self) -> District:
        """Folder and settings."""
        return self._stages.district

    @property
    def standard(self) -> StandardFile:
        """What the district is judged by, with texts."""
        return self._stages.standard

    @property
    def recipes(self) -> Mapping[str, Recipe]:
        """The layers."""
        return self._stages.recipes

    @property
    def area(self) -> Area:
        """The boundary, metres."""
        return self._stages.area

    @property
    def zones(self) -> gpd.GeoDataFrame:
        """``zone``, ``name`` and geometry in metres; may be empty."""
        return self._stages.zones

    @property
    def census(self) -> Census | None:
        """People by age, or None."""
        return self._stages.census

    @property
    def source(self) -> SourceInfo:
        """Where streets and places come from."""
        return self._stages.source

    @property
    def network(self) -> WalkNetwork:
        """The walking network."""
        return self._stages.network

    @property
    def places(self) -> Places:
        """All places and their entrances."""
        return self._stages.places

    @property
    def has_lists(self) -> bool:
        """Whether the office has lists of places of its own."""
        return any(not file.settings.entrances for file in self._stages.layer_files)

    @property
    def people(self) -> PeopleReport:
        """How children were counted and placed."""
        return self._stages.peopled.report

    @property
    def homes(self) -> Homes:
        """Where the children live."""
        return self._stages.homes

    @property
    def basemap(self) -> gpd.GeoDataFrame:
        """The background of maps."""
        return self._stages.basemap

    @property
    def input_hashes(self) -> Mapping[str, str]:
        """SHA-256 of every input file."""
        return self._stages.input_hashes

    @property
    def margin_m(self) -> float:
        """How far streets are wanted beyond the boundary."""
        return self._stages.margin_m

    @property
    def topology(self) -> Topology:
        """The streets with kerbs and gates."""
        return self._stages.topology

    @property
    def kerbs(self) -> KerbRules:
        """Which roads are big, what protects a crossing, and who may cross without."""
        return self._stages.kerbs

    @property
    def permit_clauses(self) -> Mapping[int, Text]:
        """Where the permits of `kerbs` come from, by their first age."""
        return permit_clauses(self.standard.kerbs)

    @property
    def snapper(self) -> Snapper:
        """Attaches points to streets."""
        return self._stages.snapper

    @cached_property
    def home_snap(self) -> Snap:
        """The homes on the streets."""
        return self.snapper.snap(self.homes.xy, limit_m=self.standard.rules.snap_limit_m)

    @cached_property
    def layer_of_place(self) -> NDArray[np.object_]:
        """Layer id of each place."""
        layer: NDArray[np.object_] = self.places.table["layer"].to_numpy(dtype=object)
        return layer

    @cached_property
    def entrances(self) -> Entrances:
        """Where the places are entered, on the streets."""
        frame = self.places.entrances
        xy = np.column_stack([frame.geometry.x, frame.geometry.y]) if len(frame) else np.empty((0, 2))
        snap = self.snapper.snap(xy, limit_m=self.standard.rules.snap_limit_m)
        return Entrances(snap, frame["place"].to_numpy(np.int32), len(self.places.table))

    @cached_property
    def scorecard(self) -> Scorecard:
        """Which homes meet which needs."""
        detour_m = result_rules().walk.detour_m
        return score(self.judge, self.homes, self.home_snap, n_zones=len(self.zones), detour_m=detour_m)

    @cached_property
    def crossing_grades(self) -> Mapping[Grade, int]:
        """Crossings of big roads inside the district by how well they are known to be safe."""
        crossings = self.topology.crossings
        inside = shapely.contains_xy(self.area.polygon, *crossings.xy.T)
        return {grade: int((crossings.grade[inside] == grade).sum()) for grade in Grade}

    @cached_property
    def walks(self) -> Walks:
        """How the children of each band walk."""
        return Walks(self.topology, self.kerbs, result_rules().walk.farthest_min * SECONDS_PER_MINUTE)

    @cached_property
    def judge(self) -> Judge:
        """Judges homes and points by the needs of the standard."""
        return Judge(self.standard.rules, self.walks, self.layer_of_place, self.entrances, threads=cpu_count() or 1)

    @property
    def outliner(self) -> Outliner:
        """Draws the areas of circles."""
        return self._stages.outliner

    @cached_property
    def figures(self) -> tuple[Figure, ...]:
        """The rows of `table`, typed."""
        causes: dict[str, Cause] = {cause.name.lower(): cause for cause in Cause if cause is not Cause.NONE}
        made = []
        for row in self.table.to_dict("records"):
            doubt = {cause: float(row.pop(name)) for name, cause in causes.items()}
            made.append(Figure(**{str(key): value for key, value in row.items()}, doubt=doubt))
        return tuple(made)

    @cached_property
    def table(self) -> pd.DataFrame:
        """The figures of the district and its zones; see :meth:`geo.score.Scorecard.table`."""
        return self.scorecard.table()

    @cached_property
    def times(self) -> Times:
        """Coverage on school days, in the evening, at weekends and in holidays."""
        return make_times(self)

    @cached_property
    def quality(self) -> QualityTable:
        """Which answers can be trusted, zone by zone, and why not."""
        return make_quality(self)

    @cached_property
    def gaps(self) -> tuple[NeedGap, ...]:
        """Where children who lack something live close together, by band and need, largest first."""
        card = self.scorecard
        rules = result_rules().gap
        found: list[NeedGap] = []
        for column, (band, need) in enumerate(card.standard.pairs):
            children = card.homes.children[:, card.pair_band[column]]
            left_out = np.where(card.met[:, column], 0.0, children)
            gaps = find_gaps(
                card.homes.xy, left_out, radius_m=rules.radius_m, at_most=rules.per_need, at_least=rules.at_least
            )
            found += [NeedGap(band.id, need.id, gap, self._zone_at(gap)) for gap in gaps]
        return tuple(found)

    def _zone_at(self, gap: Gap) -> int:
        """Return the zone of the home nearest to a gap's middle."""
        nearest = int(np.argmin(np.hypot(*(self.homes.xy - (gap.x, gap.y)).T)))
        return int(self.homes.zone[nearest])
