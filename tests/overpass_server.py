"""A small Overpass on this machine: it answers from an .osm file as the real one does, and badly when it is told to.

Of the language it knows what Tongquan asks: filters by key and value, a bounding box, numbers, and what belongs to it.
"""

import gzip
import json
import re
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs
from xml.etree import ElementTree as ET

import shapely

from layers.sources.overpassrules import OverpassRules, overpass_rules
from layers.sources.transport import Clock, Overpass

BASE = "2023-02-21T03:31:14Z"
_STATEMENT = re.compile(r"(node|way|rel)((?:\[[^\]]*\])+|\(\d+\));")
_FILTER = re.compile(r'\["([^"]*)"(?:(=|~)"((?:[^"\\]|\\.)*)")?\]')
FREE = "Connected as: 2130706433\nRate limit: 2\n2 slots available now.\n"


class Reply:
    """What the server says to one request: a whole HTTP answer, or a connection that is closed half-way."""

    def __init__(
        self, status: int, body: str | bytes = b"", *, sent: float = 1.0, chunked: bool = False, **headers: str
    ):
        self.status = status
        self.body = body.encode() if isinstance(body, str) else body
        self.sent = sent  # share of the body that is sent before the connection is closed
        self.chunked = chunked
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}


def captured(path: Path) -> Reply:
    """Read an answer that was captured from a real server."""
    head, _, body = path.read_text(encoding="utf-8").replace("\r\n", "\n").partition("\n\n")
    if not head.startswith("Status"):
        return Reply(200, path.read_text(encoding="utf-8"))
    return Reply(int(re.search(r"Status: (\d+)", head)[1]), body)


class OsmFile:
    """An .osm file that can be asked."""

    def __init__(self, path: Path):
        self.things: dict[tuple[str, int], dict] = {}
        self.shapes: dict[tuple[str, int], shapely.Geometry] = {}
        for thing in ET.parse(path).getroot():  # noqa: S314  a file of the tests
            if thing.tag in {"node", "way", "relation"}:
                self._add(thing)
        self._put_relations()

    def _add(self, thing: ET.Element) -> None:
        key = (thing.tag, int(thing.get("id")))
        made = {"type": thing.tag, "id": key[1], "version": int(thing.get("version", 1))}
        made["timestamp"] = thing.get("timestamp", "2017-01-01T00:00:00Z")
        made |= {"user": "somebody", "uid": 7, "changeset": 1}
        if tags := {tag.get("k"): tag.get("v") for tag in thing.iter("tag")}:
            made["tags"] = tags
        if thing.tag == "node":
            made |= {"lat": float(thing.get("lat")), "lon": float(thing.get("lon"))}
            self.shapes[key] = shapely.Point(made["lon"], made["lat"])
        elif thing.tag == "way":
            made["nodes"] = [int(nd.get("ref")) for nd in thing.iter("nd")]
            points = [self.shapes[("node", ref)] for ref in made["nodes"] if ("node", ref) in self.shapes]
            self.shapes[key] = shapely.LineString(points) if len(points) > 1 else shapely.MultiPoint(points)
        else:
            made["members"] = [
                {"type": member.get("type"), "ref": int(member.get("ref")), "role": member.get("role")}
                for member in thing.iter("member")
            ]
        self.things[key] = made

    def _put_relations(self) -> None:
        for key, thing in self.things.items():
            if key[0] == "relation":
                members = [(m["type"], m["ref"]) for m in thing["members"] if m["type"] != "relation"]
                self.shapes[key] = shapely.GeometryCollection([self.shapes[m] for m in members if m in self.shapes])

    def ask(self, query: str) -> list[dict]:
        """Answer a query."""
        found = set[tuple[str, int]]()
        box = re.search(r"\[bbox:([-\d.]+),([-\d.]+),([-\d.]+),([-\d.]+)\]", query)
        south, west, north, east = map(float, box.groups()) if box else (-90, -180, 90, 180)
        around = shapely.box(west, south, east, north)
        shapely.prepare(around)
        here = [key for key, shape in self.shapes.items() if around.intersects(shape)]
        for word, filters in _STATEMENT.findall(query.partition(";")[2]):
            kind = "relation" if word == "rel" else word
            if filters.startswith("("):
                found |= {(kind, int(filters[1:-1]))} & set(self.things)
                continue
            tests = _FILTER.findall(filters)
            found |= {key for key in here if key[0] == kind and self._has(key, tests)}
        if "(._;>;);" in query:
            found |= self._below(found)
        return [self.things[key] for key in sorted(found & set(self.things))]

    def _below(self, found: set[tuple[str, int]]) -> set[tuple[str, int]]:
        """Return the members of relations, and the nodes of ways."""
        relations = [self.things[key] for key in found if key[0] == "relation"]
        members = {(m["type"], m["ref"]) for thing in relations for m in thing["members"] if m["type"] != "relation"}
        ways = [self.things[key] for key in (found | members) & set(self.things) if key[0] == "way"]
        return members | {("node", ref) for way in ways for ref in way["nodes"]}

    def _has(self, key: tuple[str, int], tests: list[tuple[str, str, str]]) -> bool:
        tags = self.things[key].get("tags", {})
        return all(
            name in tags
            and (how != "=" or tags[name] == json.loads(f'"{value}"'))
            and (how != "~" or re.search(value, tags[name]))
            for name, how, value in tests
        )


def answer(elements: list[dict], **extra: object) -> str:
    """Return an answer in Overpass' JSON."""
    head = {"version": 0.6, "generator": "Overpass API 0.7.62", "osm3s": {"timestamp_osm_base": BASE}}
    return json.dumps(head | {"elements": elements} | extra, ensure_ascii=False)


def broken_off(remark: str = 'Query timed out in "query" at line 3 after 181 seconds.') -> Reply:
    """Return what a server says that had no time or memory left."""
    return Reply(200, answer([], remark=f"runtime error: {remark}"))


@dataclass
class Server:
    """A running server.

    Attributes:
        reply: Says what to answer to a query, the n-th (from 0).
        status: Says what the status page is, when it is asked for the n-th time.
        queries: What was asked.
        looks: How often the status page was.
        agents: How the askers called themselves.
    """

    reply: Callable[[str, int], Reply]
    status: Callable[[int], Reply] = lambda _n: Reply(200, FREE)
    queries: list[str] = field(default_factory=list)
    looks: int = 0
    agents: set[str] = field(default_factory=set)
    authorizations: set[str | None] = field(default_factory=set)
    url: str = ""

    def start(self, port: int = 0) -> "Server":
        """Listen."""
        self._http = ThreadingHTTPServer(("127.0.0.1", port), _handler(self))
        self._http.daemon_threads = True
        self.port = self._http.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}/api"
        threading.Thread(target=self._http.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def stop(self) -> None:
        """Stop listening; the port is refused from now on."""
        self._http.shutdown()
        self._http.server_close()

    @property
    def name(self) -> str:
        """How messages name it."""
        return f"127.0.0.1:{self.port}"


def _handler(server: Server) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            form = self.rfile.read(int(self.headers["Content-Length"])).decode()
            server.agents.add(self.headers["User-Agent"])
            server.authorizations.add(self.headers["Authorization"])
            server.queries.append(parse_qs(form)["data"][0])
            self._send(server.reply(server.queries[-1], len(server.queries) - 1))

        def do_GET(self) -> None:
            server.looks += 1
            self._send(server.status(server.looks - 1))

        def _send(self, reply: Reply) -> None:
            self.close_connection = True
            body = reply.body[: round(len(reply.body) * reply.sent)]
            self.send_response(reply.status)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            if reply.chunked:
                self.send_header("Transfer-Encoding", "chunked")
                body = f"{len(body):x}\r\n".encode() + body + (b"\r\n0\r\n\r\n" if reply.sent == 1.0 else b"")
            else:
                self.send_header("Content-Length", str(len(reply.body)))
            self.send_header("Connection", "close")
            self.end_headers()
            with suppress(ConnectionError):  # whoever asked had enough
                self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    return Handler


def from_file(osm: OsmFile, *, packed: bool = True) -> Callable[[str, int], Reply]:
    """Answer every query from a file."""

    def reply(query: str, _n: int) -> Reply:
        body = answer(osm.ask(query)).encode()
        return Reply(200, gzip.compress(body, 1), Content_Encoding="gzip") if packed else Reply(200, body)

    return reply


def in_turn(*replies: Reply | Callable[[str, int], Reply]) -> Callable[[str, int], Reply]:
    """Answer the first query with the first reply, and so on; the last one for ever."""

    def reply(query: str, n: int) -> Reply:
        chosen = replies[min(n, len(replies) - 1)]
        return chosen if isinstance(chosen, Reply) else chosen(query, n)

    return reply


@dataclass
class FakeTime:
    """Time that passes only when somebody sleeps; `slept` keeps how long."""

    at_s: float = 0.0
    slept: list[float] = field(default_factory=list)

    def sleep(self, seconds: float) -> None:
        """Let time pass."""
        self.slept.append(seconds)
        self.at_s += seconds

    @property
    def clock(self) -> Clock:
        """The clock to give to what is tested."""
        start = datetime(2026, 3, 1, tzinfo=UTC)
        return Clock(
            monotonic=lambda: self.at_s,
            sleep=self.sleep,
            now=lambda: start + timedelta(seconds=self.at_s),
            random=lambda: 0.0,
        )


def asked(cache: Path, *servers: Server, time: FakeTime | None = None, **changes: object) -> Overpass:
    """Return how to reach servers; time passes only when somebody sleeps, unless `clock` says otherwise."""
    urls = tuple(server.url for server in servers)
    clock = (time or FakeTime()).clock
    return replace(Overpass(urls, cache, timeout_s=5.0, deadline_s=600.0, clock=clock), **changes)


def with_tiles(side_deg: float, smallest_deg: float) -> OverpassRules:
    """Return the project's rules with pieces of another size."""
    rules = overpass_rules()
    tiles = rules.tiles.model_copy(update={"side_deg": side_deg, "smallest_deg": smallest_deg})
    return rules.model_copy(update={"tiles": tiles})
