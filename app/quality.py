"""Quality of a district's data, made from its results."""

from typing import TYPE_CHECKING

from layers.quality.table import Known, QualityTable, build_quality
from layers.quality.zoning import Zoning

if TYPE_CHECKING:
    from app.results import Results


def make_quality(results: "Results") -> QualityTable:
    """Judge a district's data zone by zone."""
    r = results
    return build_quality(
        Known(
            zoning=Zoning.of(r.area, r.zones),
            source=r.source,
            country=r.district.settings.country,
            topology=r.topology,
            kerbs=r.kerbs,
            places=r.places,
            recipes=r.recipes,
            standard=r.standard,
            scorecard=r.scorecard,
            home_snap=r.home_snap,
            census=r.census,
            report=r.people,
        )
    )
