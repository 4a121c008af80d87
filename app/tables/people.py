"""Sheets of coverage.xlsx on people: how they were counted and placed, listed communities, and figures by sex."""

import math
from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from app.people import counted_text, placed_text
from app.results import Results
from app.tables.cells import Cell, Share
from app.texts import Texts
from geo.homes import HomeKind, round_to_total
from geo.sexes import table_by_sex

Sheet = tuple[str, list[str], Iterable[Sequence[Cell]]]


def people_sheets(results: Results, texts: Texts) -> Iterator[Sheet]:
    """Yield the name, header and rows of each sheet; none where nobody counted children."""
    _ = texts.gettext
    if results.people.parts:
        head = [_("How counted"), _("How placed"), _("What stands for the home"), _("Children")]
        head.append(_("Share of all children"))
        yield _("How people were counted"), head, _ways(results, texts)
    if results.people.communities:
        yield (
            _("Communities"),
            [
                *(_("Name"), _("Zone"), _("Year built"), _("Households"), _("Homes on the map")),
                *(_("Children by the list"), _("Children placed"), _("Row in the file")),
            ],
            _communities(results),
        )
    if results.homes.girls is not None:
        yield (
            _("By sex"),
            [
                *(_("Zone"), _("Ages"), _("Need"), _("Girls"), _("Girls who reach it"), _("Share of the girls")),
                *(_("Boys"), _("Boys who reach it"), _("Share of the boys")),
            ],
            _by_sex(results, texts),
        )


def _ways(results: Results, texts: Texts) -> Iterator[list[Cell]]:
    _ = texts.gettext
    kinds = {
        HomeKind.BUILDING: _("a building on the map"),
        HomeKind.LAND: _("residential land without buildings"),
        HomeKind.STREET: _("a residential street"),
        HomeKind.LISTED: _("the point of the list: the map shows no home there"),
    }
    parts = results.people.parts
    rounded = round_to_total(np.array([part.children for part in parts])).tolist()
    for part, n in zip(parts, rounded, strict=True):
        yield [
            counted_text(part.counted, texts),
            placed_text(part.placed, texts),
            kinds[part.kind],
            n,
            Share(part.children / results.people.n_children),
        ]


def _communities(results: Results) -> Iterator[list[Cell]]:
    for row in results.people.communities:
        built = None if row.built is None else str(row.built)  # a year has no thousands separator
        listed = None if row.listed is None else round(row.listed)
        yield [row.name, row.zone, built, row.households, row.n_homes, listed, round(row.children), row.row]


def _by_sex(results: Results, texts: Texts) -> Iterator[list[Cell]]:
    """Yield the district, then its zones; rounded children of the zones sum to a rounded total."""
    table = table_by_sex(results.scorecard)
    if table is None:
        return
    lang, standard = texts.lang, results.standard
    names = dict(enumerate(results.zones["name"])) if len(results.zones) else {}
    for whole in (True, False):
        part = table[(table["zone"] == -1) == whole]
        for _key, rows in part.groupby(["band", "need"], sort=False):
            band, need = str(rows["band"].iloc[0]), str(rows["need"].iloc[0])
            counts = {
                key: round_to_total(rows[key].to_numpy()).tolist() for key in ("girls", "boys", "girls_met", "boys_met")
            }
            for at, row in enumerate(rows.to_dict("records")):
                cells: list[Cell] = []
                for who in ("girls", "boys"):
                    n, share = counts[who][at], row[f"{who}_share"]
                    cells += [n, min(counts[f"{who}_met"][at], n), None if math.isnan(share) else Share(share)]
                yield [
                    names.get(row["zone"], results.area.name),
                    standard.band_names[band].to(lang),
                    standard.need_names[need].to(lang) if need else texts.gettext("All of them within reach"),
                    *cells,
                ]
