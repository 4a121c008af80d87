"""The table that explains the choice: every place with its points, and columns in which a planner writes wishes."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from app.models import ATTRIBUTION
from app.results import Results
from app.texts import Texts
from app.tour.candidates import Candidate, find_candidates
from app.tour.columns import EDITED, Column, titles, wish_words, yes_words
from app.tour.model import THEMES, Sight, Tour
from app.tour.take import take_choice
from layers.opening import words
from layers.store import replacing
from layers.tour import TourFile, read_tour
from layers.tourrules import TourRules, tour_rules

__all__ = ["take_choice", "write_choice"]

Cell = str | float | int | None

_FONT = "Microsoft YaHei"
_WIDTHS: Mapping[Column, int] = {
    Column.NAME: 30,
    Column.KIND: 12,
    Column.ZONE: 16,
    Column.WHY: 60,
    Column.WHY_NOT: 26,
    Column.TEXT_ZH: 34,
    Column.TEXT_EN: 34,
    Column.OPENING_OWN: 24,
    Column.NAME_EN: 26,
    Column.OPENING: 26,
    Column.ID: 26,
}
_WIDTH, _RULES_WIDTHS = 9, (34, 14, 14, 14, 14, 70)
_FROZEN = (1, 2)  # the header, and number and name


def write_choice(tour: Tour, results: Results, path: Path, *, texts: Texts) -> None:
    """Write the workbook that explains a tour: every candidate, then the rules in words.

    Args:
        tour: As :func:`app.tour.choose.choose_tour` made it with the district's ``tour.toml``.
        results: The district's results.
        path: The file.
        texts: The reader's language.

    Raises:
        SettingsError: A wish in ``tour.toml`` names no place or several.
        StoreError: It cannot be written; what stood there before is whole.
    """
    file = read_tour(results.district.folder)
    found = find_candidates(results, file, texts).all
    with replacing(path) as half:
        book = xlsxwriter.Workbook(str(half), {"strings_to_formulas": False, "strings_to_urls": False})
        book.set_properties({"title": results.district.settings.name, "comments": ATTRIBUTION})
        _Choice(book, texts).write(tour, found, results, file)
        _write_rules(book, tour, found, results, file, texts)
        book.close()


class _Choice:
    """The first sheet."""

    def __init__(self, book: xlsxwriter.Workbook, texts: Texts) -> None:
        base = {"font_name": _FONT, "font_size": 10, "valign": "vcenter"}
        self._texts = texts
        self._sheet = book.add_worksheet(texts.gettext("Choice"))
        self._head = book.add_format({**base, "bold": True, "bg_color": "#E8F1EC", "bottom": 1, "text_wrap": True})
        self._head_own = book.add_format({**base, "bold": True, "bg_color": "#FFE9B8", "bottom": 1, "text_wrap": True})
        self._text = book.add_format({**base, "text_wrap": True})
        self._count = book.add_format({**base, "num_format": "#,##0"})
        self._points = book.add_format({**base, "num_format": "0.0"})
        # as text, or else Excel makes a date of the ages 3-12
        self._own = book.add_format({**base, "text_wrap": True, "bg_color": "#FFF7E0", "num_format": "@"})

    def write(self, tour: Tour, found: Sequence[Candidate], results: Results, file: TourFile) -> None:
        names = titles(self._texts)
        for at, column in enumerate(Column):
            self._sheet.write_string(0, at, names[column], self._head_own if column in EDITED else self._head)
            self._sheet.set_column(at, at, _WIDTHS.get(column, _WIDTH))
        numbered = {sight.id: sight for sight in tour.sights}
        order = sorted(found, key=lambda one: (_number(one, numbered), -one.points, one.id))
        reasons = _Verdicts(tour, file, self._texts)
        for row, one in enumerate(order, start=1):
            cells = _cells(one, numbered.get(one.id), results, reasons, self._texts)
            for at, column in enumerate(Column):
                self._write(row, at, column, cells[column])
        self._finish(max(len(order), 1))

    def _write(self, row: int, at: int, column: Column, cell: Cell) -> None:
        if column in EDITED:
            if cell is None:
                self._sheet.write_blank(row, at, None, self._own)
            else:
                self._sheet.write_string(row, at, str(cell), self._own)
        elif cell is None:
            self._sheet.write_blank(row, at, None, self._text)
        elif isinstance(cell, str):
            self._sheet.write_string(row, at, cell, self._text)
        else:
            self._sheet.write_number(row, at, cell, self._points if column is Column.POINTS else self._count)

    def _finish(self, last: int) -> None:
        order = list(Column)
        self._sheet.freeze_panes(*_FROZEN)
        self._sheet.autofilter(0, 0, last, len(order) - 1)
        for column, given in ((Column.WISH, wish_words(self._texts)), (Column.FREE_OWN, yes_words(self._texts))):
            at = xl_col_to_name(order.index(column))
            self._sheet.data_validation(f"{at}2:{at}{last + 1}", {"validate": "list", "source": list(given)})
        self._sheet.set_landscape()
        self._sheet.set_paper(9)
        self._sheet.fit_to_pages(1, 0)
        self._sheet.repeat_rows(0)
        self._sheet.set_footer("&C&P / &N")


def _number(one: Candidate, numbered: Mapping[str, Sight]) -> float:
    return numbered[one.id].number if one.id in numbered else float("inf")


def _cells(
    one: Candidate, sight: Sight | None, results: Results, verdicts: "_Verdicts", texts: Texts
) -> Mapping[Column, Cell]:
    own = one.own
    same_text = own.text is not None and own.text.en == own.text.zh
    return {
        Column.NUMBER: sight.number if sight else None,
        Column.NAME: one.name,
        Column.KIND: results.recipes[one.layer].name.to(texts.lang),
        Column.THEME: texts.gettext(one.theme.value),
        Column.ZONE: str(results.zones["name"].iloc[one.zone]) if one.zone >= 0 else None,
        Column.WISH: next((word for word, wish in wish_words(texts).items() if wish == one.wish), None),
        Column.POINTS: one.points,
        Column.WHY: say_points(one, texts),
        Column.WHY_NOT: None if sight else verdicts.say(one),
        Column.TEXT_ZH: own.text.zh if own.text else None,
        Column.TEXT_EN: own.text.en if own.text and not same_text else None,
        Column.AGES_OWN: _ages(own.ages),
        Column.FREE_OWN: _yes(own.free, texts),
        Column.OPENING_OWN: own.opening,
        Column.STAR: "★" if sight and sight.star else None,
        Column.NAME_EN: one.name_en,
        Column.AGES: _ages(one.ages),
        Column.FREE: _yes(one.free, texts),
        Column.OPENING: words(one.opening, texts.lang) if one.opening else None,
        Column.INDOOR: _yes(one.indoor, texts),
        Column.STEP_FREE: _yes(one.step_free, texts),
        Column.REACH: round(one.reach),
        Column.ID: one.id,
    }


def _ages(ages: tuple[int, int] | None) -> str | None:
    return None if ages is None else f"{ages[0]}–{ages[1]}"


def _yes(value: bool | None, texts: Texts) -> str | None:  # noqa: FBT001  a cell's value
    return next((word for word, meant in yes_words(texts).items() if meant is value), None)


def say_points(one: Candidate, texts: Texts) -> str:
    """Say what a place's points are for, the largest part first."""
    reasons = tour_rules().reason
    parts = (f"{reasons[reason.id].to(texts.lang)} {reason.points:+.0f}" for reason in one.why)
    return texts.gettext("; ").join(parts)


class _Verdicts:
    """Says why a place has no number."""

    def __init__(self, tour: Tour, file: TourFile, texts: Texts) -> None:
        self._rules, self._lang = tour_rules(), texts.lang
        self._taken = Counter(sight.layer for sight in tour.sights)
        self._groups = {group.id: group.name for group in file.groups}
        self._n = file.sights

    def say(self, one: Candidate) -> str:
        name, other = self._verdict(one)
        if name == "group" and other in self._groups:
            other = self._groups[other].to(self._lang)
        return self._rules.verdict[name].to(self._lang).format(other=other)

    def _verdict(self, one: Candidate) -> tuple[str, str]:
        if one.verdict is not None:
            return one.verdict.id, one.verdict.other
        if one.points < self._rules.least_points:
            return "few", ""
        kind = self._rules.kind.get(one.layer)
        is_full = kind is not None and self._taken[one.layer] >= kind.at_most * self._n
        return ("cap" if is_full else "outvoted"), ""


def _write_rules(
    book: xlsxwriter.Workbook,
    tour: Tour,
    found: Sequence[Candidate],
    results: Results,
    file: TourFile,
    texts: Texts,
) -> None:
    base = {"font_name": _FONT, "font_size": 10, "valign": "top", "text_wrap": True}
    head = book.add_format({**base, "bold": True, "bg_color": "#E8F1EC", "bottom": 1})
    text, number = book.add_format(base), book.add_format({**base, "num_format": "#,##0.##"})
    sheet = book.add_worksheet(texts.gettext("Rules"))
    for at, width in enumerate(_RULES_WIDTHS):
        sheet.set_column(at, at, width)
    _ = texts.gettext
    header = [_("Rule"), _("Points"), _("At most"), _("Candidates"), _("Chosen"), _("What it means")]
    rows = [header, *_rules(tour, found, results, file, texts)]
    for row, cells in enumerate(rows):
        for at, cell in enumerate(cells):
            if isinstance(cell, str):
                sheet.write_string(row, at, cell, text if row else head)
            elif cell is not None:
                sheet.write_number(row, at, cell, number)
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, len(rows) - 1, len(header) - 1)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)


def _rules(
    tour: Tour, found: Sequence[Candidate], results: Results, file: TourFile, texts: Texts
) -> Iterator[Sequence[Cell]]:
    rules = tour_rules()
    for note in tour.notes:
        yield texts.gettext("Note"), None, None, None, None, note
    yield from _how(rules, file, texts)
    candidates, chosen = Counter(one.layer for one in found), Counter(sight.layer for sight in tour.sights)
    for kind, how in rules.kind.items():
        if kind in results.recipes:
            name = results.recipes[kind].name.to(texts.lang)
            share = how.at_most * file.sights
            yield name, how.weight, round(share), candidates[kind], chosen[kind], rules.reason["kind"].to(texts.lang)
    points = rules.points.model_dump()
    for reason, said in rules.reason.items():
        worth = points.get(reason)
        if isinstance(worth, float | int):
            yield said.to(texts.lang), float(worth), None, None, None, None
    for level in rules.protection:
        yield rules.reason[level.id].to(texts.lang), level.points, None, None, None, None


def _how(rules: TourRules, file: TourFile, texts: Texts) -> Iterator[Sequence[Cell]]:
    """Yield the steps of the choice in words."""
    _ = texts.gettext
    steps = [
        _("Places under must are always shown, places under never are not; of a group only so many, the best first."),
        _("Each zone gets one number if it has a place worth it."),
        _(
            "Each theme gets at least {shares} of the numbers if it has so many places worth it.",
            shares=_(", ").join(f"{_(theme.value)} {rules.theme_shares[theme]:.0%}" for theme in THEMES),
        ),
        _("{share} of the numbers go round the zones by their children.", share=f"{rules.zones.share:.0%}"),
        _("All other numbers go to the places with most points."),
        _(
            "A place within {metres} m of a chosen one of its kind loses up to {points} points, unless it has {firm}.",
            metres=round(rules.near.beside_m),
            points=round(rules.near.beside_points),
            firm=round(rules.near.firm_points),
        ),
        _("No place with fewer than {points} points has a number.", points=round(rules.least_points)),
        _(
            "Within a walk: who gets there in {minutes} minutes on foot at the age of {age}.",
            minutes=round(rules.reach.minutes),
            age=rules.reach.age,
        ),
        _(
            "To change the choice, write must or never in the column Wish, fill in the yellow columns, save the table "
            "and feed it back."
        ),
    ]
    yield _("Numbers"), None, file.sights, None, None, None
    for n, step in enumerate(steps, start=1):
        yield _("Step {n}", n=n), None, None, None, None, step
