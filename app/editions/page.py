"""Writes what is different between two editions as one page: plain HTML and SVG, no script, no network."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from markupsafe import Markup

from app.editions.chart import waterfall
from app.editions.compare import Difference
from app.editions.model import Facts
from app.editions.places import PlaceChange
from app.editions.placewords import count_text, place_details, place_label, what_words
from app.editions.rules import DATA, Part, edition_rules, part_words
from app.editions.summary import district_name, notes
from app.editions.why import FigureChange
from app.editions.words import (
    figure_name,
    in_zones,
    largest,
    main_cause,
    one_per_need,
    others_text,
    part_effect,
    points_text,
    rose_and_fell,
    sentence,
    share_text,
    shown,
    whole_district,
)
from app.pages.write import TEMPLATES as PAGES
from app.templates import template
from app.texts import Texts
from layers.store import replacing

TEMPLATE = "edition.html.j2"
_DATE_LENGTH = len("2026-11-24")
_DIGEST_LENGTH = 12


@dataclass(frozen=True, slots=True)
class Card:
    """A figure with its picture."""

    name: str
    change: str
    rose: bool
    picture: Markup
    sentence: str
    also: str


@dataclass(frozen=True, slots=True)
class Row:
    """A figure in a table: texts of both shares, the change and its parts; `bars` are start and width in per cent."""

    name: str
    before: str
    after: str
    change: str
    rose: bool | None
    parts: Sequence[str]
    bars: Sequence[tuple[float, float, str]]


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """A place in a table."""

    number: str
    name: str
    kind: str
    what: str
    tone: str
    details: Sequence[str]


def write_difference_page(diff: Difference, path: Path, *, texts: Texts) -> None:
    """Write the page.

    Args:
        diff: What is different.
        path: The file.
        texts: The reader's language.

    Raises:
        StoreError: It cannot be written; what stood there before is whole.
    """
    with replacing(path) as half:
        half.write_text(difference_html(diff, texts=texts), encoding="utf-8")


def difference_html(diff: Difference, *, texts: Texts) -> str:
    """Return the page; every value in it is escaped."""
    rules, district, zones = edition_rules().figure, whole_district(diff), in_zones(diff)
    top = one_per_need(largest(district))
    n_rose, n_fell, n_same = rose_and_fell(district)
    parts = [part for part in Part if part is not Part.TOGETHER or any(Part.TOGETHER in f.parts for f in district)]
    words = part_words()
    return template(TEMPLATE, Path(__file__).parent, PAGES).render(
        _=texts.gettext,
        lang=texts.lang,
        diff=diff,
        district=district_name(diff, texts),
        settings=diff.after,
        standard=_Named(diff.after.standard.id),
        attribution=diff.after.attribution,
        osm_date=(diff.after.osm_date or "—")[:_DATE_LENGTH],
        style=(PAGES / "style.css").read_text(encoding="utf-8"),
        n_rose=n_rose,
        n_fell=n_fell,
        n_same=n_same,
        counts=count_text(diff.places, texts),
        parts=[
            (
                words[part].name.to(texts.lang),
                words[part].about.to(texts.lang),
                words[part].colour,
                part_effect(district, part, texts),
                _same(diff, part),
            )
            for part in parts
        ],
        cards=[_card(diff, figure, others, texts) for figure, others in top[: rules.page_cards]],
        rows=[_row(diff, figure, texts, district) for figure in district],
        zone_rows=[_row(diff, figure, texts, zones) for figure in largest(zones)[: rules.page_zones]],
        n_zone_rows=len(largest(zones)),
        themes=_themes(diff, texts),
        provenance=provenance(diff, texts),
        main_cause=main_cause(district, texts),
        notes=notes(diff, texts),
    )


@dataclass(frozen=True, slots=True)
class _Named:
    """Stands for the standard in the foot of the page."""

    id: str

    @property
    def name(self) -> "_Named":
        return self

    def to(self, _lang: str) -> str:
        return self.id


def _same(diff: Difference, part: Part) -> bool:
    """Tell whether an ingredient is the same in both editions."""
    if part in DATA:
        return part not in diff.why.swapped
    moved = any(round(figure.parts.get(part, 0.0), 9) for figure in diff.why.figures)
    return part is Part.SOFTWARE and diff.before.software == diff.after.software and not moved


def _card(diff: Difference, figure: FigureChange, others: Sequence[FigureChange], texts: Texts) -> Card:
    printed, name = shown(figure), figure_name(diff, figure, texts)
    text = sentence(diff, figure, texts)
    labels = diff.before.label, diff.after.label
    return Card(
        name,
        points_text(printed.change),
        printed.change > 0,
        waterfall(printed, labels, texts, title=text),
        text,
        others_text(diff, others, texts),
    )


def _row(diff: Difference, figure: FigureChange, texts: Texts, scale_of: Iterable[FigureChange]) -> Row:
    printed = shown(figure)
    most = max((max(_reach(other)) for other in scale_of), default=0.0) or 1.0
    return Row(
        figure_name(diff, figure, texts),
        share_text(printed.before),
        share_text(printed.after),
        points_text(printed.change),
        None if printed.change == 0 else printed.change > 0,
        [points_text(tenths) for tenths in printed.parts.values()],
        _bars(figure, most),
    )


def _reach(figure: FigureChange) -> tuple[float, float]:
    """Return the sum of the parts that lower a figure, and of those that raise it."""
    values = figure.parts.values()
    return sum(-value for value in values if value < 0.0), sum(value for value in values if value > 0.0)


def _bars(figure: FigureChange, most: float) -> list[tuple[float, float, str]]:
    """Return the parts as bars to the left and right of a middle: start and width in per cent, colour."""
    words, made = part_words(), []
    ends = {True: 50.0, False: 50.0}
    for part, value in figure.parts.items():
        width = 50.0 * abs(value) / most
        up = value > 0.0
        if width > 0.0:
            made.append((round(ends[up] if up else ends[up] - width, 2), round(width, 2), words[part].colour))
            ends[up] += width if up else -width
    return made


def _themes(diff: Difference, texts: Texts) -> list[tuple[str, str, list[PlaceRow]]]:
    """Return the places by theme: its name, how many of what, and a row each."""
    found: dict[str, list[PlaceChange]] = {}
    for change in diff.places:
        found.setdefault(change.theme, []).append(change)
    return [
        (texts.gettext(theme), count_text(places, texts), [_place(diff, change, texts) for change in places])
        for theme, places in found.items()
    ]


def _place(diff: Difference, change: PlaceChange, texts: Texts) -> PlaceRow:
    words = what_words(texts)
    kind = diff.layer_names.get(change.layer)
    return PlaceRow(
        number_text(change),
        place_label(change, texts),
        kind.to(texts.lang) if kind else change.layer,
        texts.gettext(", ").join(words[what] for what in change.what),
        change.what[0].value,
        place_details(diff, change, texts),
    )


def number_text(change: PlaceChange) -> str:
    """Return the numbers of a place on the two sheets: one where they agree, else both with an arrow."""
    old, new = (f"{n}" if n else "" for n in (change.number_before, change.number_after))
    return old if old == new else f"{old or '—'} → {new or '—'}"


def provenance(diff: Difference, texts: Texts) -> list[tuple[str, str, str]]:
    """Return where both editions come from: what, of the earlier one, of the later one."""
    _ = texts.gettext
    columns = [_origin(facts, texts) for facts in (diff.before, diff.after)]
    rows = [(name, columns[0].get(name, "—"), columns[1].get(name, "—")) for name in {**columns[0], **columns[1]}]
    streets = diff.streets
    told = _(
        "{new} ways new, {gone} gone, {changed} changed",
        new=streets.n_new,
        gone=streets.n_gone,
        changed=streets.n_changed,
    )
    unit = _("Children") if diff.after.are_children else _("Homes (estimated)")
    old, new = (f"{n:,.0f}" for n in diff.children)
    return [*rows, (unit, old, new), (_("Ways"), "", told)]


def _origin(facts: Facts, texts: Texts) -> Mapping[str, str]:
    _ = texts.gettext
    inputs = {
        _("Input file {key}", key=key): value[:_DIGEST_LENGTH] for key, value in sorted(facts.inputs_sha256.items())
    }
    return {
        _("Edition"): facts.label,
        _("Cut on"): facts.built_on.isoformat(),
        _("Streets and places"): facts.source,
        _("Date of the map data"): (facts.osm_date or "—")[:_DATE_LENGTH],
        _("Census"): facts.census or "—",
        _("Places in the district"): f"{facts.n_places:,}",
        _("Places with a number on the sheet"): f"{facts.n_sights:,}",
        _("Streets, km"): f"{facts.street_km:,.1f}",
        _("Standard"): f"{facts.standard.id} ({facts.standard.sha256[:_DIGEST_LENGTH]})",
        _("Rules for crossing roads"): f"{facts.kerbs.id} ({facts.kerbs.sha256[:_DIGEST_LENGTH]})",
        _("Software"): f"{facts.software.version} ({facts.software.code[:_DIGEST_LENGTH]})",
        **inputs,
    }
