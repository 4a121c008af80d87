"""Pages of schools: an index, and one page for each school that needs nothing else and prints on A4."""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from app.maps.theme import drawing
from app.models import ATTRIBUTION
from app.results import Results
from app.schoolways.audit import Auditor, SchoolAudit
from app.schoolways.picture import draw_school, look
from app.schoolways.spots import doubts_of
from app.schoolways.ways import DistrictWays
from app.templates import template
from app.texts import Texts
from geo.errors import UnknownIdError
from geo.routes import Reason
from layers.store import clear_write_errors, replacing

TEMPLATES = Path(__file__).parent
PAGES = TEMPLATES.parent / "pages"
INDEX = "index.html"
_DATE_LENGTH = len("2026-11-24")
_NAMES_SHOWN = 8


@dataclass(frozen=True, slots=True)
class SchoolLine:
    """A school in the index: its audit and its page."""

    audit: SchoolAudit
    page: str


def write_schools(
    results: Results, folder: Path, *, texts: Texts, school: str | None = None, ways: DistrictWays | None = None
) -> list[Path]:
    """Write the index and the pages of schools.

    Args:
        results: The district.
        folder: ``DIR/out/schools``.
        texts: The reader's language.
        school: Name or id of one school: only its page is written anew (and the index); None = all.
        ways: To school; None computes them.

    Returns:
        The index, then the pages that were written.

    Raises:
        UnknownIdError: No school is called so.
        StoreError: A page cannot be written; what stood there is whole.
    """
    ways = ways or DistrictWays.of(results)
    audits = Auditor(ways).all()
    lines = [SchoolLine(audit, page) for audit, page in zip(audits, _pages(audits), strict=True)]
    wanted = lines if school is None else _found(lines, school)
    with clear_write_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
    face = _Face(results, ways, texts)
    # the index comes last: what it points to is there
    written = [face.write_school(folder / line.page, line, _neighbours(lines, line)) for line in wanted]
    return [face.write_index(folder / INDEX, lines), *written]


def _found(lines: Sequence[SchoolLine], school: str) -> list[SchoolLine]:
    wanted = school.strip().casefold()
    exact = [one for one in lines if wanted in {one.audit.id.casefold(), *_names(one)}]
    found = exact or [one for one in lines if any(wanted in name for name in _names(one))]
    if not found or not wanted:
        names = list(dict.fromkeys(one.audit.name for one in lines))[:_NAMES_SHOWN]
        raise UnknownIdError(
            "no school is called {school}; there are: {known}", school=school, known=", ".join(names) or "—"
        )
    return found


def _names(line: SchoolLine) -> set[str]:
    return {line.audit.name.casefold(), line.audit.name_en.casefold()}


def _pages(audits: Sequence[SchoolAudit]) -> list[str]:
    """Return a file name for each school, made of its id: names are written by strangers."""
    return [re.sub(r"[^a-z0-9]+", "-", audit.id.lower()).strip("-") + ".html" for audit in audits]


def _neighbours(lines: Sequence[SchoolLine], line: SchoolLine) -> tuple[SchoolLine | None, SchoolLine | None]:
    """Return the school before and the one after, in the order of the index."""
    at = [one.page for one in lines].index(line.page)
    return (lines[at - 1] if at else None), (lines[at + 1] if at + 1 < len(lines) else None)


@dataclass(frozen=True)
class _Face:
    results: Results
    ways: DistrictWays
    texts: Texts

    def write_index(self, path: Path, lines: Sequence[SchoolLine]) -> Path:
        kinds = [
            (self.ways.rules.kinds[kind].name.to(self.texts.lang), [one for one in lines if one.audit.kind == kind])
            for kind in self.ways.rules.kinds
        ]
        return self._write(path, "schools.html.j2", kinds=kinds, totals=self._totals(lines), n=len(lines))

    def write_school(self, path: Path, line: SchoolLine, beside: tuple[SchoolLine | None, SchoolLine | None]) -> Path:
        audit = line.audit
        return self._write(
            path,
            "school.html.j2",
            one=audit,
            name=self._name(audit),
            kind=self.ways.rules.kinds[audit.kind].name.to(self.texts.lang),
            picture=draw_school(audit, self.ways, self.texts),
            before=beside[0],
            after=beside[1],
            clauses=self._clauses(audit),
        )

    def _write(self, path: Path, page: str, **values: object) -> Path:
        results, texts = self.results, self.texts
        html = template(page, TEMPLATES, PAGES).render(
            _=texts.gettext,
            lang=texts.lang,
            results=results,
            settings=results.district.settings,
            standard=results.standard,
            attribution=ATTRIBUTION,
            osm_date=(results.source.osm_date or "—")[:_DATE_LENGTH],
            style=(PAGES / "style.css").read_text(encoding="utf-8")
            + (TEMPLATES / "schools.css").read_text(encoding="utf-8"),
            rules=self.ways.rules,
            children_word=self._unit(),
            number=number,
            percent=percent,
            metres=partial(metres, texts=texts),
            name_of=self._name,
            road=self._road,
            reason=self._reason,
            band=lambda id_: results.standard.band_names[id_].to(texts.lang),
            doubts=[said.to(texts) for said in doubts_of(results)],
            look=look(),
            cut_off=Reason.CUT_OFF,
            **values,
        )
        with replacing(path) as half:
            half.write_text(html, encoding="utf-8")
        return path

    def _name(self, audit: SchoolAudit) -> str:
        return audit.name if self.texts.lang.startswith("zh") else audit.name_en

    def _unit(self) -> str:
        return self.texts.gettext("Children") if self.results.homes.are_children else self.texts.gettext(
            "Homes (estimated)"
        )  # fmt: skip

    def _road(self, name: str, highway: str) -> str:
        """Return a road's name; one without is called by its class."""
        kinds = drawing().crossing.road
        kind = kinds[highway].to(self.texts.lang) if highway in kinds else highway
        return name or self.texts.gettext("nameless road ({kind})", kind=kind)

    def _reason(self, reason: Reason) -> str:
        return self.texts.gettext(_REASONS[reason])

    def _clauses(self, audit: SchoolAudit) -> list[tuple[str, str]]:
        """Return the clauses that the page rests on, with their status."""
        standard, lang, rules = self.results.standard, self.texts.lang, self.ways.rules
        needs = {
            need.id: need
            for band in standard.rules.bands
            for need in standard.rules.needs_of(band)
            if rules.kinds[audit.kind].layer in need.layers and rules.kinds[audit.kind].takes(band)
        }
        found = [(standard.clauses[id_].to(lang), need.source.status.value) for id_, need in needs.items()]
        found.append((rules.spacing.clause.to(lang), rules.spacing.status.value))
        if audit.kind in rules.venues.kinds:
            found.append((rules.venues.clause.to(lang), rules.venues.status.value))
        return found

    def _totals(self, lines: Sequence[SchoolLine]) -> Mapping[str, float]:
        audits = [one.audit for one in lines]
        return {
            "children": sum(one.children for one in audits),
            "within": sum(one.within for one in audits),
            "need": sum(one.need_unprotected for one in audits),
            "cut": sum(one.left_out.get(Reason.CUT_OFF, 0.0) for one in audits),
        }


def number(value: float | None) -> str:
    """Return a count for reading: whole, "<1" where something is left, "—" where it is absent.

    >>> number(1234.4), number(0.2), number(0.0), number(None)
    ('1,234', '<1', '0', '—')
    """
    if value is None:
        return "—"
    return "<1" if 0.0 < value < 0.5 else f"{value:,.0f}"  # noqa: PLR2004  rounds to 0


def percent(part: float, whole: float) -> str:
    """Return a share in whole per cent; "—" of nothing.

    >>> percent(1, 3), percent(0.001, 3), percent(0, 0)
    ('33%', '<1%', '—')
    """
    if whole <= 0.0:
        return "—"
    share = 100.0 * part / whole
    return "<1%" if 0.0 < share < 0.5 else f"{share:.0f}%"  # noqa: PLR2004  rounds to 0


def metres(value: float | None, texts: Texts) -> str:
    """Return metres for reading; infinite is a road that is nowhere crossed safely.

    >>> [metres(value, Texts("en")) for value in (1234.5, float("inf"), None)]
    ['1,234 m', 'all of it', '—']
    """
    if value is None:
        return "—"
    return texts.gettext("all of it") if math.isinf(value) else texts.gettext("{m} m", m=f"{value:,.0f}")


def _(message: str) -> str:
    """Mark a message for translation."""
    return message


_REASONS: Mapping[Reason, str] = {
    Reason.NO_SCHOOL: _("no school was given to them"),
    Reason.NO_STREET: _("no street near their home"),
    Reason.NO_GATE: _("the school has no entrance on a street"),
    Reason.CUT_OFF: _("cut off by a main road without a protected crossing"),
    Reason.TOO_FAR: _("too far, or no way at all"),
}
