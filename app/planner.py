"""Planner: the one facade. The command line, the service and notebooks are three faces of it."""

import json
import time
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyproj
import shapely

from app.answers import (
    circle_feature,
    crossing_counts,
    layer_features,
    need_answer,
    share_answers,
    standard_answer,
    zone_features,
)
from app.editions.cut import cut
from app.maps.sheet.asked import Asked
from app.maps.sheet.compose import Sheet, compose
from app.maps.sheet.files import write_sheet
from app.maps.sheet.paper import paper_mm
from app.models import CoverageAnswer, LayerAnswer, ScorecardAnswer, StandardAnswer
from app.outputs import Built, write_outputs
from app.ownlists import CheckedList, Stated, check_lists, look_at
from app.pages.ages import Question, write_ages
from app.people import sex_answers
from app.publish.target import Published, Target, publish_results
from app.qualityanswer import quality_answer
from app.qualitymodels import QualityAnswer
from app.reports.write import FOLDER, check_formats, make_report, write_files
from app.results import Results
from app.scenarios.answer import ComparisonAnswer, comparison_answer
from app.scenarios.compare import compare
from app.scenarios.model import Comparison
from app.scenarios.new import write_new
from app.scenarios.write import write_comparison
from app.schoolways.pages import write_schools
from app.settings import Settings, read_settings
from app.siting.decide import Decided, decide, write_json
from app.texts import DEFAULT_LANGUAGE, Texts
from app.times import check_hours
from app.timesanswer import TimesAnswer, times_answer
from app.tour.make import make_tour
from app.tour.model import Tour
from app.tour.table import write_choice
from app.tour.take import take_choice
from geo.circle import walk_circle
from geo.crs import WGS84, check_lonlat
from geo.errors import CoordinateError, InputError
from geo.kernels.warm import is_warm, warm_up
from geo.snap import Snap
from geo.standard import AgeBand
from geo.units import SECONDS_PER_MINUTE
from layers import catalog
from layers.build import Report, Stages
from layers.district import read_district
from layers.downloadfindings import download_findings
from layers.fetch import Download, Mode
from layers.ownfindings import own_findings
from layers.people.findings import people_findings
from layers.plan import Plan, read_plan
from layers.proposal import Proposal
from layers.quality import Evidence, Finding, check_quality
from layers.resultrules import result_rules
from layers.scenario import ScenarioFile, read_scenario, sent
from layers.store import replacing
from layers.tour import read_tour

ENGINE = "engine"  # the step that compiles the kernels, for whoever listens
MOST_MINUTES = 60.0  # a child's circle is asked for, not a day's march


class Planner:
    """Answers questions about one district.

    Args:
        folder: The district's folder, with a ``district.toml``.
        lang: ``zh-CN`` or ``en``, for names and messages.
        settings: Of the machine; None reads the environment.
        fresh: Compute everything again.
        report: Told when a stage begins and ends.

    Raises:
        SettingsError: The folder is no district, or its settings have a fault.
    """

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
        self._report = report
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

    def build(self, only: Iterable[str] | None = None) -> Built:
        """Compute everything that has changed and write ``DIR/out``.

        Args:
            only: Output files wanted; None means all.

        Raises:
            TongquanError: Some input cannot be used, or the results cannot be written; the previous ones are whole.
        """
        return write_outputs(
            self.results, self.check, self.folder / "out", texts=self.texts, fresh=self._fresh, only=only
        )

    def fetch(self, *, fresh: bool = False) -> Download:
        """Download the map of a district that has ``overpass = true``; what is there is not asked for again.

        Args:
            fresh: Ask for all of it again; what is there stays in use until the new one is whole.

        Raises:
            InputError: The district reads a file, or its area is too large for Overpass.
            FetchError: No server answered; what has come is kept, and the next call goes on.
        """
        return self._stages.fetch(Mode.RENEW if fresh else Mode.GO_ON)

    def check(self) -> tuple[Finding, ...]:
        """Say what the data lacks, the worst first."""
        r = self.results
        return check_quality(
            Evidence(
                area=r.area,
                margin_m=r.margin_m,
                source=r.source,
                network=r.network,
                zones=r.zones,
                census=r.census,
                homes=r.homes,
                home_snap=r.home_snap,
                places=r.places,
                recipes=r.recipes,
                standard=r.standard,
                crossings=r.crossing_grades,
                doubtful=r.scorecard.doubtful(),
                own=(
                    *download_findings(r.source),
                    *people_findings(r.people),
                    *own_findings(r.places),
                    *check_hours(r),
                ),
            )
        )

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
        r = self.results
        band = r.standard.rules.band_of_age(age)
        snap, zone = self._locate(lon, lat)
        judged = r.judge.judge(band, snap)
        needs = [
            need_answer(r, band, need, judged, column, self.texts)
            for column, need in enumerate(r.standard.rules.needs_of(band))
        ]
        attached = bool(snap.attached[0])
        return CoverageAnswer(
            lon=lon,
            lat=lat,
            age=age,
            band=band.id,
            band_name=r.standard.band_names[band.id].to(self.texts.lang),
            speed_mps=band.speed_mps,
            zone=zone,
            attached=attached,
            connector_m=round(float(snap.connector_m[0]), 1) if attached else None,
            complete=all(need.met for need in needs),
            needs=needs,
            standard=r.standard.rules.id,
        )

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
        _check_minutes(minutes)
        r = self.results
        band: AgeBand = r.standard.rules.band_of_age(age)
        snap, _ = self._locate(lon, lat)
        found = walk_circle(
            r.walks.walk(band),
            snap,
            budget_s=minutes * SECONDS_PER_MINUTE,
            width_m=result_rules().circle.width_m,
            outliner=r.outliner,
        )
        return circle_feature(r, found, band, age=age, minutes=minutes)

    def ages(
        self, *, place: str | None = None, ages: Sequence[int] | None = None, minutes: float | None = None
    ) -> Path:
        """Write the page "one school, three ages" to ``DIR/out/ages.html``; it stays until a build finds changes.

        Args:
            place: Name or id of the place; None chooses the school that main roads keep most children away from.
            ages: Completed years, one map each; None takes those of ``app/pages/ages.toml``.
            minutes: Walking time, greater than 0, at most `MOST_MINUTES`; None takes that of ``ages.toml``.

        Returns:
            The page.

        Raises:
            UnknownIdError: No place is called so, or several are.
            InputError: `minutes` is out of range, there are too many ages, or the standard has no band for one.
            StoreError: The page cannot be written; the previous one is whole.
        """
        if minutes is not None:
            _check_minutes(minutes)
        path = self.folder / "out" / "ages.html"
        write_ages(self.results, path, texts=self.texts, asked=Question(place, ages, minutes))
        return path

    def schools(self, *, school: str | None = None) -> list[Path]:
        """Write the pages on the ways to school to ``DIR/out/schools``; see :func:`app.schoolways.pages.write_schools`.

        Args:
            school: Name or id of one school; None = all.

        Raises:
            UnknownIdError: No school is called so.
            StoreError: A page cannot be written; what stood there is whole.
        """
        return write_schools(self.results, self.folder / "out" / "schools", texts=self.texts, school=school)

    def tour(self) -> Tour:
        """Choose what the children's map shows.

        Raises:
            SettingsError: ``tour.toml`` has a fault, or names places that are not there.
        """
        return make_tour(self.results, texts=self.texts)

    def sheet(self, asked: Asked, *, tiles: str | None = None, day: date | None = None) -> tuple[list[Path], Sheet]:
        """Write the printed children's map to ``DIR/out``.

        Args:
            asked: Paper, sides, theme and languages.
            tiles: Also cut it onto this paper, for example ``A4``; None for no tiles.
            day: That stands on it; None takes today.

        Returns:
            The files, and what stands on them: it knows which places found no room, and what could not be written.

        Raises:
            UnknownIdError: No such paper or theme.
            InputError: It does not fit, or a character is in no font.
            StoreError: It cannot be written; what stood there is whole.
        """
        file = read_tour(self.folder)
        on = datetime.now(UTC).astimezone().date() if day is None else day
        sheet = compose(self.results, self.tour(), file, asked, texts=self.texts, day=on)
        onto = None if tiles is None else paper_mm(tiles)
        written = write_sheet(sheet, self.folder / "out", texts=self.texts, tiles=onto)
        return written, sheet

    def write_choice(self, path: Path) -> Path:
        """Write a table that explains which places the children's map shows, and that can be edited and fed back."""
        write_choice(self.tour(), self.results, path, texts=self.texts)
        return path

    def publish(
        self,
        to: str,
        *,
        schema: str = "tongquan",
        district_id: str | None = None,
        keep: bool = False,
        readers: Sequence[str] = (),
    ) -> Published:
        """Write the results into a PostGIS database; see :class:`app.publish.target.Target`.

        Raises:
            InputError: The driver is not installed, or the target cannot be used.
            StoreError: The database gives no answer or refuses; what was published before is whole.
        """
        target = Target(to, schema, district_id, keep, readers)
        return publish_results(self.results, self.check, target, lang=self.texts.lang)

    def take_choice(self, path: Path) -> Path:
        """Feed an edited table of :meth:`write_choice` back into ``tour.toml``, and return that.

        Raises:
            InputError: The table has other columns, or ids that are not there.
        """
        return take_choice(path, self.results)

    def cut_edition(self, label: str, *, day: date | None = None) -> Path:
        """Freeze the places of the children's map, with everything that the figures rest on.

        Raises:
            InputError: The label cannot be used, or there is an edition of that label.
            StoreError: It cannot be written; nothing is left of it.
        """
        on = datetime.now(UTC).astimezone().date() if day is None else day
        tour = make_tour(self.results, texts=self.texts, label=label)
        return cut(self.results, tour, self.folder, label=label, built_on=on)

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

    def write_comparison(self, comparison: Comparison) -> list[Path]:
        """Write a page, a workbook and a GeoPackage of each scenario to ``DIR/out/scenarios/ID``.

        Raises:
            StoreError: A file cannot be written; what stood there before is whole.
        """
        return write_comparison(comparison, self.results, self.folder / "out", texts=self.texts)

    def new_scenario(self, scenario_id: str) -> Path:
        """Write a commented template, ``DIR/scenarios/ID.toml``, and return it.

        Raises:
            InputError: The id cannot be one, or there is such a scenario.
        """
        return write_new(self.results, self.folder, scenario_id)

    @property
    def plan(self) -> Plan:
        """What the district has promised to build; see :func:`layers.plan.read_plan`."""
        return read_plan(self.folder)

    def sites(self, target: str, *, n: int | None = None, runs: int | None = None) -> Decided:
        """Answer a target of the plan; see :func:`app.siting.decide.decide`."""
        return decide(self.results, target, self.texts, n=n, n_runs=runs)

    def write_sites(self, decided: Decided, path: Path) -> Path:
        """Write an answer of :meth:`sites` as JSON.

        Raises:
            StoreError: It cannot be written; what stood there is whole.
        """
        with replacing(path) as half:
            half.write_text(json.dumps(write_json(decided, self.results), ensure_ascii=False, indent=1), "utf-8")
        return path

    def report(self, target: str, formats: Sequence[str], *, day: date | None = None) -> list[Path]:
        """Write a report to ``DIR/out/reports`` and return its files; see :mod:`app.reports.write`.

        Raises:
            UnknownIdError: There is no such report.
            InputError: No such format, or a template of texts has a fault.
            StoreError: It cannot be written; what stood there is whole.
        """
        on = datetime.now(UTC).astimezone().date() if day is None else day
        check_formats(formats)
        made = make_report(self.results, self.check(), target, texts=self.texts, day=on)
        return write_files(made, self.folder / "out" / FOLDER, formats, texts=self.texts)

    def layers(self) -> list[LayerAnswer]:
        """List the layers and how many places each has."""
        table = self.results.places.table
        return [
            LayerAnswer(
                id=recipe.id,
                name=recipe.name.to(self.texts.lang),
                theme=recipe.theme.value,
                ages=recipe.ages,
                n_places=int((rows := table["layer"] == recipe.id).sum()),
                n_inside=int((rows & table["inside"]).sum()),
                n_unattached=int((rows & ~table["attached"]).sum()),
            )
            for recipe in self.results.recipes.values()
        ]

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
        r = self.results
        return ScorecardAnswer(
            district=r.district.settings.name,
            synthetic=r.district.settings.synthetic,
            unit="children" if r.homes.are_children else "homes",
            standard=r.standard.rules.id,
            osm_date=r.source.osm_date,
            crossings=crossing_counts(r),
            figures=share_answers(r),
            by_sex=sex_answers(r),
        )

    def look_at_list(self, path: Path, stated: Stated) -> Proposal:
        """Propose how an office's list becomes places; see :func:`app.ownlists.look_at`."""
        return look_at(self._stages, path, stated)

    def check_lists(self) -> list[CheckedList]:
        """Read the office's lists again, and say what is wrong with each."""
        return check_lists(self._stages)

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

    def _locate(self, lon: float, lat: float) -> tuple[Snap, str | None]:
        """Attach a point in the district to its street, and name its zone."""
        check_lonlat(lon, lat)
        r = self.results
        x, y = self._to_metric.transform(lon, lat)
        point = shapely.Point(x, y)
        if not r.area.polygon.intersects(point):
            swapped = r.area.polygon.intersects(shapely.Point(self._to_metric.transform(lat, lon)))
            raise CoordinateError(
                "lon={lon}, lat={lat}: latitude and longitude look swapped; give lon first"
                if swapped
                else "lon={lon}, lat={lat}: outside {name}; choose a point in the district",
                lon=lon,
                lat=lat,
                name=r.district.settings.name,
            )
        snap = r.snapper.snap(np.array([[x, y]]), limit_m=r.standard.rules.snap_limit_m)
        return snap, _name_at(r.zones, point)

    @cached_property
    def _to_metric(self) -> pyproj.Transformer:
        return pyproj.Transformer.from_crs(WGS84, self.results.area.crs, always_xy=True)


def _check_minutes(minutes: float) -> None:
    if not 0.0 < minutes <= MOST_MINUTES:
        raise InputError("minutes={minutes}: give more than 0 and at most {most}", minutes=minutes, most=MOST_MINUTES)


def _name_at(zones: gpd.GeoDataFrame, point: shapely.Point) -> str | None:
    hits = zones.sindex.query(point, predicate="intersects") if len(zones) else []
    return str(zones["name"].iloc[int(np.min(hits))]) if len(hits) else None
