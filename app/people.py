"""How children were counted and placed, and the figures by sex, for all faces."""

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from app.models import SexAnswer
from app.results import Results
from app.texts import Texts
from geo.homes import round_to_total
from geo.sexes import table_by_sex
from layers.people.report import Counted, Placed


@dataclass(frozen=True, slots=True)
class Way:
    """Children who were counted and placed in one way: texts, children, and their share, 0 to 1."""

    counted: str
    placed: str
    children: int
    share: float


def counted_text(counted: Counted, texts: Texts) -> str:
    """Name a source of numbers."""
    _ = texts.gettext
    return {
        Counted.COMMUNITIES: _("community by community, from a list"),
        Counted.ZONES: _("zone by zone, from a table"),
        Counted.RASTERS: _("cell by cell, from rasters"),
        Counted.CENSUS: _("for the whole district, from the census"),
    }[counted]


def placed_text(placed: Placed, texts: Texts) -> str:
    """Name how homes were found."""
    _ = texts.gettext
    return {
        Placed.LIST: _("in the community's own homes, by floor area"),
        Placed.RASTERS: _("by the rasters' cells, within a cell by floor area"),
        Placed.FLOOR: _("over all other homes, by floor area"),
    }[placed]


def ways(results: Results, texts: Texts) -> list[Way]:
    """Return how children were counted and placed, the finest first; empty where nobody counted them."""
    shares = results.people.shares()
    whole = results.people.n_children
    rounded = round_to_total(np.array(list(shares.values()))).tolist() if shares else []
    return [
        Way(counted_text(counted, texts), placed_text(placed, texts), n, children / whole)
        for ((counted, placed), children), n in zip(shares.items(), rounded, strict=True)
    ]


def ways_sentence(results: Results, texts: Texts) -> str:
    """Return the ways in one sentence."""
    comma, stop = texts.gettext(", "), texts.gettext("; ")
    return stop.join(f"{way.share:.1%} {way.counted}{comma}{way.placed}" for way in ways(results, texts))


def sex_note(texts: Texts) -> str:
    """Tell what figures by sex mean."""
    return texts.gettext(
        "Girls and boys of one home reach the same places: where their shares differ, they live in different places."
    )


def widest_by_sex(results: Results, texts: Texts) -> str | None:
    """Tell for which need and age girls and boys differ most in the whole district; None without sexes."""
    table = table_by_sex(results.scorecard)
    if table is None:
        return None
    table = table[(table["zone"] == -1) & (table["need"] != "")].dropna()
    if len(table) == 0:
        return None
    row = table.iloc[int((table["girls_share"] - table["boys_share"]).abs().to_numpy().argmax())]
    return texts.gettext("They differ most here: {need}, {ages}: girls {girls:.1%}, boys {boys:.1%}.").format(
        need=results.standard.need_names[row["need"]].to(texts.lang),
        ages=results.standard.band_names[row["band"]].to(texts.lang),
        girls=row["girls_share"],
        boys=row["boys_share"],
    )


def sex_answers(results: Results) -> list[SexAnswer] | None:
    """Return the figures by sex; None where no source tells sexes apart."""
    table: pd.DataFrame | None = table_by_sex(results.scorecard)
    if table is None:
        return None
    names = dict(enumerate(results.zones["name"])) if len(results.zones) else {}
    return [
        SexAnswer(
            zone=names.get(row["zone"]),
            band=row["band"],
            need=row["need"] or None,
            girls=round(row["girls"], 2),
            boys=round(row["boys"], 2),
            girls_met=round(row["girls_met"], 2),
            boys_met=round(row["boys_met"], 2),
            girls_share=_share(row["girls_share"]),
            boys_share=_share(row["boys_share"]),
        )
        for row in table.to_dict("records")
    ]


def _share(share: float) -> float | None:
    return None if math.isnan(share) else round(share, 4)
