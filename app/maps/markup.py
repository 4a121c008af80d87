"""The page around the map, made before any script runs: panel, controls, table; readable without the map."""

import math
from datetime import date
from functools import cache
from itertools import pairwise
from pathlib import Path

import numpy as np
from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from app.maps.content import Row, district_name, figures, theme_names
from app.maps.escape import html_text
from app.maps.theme import icon, map_theme
from app.models import ATTRIBUTION
from app.results import Results
from app.texts import Texts
from geo.bounds import Cause
from geo.kerb_rules import Grade
from geo.standard import is_indicative

TEMPLATES_DIR = Path(__file__).with_name("assets")
_DATE_LENGTH = len("2026-11-24")


def page_title(results: Results, texts: Texts) -> str:
    """Return the page's title."""
    title = texts.gettext("What children reach on foot: {district}", district=district_name(results, texts))
    return f"{synthetic_label(texts)} · {title}" if results.district.settings.synthetic else title


def synthetic_label(texts: Texts) -> str:
    """Return what every face of an invented district says."""
    return texts.gettext("Invented sample data")


def before_map(results: Results, texts: Texts) -> str:
    """Return the skip links, the panel and the search."""
    standard, lang = results.standard, texts.lang
    return _template("before.html.j2").render(
        **_common(results, texts),
        bands=[(band.id, standard.band_names[band.id].to(lang)) for band in standard.rules.bands],
        needs=[(need.id, standard.need_names[need.id].to(lang), need.theme) for need in standard.rules.needs],
        themes=_themes(results, texts),
        zones=[str(name) for name in results.zones["name"]],
        ramp=_ramp(),
        is_cut=bool((results.scorecard.judged.cause == Cause.DATA_EDGE).any()),
        is_doubtful=bool(np.isin(results.scorecard.judged.cause, [Cause.NONE, Cause.DATA_EDGE], invert=True).any()),
        crossings=_crossings(results),
        marks=map_theme().crossing,
    )


def after_map(results: Results, texts: Texts, *, built_on: date) -> str:
    """Return what follows the map: the table for the first band, and the small print."""
    return _template("after.html.j2").render(
        **_common(results, texts),
        built_on=built_on.isoformat(),
        about=results.standard.about.to(texts.lang),
        **_table(results, texts),
    )


def _common(results: Results, texts: Texts) -> dict[str, object]:
    return {
        "_": texts.gettext,
        "district": district_name(results, texts),
        "synthetic": synthetic_label(texts) if results.district.settings.synthetic else None,
        "are_children": results.homes.are_children,
        "standard": results.standard.name.to(texts.lang),
        "attribution": ATTRIBUTION,
        "data_date": (results.source.osm_date or "")[:_DATE_LENGTH] or texts.gettext("unknown"),
        "icon": icon,
    }


def _themes(results: Results, texts: Texts) -> list[dict[str, object]]:
    """Return the themes with their kinds; a kind without a single place is left out."""
    names, look = theme_names(texts), map_theme()
    inside = results.places.table.loc[results.places.table["inside"], "layer"].value_counts()
    found: list[dict[str, object]] = []
    for key, name in names.items():
        kinds = [r for r in results.recipes.values() if r.theme.value == key and inside.get(r.id, 0)]
        if not kinds:
            continue
        most = max(kinds, key=lambda r: (r.on_map, int(inside[r.id])))
        found.append(
            {
                "id": key,
                "name": name,
                "badge": look.badge[look.theme[key].badge],
                "icon": most.icon,
                "n": count(sum(int(inside[r.id]) for r in kinds)),
                "kinds": [
                    {"id": r.id, "name": r.name.to(texts.lang), "icon": r.icon, "n": count(int(inside[r.id]))}
                    for r in kinds
                ],
            }
        )
    return found


def _ramp() -> list[str]:
    """Return the names of the ramp's classes, for example 20–40%."""
    edges = [0.0, *map_theme().ramp.breaks, 1.0]
    return [f"{round(low * 100)}–{round(high * 100)}%" for low, high in pairwise(edges)]


def _crossings(results: Results) -> dict[str, str] | None:
    """Return how many crossings there are: mapped, taken for safe, unprotected; None where there are none at all."""
    n = results.crossing_grades
    if not any(n.values()):
        return None
    taken = n[Grade.SIGNALS] + n[Grade.ASSUMED]
    return {"mapped": count(n[Grade.MAPPED]), "taken": count(taken), "none": count(n[Grade.NONE])}


def _table(results: Results, texts: Texts) -> dict[str, object]:
    """Return the table of the first band."""
    standard, numbers = results.standard, figures(results)
    pairs = standard.rules.pairs
    band = standard.rules.bands[0]
    columns = [(k, need) for k, (of, need) in enumerate(pairs) if of is band]
    names = [*(str(name) for name in results.zones["name"]), texts.gettext("Whole district")]
    rows = []
    for row, name in enumerate(names):
        children = numbers.children[0][row]
        cells = [numbers.columns[k][row] for k in (*(k for k, _ in columns), len(pairs))]
        rows.append({"name": name, "children": count(children), "cells": [_cell(cell, children) for cell in cells]})
    return {
        "band_name": standard.band_names[band.id].to(texts.lang),
        "columns": [(standard.need_names[need.id].to(texts.lang), is_indicative(band, [need])) for _, need in columns],
        "all_indicative": is_indicative(band, [need for _, need in columns]),
        "rows": rows,
    }


def _cell(figure: Row, children: int) -> tuple[str, str, str]:
    return share(figure.met, children), interval(figure.surely, figure.possibly, children), count(figure.met)


def count(n: int) -> str:
    """Return a number as the page writes it.

    >>> count(4321)
    '4,321'
    """
    return f"{n:,}"


def share(met: int, of: int) -> str:
    """Return a share as the page writes it: whole per cent, but never 0% or 100% where that is not the whole truth.

    >>> share(4321, 4900), share(999, 1000), share(1, 1000), share(0, 0)
    ('88%', '99%', '<1%', '–')
    """
    if of == 0:
        return "–"
    percent = math.floor(met * 100 / of + 0.5)
    if percent == 100 and met < of:  # noqa: PLR2004
        return "99%"
    return "<1%" if percent == 0 and met > 0 else f"{percent}%"


def interval(surely: int, possibly: int, of: int) -> str:
    """Return the bounds of a share as the page writes them; nothing where they read alike.

    >>> interval(70, 72, 100), interval(1, 300, 1000), interval(72, 72, 100), interval(0, 0, 0)
    ('(70–72%)', '(<1–30%)', '', '')
    """
    low, high = share(surely, of), share(possibly, of)
    return "" if low == high else f"({low.removesuffix('%')}–{high})"


@cache
def _template(name: str) -> Template:
    # Everything that is not ready-made markup is escaped by our own function, which does more than Jinja's.
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES_DIR),
        finalize=html_text,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=True,
    )
    return environment.get_template(name)
