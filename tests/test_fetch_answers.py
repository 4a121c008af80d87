"""Answers are written by anybody: large, packed, hostile or wrong ones do no harm, and secrets stay secret."""

import gzip
import json
import pickle
import tracemalloc
import zlib
from pathlib import Path

import osmium
import pytest

from app.settings import read_settings
from geo.errors import FetchError, InputError, SettingsError
from layers.sources import osm
from layers.sources.answer import read_answer, write_elements
from layers.sources.asker import Asker, Query
from layers.sources.overpassrules import overpass_rules
from layers.sources.pieces import Pieces
from layers.sources.server import read_server
from layers.sources.transport import Clock, NoAnswerError, cleaned
from tests.overpass_server import Reply, answer, asked

QUERY = Query("36.45 N 115.95 E", "node(1);\nout meta;")
NODE = {"type": "node", "id": 1, "lat": 36.45, "lon": 115.97, "version": 1}
GOOD = answer([NODE])
SECRETS = "http://me:s3cret%20word@{name}/k3y-in-path"


def ask(how, *, may_split: bool = False):
    return Asker(how).ask(QUERY, read_answer, may_split=may_split)[0]


def always(reply: Reply):
    return lambda _query, _n: reply


def small(**limits: float):
    """Return the same with other limits."""
    rules = overpass_rules()
    limits = rules.limits.model_copy(update=limits)
    return {"rules": rules.model_copy(update={"limits": limits})}


def test_a_packed_answer_is_unpacked(serve, tmp_path: Path) -> None:
    server = serve(always(Reply(200, gzip.compress(GOOD.encode()), Content_Encoding="gzip")))
    assert len(ask(asked(tmp_path, server)).elements) == 1


def test_a_packed_answer_that_lost_its_end_is_no_answer(serve, tmp_path: Path) -> None:
    """The connection was closed in good order, by a proxy that had only the beginning."""
    whole = gzip.compress(GOOD.encode())
    server = serve(always(Reply(200, whole[:-12], Content_Encoding="gzip")))
    with pytest.raises(FetchError, match="broke off"):
        ask(asked(tmp_path, server))


def test_a_bomb_is_unpacked_only_up_to_the_limit(serve, tmp_path: Path) -> None:
    bomb = gzip.compress(bytes(50_000_000), 9)
    assert len(bomb) < 1_000_000
    server = serve(always(Reply(200, bomb, Content_Encoding="gzip")))
    tracemalloc.start()
    with pytest.raises(FetchError, match="more than 1 MB in one answer"):
        ask(asked(tmp_path, server, **small(answer_mb=1.0)))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 10_000_000


@pytest.mark.parametrize("packing", ["br", "deflate", "gzip, gzip", "<script>"])
def test_packings_that_nobody_asked_for_are_refused(serve, tmp_path: Path, packing: str) -> None:
    server = serve(always(Reply(200, zlib.compress(GOOD.encode()), Content_Encoding=packing)))
    with pytest.raises(FetchError, match="packed"):
        ask(asked(tmp_path, server))


@pytest.mark.parametrize("chunked", [False, True])
def test_an_answer_above_the_limit_is_not_read_to_its_end(serve, tmp_path: Path, *, chunked: bool) -> None:
    server = serve(always(Reply(200, GOOD + " " * 3_000_000, chunked=chunked)))
    with pytest.raises(FetchError, match="more than 1 MB in one answer"):
        ask(asked(tmp_path, server, **small(answer_mb=1.0)))


def test_all_answers_together_have_a_limit(serve, tmp_path: Path) -> None:
    server = serve(always(Reply(200, GOOD + " " * 400_000)))
    asker = Asker(asked(tmp_path, server, **small(total_mb=1.0)))
    for _ in range(2):
        asker.ask(QUERY, read_answer, may_split=False)
    with pytest.raises(FetchError, match="More than 1 MB"):
        asker.ask(QUERY, read_answer, may_split=False)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_nobody_is_followed_elsewhere(serve, tmp_path: Path, status: int) -> None:
    other = serve(always(Reply(200, GOOD)))
    server = serve(always(Reply(status, "", Location=f"{other.url}/interpreter")))
    with pytest.raises(FetchError, match="sends us on to 127"):
        ask(asked(tmp_path, server))
    assert other.queries == []
    assert len(server.queries) == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"lat": 91.0},
        {"lon": -181},
        {"lat": None},
        {"lat": "36.45"},
        {"id": 0},
        {"id": -5},
        {"id": 2**63},
        {"id": 1.5},
        {"id": True},
        {"version": 0},
        {"timestamp": "yesterday"},
        {"tags": {"name": 5}},
        {"tags": ["name"]},
        {"tags": {"name": "x" * 2000}},
        {"tags": {"a\0b": "c"}},
        {"tags": {"name": "a\0highway\0motorway"}},
        {"type": "area"},
        {"type": "way"},
        {"type": "way", "nodes": [1, -2]},
        {"type": "way", "nodes": "12"},
        {"type": "relation", "members": [{"type": "thing", "ref": 1, "role": ""}]},
        {"type": "relation", "members": [{"type": "way", "ref": 1, "role": "o\0"}]},
        {"type": "relation", "members": [{"type": "way", "ref": 1, "role": "o" * 2000}]},
    ],
    ids=str,
)
def test_what_openstreetmap_cannot_hold_is_no_answer(tmp_path: Path, wrong: dict) -> None:
    with pytest.raises(NoAnswerError):
        Pieces(tmp_path).keep("piece", read_answer(answer([NODE | wrong]).encode()), asked_at=Clock().now(), mb=0.0)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("text", ['"\\ud800"', "NaN", "1e999", "-Infinity"])
def test_numbers_and_letters_that_are_none_are_no_answer(text: str) -> None:
    body = answer([NODE | {"lat": 1.0, "tags": {"name": "?"}}]).replace('"?"', text)
    with pytest.raises(NoAnswerError):
        read_answer(body.encode())
    with pytest.raises(NoAnswerError):
        read_answer(body.replace('"lat": 1.0', f'"lat": {text}').replace(f'"name": {text}', '"name": "x"').encode())


def test_hostile_names_come_through_unchanged(tmp_path: Path) -> None:
    """They are escaped where they are shown, and not before."""
    names = ["</script><img onerror=alert(1)>", "=1+1", "${x}`\\", "𠮷野家", "a\nb", "\u202e反", "x" * 255, "字" * 255]
    nodes = [NODE | {"id": row + 1, "tags": {"name": name}} for row, name in enumerate(names)]
    path = tmp_path / "x.osm.pbf"
    write_elements(read_answer(answer(nodes).encode()).elements, path)
    assert [thing.tags["name"] for thing in osmium.FileProcessor(str(path))] == names


def test_who_edited_is_not_kept(tmp_path: Path) -> None:
    path = tmp_path / "x.osm.pbf"
    node = NODE | {"user": "somebody", "uid": 7, "changeset": 9, "timestamp": "2020-05-06T07:08:09Z"}
    write_elements(read_answer(answer([node]).encode()).elements, path)
    (kept,) = [(n.user, n.uid, n.changeset, n.timestamp.isoformat()) for n in osmium.FileProcessor(str(path))]
    assert kept == ("", 0, 0, "2020-05-06T07:08:09+00:00")


def test_entities_of_an_extract_are_not_read(tmp_path: Path) -> None:
    """Answers are JSON; but a file that somebody hands over may be XML."""
    secret = tmp_path / "secret.txt"
    secret.write_text("top secret", encoding="utf-8")
    for number, declared in enumerate(
        [f'<!ENTITY x SYSTEM "{secret.as_uri()}">', '<!ENTITY a "ha"><!ENTITY x "&a;&a;">']
    ):
        path = tmp_path / f"{number}.osm"
        path.write_text(
            f'<?xml version="1.0"?><!DOCTYPE osm [{declared}]><osm version="0.6">'
            '<node id="1" version="1" lat="1" lon="1"><tag k="leisure" v="&x;"/></node></osm>',
            encoding="utf-8",
        )
        with pytest.raises(InputError, match="not a whole OpenStreetMap file"):
            osm.read_features(path, ["leisure"])


# addresses


def test_user_and_password_reach_the_server_and_nothing_else(serve, tmp_path: Path) -> None:
    server = serve(lambda _query, n: Reply(429 if n < 3 else 400, '{"x": "y"}'))
    how = asked(tmp_path, server, urls=(SECRETS.format(name=server.name),))
    with pytest.raises(FetchError) as error:
        ask(how)
    assert server.authorizations == {"Basic bWU6czNjcmV0IHdvcmQ="}  # me:s3cret word
    shown = str(error.value) + repr(error.value.values) + repr(read_server(how.urls[0])) + repr(error.value.__cause__)
    assert server.name in shown
    assert "s3cret" not in shown
    assert "k3y" not in shown
    assert b"s3cret" not in pickle.dumps(error.value)


def test_a_refused_connection_does_not_tell_the_address(serve, tmp_path: Path) -> None:
    server = serve(always(Reply(200, GOOD)))
    server.stop()
    how = asked(tmp_path, server, urls=(SECRETS.format(name=server.name),))
    with pytest.raises(FetchError, match="connection failed") as error:
        ask(how)
    assert "s3cret" not in str(error.value)
    assert "k3y" not in str(error.value)


@pytest.mark.parametrize(
    "address",
    [
        "ftp://me:s3cret@maps.example/api",
        "file:///etc/passwd",
        "maps.example/api",
        "//maps.example/api",
        "https://",
        "https://me:s3cret@",
        "https://maps.example:99999/api",
        "https://maps.example/api?key=s3cret",
        "https://maps.example/api#s3cret",
        "http://[::1/api",
        "https://mаps.example/api",  # a Cyrillic letter in the name
        "",
    ],
)
def test_what_is_no_address_is_refused_without_showing_it(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SettingsError, match="TONGQUAN_OVERPASS_URLS") as error:
        read_server(address)
    assert "s3cret" not in str(error.value)
    monkeypatch.setenv("TONGQUAN_OVERPASS_URLS", json.dumps([address]))
    with pytest.raises(SettingsError, match="TONGQUAN_OVERPASS_URLS") as error:
        read_settings()
    assert "s3cret" not in str(error.value)


@pytest.mark.parametrize("given", ['["https://a.example/api", "http://b:1/x"]', "https://a.example/api http://b:1/x"])
def test_addresses_are_a_list_or_words(given: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TONGQUAN_OVERPASS_URLS", given)
    assert read_settings().overpass_urls == ("https://a.example/api", "http://b:1/x")


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("OVERPASS_URLS", '["https://a.example'),
        ("OVERPASS_URLS", '[["https://a.example"]]'),
        ("OVERPASS_TIMEOUT_S", "soon"),
        ("OVERPASS_TIMEOUT_S", "0"),
        ("OVERPASS_DEADLINE_S", "inf"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(name: str, given: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"TONGQUAN_{name}", given)
    with pytest.raises(SettingsError, match=f"TONGQUAN_{name}"):
        read_settings()


def test_a_strangers_words_are_one_short_line() -> None:
    assert cleaned("a\x1b[31m\r\n\tb\u202ec") == "a [31m b c"
    assert len(cleaned("x" * 10_000)) < 200
