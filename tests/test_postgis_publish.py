"""Results in PostGIS: whole, conserved, in one transaction; a reader sees the old or the new, and waits for neither."""

import sys
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from app.cli import main
from app.planner import Planner
from app.publish import publish as publishing
from app.publish.layout import layout
from app.publish.publish import check_target, publish
from app.publish.rows import ROWS, Source
from app.publish.target import Target, publish_results
from app.publish.wire import copy_text
from geo.errors import InputError, StoreError
from layers.quality import Finding, Level
from layers.sources import pglink
from tests.hostile import DISTRICT, NAMES, hostile_results
from tests.postgis import admin, database, role, server
from tests.sample import built_sample

LONG = "长" * 10_000
FINDINGS = (
    Finding("x", Level.BAD, "{name}", {"name": f"a\0b {LONG}"}, names=("it's", 'q"\\{},NULL', "\0\ud800", "")),
    Finding("y", Level.GOOD, "plain", layer="playground"),
)


def put(url: str, **how) -> None:
    publish(hostile_results(), FINDINGS, Target(url, **how), lang="en")


def rows(url: str, query: str, **names: str) -> list[tuple]:
    with psycopg.connect(url) as connection:
        return connection.execute(sql.SQL(query).format(**{k: sql.Identifier(v) for k, v in names.items()})).fetchall()


def content(url: str, schema: str = "tongquan") -> dict[str, list[tuple]]:
    """Return every row of every table, but not when it was published."""
    found = {}
    for name, table in layout().tables.items():
        columns = ["district_id", *(column for column in table.columns if column != "published_at")]
        chosen = sql.SQL(", ").join(map(sql.Identifier, columns))
        query = sql.SQL("SELECT {} FROM {}").format(chosen, sql.Identifier(schema, name))
        with psycopg.connect(url) as connection:
            found[name] = sorted(connection.execute(query).fetchall(), key=str)
    return found


@pytest.fixture(scope="module")
def sample() -> tuple[Planner, str]:
    """The sample district, published once."""
    server()
    planner = Planner(built_sample())
    url = database()
    planner.publish(url)
    return planner, url


def test_every_table_holds_as_many_rows_as_the_results(sample: tuple[Planner, str]) -> None:
    planner, url = sample
    r = planner.results
    pairs, bands = len(r.standard.rules.pairs), len(r.standard.rules.bands)
    expected = {
        "districts": 1,
        "zones": len(r.zones),
        "layers": len(r.recipes),
        "bands": bands,
        "needs": pairs,
        "homes": len(r.homes),
        "home_children": len(r.homes) * bands,
        "home_needs": len(r.homes) * pairs,
        "places": len(r.places.table),
        "entrances": len(r.places.entrances),
        "figures": len(r.figures),
        "gaps": len(r.gaps),
        "findings": len(planner.check()),
    }
    found = content(url)
    assert {name: len(found[name]) for name in expected} == expected
    assert all(found.values())


def test_children_are_conserved(sample: tuple[Planner, str]) -> None:
    planner, url = sample
    r = planner.results
    by_band = dict(rows(url, "SELECT band, sum(children) FROM tongquan.home_children GROUP BY band"))
    for at, band in enumerate(r.standard.rules.bands):
        assert by_band[band.id] == pytest.approx(r.homes.children[:, at].sum())
    whole = rows(
        url,
        "SELECT f.band, f.children - sum(c.children), f.met - sum(c.children) FILTER (WHERE n.met) "
        "FROM tongquan.figures f JOIN tongquan.home_children c USING (district_id, band) "
        "JOIN tongquan.home_needs n USING (district_id, band, need, home) WHERE f.zone IS NULL GROUP BY f.figure, "
        "f.band, f.children, f.met",
    )
    assert len(whole) == len(r.standard.rules.pairs)
    assert max(abs(off or 0.0) for _, *offs in whole for off in offs) < 1e-6


def test_shapes_have_their_system_and_an_index(sample: tuple[Planner, str]) -> None:
    _, url = sample
    wanted = {(name, shape) for name, table in layout().tables.items() for shape in table.shapes}
    columns = rows(url, "SELECT f_table_name, f_geometry_column FROM geometry_columns WHERE srid = 4326")
    assert wanted <= set(columns)
    indexed = rows(
        url,
        "SELECT c.relname, a.attname FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid "
        "JOIN pg_class x ON x.oid = i.indexrelid JOIN pg_am m ON m.oid = x.relam AND m.amname = 'gist' "
        "JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = i.indkey[0] "
        "WHERE c.relnamespace = 'tongquan'::regnamespace",
    )
    assert set(indexed) == wanted
    assert (
        rows(
            url,
            "SELECT 1 FROM tongquan.homes h JOIN tongquan.districts d USING (district_id) "
            "WHERE NOT ST_DWithin(h.geom, d.geom, 1e-6)",
        )
        == []
    )


def test_keys_hold_and_everything_is_explained(sample: tuple[Planner, str]) -> None:
    _, url = sample
    keys = rows(
        url,
        "SELECT conrelid::regclass::text, contype::text, convalidated FROM pg_constraint "
        "WHERE connamespace = 'tongquan'::regnamespace AND contype IN ('p', 'f')",
    )
    assert {table for table, kind, _ in keys if kind == "p"} == {f"tongquan.{name}" for name in layout().tables}
    assert {table for table, kind, _ in keys if kind == "f"} == {
        f"tongquan.{name}" for name in layout().tables if name != "districts"
    }
    assert all(valid for *_, valid in keys)
    with pytest.raises(psycopg.errors.ForeignKeyViolation):
        admin("DELETE FROM tongquan.districts", url)
    silent = rows(
        url,
        "SELECT c.relname, a.attname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid "
        "WHERE c.relnamespace = 'tongquan'::regnamespace AND c.relkind = 'r' AND a.attnum > 0 "
        "AND (col_description(c.oid, a.attnum) IS NULL OR obj_description(c.oid) IS NULL)",
    )
    assert silent == []


def test_the_views_say_what_the_figures_say(sample: tuple[Planner, str]) -> None:
    planner, url = sample
    figures = {(f.zone, f.band, f.need or "all"): f for f in planner.results.figures if f.zone >= 0}
    long = rows(url, "SELECT zone, band, need, share, children FROM tongquan.zone_coverage")
    assert {row[:3] for row in long} == set(figures)
    assert all(figures[row[:3]].share == pytest.approx(row[3]) for row in long)
    band, need = (part.id for part in planner.results.standard.rules.pairs[0])
    wide = rows(
        url, "SELECT zone, {c}, {n} FROM tongquan.zone_coverage_wide", c=f"{need}_{band}_share", n=f"children_{band}"
    )
    for zone, share, children in wide:
        figure = figures[zone, band, need]
        assert (share, children) == (pytest.approx(figure.share), pytest.approx(figure.children))
    assert rows(url, "SELECT count(*) FROM tongquan.gap_list") == [(len(planner.results.gaps),)]
    n = len(planner.results.homes) * len(planner.results.standard.rules.pairs)
    assert rows(url, "SELECT count(*), count(DISTINCT key) FROM tongquan.home_coverage") == [(n, n)]


def test_rows_have_the_columns_of_the_layout() -> None:
    source = Source(hostile_results(), FINDINGS)
    assert list(ROWS) == list(layout().tables)
    for name, make in ROWS.items():
        assert sorted(make(source)) == sorted(layout().tables[name].columns), name


def test_publishing_again_changes_nothing_and_another_district_is_left_alone() -> None:
    url = database()
    put(url)
    first = content(url)
    put(url)
    assert content(url) == first
    put(url, district_id="另一个区")
    both = content(url)
    assert {name: len(found) for name, found in both.items()} == {name: 2 * len(of) for name, of in first.items()}
    written = "SELECT district_id, xmin::text FROM tongquan.homes WHERE district_id = '另一个区'"
    before = rows(url, written)
    put(url)
    assert content(url) == both
    assert rows(url, written) == before


def test_a_failure_half_way_leaves_everything_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    url = database()
    copy_rows = publishing.copy_rows

    def twice(link, schema, name, text) -> None:
        copy_rows(link, schema, name, text + text if name == "places" else text)

    monkeypatch.setattr(publishing, "copy_rows", twice)
    with pytest.raises(StoreError, match="published before is whole"):
        put(url)
    assert rows(url, "SELECT 1 FROM pg_namespace WHERE nspname = 'tongquan'") == []
    monkeypatch.undo()
    put(url)
    whole = content(url)
    monkeypatch.setattr(publishing, "copy_rows", twice)
    with pytest.raises(StoreError):
        put(url)
    assert content(url) == whole


def test_a_connection_that_dies_half_way_leaves_everything_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    url = database()
    put(url)
    whole = content(url)
    copy_rows = publishing.copy_rows

    def cut(link, schema, name, text) -> None:
        if name == "gaps":
            admin(f"SELECT pg_terminate_backend({link.connection.info.backend_pid})", server().url())
        copy_rows(link, schema, name, text)

    monkeypatch.setattr(publishing, "copy_rows", cut)
    with pytest.raises(StoreError, match="connection was lost"):
        put(url)
    assert content(url) == whole


def test_a_reader_sees_the_old_until_all_is_new_and_waits_for_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    url = database()
    put(url)
    n = len(hostile_results().homes)
    seen = []
    copy_rows = publishing.copy_rows

    def watched(link, schema, name, text) -> None:
        copy_rows(link, schema, name, text if name != "findings" else b"")
        counts = "SELECT (SELECT count(*) FROM tongquan.homes), (SELECT count(*) FROM tongquan.findings)"
        with psycopg.connect(url, options="-c statement_timeout=3000") as reader:
            seen.extend(reader.execute(counts).fetchall())
            reader.execute("SELECT * FROM tongquan.zone_coverage_wide")

    monkeypatch.setattr(publishing, "copy_rows", watched)
    put(url)
    assert set(seen) == {(n, len(FINDINGS))}
    assert rows(url, "SELECT count(*) FROM tongquan.findings") == [(0,)]


def test_somebody_who_changes_the_same_table_is_told_and_not_waited_for_forever(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    url = database()
    put(url)
    hasty = pglink.link_rules().model_copy(update={"lock_timeout_s": 1})
    monkeypatch.setattr(pglink, "link_rules", lambda: hasty)
    with psycopg.connect(url) as other:
        other.execute("LOCK TABLE tongquan.homes IN SHARE MODE")
        with pytest.raises(StoreError, match="somebody else"):
            put(url)


def test_hostile_names_come_back_as_they_are() -> None:
    url, schema = database(), 'x"; DROP SCHEMA public CASCADE; -- %s 童圈'
    put(url, schema=schema)
    put(url, schema=schema)
    names = [row[4] for row in content(url, schema)["places"]]
    assert {name for name in names if name} >= set(NAMES)
    assert {row[0] for row in content(url, schema)["homes"]} == {DISTRICT}
    first, second = content(url, schema)["findings"]
    assert first[5] == f"ab {LONG}"
    assert first[7] == ["it's", 'q"\\{},NULL', "", ""]
    assert second[7] == []


@pytest.mark.parametrize("schema", ["", "a\0b", "pg_catalog", "information_schema", "长" * 22])
def test_a_schema_that_cannot_be_is_refused(schema: str) -> None:
    with pytest.raises(InputError, match="--schema"):
        put("postgresql://127.0.0.1:1/gis", schema=schema)


def test_a_published_district_is_kept_and_another_place_of_its_name_is_refused() -> None:
    url = database()
    put(url)
    whole = content(url)
    with pytest.raises(InputError, match="leave out --keep"):
        put(url, keep=True)
    put(url, keep=True, district_id="b")
    assert len(content(url)["districts"]) == 2
    admin("UPDATE tongquan.districts SET geom = ST_Translate(geom, 1, 0)", url)
    with pytest.raises(InputError, match="another place has this id"):
        put(url)
    assert len(content(url)["homes"]) == 2 * len(whole["homes"])


def test_only_readers_that_were_named_may_read() -> None:
    url, reader, stranger = database(), role(), role()
    put(url, readers=(reader,))
    query = "SELECT count(*) FROM tongquan.zone_coverage_wide"
    assert rows(url.replace("tongquan_admin", reader), query) == [(len(hostile_results().zones),)]
    for name, words in ((stranger, query), (reader, "DELETE FROM tongquan.gaps")):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            admin(words, url.replace("tongquan_admin", name))
    with pytest.raises(InputError, match="no such role"):
        check_target(Target(url, readers=('no"body',)))


def test_who_may_not_create_a_schema_may_fill_one_that_was_made_for_him() -> None:
    url, writer = database(), role()
    own = url.replace("tongquan_admin", writer)
    with pytest.raises(StoreError, match="may not do that"):
        put(own)
    admin(f"CREATE SCHEMA tongquan AUTHORIZATION {writer}", url)
    put(own)
    assert rows(own, "SELECT count(*) FROM tongquan.districts") == [(1,)]


def test_a_table_of_somebody_else_is_not_touched() -> None:
    url = database()
    admin("CREATE SCHEMA tongquan", url)
    admin("CREATE TABLE tongquan.homes (id int)", url)
    with pytest.raises(StoreError, match="none of this version"):
        put(url)
    assert rows(url, "SELECT count(*) FROM tongquan.homes") == [(0,)]


def test_a_database_that_cannot_hold_chinese_is_told() -> None:
    url = database(postgis=False, options="ENCODING 'LATIN1' LOCALE 'C'")
    admin("CREATE EXTENSION postgis", url)
    with pytest.raises(StoreError, match="UTF8"):
        put(url)


def test_a_view_follows_when_needs_come_and_go(monkeypatch: pytest.MonkeyPatch) -> None:
    url = database()
    put(url)
    before = {name for (name,) in rows(url, _COLUMNS)}
    results = hostile_results()
    band, need = results.standard.rules.pairs[0]
    figures = [f if f.need != need.id else replace(f, need="") for f in results.figures]
    source = Source(results, FINDINGS)
    less = ROWS["figures"](source)
    less = less[less["need"] != need.id]
    assert len(less) < len(figures)
    monkeypatch.setitem(publishing.ROWS, "figures", lambda _: less)
    put(url)
    after = {name for (name,) in rows(url, _COLUMNS)}
    assert f"{need.id}_{band.id}_share" in before - after
    monkeypatch.undo()
    put(url)
    assert {name for (name,) in rows(url, _COLUMNS)} == before


_COLUMNS = "SELECT attname FROM pg_attribute WHERE attrelid = 'tongquan.zone_coverage_wide'::regclass AND attnum > 0"


def test_unknown_is_not_empty() -> None:
    frame = ROWS["findings"](Source(hostile_results(), FINDINGS))
    first, second = copy_text("findings", frame.assign(message=["", "x"]), "d").decode().splitlines()[:2]
    assert first.startswith('"d",0,"x","bad",,"",')
    assert second.startswith('"d",1,"y","good","playground","x",')


def test_without_the_driver_the_command_that_installs_it_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(InputError, match=r'pip install "tongquan\[postgis\]"'):
        publish_results(hostile_results(), lambda: (), Target("planning"), lang="en")


def test_the_command_says_what_is_wrong_before_it_computes_anything(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "district.toml").write_text('name = "x"\n[streets]\nfile = "absent.osm"\n', encoding="utf-8")
    for to, code in (("postgresql://anna:s3cret@127.0.0.1:1/gis", 5), ("postgresql://anna:s3/cret@host/gis", 2)):
        with pytest.raises(SystemExit) as stop:
            main(["publish", str(tmp_path), "--to", to, "--lang", "en"])
        told = capsys.readouterr()
        assert stop.value.code == code
        assert "absent.osm" not in told.err
        assert not any(part in told.err + told.out for part in ("s3cret", "cret"))
