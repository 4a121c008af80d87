"""An area of the map in pieces: resumed, split, renewed and put together, from a small Overpass on this machine."""

import json
import re
from dataclasses import replace
from pathlib import Path

import osmium
import pytest
import shapely

from geo.errors import FetchError, InputError, StoreError
from layers.sources import osm
from layers.sources.boundary import fetch_boundary
from layers.sources.overpass import Mode, fetch_extract
from layers.sources.overpassrules import RULES_FILE, OverpassRules
from layers.sources.queries import Wanted
from layers.sources.transport import Clock
from layers.toml import read_toml
from tests import town
from tests.overpass_server import (
    FakeTime,
    OsmFile,
    Reply,
    Server,
    answer,
    asked,
    broken_off,
    from_file,
    in_turn,
    with_tiles,
)

AREA = town.box(-200, -200, 850, 550)
WANTED = Wanted(frozenset({"leisure", "amenity", "building"}), None)
SIDE = 0.005  # about 500 m: the town, 115.9678 to 115.9795 E and 36.4482 to 36.4549 N, touches 3 x 2 pieces
N_PIECES = 6
SMALL = with_tiles(SIDE, SIDE / 2)
EMPTY = answer([])


@pytest.fixture(scope="module")
def the_town() -> OsmFile:
    return OsmFile(town.TOWN)


def fetch(how, mode: Mode = Mode.USE):
    return fetch_extract(AREA, WANTED, replace(how, rules=SMALL), mode=mode)


def things(path: Path) -> dict[tuple[str, int], tuple]:
    """Return what an extract holds."""
    return {
        (thing.type_str(), thing.id): (thing.version, {tag.k: tag.v for tag in thing.tags})
        for thing in osmium.FileProcessor(str(path))
    }


def failing_after(n: int, osm_file: OsmFile, failure: Reply):
    return lambda query, number: from_file(osm_file)(query, number) if number < n else failure


def test_the_pieces_are_one_map(serve, tmp_path: Path, the_town: OsmFile) -> None:
    server = serve(from_file(the_town))
    download = fetch(asked(tmp_path, server))
    assert download.n_asked == download.record.n_pieces == len(server.queries) == N_PIECES
    kept = things(download.path)
    wanted = {
        key
        for key, thing in the_town.things.items()
        if key[0] != "node" and {"highway", *WANTED.keys} & set(thing.get("tags", {}))
    }
    assert {(kind[0], number) for kind, number in wanted} <= set(kept)
    streets, said = osm.read_streets(download.path)
    assert said.n_cut_ways == 0
    assert said.osm_date == "2023-02-21T03:31:14Z"
    network = town.build_topology(streets, town.area(), margin_m=0.0, source="Overpass").network
    assert network.edge_len_m.sum() == pytest.approx(2500, abs=town.CLOSE_M)
    assert sorted(network.raw.osm_id[network.node_raw].tolist()) == town.JUNCTIONS


@pytest.mark.parametrize("side_deg", [0.5, 0.05, 0.003, 0.0017])
def test_the_size_of_the_pieces_does_not_matter(serve, tmp_path: Path, the_town: OsmFile, side_deg: float) -> None:
    server = serve(from_file(the_town))
    how = asked(tmp_path, server, rules=with_tiles(side_deg, side_deg))
    download = fetch_extract(AREA, WANTED, how)
    whole = fetch(asked(tmp_path / "whole", server))
    assert things(download.path) == things(whole.path)


def test_what_is_there_is_not_asked_for_again(serve, tmp_path: Path, the_town: OsmFile) -> None:
    server = serve(from_file(the_town))
    first = fetch(asked(tmp_path, server))
    looks = server.looks
    server.stop()
    for mode in (Mode.USE, Mode.GO_ON):
        again = fetch(asked(tmp_path, server), mode)
        assert (again.path, again.record, again.n_asked) == (first.path, first.record, 0)
    assert (len(server.queries), server.looks) == (N_PIECES, looks)


@pytest.mark.parametrize("failure", [Reply(504, "busy"), Reply(200, EMPTY, sent=0.5), Reply(200, "<html>")])
def test_a_run_that_failed_goes_on_where_it_stopped(serve, tmp_path: Path, the_town: OsmFile, failure: Reply) -> None:
    server = serve(failing_after(4, the_town, failure))
    with pytest.raises(FetchError, match=f"4 of {N_PIECES} pieces of the map are here") as error:
        fetch(asked(tmp_path, server))
    assert re.search(r"36\.\d+ N 11\d\.\d+ E \+ 0\.005°", str(error.value))
    assert list(tmp_path.glob("area-*")) == []
    before, server.reply = len(server.queries), from_file(the_town)
    download = fetch(asked(tmp_path, server))
    assert download.n_asked == len(server.queries) - before == N_PIECES - 4


@pytest.mark.parametrize("at", [0, 3, 5])
def test_a_run_that_was_interrupted_goes_on_where_it_stopped(serve, tmp_path: Path, the_town: OsmFile, at: int) -> None:
    """Ctrl+C, while the answer is being waited for."""
    server, n_told = serve(from_file(the_town)), []

    def told(piece: object) -> None:
        n_told.append(piece)
        if len(n_told) == at + 1:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fetch(asked(tmp_path, server, told=told))
    assert fetch(asked(tmp_path, server)).n_asked == N_PIECES - at - 1
    assert len(server.queries) == N_PIECES


def test_a_power_cut_is_noticed(serve, tmp_path: Path, the_town: OsmFile) -> None:
    """Files may be short, empty or gone afterwards, in whatever combination."""
    server = serve(from_file(the_town))
    first = fetch(asked(tmp_path, server))
    whole = first.path.read_bytes()
    pieces = sorted(tmp_path.glob("piece-*.osm.pbf"))
    for path in (first.path, pieces[0], pieces[1]):
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    pieces[2].write_bytes(b"")
    pieces[3].unlink()
    records = sorted(tmp_path.glob("piece-*.json"))
    records[2].write_text("{", encoding="utf-8")
    records[4].write_bytes(b"\0" * 200)
    again = fetch(asked(tmp_path, server))
    assert again.n_asked == 5
    assert again.path.read_bytes() == whole


def test_pieces_stay_when_the_boundary_moves(serve, tmp_path: Path, the_town: OsmFile) -> None:
    server = serve(from_file(the_town))
    how = asked(tmp_path, server, rules=SMALL)
    old = fetch_extract(AREA, WANTED, how)
    moved = fetch_extract(town.box(-200, -200, 1200, 550), WANTED, how)
    assert moved.record.n_pieces > N_PIECES
    assert moved.n_asked == moved.record.n_pieces - N_PIECES
    assert not old.path.exists()


def test_other_wishes_are_asked_for(serve, tmp_path: Path, the_town: OsmFile) -> None:
    server = serve(from_file(the_town))
    how = asked(tmp_path, server, rules=SMALL)
    fetch_extract(AREA, Wanted(frozenset({"leisure"}), None), how)
    more = fetch_extract(AREA, Wanted(frozenset({"leisure", "building"}), None), how)
    assert more.n_asked == N_PIECES
    assert any("building" in tags for _, tags in things(more.path).values())


MEMORY = 'Query ran out of memory in "recurse" at line 90. It would need at least 513 MB of RAM to continue.'


def too_much_above(degrees: float, osm_file: OsmFile, too_much: Reply):
    def reply(query: str, n: int) -> Reply:
        south, _, north, _ = map(float, re.search(r"\[bbox:([^\]]*)\]", query)[1].split(","))
        return from_file(osm_file)(query, n) if north - south <= degrees + 1e-9 else too_much

    return reply


@pytest.mark.parametrize("too_much", [broken_off(), broken_off(MEMORY)], ids=["time", "memory"])
def test_a_piece_that_is_too_much_is_quartered(serve, tmp_path: Path, the_town: OsmFile, too_much: Reply) -> None:
    server = serve(too_much_above(0.01, the_town, too_much))
    how = asked(tmp_path, server, rules=with_tiles(0.04, 0.005))
    download = fetch_extract(AREA, WANTED, how)
    assert things(download.path) == things(fetch(asked(tmp_path / "whole", serve(from_file(the_town)))).path)
    # nobody asks for the large ones again
    n = len(server.queries)
    download.path.unlink()
    fetch_extract(AREA, WANTED, how)
    assert len(server.queries) == n


def test_the_smallest_piece_is_not_quartered_but_an_error(serve, tmp_path: Path) -> None:
    """A time-out is never "no schools here"."""
    server = serve(lambda _query, _n: broken_off())
    with pytest.raises(FetchError, match=r"timed out") as error:
        fetch_extract(AREA, WANTED, asked(tmp_path, server, rules=with_tiles(0.04, 0.01)))
    assert "+ 0.01°" in str(error.value)
    assert len(server.queries) <= 2 + SMALL.patience.requests


def test_an_answer_that_is_too_large_is_quartered(serve, tmp_path: Path, the_town: OsmFile) -> None:
    rules = with_tiles(0.04, 0.0025)
    rules = rules.model_copy(update={"limits": rules.limits.model_copy(update={"answer_mb": 0.008})})
    server = serve(from_file(the_town, packed=False))
    download = fetch_extract(AREA, WANTED, asked(tmp_path, server, rules=rules))
    assert download.record.n_pieces > 1
    assert things(download.path) == things(fetch(asked(tmp_path / "whole", server)).path)


def test_empty_pieces_are_part_of_the_map(serve, tmp_path: Path, the_town: OsmFile) -> None:
    empty = Reply(200, EMPTY)
    server = serve(in_turn(empty, from_file(the_town)))
    assert fetch(asked(tmp_path, server)).record.n_pieces == N_PIECES
    nothing = fetch(asked(tmp_path / "nothing", serve(in_turn(empty))))
    assert things(nothing.path) == {}
    with pytest.raises(InputError, match="no streets"):
        osm.read_streets(nothing.path)


def test_a_mirror_finishes_what_another_began(serve, tmp_path: Path, the_town: OsmFile) -> None:
    first = serve(failing_after(3, the_town, Reply(504, "busy")))
    mirror = serve(from_file(the_town))
    told = []
    fetch(asked(tmp_path, first, mirror, told=told.append))
    assert [piece.server for piece in told] == [first.name] * 3 + [mirror.name] * (N_PIECES - 3)
    assert [(piece.number, piece.of) for piece in told] == [(n + 1, N_PIECES) for n in range(N_PIECES)]
    assert len(first.queries) == 3 + SMALL.patience.failures


def test_an_area_that_is_too_large_is_refused_before_anybody_is_asked(serve, tmp_path: Path) -> None:
    server = serve(in_turn(Reply(200, EMPTY)))
    with pytest.raises(InputError, match="too large"):
        fetch_extract(shapely.box(100, 20, 120, 40), WANTED, asked(tmp_path, server))
    assert (server.queries, server.looks) == ([], 0)


def test_a_full_disk_is_told_and_leaves_nothing_half(
    serve, tmp_path: Path, the_town: OsmFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = serve(from_file(the_town))

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("layers.sources.pieces.write_elements", full)
    with pytest.raises(StoreError, match="No space left"):
        fetch(asked(tmp_path, server))
    monkeypatch.undo()
    assert list(tmp_path.iterdir()) == []


# renewal


def newer(osm_file: OsmFile, *, base: str = "2023-03-01T00:00:00Z", version: int = 9):
    """Answer from the map of a later day, where everything was edited."""

    def reply(query: str, _n: int) -> Reply:
        elements = [thing | {"version": version} for thing in osm_file.ask(query)]
        return Reply(200, answer(elements, osm3s={"timestamp_osm_base": base}))

    return reply


def test_a_renewal_replaces_all(serve, tmp_path: Path, the_town: OsmFile) -> None:
    passed = FakeTime()
    server = serve(from_file(the_town))
    fetch(asked(tmp_path, server, time=passed))
    passed.at_s += 100.0
    server.reply = newer(the_town)
    renewed = fetch(asked(tmp_path, server, time=passed), Mode.RENEW)
    assert renewed.n_asked == N_PIECES
    assert {version for version, _ in things(renewed.path).values()} == {9}
    assert osm.read_streets(renewed.path)[1].osm_date == "2023-03-01T00:00:00Z"
    assert not renewed.is_mixed
    assert fetch(asked(tmp_path, server, time=passed), Mode.GO_ON).n_asked == 0


def test_the_old_map_stays_until_the_new_one_is_whole(serve, tmp_path: Path, the_town: OsmFile) -> None:
    passed = FakeTime()
    server = serve(from_file(the_town))
    old = fetch(asked(tmp_path, server, time=passed))
    passed.at_s += 100.0
    server.reply = lambda query, n: newer(the_town)(query, n) if n < N_PIECES + 4 else Reply(504)
    with pytest.raises(FetchError, match=f"4 of {N_PIECES}"):
        fetch(asked(tmp_path, server, time=passed), Mode.RENEW)
    # a build goes on with the old one, and asks nobody
    n = len(server.queries)
    assert fetch(asked(tmp_path, server, time=passed), Mode.USE).record == old.record
    assert len(server.queries) == n
    # the next fetch, renewing or not, takes up what has come
    server.reply = newer(the_town)
    assert fetch(asked(tmp_path, server, time=passed), Mode.GO_ON).n_asked == N_PIECES - 4


@pytest.mark.parametrize(("hours", "n_left"), [(1.0, N_PIECES - 4), (100.0, N_PIECES)])
def test_a_renewal_that_was_left_for_days_begins_anew(
    serve, tmp_path: Path, the_town: OsmFile, hours: float, n_left: int
) -> None:
    passed = FakeTime()
    server = serve(from_file(the_town))
    fetch(asked(tmp_path, server, time=passed))
    passed.at_s += 100.0
    server.reply = lambda query, n: newer(the_town)(query, n) if n < N_PIECES + 4 else Reply(504)
    with pytest.raises(FetchError):
        fetch(asked(tmp_path, server, time=passed), Mode.RENEW)
    passed.at_s += hours * 3600.0
    server.reply = newer(the_town)
    assert fetch(asked(tmp_path, server, time=passed), Mode.RENEW).n_asked == n_left


def test_pieces_of_different_days_are_told_and_the_newest_edit_wins(serve, tmp_path: Path, the_town: OsmFile) -> None:
    def reply(query: str, n: int) -> Reply:
        return (from_file(the_town) if n < 4 else newer(the_town))(query, n)

    download = fetch(asked(tmp_path, serve(reply)))
    assert download.is_mixed
    assert [moment.day for moment in (download.record.osm_base, download.record.newest)] == [21, 1]
    # what lies in an old and in a new piece is there once, as it is now
    versions = {version for version, _ in things(download.path).values()}
    assert versions == {1, 9}
    assert osm.read_streets(download.path)[1].osm_date == "2023-02-21T03:31:14Z"


def test_a_server_that_does_not_say_how_old_its_map_is(serve, tmp_path: Path, the_town: OsmFile) -> None:
    reply = newer(the_town, base="")
    download = fetch(asked(tmp_path, serve(reply)))
    assert download.record.osm_base is None
    assert not download.is_mixed
    assert osm.read_streets(download.path)[1].osm_date == "2026-01-01T00:00:00Z"


# boundaries by name


def boundary(number: int, corner: tuple[float, float], name: str = "方圆区", **tags: str) -> list[dict]:
    """Return a square district as Overpass would."""
    lon, lat = corner
    first = number * 10
    corners = [(lon, lat), (lon + 0.1, lat), (lon + 0.1, lat + 0.1), (lon, lat + 0.1)]
    nodes = [{"type": "node", "id": first + i, "lon": x, "lat": y} for i, (x, y) in enumerate(corners)]
    way = {"type": "way", "id": first, "nodes": [first, first + 1, first + 2, first + 3, first]}
    relation = {
        "type": "relation",
        "id": number,
        "members": [{"type": "way", "ref": first, "role": "outer"}],
        "tags": {"type": "boundary", "boundary": "administrative", "name": name, "admin_level": "6"} | tags,
    }
    return [*nodes, way, relation]


def test_a_boundary_is_found_by_its_name_once(serve, tmp_path: Path) -> None:
    server = serve(in_turn(Reply(200, answer(boundary(7, (115.9, 36.4))))))
    found = [fetch_boundary("方圆区", asked(tmp_path, server)) for _ in range(2)]
    assert found[0].equals(found[1])
    assert found[0].bounds == pytest.approx((115.9, 36.4, 116.0, 36.5))
    (query,) = server.queries
    assert 'rel["boundary"="administrative"]["name"="方圆区"];' in query
    assert "bbox" not in query


def test_places_of_one_name_are_listed_and_one_can_be_chosen(serve, tmp_path: Path) -> None:
    both = [*boundary(7, (115.9, 36.4)), *boundary(8, (120.0, 30.0), admin_level="8")]
    server = serve(lambda query, _n: Reply(200, answer(both if "name" in query else boundary(8, (120.0, 30.0)))))
    with pytest.raises(InputError, match=r"2 places .*relation/7 .*relation/8 \(admin_level 8, 30.05 N 120.05 E\)"):
        fetch_boundary("方圆区", asked(tmp_path, server))
    chosen = fetch_boundary("relation/8", asked(tmp_path, server))
    assert chosen.bounds == pytest.approx((120.0, 30.0, 120.1, 30.1))
    assert "rel(8);" in server.queries[-1]


@pytest.mark.parametrize("elements", [[], boundary(7, (115.9, 36.4))[1:]], ids=["nothing", "not closed"])
def test_a_place_that_is_not_there_is_an_error(serve, tmp_path: Path, elements: list[dict]) -> None:
    server = serve(in_turn(Reply(200, answer(elements))))
    with pytest.raises(InputError, match=r"方圆区.*boundary file"):
        fetch_boundary("方圆区", asked(tmp_path, server))


@pytest.mark.parametrize(
    "place", ['a"];out;node(1);("', "a\\", "a\nb", "relation/0", "relation/1);out;(", "]]>", "\u202e"]
)
def test_a_name_cannot_change_the_query(serve, tmp_path: Path, place: str) -> None:
    server = serve(in_turn(Reply(200, EMPTY)))
    with pytest.raises(InputError):
        fetch_boundary(place, asked(tmp_path, server))
    (query,) = server.queries
    quoted = re.findall(r'\["name"=("(?:[^"\\]|\\.)*")\];', query)
    assert [json.loads(text) for text in quoted] == [place]


def test_the_rules_of_overpass_are_read(tmp_path: Path) -> None:
    rules = read_toml(RULES_FILE, OverpassRules)
    assert rules.tiles.smallest_deg < rules.tiles.side_deg
    path = tmp_path / "overpass.toml"
    text = RULES_FILE.read_text(encoding="utf-8")
    path.write_text(text.replace("smallest_deg = 0.00625", "smallest_deg = 2.0"), encoding="utf-8")
    with pytest.raises(InputError, match=r"overpass\.toml.*smallest_deg"):
        read_toml(path, OverpassRules)


def test_real_time_is_used_when_none_is_given(tmp_path: Path) -> None:
    """Pauses of two machines are not of one length."""
    clock = Clock()
    assert clock.monotonic() <= clock.monotonic()
    assert Clock().random() != clock.random()
    assert asked(tmp_path, Server(lambda _query, _n: Reply(200))).told is None
