"""Planner: the one facade. The command line, the service and notebooks are three faces of it."""

import json
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path

from app.editions.cut import cut
from app.maps.sheet.asked import Asked
from app.maps.sheet.compose import Sheet
from app.maps.sheet.files import write_sheet
from app.maps.sheet.make import make_sheet
from app.maps.sheet.paper import paper_mm
from app.outputs import Built, write_outputs
from app.pages.ages import Question, write_ages
from app.pages.beside import language_of
from app.pages.write import write_index
from app.pointanswers import check_minutes
from app.publish.target import Published, Target, publish_results
from app.questions import Questions
from app.reports.write import FOLDER, check_formats, make_report, write_files
from app.scenarios.model import Comparison
from app.scenarios.new import write_new
from app.scenarios.write import write_comparison
from app.schoolways.pages import write_schools
from app.siting.decide import Decided, write_json
from app.texts import Texts
from app.today import today
from app.tour.make import make_tour
from app.tour.table import write_choice
from app.tour.take import take_choice
from layers.fetch import Download, Mode
from layers.store import replacing


class Planner(Questions):
    """Answers questions about one district, and writes what is asked for.

    The methods that only answer stand in :class:`app.questions.Questions`.

    Args:
        folder: The district's folder, with a ``district.toml``.
        lang: ``zh-CN`` or ``en``, for names and messages.
        settings: Of the machine; None reads the environment.
        fresh: Compute everything again.
        report: Told when a stage begins and ends.

    Raises:
        SettingsError: The folder is no district, or its settings have a fault.
    """

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
            check_minutes(minutes)
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
        written = write_schools(self.results, self.folder / "out" / "schools", texts=self.texts, school=school)
        self._link()
        return written

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
        sheet = make_sheet(self.results, self.tour(), asked, texts=self.texts, day=day)
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
        tour = make_tour(self.results, texts=self.texts, label=label)
        return cut(self.results, tour, self.folder, label=label, built_on=day or today())

    def write_comparison(self, comparison: Comparison) -> list[Path]:
        """Write a page, a workbook and a GeoPackage of each scenario to ``DIR/out/scenarios/ID``.

        Raises:
            StoreError: A file cannot be written; what stood there before is whole.
        """
        written = write_comparison(comparison, self.results, self.folder / "out", texts=self.texts)
        self._link()
        return written

    def new_scenario(self, scenario_id: str) -> Path:
        """Write a commented template, ``DIR/scenarios/ID.toml``, and return it.

        Raises:
            InputError: The id cannot be one, or there is such a scenario.
        """
        return write_new(self.results, self.folder, scenario_id)

    def write_sites(self, decided: Decided, path: Path) -> Path:
        """Write an answer of :meth:`sites` as JSON.

        Raises:
            StoreError: It cannot be written; what stood there is whole.
        """
        with replacing(path) as half:
            half.write_text(
                json.dumps(write_json(decided, self.results, self.texts), ensure_ascii=False, indent=1), "utf-8"
            )
        return path

    def report(self, target: str, formats: Sequence[str], *, day: date | None = None) -> list[Path]:
        """Write a report to ``DIR/out/reports`` and return its files; see :mod:`app.reports.write`.

        Raises:
            UnknownIdError: There is no such report.
            InputError: No such format, or a template of texts has a fault.
            StoreError: It cannot be written; what stood there is whole.
        """
        check_formats(formats)
        made = make_report(self.results, self.check(), target, texts=self.texts, day=day or today())
        written = write_files(made, self.folder / "out" / FOLDER, formats, texts=self.texts)
        self._link()
        return written

    def _link(self) -> None:
        """Let the index of a build, where there is one, link what was written beside it."""
        index = self.folder / "out" / "index.html"
        lang = language_of(index)
        if lang is not None:
            write_index(self.results, self.check(), index, texts=Texts(lang))
