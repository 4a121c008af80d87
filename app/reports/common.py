"""What all reports of a district share: who publishes them, what the data are, where they come from."""

from collections.abc import Iterable
from datetime import date

import shapely

from app.models import ATTRIBUTION
from app.reports.model import Cell, Column, Kind, Table
from app.reports.sitemap import Marks
from app.reports.template import Told
from app.results import Results
from app.texts import Texts

_DATE_LENGTH = len("2026-11-24")
_HASH_LENGTH = 16


def told_of(target: str, results: Results, texts: Texts, day: date) -> Told:
    """Return what a report says that is in no template."""
    _ = texts.gettext
    settings = results.district.settings
    return Told(
        id=target,
        publisher=settings.publisher,
        day=day,
        lang=texts.lang,
        attribution=_("Map data: {attribution}. Made with Tongquan.", attribution=ATTRIBUTION),
        notice=_("Synthetic sample data: no real place") if settings.synthetic else "",
        provenance=tuple(_facts(results, texts)),
    )


def _facts(results: Results, texts: Texts) -> list[tuple[str, str]]:
    _ = texts.gettext
    r = results
    return [
        (_("Name of the district"), r.district.settings.name),
        (_("Streets and places"), r.source.name),
        (_("Date of the map data"), (r.source.osm_date or "—")[:_DATE_LENGTH]),
        (_("People"), r.census.name if r.census else _("No census: homes are estimated by floor area")),
        (_("Standard"), r.standard.name.to(texts.lang)),
        (_("Coordinates"), f"{r.area.crs.to_string()} / WGS-84"),
    ]


def sources_table(results: Results, texts: Texts) -> Table:
    """Return what the report rests on, and how much of it there is."""
    _ = texts.gettext
    r = results
    columns = (Column("item", _("Item"), width=1.0), Column("content", _("Content"), width=3.0))
    inside = r.places.table["inside"]
    counted: list[tuple[Cell, ...]] = [
        (_("Area, km²"), round(r.area.area_km2, 1)),
        (_("Zones"), len(r.zones)),
        (_("Walkable street pieces"), r.network.n_edges),
        (_("Homes"), len(r.homes)),
        (_("Places in the district"), int(inside.sum())),
    ]
    rows: tuple[tuple[Cell, ...], ...] = (*_facts(results, texts), *counted)
    return Table("sources", "", columns, rows)


def provenance_rows(results: Results, texts: Texts) -> Table:
    """Return the input files with their hashes."""
    _ = texts.gettext
    columns = (
        Column("file", _("Input"), width=1.0),
        Column("sha256", _("SHA-256, first 16 digits"), Kind.TEXT, width=2.0),
    )
    rows = tuple((name, digest[:_HASH_LENGTH]) for name, digest in sorted(results.input_hashes.items()))
    return Table("provenance", "", columns, rows)


def marks_of(results: Results, layers: Iterable[str], texts: Texts) -> list[Marks]:
    """Return the existing places of layers, for maps; layers without any are left out."""
    table = results.places.table
    marks = []
    for layer in layers:
        recipe, mine = results.recipes.get(layer), table[table["layer"] == layer]
        if recipe is not None and len(mine):
            middle = shapely.get_coordinates(shapely.point_on_surface(mine.geometry.to_numpy()))
            marks.append(Marks(recipe.theme.value, recipe.icon, recipe.name.to(texts.lang), middle))
    return marks


def status_words(texts: Texts) -> str:
    """Return what the statuses of figures mean."""
    return texts.gettext(
        "Status: V, seen in an official or scientific text; V2, seen in a secondary source only; R, remembered, to "
        "be checked; A, an assumption of this tool. Only V allows to say that a figure is complied with."
    )
