"""What can be asked about a district: the half of the Planner that writes no file."""

import time
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path

from app.answers import layer_answers, layer_features, scorecard_answer, standard_answer, zone_features
from app.findings import check_results
from app.models import CoverageAnswer, LayerAnswer, ScorecardAnswer, StandardAnswer
from app.ownlists import CheckedList, Stated, check_lists, look_at
from app.pointanswers import circle_feature, coverage_answer
from app.points import Points
from app.qualityanswer import quality_answer
from app.qualitymodels import QualityAnswer
from app.results import Results
from app.scenarios.answer import ComparisonAnswer, comparison_answer
from app.scenarios.compare import compare
from app.scenarios.model import Comparison
from app.settings import Settings, read_settings
from app.siting.decide import Asked, Decided, decide
from app.texts import DEFAULT_LANGUAGE, Texts
from app.timesanswer import TimesAnswer, times_answer
from app.tour.make import make_tour
from app.tour.model import Tour
from geo.kernels.warm import is_warm, warm_up
from geo.sites.model import Report as SearchReport
from layers import catalog
from layers.build import Report, Stages
from layers.district import read_district
from layers.plan import Plan, read_plan
from layers.proposal import Proposal
from layers.quality import Finding
from layers.scenario import ScenarioFile, read_scenario, sent

ENGINE = "engine"  # the step that compiles the kernels, for whoever listens


class Questions:
    """Answers questions about one district; see :class:`app.planner.Planner`, which writes files, too."""

    def __init__(
        self,
        folder: Path | str,
        *,
        lang: str = DEFAULT_LANGUAGE,
        settings: Settings | None = None,
        fresh: bool = False,
        report: Report | None = None,
    ) -> None:
        self.folder = Path(folder)
        self.texts = Texts(lang)
        self._fresh = fresh
        overpass = (settings or read_settings()).overpass(self.folder / "cache" / "overpass")
        self._stages = Stages(read_district(self.folder), overpass=overpass, fresh=fresh, report=report)

    @cached_property
    def results(self) -> Results:
        """Everything that is known of the district; computed when asked for.

        The first time on a machine, the engine is compiled before.
        """
        if not is_warm():
            start = time.perf_counter()
            self._stages.report(ENGINE, None, True)  # noqa: FBT003  a callback has no keywords
            warm_up()
            self._stages.report(ENGINE, time.perf_counter() - start, True)  # noqa: FBT003
        return Results(self._stages)

    def check(self) -> tuple[Finding, ...]:
        """Say what the data lacks, the worst first."""
        return check_results(self.results)

    def quality(self, zone: str | None = None) -> QualityAnswer:
        """Say which answers can be trusted and why not, for the district and each zone, or for one zone.

        Raises:
            UnknownIdError: No zone is called so.
        """
        return quality_answer(self.results, self.texts, zone=zone)

    def coverage(self, *, lon: float, lat: float, age: int) -> CoverageAnswer:
        """Say what a child at a point reaches.

        Args:
            lon: Longitude, degrees WGS-84.
            lat: Latitude, degrees WGS-84.
            age: Age in completed years.

        Raises:
            CoordinateError: The point is not in the district.
            InputError: The standard has no band for that age.
        """
        return coverage_answer(self._points, self.texts, lon=lon, lat=lat, age=age)

    def circle(self, *, lon: float, lat: float, age: int, minutes: float = 15.0) -> dict[str, object]:
        """Return the circle of a child at a point as a GeoJSON feature.

        Args:
            lon: Longitude, degrees WGS-84.
            lat: Latitude, degrees WGS-84.
            age: Age in completed years.
            minutes: Walking time, greater than 0, at most `MOST_MINUTES`.

        Raises:
            CoordinateError: The point is not in the district.
            InputError: `minutes` is out of range, or the standard has no band for that age.
        """
        return circle_feature(self._points, lon=lon, lat=lat, age=age, minutes=minutes)

    def layers(self) -> list[LayerAnswer]:
        """List the layers and how many places each has."""
        return layer_answers(self.results, self.texts)

    def layer(self, layer_id: str) -> dict[str, object]:
        """Return the places of a layer as a GeoJSON feature collection.

        Raises:
            UnknownIdError: No layer is called so.
        """
        catalog.recipe(layer_id)
        return layer_features(self.results, layer_id, self.texts)

    def zones(self) -> dict[str, object]:
        """Return the zones with their figures as a GeoJSON feature collection."""
        return zone_features(self.results)

    def scorecard(self) -> ScorecardAnswer:
        """Return all figures of the district and its zones."""
        return scorecard_answer(self.results)

    def times(self, at: str | None = None, *, zones: bool = False) -> TimesAnswer:
        """Return the figures of the times of ``layers/times``, when some places are closed.

        Args:
            at: Id of one time; None means all.
            zones: Give the figures of zones too.

        Raises:
            UnknownIdError: No time is called so.
        """
        return times_answer(self.results, self.texts, at=at, zones=zones)

    def standards(self) -> list[StandardAnswer]:
        """List the standards with every figure, clause and status."""
        return [standard_answer(standard, self.texts) for standard in catalog.standards().values()]

    def tour(self) -> Tour:
        """Choose what the children's map shows.

        Raises:
            SettingsError: ``tour.toml`` has a fault, or names places that are not there.
        """
        return make_tour(self.results, texts=self.texts)

    @property
    def plan(self) -> Plan:
        """What the district has promised to build; see :func:`layers.plan.read_plan`."""
        return read_plan(self.folder)

    def compare(self, scenarios: Sequence[str], *, together: bool = False) -> Comparison:
        """Compare scenarios of ``DIR/scenarios`` with what is there.

        Args:
            scenarios: Their ids.
            together: Whether to carry out all of them at once, too.

        Raises:
            UnknownIdError: No scenario is called so.
            InputError: A file has a fault, or a change cannot be carried out.
        """
        given = [read_scenario(self.folder, one) for one in scenarios]
        return compare(self.results, given, together=together)

    def compare_files(self, files: Mapping[str, ScenarioFile], *, together: bool = False) -> ComparisonAnswer:
        """Compare scenarios that somebody sent; see :meth:`compare`."""
        return self.comparison_answer(compare(self.results, sent(files), together=together))

    def comparison_answer(self, comparison: Comparison) -> ComparisonAnswer:
        """Return a comparison as an answer."""
        return comparison_answer(comparison, self.results, self.texts)

    def sites(
        self, target: str, *, n: int | None = None, runs: int | None = None, listen: SearchReport | None = None
    ) -> Decided:
        """Answer a target of the plan; see :func:`app.siting.decide.decide`.

        Args:
            target: Its id.
            n: How many sites; None takes the plan's.
            runs: Of robustness; None takes the plan's, 0 leaves it out.
            listen: Told how the search goes.
        """
        return decide(self.results, target, self.texts, Asked(n, runs, listen))

    def look_at_list(self, path: Path, stated: Stated) -> Proposal:
        """Propose how an office's list becomes places; see :func:`app.ownlists.look_at`."""
        return look_at(self._stages, path, stated)

    def check_lists(self) -> list[CheckedList]:
        """Read the office's lists again, and say what is wrong with each."""
        return check_lists(self._stages)

    @cached_property
    def _points(self) -> Points:
        return Points(self.results)
