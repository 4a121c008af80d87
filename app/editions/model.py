"""Edition: everything of a built district that a later year needs, to tell what changed and to count again.

What lies in an edition's folder, and in which form, is the *format*. Whoever changes one of the types below, or of
:class:`layers.standard.StandardFile`, :class:`geo.kerb_rules.KerbRules` or :class:`geo.raw.RawStreets`, raises
:data:`FORMAT` and teaches :mod:`app.editions.store` to read the older form: editions are kept for years.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from geo.homes import Homes
from geo.kerb_rules import KerbRules
from geo.raw import RawStreets
from layers.standard import StandardFile
from layers.toml import Text

FORMAT = 1

_Count = Annotated[int, Field(ge=0)]


class Frozen(BaseModel):
    """A part of an edition's JSON: unknown keys are refused, nothing changes later."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Software(Frozen):
    """Which software counted: its version, and digests of all its files and of the engine and the layers."""

    version: str
    code: str
    engine: str


class Rulebook(Frozen):
    """Id and digest of a standard or of kerb rules."""

    id: str
    sha256: str


class LayerFacts(Frozen):
    """A kind of place, as it was called then."""

    theme: str
    name: Text


class Facts(Frozen):
    """Where an edition comes from.

    Attributes:
        format: Of the folder; see :data:`FORMAT`.
        label: Of the edition.
        built_on: The day it was cut.
        district, district_en: Name of the district.
        synthetic: Whether it is invented.
        country: ISO 3166, decides which nodes of the streets stay nodes.
        crs: Metric system of all coordinates, as WKT.
        source: Name of the extract.
        osm_date: Of the extract, ISO 8601; None where unknown.
        attribution: Of the data.
        inputs_sha256: Of every input file, by its key in ``district.toml``.
        standard, kerbs: What it was judged by.
        software: What it was counted with.
        census: Name of the table; None without one.
        age_groups: First and last age, inclusive, and people, as the census has them; None without one.
        are_children: Whether figures count children; False: estimated homes.
        layers: The kinds of place that were looked for.
        n_places: Places inside the boundary.
        n_sights: Numbered places of the tour.
        street_km: Walkable streets of the data, kilometres.
        files_sha256: Of the other files of the folder, by name.
    """

    format: int
    label: str
    built_on: date
    district: str
    district_en: str
    synthetic: bool
    country: str
    crs: str
    source: str
    osm_date: str | None
    attribution: str
    inputs_sha256: Mapping[str, str]
    standard: Rulebook
    kerbs: Rulebook
    software: Software
    census: str | None
    age_groups: tuple[tuple[int, int, int], ...] | None
    are_children: bool
    layers: Mapping[str, LayerFacts]
    n_places: _Count
    n_sights: _Count
    street_km: float
    files_sha256: Mapping[str, str] = {}


class FrozenSight(Frozen):
    """A place of the tour; fields as in :class:`app.tour.model.Sight`, but the zone by name, and degrees besides."""

    id: str
    number: int
    theme: str
    layer: str
    icon: str
    name: str
    name_en: str | None
    pinyin: str
    lon: float
    lat: float
    zone: str | None
    ages: tuple[int, int]
    star: bool
    opening: str | None
    free: bool | None
    step_free: bool | None
    indoor: bool | None
    reach: float
    text: Text | None
    picture: str | None
    is_new: bool
    points: float
    why: tuple[tuple[str, float], ...]
    wish: str


class FrozenWalk(Frozen):
    """A walk of the tour; fields as in :class:`app.tour.model.TourWalk`, its line in degrees."""

    id: str
    name: Text
    sights: tuple[int, ...]
    line: tuple[tuple[float, float], ...]
    length_m: float
    minutes: float
    age: int
    crossings: int


class FrozenTour(Frozen):
    """The tour: numbered sights, further ones, walks."""

    before: str
    band: str
    sights: tuple[FrozenSight, ...]
    more: tuple[FrozenSight, ...]
    walks: tuple[FrozenWalk, ...]
    gone: tuple[str, ...]


@dataclass(frozen=True)
class Rules:
    """What an edition was judged by: the standard with its texts, and the rules of kerbs."""

    standard: StandardFile
    kerbs: KerbRules


@dataclass(frozen=True)
class FrozenPlaces:
    """Places and entrances as in :class:`layers.layer.Places`.

    Attributes:
        table: The places.
        entrances: Plain columns ``place``, ``origin``, ``x``, ``y``, metres.
    """

    table: gpd.GeoDataFrame
    entrances: pd.DataFrame

    @property
    def entrance_xy(self) -> NDArray[np.float64]:
        """Where the entrances are, metres, shape (d, 2)."""
        return self.entrances[["x", "y"]].to_numpy(np.float64)


@dataclass(frozen=True)
class Edition:
    """A frozen district.

    Attributes:
        facts: Where it comes from.
        tour: What the map showed.
        places: All of them, also those beyond the boundary.
        homes: Where the children live.
        zones: ``zone`` (-1: the district itself), ``name`` (each once) and geometry in metres.
        streets: Before any contraction: kerbs and junctions are made from them again.
        rules: What it was judged by.
        figures: As it was published: :meth:`geo.score.Scorecard.table`.
    """

    facts: Facts
    tour: FrozenTour
    places: FrozenPlaces
    homes: Homes
    zones: gpd.GeoDataFrame
    streets: RawStreets
    rules: Rules
    figures: pd.DataFrame

    @property
    def zone_names(self) -> list[str]:
        """Name of each zone by its number."""
        inside = self.zones[self.zones["zone"] >= 0].sort_values("zone")
        return [str(name) for name in inside["name"]]
