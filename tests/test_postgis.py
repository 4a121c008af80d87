"""Layers out of PostGIS: tables and views become places as files do, and every obstacle is told in one sentence."""

import sys
from pathlib import Path

import psycopg
import pytest

from geo.errors import CoordinateError, FetchError, InputError, SettingsError
from layers.layerfile import read_layer_files, read_source, source_digest
from layers.sources import pglink, postgis
from layers.sources.pgaddress import find_address
from layers.sources.pglink import open_link
from layers.sources.postgis import read_rows
from tests.postgis import admin, database, role, server

SECRET = "s3cret%2Fp%40ss"  # noqa: S105  of nobody; in a URL, where it means:
PLAIN_SECRET = "s3cret/p@ss"  # noqa: S105
SCHOOLS = """
CREATE TABLE schools (id int PRIMARY KEY, "学校名称" text, "学位数" numeric, opened date, extra text[],
  geom geometry(Point, {srid}));
INSERT INTO schools VALUES
  (2, '乙小学', 630, '2012-09-01', '{{a,b}}', ST_SetSRID(ST_Point(115.986, 36.461), {srid})),
  (1, '甲小学', 1200.0, NULL, NULL, ST_SetSRID(ST_Point(115.976, 36.451), {srid}));
"""


def schools(*, srid: int = 4490) -> str:
    url = database()
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(SCHOOLS.format(srid=srid))
    return url


def layer_file(folder: Path, url: str, table: str = "schools", more: str = "", columns: str = ""):
    (folder / "layers").mkdir(exist_ok=True)
    text = f'postgis = "{url}"\ntable = \'{table}\'\nlayer = "primary_school"\n{more}\n[columns]\n'
    (folder / "layers" / "schools.toml").write_text(text + columns, encoding="utf-8")
    (found,) = read_layer_files(folder)
    return found


NAMED = 'name = "学校名称"\ncapacity = "学位数"\nbuilt = "opened"\n'


@pytest.mark.parametrize("how", ["table", "view"])
def test_a_table_and_a_view_become_places(tmp_path: Path, how: str) -> None:
    url, table = schools(), "schools"
    if how == "view":
        admin("CREATE SCHEMA edu", url)
        admin('CREATE VIEW edu."all" AS SELECT *, 1 AS one FROM schools', url)
        table = "edu.all"
    places = read_source(layer_file(tmp_path, url, table, columns=NAMED)).places
    assert sorted(zip(places["name"], places["capacity"], places.geometry.x.round(6), strict=True)) == [
        ("乙小学", 630, 115.986),
        ("甲小学", 1200, 115.976),
    ]
    assert places["built_year"].dropna().tolist() == [2012]


def test_rows_come_in_the_order_of_the_key_and_the_digest_follows_their_content(tmp_path: Path) -> None:
    url = schools()
    file = layer_file(tmp_path, url, columns=NAMED)
    first = source_digest(file)
    assert read_source(file).places["name"].tolist() == ["甲小学", "乙小学"]
    admin("UPDATE schools SET id = id", url)  # PostgreSQL moves rows that it writes again
    assert source_digest(file) == first
    admin("UPDATE schools SET geom = ST_Translate(geom, 0.001, 0) WHERE id = 2", url)
    assert source_digest(file) != first


def test_a_shape_without_srid_needs_a_declared_system(tmp_path: Path) -> None:
    url = schools(srid=0)
    with pytest.raises(CoordinateError, match="crs ="):
        read_source(layer_file(tmp_path, url, columns=NAMED))
    table = read_source(layer_file(tmp_path, url, more='crs = "GCJ-02"', columns=NAMED))
    assert table.system.id == "GCJ-02"


def test_several_columns_of_shapes_must_be_told_apart(tmp_path: Path) -> None:
    url = schools()
    admin("ALTER TABLE schools ADD COLUMN gate geometry(PointZ, 4490)", url)
    admin("UPDATE schools SET gate = ST_Force3D(ST_Translate(geom, 0.01, 0))", url)
    with pytest.raises(InputError, match="geom, gate"):
        read_source(layer_file(tmp_path, url, columns=NAMED))
    places = read_source(layer_file(tmp_path, url, columns=NAMED + 'geometry = "gate"')).places
    assert places.geometry.x.round(6).tolist() == [115.986, 115.996]


def test_a_table_without_shapes_is_read_by_its_coordinates(tmp_path: Path) -> None:
    url = schools()
    admin('CREATE VIEW plain AS SELECT "学校名称", ST_X(geom) AS lon, ST_Y(geom) AS lat FROM schools', url)
    file = layer_file(tmp_path, url, "plain", 'crs = "WGS-84"', 'name = "学校名称"\nlon = "lon"\nlat = "lat"')
    assert read_source(file).places["name"].tolist() == ["乙小学", "甲小学"]  # no key: in the order of their texts


def test_shapes_in_two_systems_are_refused() -> None:
    url = schools()
    admin(
        "CREATE VIEW two AS SELECT ST_SetSRID(geom, CASE id WHEN 1 THEN 4326 ELSE 4490 END) AS geom FROM schools", url
    )
    with pytest.raises(CoordinateError, match="4326, 4490"):
        read_rows(url, "two")


def test_names_that_are_code_are_only_names() -> None:
    url = schools()
    admin('CREATE SCHEMA "a.b"', url)
    admin('CREATE TABLE "a.b"."x""; DROP TABLE schools; --" AS SELECT id AS "%s %(a)s", geom FROM schools', url)
    raw = read_rows(url, '"a.b"."x""; DROP TABLE schools; --"')
    assert sorted(raw.columns["%s %(a)s"]) == [1, 2]
    for wrong in ("schools; DROP TABLE schools", "a.b.c", "", 'x"', "sch\0ools"):
        with pytest.raises(InputError):
            read_rows(url, wrong)
    assert admin("SELECT count(*) FROM schools", url) == [(2,)]


def test_an_unknown_table_is_told_with_those_that_there_are() -> None:
    with pytest.raises(InputError, match=r"public\.schools"):
        read_rows(schools(), "school")


def test_nothing_can_be_changed_by_reading() -> None:
    url = schools()
    admin("CREATE FUNCTION sly() RETURNS int LANGUAGE sql AS 'DELETE FROM schools RETURNING id'", url)
    admin("CREATE VIEW trap AS SELECT sly() AS id", url)
    with pytest.raises(FetchError, match="only reading is allowed"):
        read_rows(url, "trap")
    assert admin("SELECT count(*) FROM schools", url) == [(2,)]


def test_what_takes_too_long_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    url = schools()
    admin("CREATE VIEW slow AS SELECT pg_sleep(60)::text AS x", url)
    quick = pglink.link_rules().model_copy(update={"statement_timeout_s": 1})
    monkeypatch.setattr(pglink, "link_rules", lambda: quick)
    with pytest.raises(FetchError, match="too long"):
        read_rows(url, "slow")


def test_too_many_rows_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    few = postgis.limits().model_copy(update={"max_rows": 1})
    monkeypatch.setattr(postgis, "limits", lambda: few)
    with pytest.raises(InputError, match="more than 1 rows"):
        read_rows(schools(), "schools")


@pytest.mark.parametrize("url", [f"postgresql://anna:{SECRET}@127.0.0.1:1/gis", "host=x password=s3cret"])
def test_a_password_never_stands_in_a_layer_file(tmp_path: Path, url: str) -> None:
    with pytest.raises(SettingsError, match="a password stands in this file") as caught:
        layer_file(tmp_path, url)
    assert_hidden(caught)
    with pytest.raises(SettingsError, match="give either") as caught:
        layer_file(tmp_path, url, more='file = "a.csv"')
    assert_hidden(caught)


def test_a_name_leads_to_the_variable_with_the_address(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TONGQUAN_PG_PLANNING_OFFICE", schools())
    assert len(read_source(layer_file(tmp_path, "planning-office", columns=NAMED)).places) == 2


def test_a_name_leads_to_the_service_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    parts = find_address(schools()).parts
    services = tmp_path / "services.conf"
    services.write_text("[planning]\n" + "\n".join(f"{word}={value}" for word, value in parts.items()))
    monkeypatch.setenv("PGSERVICEFILE", str(services))
    assert len(read_rows("planning", "schools").rows) == 2
    with pytest.raises(FetchError, match="TONGQUAN_PG_OTHER"):
        read_rows("other", "schools")


@pytest.mark.parametrize("bad", ['file = "a.csv"\npostgis = "x"\ntable = "t"', 'postgis = "x"', 'table = "t"', ""])
def test_a_file_or_a_table_and_not_both(tmp_path: Path, bad: str) -> None:
    (tmp_path / "layers").mkdir()
    (tmp_path / "layers" / "a.toml").write_text(f'{bad}\nlayer = "primary_school"\n', encoding="utf-8")
    with pytest.raises(SettingsError, match="postgis"):
        read_layer_files(tmp_path)


def test_without_the_driver_the_command_that_installs_it_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = layer_file(tmp_path, "planning")
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(InputError, match=r'pip install "tongquan\[postgis\]"'):
        read_source(file)


# --- addresses and links ---------------------------------------------------------------------------------------------


def assert_hidden(caught: pytest.ExceptionInfo[BaseException]) -> None:
    """No part of the password hangs on an error, nor on those that led to it."""
    error: BaseException | None = caught.value
    while error is not None:
        words = f"{error} {error!r} {getattr(error, 'values', '')}"
        assert not any(part in words for part in (SECRET, PLAIN_SECRET, "s3cret", "p@ss", "p%40ss"))
        error = error.__cause__ or error.__context__


@pytest.mark.parametrize(
    "given",
    [
        "postgresql://anna:s3cret/p@ss@host/db",  # not escaped: libpq takes parts of the password for others
        "postgresql://anna:s3cretp@ss@host/db",
        "postgresql://anna:s3cret@ho st/db",
        "postgresql://anna@host/db?password=s3cret&nonsense=1",
        "host=x password=s3cret nonsense=1",
        "mysql://anna:s3cret@host/db",
        "postgresql://anna:s3cret@host:port/db",
        "",
    ],
)
def test_an_address_that_cannot_be_read_is_not_repeated(given: str) -> None:
    with pytest.raises(InputError, match="not the address of a database") as caught:
        find_address(given)
    assert_hidden(caught)


def assert_no_link(url: str, match: str) -> None:
    with pytest.raises(FetchError, match=match) as caught, open_link(find_address(url), read_only=True):
        pass
    assert_hidden(caught)


def test_each_obstacle_on_the_way_to_a_database_is_told_without_the_password() -> None:
    url = database()
    login = f"anna:{SECRET}@127.0.0.1"
    assert_no_link(f"postgresql://{login}:1/gis", "no connection")
    assert_no_link(f"postgresql://anna:{SECRET}@nowhere.invalid/gis", "no connection")
    name = role(password="right")  # noqa: S106  of a test
    assert_no_link(url.replace("tongquan_admin", name), "a password is needed")
    assert_no_link(url.replace("tongquan_admin", f"{name}:{SECRET}"), "refuses this user, password or database")
    assert_no_link(url.replace("tongquan_admin", f"{name}:right") + "_no_such", "no_such")
    assert_no_link(f"{url}?sslmode=require", "encryption")
    assert_no_link(database(postgis=False), "CREATE EXTENSION postgis")


def test_an_old_server_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    url = database()
    for update in ({"oldest_server": 99}, {"oldest_postgis": "9.9"}):
        newer = pglink.link_rules().model_copy(update=update)
        monkeypatch.setattr(pglink, "link_rules", lambda newer=newer: newer)
        assert_no_link(url, "too old")
        monkeypatch.undo()


def test_a_connection_that_dies_on_the_way_is_told() -> None:
    url = schools()

    def cut() -> None:
        with open_link(find_address(url), read_only=True) as link:
            admin(f"SELECT pg_terminate_backend({link.connection.info.backend_pid})", server().url())
            link.run("SELECT 1")

    with pytest.raises(FetchError, match="connection was lost"):
        cut()


def test_a_table_that_one_may_not_read_is_told() -> None:
    url = schools()
    with pytest.raises(FetchError, match="may not do that"):
        read_rows(url.replace("tongquan_admin", role()), "schools")
