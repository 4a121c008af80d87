"""Standards as TOML: speeds, minutes and distances, each with its clause and status."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Annotated

from pydantic import Field, model_validator

from geo.errors import SettingsError
from geo.standard import AgeBand, Need, Source, Standard, Status
from layers.recipe import Theme
from layers.toml import Strict, Text, read_toml

_Number = Annotated[float, Field(gt=0.0, strict=False)]


class _Band(Strict):
    name: Text
    ages: Annotated[tuple[int, int], Field(strict=False)]
    speed_mps: _Number
    clause: Text
    status: Annotated[Status, Field(strict=False)]

    @model_validator(mode="after")
    def _in_order(self) -> "_Band":
        if not 0 <= self.ages[0] <= self.ages[1]:
            raise ValueError("ages: the first must not be greater than the last")
        return self


class _Need(Strict):
    name: Text
    theme: Annotated[Theme, Field(strict=False)]
    layers: list[str] = Field(min_length=1)
    bands: list[str] = Field(min_length=1)
    minutes: _Number | None = None
    distance_m: _Number | None = None
    clause: Text
    status: Annotated[Status, Field(strict=False)]

    @model_validator(mode="after")
    def _one_limit(self) -> "_Need":
        if (self.minutes is None) == (self.distance_m is None):
            raise ValueError("give either minutes or distance_m, and not both")
        return self


class _File(Strict):
    name: Text
    about: Text
    snap_limit_m: _Number
    kerbs: str = "default"
    bands: dict[str, _Band] = Field(min_length=1)
    needs: dict[str, _Need] = Field(min_length=1)


@dataclass(frozen=True, slots=True)
class StandardFile:
    """A standard and its texts.

    Attributes:
        rules: The figures, for the engine.
        name: The standard's name.
        about: One paragraph: what it is and how sure its figures are.
        kerbs: Id of the rules by which its children cross roads.
        band_names, need_names, clauses: Texts by band or need id; clauses of both.
    """

    rules: Standard
    name: Text
    about: Text
    kerbs: str
    band_names: Mapping[str, Text]
    need_names: Mapping[str, Text]
    clauses: Mapping[str, Text]


def read_standard(path: Path) -> StandardFile:
    """Read one standard.

    Raises:
        SettingsError: An unknown key, an impossible value, a need for a band that does not exist, bands that overlap
            or whose speeds fall with age.
    """
    given = read_toml(path, _File)
    bands = tuple(
        AgeBand(key, band.ages[0], band.ages[1], band.speed_mps, Source(band.clause.en, band.status))
        for key, band in given.bands.items()
    )
    _check_bands(bands, path)
    needs = tuple(_need(key, need, {band.id for band in bands}, path) for key, need in given.needs.items())
    clauses = {key: band.clause for key, band in given.bands.items()}
    clauses |= {key: need.clause for key, need in given.needs.items()}
    return StandardFile(
        rules=Standard(path.stem, bands, needs, given.snap_limit_m),
        name=given.name,
        about=given.about,
        kerbs=given.kerbs,
        band_names={key: band.name for key, band in given.bands.items()},
        need_names={key: need.name for key, need in given.needs.items()},
        clauses=clauses,
    )


def _check_bands(bands: tuple[AgeBand, ...], path: Path) -> None:
    for young, old in pairwise(bands):
        if old.first_age <= young.last_age:
            raise SettingsError("{file}: [bands.{band}] ages overlap the band before it", file=path, band=old.id)
        if old.speed_mps < young.speed_mps:
            raise SettingsError(
                "{file}: [bands.{band}] speed_mps is lower than that of the younger band", file=path, band=old.id
            )


def _need(key: str, need: _Need, bands: set[str], path: Path) -> Need:
    unknown = sorted(set(need.bands) - bands)
    if unknown:
        raise SettingsError(
            "{file}: [needs.{need}] bands names {unknown}; there are: {known}",
            file=path,
            need=key,
            unknown=", ".join(unknown),
            known=", ".join(sorted(bands)),
        )
    return Need(
        id=key,
        layers=tuple(need.layers),
        bands=tuple(need.bands),
        minutes=need.minutes,
        distance_m=need.distance_m,
        theme=need.theme.value,
        source=Source(need.clause.en, need.status),
    )
