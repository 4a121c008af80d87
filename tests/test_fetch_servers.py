"""How servers are asked: through a small Overpass on this machine that fails in every way the real ones do."""

import re
import time
from collections import Counter
from pathlib import Path

import pytest

from geo.errors import FetchError
from layers.sources.answer import read_answer
from layers.sources.asker import Asker, Query, TooMuchError
from layers.sources.overpassrules import overpass_rules
from layers.sources.transport import Clock
from tests.overpass_server import FREE, FakeTime, Reply, answer, asked, broken_off, captured, in_turn

QUERY = Query("36.45 N 115.95 E", 'way["highway"];\nout meta;')
HTML = (
    "<html><body><p><strong style='color:#FF0000'>Error</strong>: runtime error: the disk is tired </p></body></html>"
)
NODE = {"type": "node", "id": 1, "lat": 36.45, "lon": 115.97, "version": 1, "tags": {"name": "长街"}}
GOOD = Reply(200, answer([NODE]))
RULES = overpass_rules().patience


def ask(how, *, may_split: bool = False):
    """Return what the servers answer, and who it was."""
    return Asker(how).ask(QUERY, read_answer, may_split=may_split)


def busy(status: int = 429, **headers: str) -> Reply:
    return Reply(status, HTML, **headers)


def always(reply: Reply):
    return lambda _query, _n: reply


def test_an_answer_is_what_the_map_holds(serve, tmp_path: Path) -> None:
    server = serve(always(GOOD))
    found, who = ask(asked(tmp_path, server))
    assert who == server.name
    assert [(node.id, node.lat, node.lon, node.tags) for node in found.elements] == [
        (1, 36.45, 115.97, {"name": "长街"})
    ]
    assert found.osm_base.isoformat() == "2023-02-21T03:31:14+00:00"


def test_the_server_is_told_who_asks_and_how_much_it_may_work(serve, tmp_path: Path) -> None:
    server = serve(always(GOOD))
    ask(asked(tmp_path, server, timeout_s=25.0))
    assert all(re.match(r"Tongquan/\d", agent) for agent in server.agents)
    (query,) = server.queries
    assert query.startswith(f"[out:json][timeout:25][maxsize:{overpass_rules().query.memory_mb * 1024 * 1024}];")
    assert QUERY.text in query


def test_nothing_is_a_legitimate_answer(serve, tmp_path: Path, shared_data: Path) -> None:
    server = serve(always(captured(shared_data / "overpass_answers" / "ok_empty.http")))
    found, _ = ask(asked(tmp_path, server))
    assert found.elements == []


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("bad_request", "parse error"),
        ("busy_504", "too busy"),
        ("busy_norate_200html", "protocol_error"),
        ("dispatcher_off_504", "turned off"),
        ("memory_200", "out of memory"),
        ("rate_limited_429", "rate_limited"),
        ("slow_timeout", "timed out"),
    ],
)
def test_what_a_real_server_answered_is_never_taken_for_an_empty_map(
    serve, tmp_path: Path, shared_data: Path, name: str, said: str
) -> None:
    server = serve(always(captured(shared_data / "overpass_answers" / f"{name}.http")))
    with pytest.raises(FetchError, match=said) as error:
        ask(asked(tmp_path, server))
    assert server.name in str(error.value)
    assert QUERY.what in str(error.value)
    assert error.value.exit_code == 4
    assert 1 <= len(server.queries) <= RULES.requests


def test_an_empty_map_is_an_answer(serve, tmp_path: Path) -> None:
    assert ask(asked(tmp_path, serve(always(Reply(200, answer([]))))))[0].elements == []


@pytest.mark.parametrize("remark", ["Query timed out after 9 seconds.", "Query ran out of memory.", "something else"])
def test_what_a_server_remarks_is_never_an_empty_map(serve, tmp_path: Path, remark: str) -> None:
    with pytest.raises(FetchError, match=re.escape(remark)):
        ask(asked(tmp_path, serve(always(broken_off(remark)))))


@pytest.mark.parametrize("name", ["memory_200", "slow_timeout"])
def test_a_server_that_broke_off_is_asked_for_less(serve, tmp_path: Path, shared_data: Path, name: str) -> None:
    server = serve(always(captured(shared_data / "overpass_answers" / f"{name}.http")))
    with pytest.raises(TooMuchError):
        ask(asked(tmp_path, server), may_split=True)
    assert len(server.queries) == 1


def test_half_an_answer_with_a_remark_is_none(serve, tmp_path: Path) -> None:
    """Elements found until the time ran out: what is missing would look like streets that do not exist."""
    server = serve(always(Reply(200, answer([NODE], remark="runtime error: Query timed out after 34 seconds."))))
    with pytest.raises(FetchError, match="timed out"):
        ask(asked(tmp_path, server))


@pytest.mark.parametrize(
    "body",
    [
        HTML,
        "",
        '{"version": 0.6, "elements": [',
        '{"version": 0.6, "elements": {}}',
        '{"version": 0.6}',
        '{"error": "please sign in to this network"}',
        "[]",
        "null",
        "[" * 5000,
        '<?xml version="1.0"?><!DOCTYPE osm [<!ENTITY x SYSTEM "file:///etc/passwd">]><osm>&x;</osm>',
    ],
    ids=["HTML", "empty", "cut off", "a table", "no elements", "other", "a list", "null", "deep", "XML with entities"],
)
def test_anything_else_under_200_is_an_error(serve, tmp_path: Path, body: str) -> None:
    server = serve(always(Reply(200, body)))
    with pytest.raises(FetchError, match="not Overpass' own") as error:
        ask(asked(tmp_path, server))
    assert "root:" not in str(error.value)
    assert len(str(error.value)) < 800


@pytest.mark.parametrize("share", [0.0, 0.5, 0.99])
@pytest.mark.parametrize("chunked", [False, True])
def test_an_answer_that_breaks_off_is_asked_for_again(serve, tmp_path: Path, share: float, *, chunked: bool) -> None:
    server = serve(in_turn(Reply(200, GOOD.body, sent=share, chunked=chunked), GOOD))
    found, _ = ask(asked(tmp_path, server))
    assert len(found.elements) == 1
    assert len(server.queries) == 2


def test_a_limit_of_requests_is_waited_for(serve, tmp_path: Path) -> None:
    server, passed = serve(in_turn(busy(Retry_After="40"), GOOD)), FakeTime()
    ask(asked(tmp_path, server, time=passed))
    assert passed.slept == [40.0]


def test_a_date_to_wait_for_is_understood(serve, tmp_path: Path) -> None:
    server, passed = serve(in_turn(busy(503, Retry_After="Sun, 01 Mar 2026 00:00:50 GMT"), GOOD)), FakeTime()
    ask(asked(tmp_path, server, time=passed))
    assert passed.slept == [50.0]


@pytest.mark.parametrize("given", ["soon", "-5", "9" * 400, "1e99", "Sun, 99 Foo 2026", ""])
def test_nonsense_to_wait_for_does_no_harm(serve, tmp_path: Path, given: str) -> None:
    server, passed = serve(in_turn(busy(Retry_After=given), GOOD)), FakeTime()
    ask(asked(tmp_path, server, time=passed))
    assert passed.slept == [RULES.first_pause_s]


def test_pauses_grow(serve, tmp_path: Path) -> None:
    passed = FakeTime()
    with pytest.raises(FetchError):
        ask(asked(tmp_path, serve(always(busy())), time=passed))
    assert passed.slept[:3] == [RULES.first_pause_s * factor for factor in (1, 2, 4)]
    assert max(passed.slept) <= RULES.longest_pause_s


def test_a_mirror_takes_over_from_a_server_that_is_busy_for_ever(serve, tmp_path: Path) -> None:
    first, mirror, passed = serve(always(busy(504))), serve(always(GOOD)), FakeTime()
    asker = Asker(asked(tmp_path, first, mirror, time=passed))
    who = [asker.ask(QUERY, read_answer, may_split=False)[1] for _ in range(5)]
    assert who == [mirror.name] * 5
    # it is tried again and again, then left alone
    assert len(first.queries) == RULES.failures
    passed.at_s += RULES.rest_s
    asker.ask(QUERY, read_answer, may_split=False)
    assert len(first.queries) == RULES.failures + 1


def test_a_server_that_asks_for_a_long_pause_gets_it(serve, tmp_path: Path) -> None:
    first, mirror, passed = serve(always(busy(Retry_After="3000"))), serve(always(GOOD)), FakeTime()
    assert ask(asked(tmp_path, first, mirror, time=passed))[1] == mirror.name
    assert len(first.queries) == 1
    assert passed.slept == []


def test_a_server_that_refuses_is_not_asked_again(serve, tmp_path: Path) -> None:
    first, mirror = serve(always(Reply(400, HTML))), serve(always(GOOD))
    asker = Asker(asked(tmp_path, first, mirror))
    for _ in range(3):
        asker.ask(QUERY, read_answer, may_split=False)
    assert (len(first.queries), len(mirror.queries)) == (1, 3)


def test_when_all_are_dead_it_ends_and_names_each(serve, tmp_path: Path) -> None:
    servers = [serve(always(busy(504))) for _ in range(2)] + [serve(always(GOOD))]
    servers[2].stop()
    passed = FakeTime()
    with pytest.raises(FetchError, match="TONGQUAN_OVERPASS_URLS") as error:
        ask(asked(tmp_path, *servers, time=passed))
    assert all(server.name in str(error.value) for server in servers)
    assert "extract" in str(error.value)
    assert sum(len(server.queries) for server in servers) <= RULES.requests
    assert passed.at_s <= 600.0


def test_a_short_cut_of_the_network_is_sat_out(serve, tmp_path: Path) -> None:
    server, passed = serve(always(GOOD)), FakeTime()
    server.stop()

    def sleep(seconds: float) -> None:
        passed.sleep(seconds)
        if passed.at_s > 60.0 and not server.looks:
            server.start(server.port)

    how = asked(tmp_path, server, clock=Clock(lambda: passed.at_s, sleep, Clock().now, lambda: 0.0))
    assert ask(how)[1] == server.name
    assert passed.at_s < 180.0


def test_the_deadline_ends_it(serve, tmp_path: Path) -> None:
    server, passed = serve(always(busy())), FakeTime()
    with pytest.raises(FetchError):
        ask(asked(tmp_path, server, time=passed, deadline_s=10.0))
    assert passed.at_s <= 10.0


def test_a_server_that_says_nothing_is_given_up(serve, tmp_path: Path) -> None:
    def silent(_query: str, _n: int) -> Reply:
        time.sleep(1.0)
        return GOOD

    start = time.monotonic()
    with pytest.raises(FetchError, match="no answer within"):
        ask(asked(tmp_path, serve(silent), deadline_s=0.3, clock=Clock()))
    assert time.monotonic() - start < 5.0


def test_nobody_named_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FetchError, match="no server is named"):
        ask(asked(tmp_path))


# the status page


def status_of(folder: Path, *names: str):
    pages = [captured(folder / "overpass_answers" / name) for name in names]
    return lambda n: pages[min(n, len(pages) - 1)]


def test_a_free_slot_is_used_at_once(serve, tmp_path: Path, shared_data: Path) -> None:
    server, passed = serve(always(GOOD), status=status_of(shared_data, "status_free.txt")), FakeTime()
    ask(asked(tmp_path, server, time=passed))
    assert (passed.slept, server.looks) == ([], 1)


def test_a_slot_that_is_in_use_is_waited_for(serve, tmp_path: Path, shared_data: Path) -> None:
    pages = ["status_running.txt", "status_running.txt", "status_cooldown.txt", "status_free.txt"]
    server, passed = serve(always(GOOD), status=status_of(shared_data, *pages)), FakeTime()
    ask(asked(tmp_path, server, time=passed))
    assert server.looks == len(pages)
    assert passed.slept == [RULES.slot_poll_s] * 3


@pytest.mark.parametrize("page", ["status_running.txt", "status_slotwait.txt"])
def test_waiting_for_a_slot_has_an_end(serve, tmp_path: Path, shared_data: Path, page: str) -> None:
    first, mirror = serve(always(GOOD), status=status_of(shared_data, page)), serve(always(GOOD))
    passed = FakeTime()
    assert ask(asked(tmp_path, first, mirror, time=passed, deadline_s=3600.0))[1] == mirror.name
    assert first.queries == []
    assert first.looks <= RULES.failures * (RULES.slot_wait_s / RULES.slot_poll_s + 2)
    with pytest.raises(FetchError, match="no free slot"):
        ask(asked(tmp_path, first, time=passed))


def test_a_server_whose_status_page_is_down_is_busy(serve, tmp_path: Path, shared_data: Path) -> None:
    status = status_of(shared_data, "status_dispatcher_off.http")
    first, mirror = serve(always(GOOD), status=status), serve(always(GOOD))
    assert ask(asked(tmp_path, first, mirror))[1] == mirror.name
    assert first.queries == []


@pytest.mark.parametrize(
    "page", [Reply(404, "?"), Reply(200, HTML), Reply(200, "Rate limit: many"), Reply(200, b"\xff\x00")]
)
def test_a_server_without_a_status_page_is_asked_all_the_same(serve, tmp_path: Path, page: Reply) -> None:
    server, passed = serve(always(GOOD), status=lambda _n: page), FakeTime()
    asker = Asker(asked(tmp_path, server, time=passed))
    for _ in range(3):
        asker.ask(QUERY, read_answer, may_split=False)
    assert (server.looks, passed.slept) == (1, [])


def test_a_status_page_that_never_ends_is_not_read_to_its_end(serve, tmp_path: Path) -> None:
    server = serve(always(GOOD), status=lambda _n: Reply(200, FREE + "x" * 3_000_000))
    assert ask(asked(tmp_path, server))[1] == server.name


def test_servers_are_asked_one_at_a_time_in_their_order(serve, tmp_path: Path) -> None:
    servers = [serve(always(GOOD)) for _ in range(3)]
    asker = Asker(asked(tmp_path, *servers))
    who = Counter(asker.ask(QUERY, read_answer, may_split=False)[1] for _ in range(4))
    assert who == {servers[0].name: 4}
