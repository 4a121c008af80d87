"""Results: everything that is known of a built district, in one place for all faces."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.area import Area
from geo.gaps import Gap, find_gaps
from geo.homes import Homes
from geo.network import WalkNetwork
from geo.reach import Entrances, Field
from geo.score import Scorecard, fields_by_need, score
from geo.snap import Snap, Snapper
from layers.build import SourceInfo, Stages
from layers.district import District
from layers.layer import Places
from layers.people import Census
from layers.recipe import Recipe
from layers.resultrules import result_rules
from layers.standard import StandardFile


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
    """One row of :meth:`geo.score.Scorecard.table`."""

    zone: int
    band: str
    need: str
    children: float
    met: float
    share: float


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

    @cached_property
    def snapper(self) -> Snapper:
        """Attaches points to streets."""
        return Snapper(self.network)

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
        return score(self.standard.rules, self.homes, self.home_snap, fields=self.fields, n_zones=len(self.zones))

    @cached_property
    def fields(self) -> Mapping[str, Field]:
        """The nearest place of every need from every node."""
        return fields_by_need(self.network, self.standard.rules, self.layer_of_place, self.entrances)

    @cached_property
    def figures(self) -> tuple[Figure, ...]:
        """The rows of `table`, typed."""
        rows = self.table.astype({"zone": int, "children": float, "met": float, "share": float}).to_dict("records")
        return tuple(Figure(**{str(key): value for key, value in row.items()}) for row in rows)

    @cached_property
    def table(self) -> pd.DataFrame:
        """The figures of the district and its zones; see :meth:`geo.score.Scorecard.table`."""
        return self.scorecard.table()

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
