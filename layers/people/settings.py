"""The part ``[people]`` of a district's settings.

::

    [people]
    census = "census.csv"                          # the whole district by age, by sex where the table has it
    zones = "zone_people.csv"                      # sub-districts
    rasters = ["chn_f_*_2020.tif", "chn_m_*_2020.tif"]

    [people.communities]
    file = "communities.xlsx"
    crs = "WGS-84"

The finest source wins where it says something; what it does not know gets its share of the rest.
"""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, model_validator

from layers.toml import Strict

_Column = Annotated[str, Field(min_length=1)]
_Age = Annotated[int, Field(ge=0, le=120)]


def _named(given: object) -> object:
    """Let a file's name stand for the table that has nothing but it."""
    return {"file": given} if isinstance(given, str) else given


class TableFile(Strict):
    """A table and how to read it; what is left out is found."""

    file: str = Field(min_length=1)
    sheet: str = ""
    encoding: str | None = None
    separator: Annotated[str, Field(min_length=1, max_length=1)] | None = None
    header: Annotated[tuple[int, int], Field(strict=False)] | None = None


class ZoneTableFile(TableFile):
    """People of each sub-district: ages in columns (``0-14岁``, ``男_0-2岁``) or in rows (``年龄组``)."""

    name: _Column | None = None
    ages: _Column | None = None


class CommunityColumns(Strict):
    """Which header is what; columns of ages are found by their own headers."""

    name: _Column | None = None
    lon: _Column | None = None
    lat: _Column | None = None
    x: _Column | None = None
    y: _Column | None = None
    lonlat: _Column | None = None
    geometry: _Column | None = None
    built: _Column | None = None
    zone: _Column | None = None
    households: _Column | None = None


class CommunityTableFile(TableFile):
    """Estates with their children by age, or with their people or households only."""

    crs: str | None = None
    columns: CommunityColumns = CommunityColumns()


class RasterFile(Strict):
    """A raster of people; ages and sex stand in its name as in WorldPop's, or here.

    Attributes:
        file: Name or pattern (``chn_f_*_2020.tif``), relative to the district's folder.
        first_age, last_age: Inclusive; None reads the name.
        sex: None reads the name.
        unit: What a cell holds; None refuses what looks like a density.
        band: Of a file with several, from 1.
    """

    file: str = Field(min_length=1)
    first_age: _Age | None = None
    last_age: _Age | None = None
    sex: Literal["male", "female", "both"] | None = None
    unit: Literal["people", "people/km2"] | None = None
    band: Annotated[int, Field(ge=1)] | None = None

    @model_validator(mode="after")
    def _both_ages(self) -> "RasterFile":
        if (self.first_age is None) != (self.last_age is None):
            raise ValueError("give first_age and last_age, or neither")
        if self.first_age is not None and self.last_age is not None and self.first_age > self.last_age:
            raise ValueError("first_age is above last_age; swap them")
        return self


class PeopleSettings(Strict):
    """Where the people of a district are counted."""

    census: str | None = None
    zones: Annotated[ZoneTableFile | None, BeforeValidator(_named)] = None
    communities: Annotated[CommunityTableFile | None, BeforeValidator(_named)] = None
    rasters: list[Annotated[RasterFile, BeforeValidator(_named)]] = Field(default=[])
