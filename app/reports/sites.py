"""The report on a choice of sites: the same for reading spaces, schools, crossings, streets and travel areas."""

from collections.abc import Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Annotated

import numpy as np
import shapely
from pydantic import Field
from shapely.geometry.base import BaseGeometry

from app.maps.content import district_name
from app.maps.sheet.fonts import text_width_mm
from app.reports.cells import ABSENT, cell_text
from app.reports.common import marks_of, provenance_rows, sources_table, status_words, told_of
from app.reports.content import Content
from app.reports.decision import Decision, Site
from app.reports.layout import layout
from app.reports.maplook import map_look
from app.reports.model import Cell, Column, Figure, Kind, Report, Table
from app.reports.sitemap import Dots, Pin, Shown, overview_map, site_map
from app.reports.template import find_template, write_report
from app.reports.unit import Unit
from app.results import Results
from app.texts import Texts
from layers.toml import Strict, read_toml

COMMON = "sites"  # the template of targets that have none of their own
RULES_FILE = Path(__file__).with_name("sites.toml")


class _Rules(Strict):
    around_m: Annotated[float, Field(gt=0.0, strict=False)]
    ranked: Annotated[int, Field(gt=0)]
    named_lines: Annotated[int, Field(gt=0)]
    summary_high_mm: Annotated[float, Field(gt=0.0, strict=False)]


@cache
def _rules() -> _Rules:
    return read_toml(RULES_FILE, _Rules)


def sites_report(results: Results, decision: Decision, *, texts: Texts, day: date) -> Report:
    """Make the report on a decision.

    Args:
        results: Of the district.
        decision: What was chosen; no site at all is an answer too.
        texts: The reader's language.
        day: Of the report.

    Raises:
        SettingsError: The template has a fault.
    """
    path = find_template(decision.target, texts.lang, results.district.folder, common=COMMON)
    content = _Sites(results, decision, texts).content()
    return write_report(path, content, told_of(decision.target, results, texts, day))


class _Sites:
    def __init__(self, results: Results, decision: Decision, texts: Texts) -> None:
        self._r, self._d, self._texts = results, decision, texts

    def content(self) -> Content:
        """Gather everything that the template may name."""
        d, _ = self._d, self._texts.gettext
        sentences = {
            "method": d.method,
            "constraints": d.constraints,
            "assumptions": d.assumptions,
            "doubts": d.doubts,
            "conflicts": d.conflicts,
        }
        lists = {name: [Content({"sentence": one}) for one in said] for name, said in sentences.items()}
        lists["chosen"] = [self._site_content(site) for site in d.chosen]
        tables = [
            sources_table(self._r, self._texts),
            self._chosen(),
            self._where(),
            self._ranked(),
            self._robust(),
            self._excluded(),
            self._changes(),
            self._quotas(),
            self._pairs("certificate", d.certificate, _("Item"), _("Content")),
            self._clauses(),
            provenance_rows(self._r, self._texts),
        ]
        flags = {name: bool(said) for name, said in sentences.items()} | {
            "children": self._r.homes.are_children,
            "synthetic": self._r.district.settings.synthetic,
            "item": bool(d.item),
            "asked": d.n_asked is not None,
            "chosen": bool(d.chosen),
            "lead": bool(d.lead),
            "quotas": bool(d.quotas),
            "ranked": bool(d.ranked),
            "stays": any(site.stays is not None for site in d.chosen),
            "runners": any(site.runner_up for site in d.chosen),
            "excluded": bool(d.excluded),
            "changes": bool(d.changes),
            "certificate": bool(d.certificate),
            "proof": bool(d.proof),
            "clauses": bool(d.clauses),
        }
        figures = {figure.id: figure for figure in (self._overview(), self._overview(small=True))}
        return Content(self._values(), {table.id: table for table in tables}, figures, lists, flags)

    def _values(self) -> dict[str, str]:
        d, r = self._d, self._r
        values = {
            "district": district_name(r, self._texts),
            "target": d.title,
            "item": d.item,
            "question": d.question,
            "answer": d.answer,
            "to_decide": d.to_decide,
            "biggest_doubt": d.biggest_doubt,
            "sites": self._named(),
            "proof": d.proof,
            "n_asked": "" if d.n_asked is None else f"{d.n_asked:,}",
            "lead": d.lead,
            "n_chosen": f"{len(d.chosen):,}",
            "n_candidates": f"{d.n_candidates:,}",
            "osm_date": (r.source.osm_date or ABSENT)[:10],
            "standard": r.standard.name.to(self._texts.lang),
            "about_standard": r.standard.about.to(self._texts.lang),
        }
        for i in range(_KEYS):
            value, label = d.keys[i] if i < len(d.keys) else ("", "")
            values |= {f"key{i + 1}": value, f"label{i + 1}": label}
        return values

    def _named(self) -> str:
        """Return what the numbers of the first page's map are, as many as that page has room for."""
        _, how = self._texts.gettext, layout()
        named, room_mm = list[str](), _rules().named_lines * how.page.text_mm
        for site in self._d.chosen:
            one = f"{site.number} {site.name}"
            room_mm -= text_width_mm(f"{one}； ", how.size.table_pt)
            if room_mm < 0.0:
                named.append(_("and {n} more", n=len(self._d.chosen) - len(named)))
                break
            named.append(one)
        return _("; ").join(named)

    # tables

    def _site_columns(self, number: str = "") -> tuple[Column, ...]:
        _ = self._texts.gettext
        return (
            Column("number", number or _("Number on the map"), Kind.INT, width=0.8),
            Column("name", _("Name"), width=2.6),
            Column("zone", _("Zone"), width=1.4),
        )

    def _chosen(self) -> Table:
        rows = tuple((s.number, s.name, s.zone or None, *s.measures) for s in self._d.chosen)
        return Table("chosen", "", (*self._site_columns(), *self._d.measures), rows)

    def _where(self) -> Table:
        _ = self._texts.gettext
        columns = (
            *self._site_columns(),
            Column("kind", _("Kind"), width=1.4),
            Column("lon", _("Longitude"), Kind.DEGREES, "°", 1.5),
            Column("lat", _("Latitude"), Kind.DEGREES, "°", 1.5),
        )
        rows = tuple((s.number, s.name, s.zone or None, s.kind or None, s.lon, s.lat) for s in self._d.chosen)
        return Table("where", *_filled(columns, rows))

    def _ranked(self) -> Table:
        rows = tuple((s.number, s.name, s.zone or None, *s.measures) for s in self._d.ranked)
        columns = (*self._site_columns(self._texts.gettext("Rank")), *self._d.measures)
        return Table("ranked", *_filled(columns, rows), most_on_paper=_rules().ranked)

    def _robust(self) -> Table:
        _ = self._texts.gettext
        columns = (
            *self._site_columns()[:2],
            Column("stays", _("Stays chosen"), Kind.SHARE, width=1.1),
            Column("runner_up", _("Runner-up"), width=2.4),
            Column("cost", _("Its cost"), self._cost_kind(), self._d.measures[0].unit if self._d.measures else "", 1.2),
            Column("by", _("Chosen by"), width=1.1),
        )
        rows = tuple(
            (
                s.number,
                s.name,
                s.stays,
                self._runner_up(s),
                s.runner_up_cost,
                _("the office") if s.locked else _("the calculation"),
            )
            for s in self._d.chosen
        )
        return Table("robust", *_filled(columns, rows))

    def _runner_up(self, site: Site) -> str | None:
        """Return who would come instead; and that it is as good, where it is."""
        level = site.runner_up_cost is not None and abs(site.runner_up_cost) < _LEVEL
        return self._texts.gettext("{name} (as good)", name=site.runner_up) if level else site.runner_up or None

    def _cost_kind(self) -> Kind:
        return self._d.measures[0].kind if self._d.measures else Kind.DECIMAL

    def _excluded(self) -> Table:
        _ = self._texts.gettext
        columns = (Column("reason", _("Reason"), width=4.0), Column("n", _("Candidates"), Kind.INT))
        return Table("excluded", "", columns, self._d.excluded)

    def _quotas(self) -> Table:
        _ = self._texts.gettext
        columns = (
            Column("quota", _("Condition"), width=2.4),
            Column("least", _("Sites at least"), Kind.INT),
            Column("most", _("Sites at most"), Kind.INT),
            Column("n_candidates", _("Candidates"), Kind.INT),
            Column("n_chosen", _("Sites chosen"), Kind.INT),
        )
        rows = tuple((q.name, q.least, q.most, q.n_candidates, q.n_chosen) for q in self._d.quotas)
        return Table("quotas", "", columns, rows)

    def _changes(self) -> Table:
        _ = self._texts.gettext
        children = Unit("children" if self._r.homes.are_children else "homes", self._texts).noun
        columns = (
            Column("zone", _("Zone"), width=1.6),
            Column("need", _("Need"), width=1.6),
            Column("children", _("Live there"), Kind.INT, children, 1.2),
            Column("before", _("Before"), Kind.SHARE),
            Column("before_low", _("Before, lower bound"), Kind.SHARE),
            Column("before_high", _("Before, upper bound"), Kind.SHARE),
            Column("after", _("After"), Kind.SHARE),
            Column("after_low", _("After, lower bound"), Kind.SHARE),
            Column("after_high", _("After, upper bound"), Kind.SHARE),
        )
        rows: list[tuple[Cell, ...]] = [
            (
                c.zone,
                c.need or None,
                c.children,
                c.before,
                c.before_low,
                c.before_high,
                c.after,
                c.after_low,
                c.after_high,
            )
            for c in self._d.changes
        ]
        return Table("changes", *_filled(columns, rows))

    def _pairs(self, id_: str, pairs: Sequence[tuple[str, Cell]], first: str, second: str) -> Table:
        return Table(id_, "", (Column("item", first), Column("content", second, width=3.0)), tuple(pairs))

    def _clauses(self) -> Table:
        _ = self._texts.gettext
        columns = (
            Column("figure", _("Figure"), width=1.3),
            Column("value", _("Value"), width=1.1),
            Column("clause", _("Clause"), width=3.4),
            Column("status", _("Status"), width=0.6),
        )
        rows = tuple((c.name, c.value, c.clause, c.status) for c in self._d.clauses)
        return Table("clauses", "", columns, rows, note=status_words(self._texts))

    # pictures

    def _pins(self) -> list[Pin]:
        return [Pin(site.number, site.x, site.y) for site in self._d.chosen]

    def _overview(self, *, small: bool = False) -> Figure:
        _ = self._texts.gettext
        look = map_look()
        lines = [line for site in self._d.chosen for line in site.lines]
        shown = Shown(
            self._pins(),
            _("Proposed sites, by number"),
            lines=lines,
            areas=self._areas(),
            marks=marks_of(self._r, self._d.layers, self._texts),
        )
        svg = overview_map(self._r, shown, texts=self._texts, high_mm=_rules().summary_high_mm if small else None)
        alt = _(
            "Map of {district} with {n} numbered sites", district=self._r.district.settings.name, n=len(self._d.chosen)
        )
        return Figure("summary_map" if small else "overview", "", svg, alt, look.width_mm)

    def _areas(self) -> list[BaseGeometry]:
        """Return the areas of sites that are areas themselves."""
        return [site.area for site in self._d.chosen if site.area is not None and not site.served]

    def _site_content(self, site: Site) -> Content:
        _ = self._texts.gettext
        homes = self._r.homes
        served = np.array(site.served, np.intp)
        dots = (
            [
                Dots(
                    "new",
                    self._d.dots or _("Homes newly reached"),
                    homes.xy[served],
                    homes.children[served].sum(axis=1),
                )
            ]
            if len(served)
            else []
        )
        shown = Shown(
            self._pins(),
            "",
            dots,
            area=site.area,
            marks=marks_of(self._r, self._d.layers, self._texts),
            area_label=_("Within walking distance") if len(served) else _("The area"),
            lines=site.lines,
        )
        svg = site_map(self._r, shown, site.number, self._around(site), texts=self._texts)
        figure = Figure(
            f"site{site.number}",
            "",
            svg,
            _("Map round site {number}: {name}", number=site.number, name=site.name),
            map_look().width_mm,
        )
        space = "" if self._texts.lang.startswith("zh") else " "
        told = [
            space.join(part for part in (column.title, cell_text(cell, column), column.unit) if part)
            for column, cell in zip(self._d.measures, site.measures, strict=True)
            if cell is not None
        ]
        values = {
            "number": str(site.number),
            "name": site.name,
            "kind": site.kind,
            "zone": site.zone or _("Outside all zones"),
            "measures": _("; ").join(told),
            "notes": "".join(site.notes),
        }
        return Content(values, figures={"site_map": figure}, flags={"notes": bool(site.notes)})

    def _around(self, site: Site) -> BaseGeometry:
        """Return what the map of a site shows at least."""
        shapes: list[BaseGeometry] = [shapely.Point(site.x, site.y).buffer(_rules().around_m), *site.lines]
        if site.area is not None:
            shapes.append(site.area)
        if site.served:  # those who count are seen
            shapes.append(shapely.MultiPoint(self._r.homes.xy[np.array(site.served, np.intp)]))
        around: BaseGeometry = shapely.union_all(shapes).envelope
        return around


_KEYS = 4
_LEVEL = 0.005  # a cost that would be shown as 0


def _filled(
    columns: Sequence[Column], rows: Sequence[tuple[Cell, ...]]
) -> tuple[str, tuple[Column, ...], tuple[tuple[Cell, ...], ...]]:
    """Return an empty title, and the columns that hold something, with their cells."""
    kept = [j for j in range(len(columns)) if any(row[j] is not None for row in rows)]
    return "", tuple(columns[j] for j in kept), tuple(tuple(row[j] for j in kept) for row in rows)
