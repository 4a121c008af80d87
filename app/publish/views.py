"""Views for QGIS: made again only when their words have changed, since making one waits for its readers."""

import hashlib
from collections.abc import Mapping

import psycopg
from psycopg import sql

from app.publish.layout import layout
from app.publish.schema import LONGEST, comment_on, trusted
from layers.sources.pglink import Link
from layers.toml import Text

WIDE = "zone_coverage_wide"
_MARK = 12  # digits of a digest that stand in a view's comment


def make_views(link: Link, schema: str, lang: str) -> None:
    """Make the views that are absent or were made of other words.

    Args:
        link: An open transaction, in which the tables are whole.
        schema: Where they lie.
        lang: Language of their comments.
    """
    place = sql.Identifier(schema)
    for name, view in layout().views.items():
        _make(link, schema, name, view.about.to(lang), trusted(view.query).format(s=place), {})
    query, about = _wide(link, schema, lang)
    _make(link, schema, WIDE, layout().wide.about.to(lang), query, about)


def _make(link: Link, schema: str, name: str, about: str, query: sql.Composed, columns: Mapping[str, str]) -> None:
    words = query.as_string(link.connection) + "".join(columns.values())
    comment = f"{about} [{hashlib.sha256(words.encode()).hexdigest()[:_MARK]}]"
    known = link.run(
        "SELECT pg_catalog.obj_description(c.oid, 'pg_class') FROM pg_catalog.pg_class c "
        "JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = {schema} AND c.relname = {name}",
        schema=sql.Literal(schema),
        name=sql.Literal(name),
    ).fetchone()
    if known is not None and known[0] == comment:
        return
    view = sql.Identifier(schema, name)
    try:
        with link.connection.transaction():
            link.run("CREATE OR REPLACE VIEW {view} AS {query}", view=view, query=query)
    except psycopg.errors.InvalidTableDefinition:  # columns can be added to a view, and never taken away
        link.run("DROP VIEW {view}", view=view)
        link.run("CREATE VIEW {view} AS {query}", view=view, query=query)
    comment_on(link, "VIEW", view, comment)
    for column, text in columns.items():
        comment_on(link, "COLUMN", sql.Identifier(schema, name, column), text)


def _wide(link: Link, schema: str, lang: str) -> tuple[sql.Composed, dict[str, str]]:
    """Return the query with columns for all bands and needs of all districts, and what each column holds."""
    place, rules = sql.Identifier(schema), layout().wide
    suffix = sql.SQL("" if lang.startswith("zh") else "_en")
    rows = link.run(
        "SELECT f.band, f.need, min(b.name{en}), min(n.name{en}) FROM {s}.figures f "
        "JOIN {s}.bands b USING (district_id, band) LEFT JOIN {s}.needs n USING (district_id, band, need) "
        "GROUP BY f.band, f.need, b.first_age ORDER BY b.first_age, f.need NULLS FIRST",
        s=place,
        en=suffix,
    ).fetchall()
    figures = layout().tables["figures"].columns
    made: dict[str, str] = {}
    parts: list[sql.Composable] = []
    for band, need, band_name, need_name in rows:
        chosen = [(f"{need or rules.all}_{band}_{value}", value) for value in rules.shown]
        for name, value in [*([] if need else [(f"children_{band}", "children")]), *chosen]:
            if (column := _fitted(name)) not in made:
                made[column] = _column_about(band_name, need_name, figures[value], lang)
                parts.append(_picked(column, value, band, need))
    query = sql.SQL(
        "SELECT z.district_id || '/' || z.zone AS key, z.district_id, z.zone, z.name, d.unit, z.area_km2{parts}, "
        "z.geom FROM {s}.zones z JOIN {s}.districts d USING (district_id) LEFT JOIN {s}.figures f "
        "ON f.district_id = z.district_id AND f.zone = z.zone "
        "GROUP BY z.district_id, z.zone, d.district_id"
    ).format(s=place, parts=sql.SQL("").join(parts))
    return query, made


def _picked(column: str, value: str, band: str, need: str | None) -> sql.Composed:
    return sql.SQL(", max(f.{value}) FILTER (WHERE f.band = {band} AND f.need {is_need}) AS {column}").format(
        value=sql.Identifier(value),
        band=sql.Literal(band),
        is_need=sql.SQL("IS NULL") if need is None else sql.SQL("= {}").format(sql.Literal(need)),
        column=sql.Identifier(column),
    )


def _column_about(band: str, need: str | None, value: Text, lang: str) -> str:
    return " · ".join(filter(None, (band, need, value.to(lang))))


def _fitted(name: str) -> str:
    """Return a name that PostgreSQL does not cut: one that is too long ends in a digest of itself."""
    raw = name.encode()
    if len(raw) <= LONGEST:
        return name
    mark = hashlib.sha256(raw).hexdigest()[:_MARK]
    return raw[: LONGEST - _MARK - 1].decode(errors="ignore") + "_" + mark
