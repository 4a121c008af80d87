"""Overpass through a server on this machine that answers as the real ones do, well and badly."""

import json
import re
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import parse_qs
from xml.etree import ElementTree as ET

import osmnx
import osmnx._overpass
import pytest

from geo.errors import FetchError
from layers.sources.overpass import fetch_features, fetch_streets
from layers.sources.transport import Overpass
from tests import town

HTML = "<!DOCTYPE html><html><body><p>Error: runtime error</p></body></html>"
NO_ANSWER_S = 10.0  # far above every deadline below, far below OSMnx's own pause of 55 s


class Server:
    """Answers every POST with one status and body; `posts` keeps the queries."""

    def __init__(self, status: int, body: str, *, delay_s: float = 0.0):
        self.posts: list[str] = []
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                form = self.rfile.read(int(self.headers["Content-Length"])).decode()
                server.posts.append(parse_qs(form)["data"][0])
                time.sleep(delay_s)
                self.send_response(status)
                self.end_headers()
                self.wfile.write(body.encode())

            def log_message(self, *_: object) -> None:
                pass

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._http.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._http.server_address[1]}/api"
        threading.Thread(target=self._http.serve_forever, args=(0.02,), daemon=True).start()

    def stop(self) -> None:
        self._http.shutdown()
        self._http.server_close()


@pytest.fixture
def serve(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Server]]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    started: list[Server] = []

    def start(*args: object, **options: float) -> Server:
        started.append(Server(*args, **options))
        return started[-1]

    yield start
    for server in started:
        server.stop()


def answer(**extra: object) -> str:
    """Return the hand-drawn town as Overpass would."""
    elements = []
    for thing in ET.parse(town.TOWN).getroot():  # noqa: S314  the project's own file
        if thing.tag in {"node", "way"}:
            made = {"type": thing.tag, "id": int(thing.get("id"))}
            made |= {"tags": tags} if (tags := {tag.get("k"): tag.get("v") for tag in thing.iter("tag")}) else {}
            if thing.tag == "node":
                made |= {"lat": float(thing.get("lat")), "lon": float(thing.get("lon"))}
            else:
                made["nodes"] = [int(nd.get("ref")) for nd in thing.iter("nd")]
                # fetch_streets asks for ways with a highway tag, and for nothing else
                made = made if "highway" in tags else None
            elements += [made] if made else []
    return json.dumps({"version": 0.6, "elements": elements, **extra})


def overpass(folder: Path, *urls: str, deadline_s: float = 5.0) -> Overpass:
    return Overpass(urls, folder / "cache", timeout_s=2.0, deadline_s=deadline_s)


def fetch(how: Overpass):
    return fetch_streets(town.box(-200, -200, 850, 550), how)


def test_streets_come_as_they_come_from_an_extract(serve, tmp_path: Path) -> None:
    server = serve(200, answer())
    graph = fetch(overpass(tmp_path, server.url))
    network = town.build_topology(graph, town.area(), margin_m=0.0, source="Overpass").network
    assert network.edge_len_m.sum() == pytest.approx(2500, abs=town.CLOSE_M)
    assert sorted(network.raw.osm_id[network.node_raw].tolist()) == town.JUNCTIONS


def test_the_query_asks_for_streets_within_the_time_limit(serve, tmp_path: Path) -> None:
    server = serve(200, answer())
    fetch(overpass(tmp_path, server.url))
    (query,) = server.posts
    assert 'way["highway"]' in query
    assert "[out:json]" in query
    assert re.search(r"\[timeout:2(\.0)?\]", query), query


def test_an_answer_is_never_asked_for_twice(serve, tmp_path: Path) -> None:
    server = serve(200, answer())
    one, other = (fetch(overpass(tmp_path, server.url)) for _ in range(2))
    assert len(server.posts) == 1
    assert set(one.nodes) == set(other.nodes)


def test_features_come_with_their_tags(serve, tmp_path: Path) -> None:
    server = serve(200, answer())
    features = fetch_features(town.box(-200, -200, 850, 550), ["leisure", "amenity"], overpass(tmp_path, server.url))
    found = features.set_index(["osm_type", "osm_id"])["tags"]
    assert found[("node", 71)] == {"leisure": "playground", "name": "东巷游乐场"}
    assert {("node", 71), ("node", 72), ("node", 73), ("node", 74)} <= set(found.index)


def test_a_mirror_takes_over(serve, tmp_path: Path) -> None:
    broken, mirror = serve(400, HTML), serve(200, answer())
    assert len(fetch(overpass(tmp_path, broken.url, mirror.url))) > 0
    assert len(broken.posts) == len(mirror.posts) == 1


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, HTML),
        (400, HTML),
        (500, HTML),
        (200, ""),
        (200, '{"version": 0.6, "elements": ['),
        (200, '{"version": 0.6, "elements": []}'),
        (200, '{"version": 0.6, "elements": [], "remark": "runtime error: Query timed out after 34 seconds."}'),
        (200, '{"error": "please sign in to this network"}'),
        (200, "[]"),
        (429, HTML),
        (504, HTML),
    ],
    ids=[
        "HTML under 200",
        "bad request",
        "server error",
        "empty body",
        "cut off",
        "no elements",
        "time-out on the server",
        "other JSON",
        "a list",
        "too many requests",
        "busy",
    ],
)
def test_a_bad_answer_is_an_error_that_names_the_address_and_the_remedy(
    serve, tmp_path: Path, status: int, body: str
) -> None:
    server = serve(status, body)
    start = time.monotonic()
    with pytest.raises(FetchError, match="TONGQUAN_OVERPASS_URLS") as error:
        fetch(overpass(tmp_path, server.url, deadline_s=1.0))
    assert server.url in str(error.value)
    assert "extract" in str(error.value)
    assert time.monotonic() - start < NO_ANSWER_S


def test_an_answer_that_the_server_broke_off_is_never_taken_for_whole(serve, tmp_path: Path) -> None:
    """Some elements came before the time ran out: what is missing would look like streets that do not exist."""
    server = serve(200, answer(remark='runtime error: Query timed out in "recurse" at line 1 after 34 seconds.'))
    with pytest.raises(FetchError, match="timed out"):
        fetch(overpass(tmp_path, server.url))


def test_a_refused_connection_is_an_error_that_names_every_address(serve, tmp_path: Path) -> None:
    gone = [serve(200, ""), serve(200, "")]
    for server in gone:
        server.stop()
    with pytest.raises(FetchError) as error:
        fetch(overpass(tmp_path, *(server.url for server in gone)))
    assert all(server.url in str(error.value) for server in gone)


def test_a_server_that_says_nothing_is_given_up(serve, tmp_path: Path) -> None:
    server = serve(200, answer(), delay_s=4.0)
    start = time.monotonic()
    with pytest.raises(FetchError, match=re.escape(server.url)):
        fetch(overpass(tmp_path, server.url, deadline_s=0.5))
    assert time.monotonic() - start < 3.0


def test_a_search_that_was_given_up_asks_nobody_else(serve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """OSMnx goes on retrying in the background; it must not turn to its own default server, the public one."""
    busy, public = serve(504, HTML), serve(200, answer())
    monkeypatch.setattr(osmnx.settings, "overpass_url", public.url)
    # OSMnx's pause before it tries again, 55 s, shortened
    monkeypatch.setattr(osmnx._overpass, "time", SimpleNamespace(sleep=lambda _seconds: time.sleep(0.2)))
    with pytest.raises(FetchError):
        fetch(overpass(tmp_path, busy.url, deadline_s=0.7))
    time.sleep(1.0)
    assert public.posts == []


def test_a_cache_that_was_cut_off_is_asked_for_again(serve, tmp_path: Path) -> None:
    """The machine was switched off while an answer was being saved."""
    server = serve(200, answer())
    how = overpass(tmp_path, server.url)
    fetch(how)
    for kept in how.cache.iterdir():
        kept.write_bytes(kept.read_bytes()[:100])
    assert len(fetch(how)) > 0


def test_what_real_servers_answered_is_understood(serve, tmp_path: Path, shared_data: Path) -> None:
    """Answers captured from a real server: busy, rate limit, dispatcher off, time-out, memory, bad request, nothing."""
    captured = sorted((shared_data / "overpass_answers").glob("*.http"))
    assert captured
    for path in captured:
        head, _, body = path.read_text(encoding="utf-8").replace("\r\n", "\n").partition("\n\n")
        server = serve(int(re.search(r"Status: (\d+)", head)[1]), body)
        with pytest.raises(FetchError, match=re.escape(server.url)):
            fetch(overpass(tmp_path / path.stem, server.url, deadline_s=0.5))
