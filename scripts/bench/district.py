"""The district of a benchmark, as the product reads it."""

from pathlib import Path

from app.results import Results
from app.settings import Settings
from layers.build import Stages
from layers.district import read_district


def stages_of(folder: Path) -> Stages:
    """Return the stages of a district's folder; those on disk are read."""
    return Stages(read_district(folder), overpass=Settings().overpass(folder / "cache" / "overpass"))


def results_of(stages: Stages) -> Results:
    """Return what is known of a district."""
    return Results(stages)
