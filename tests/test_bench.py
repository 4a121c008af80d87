"""The benchmark: everybody gets the same question, and a goal counts as reached only when it is. No time is judged."""

import doctest
import importlib
import json
from pathlib import Path

import numpy as np
import pytest
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components

from tests import town

ROOT = Path(__file__).resolve().parent.parent
TOWN = ROOT / "tests" / "data" / "town.osm"
SHAPE = {
    "nearest": {"scipy", "pandarm"},
    "count": {"pandarm"},
    "pairs": {"pandarm", "bytes_per_pair"},
    "circle": {"osmnx", "p50_ms", "p99_ms"},
    "scenario": {"p50_ms"},
    "cold_start": {"osmnx_graphml", "s"},
}


@pytest.fixture(autouse=True)
def scripts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the package findable, for child processes too."""
    monkeypatch.syspath_prepend(str(ROOT / "scripts"))
    monkeypatch.setenv("PYTHONPATH", str(ROOT / "scripts"))


def bench(module: str):
    return importlib.import_module(f"bench.{module}")


def small_settings() -> dict:
    settings = bench("lead").SETTINGS
    return settings | {
        "tiled": settings["tiled"] | {"n_nodes": 50},
        "circle": settings["circle"] | {"n_points": 3, "n_points_osmnx": 2},
        "scenario": settings["scenario"] | {"n_spots": 2},
        "rounds": settings["rounds"] | {"n_rounds_quick": 1, "least_s": 0.0, "rest_s": 0.0},
    }


def here(entry):
    """Play in this process, which is faster."""
    return bench("player").Seat(entry.maker, entry.options)


def cells(markdown: str) -> list[list[str]]:
    rows = [line.strip("| ").split(" | ") for line in markdown.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in row] for row in rows[2:]]


def test_a_run_on_the_town(tmp_path, capsys) -> None:
    """All jobs but the build and pandarm, which needs installing."""
    file = tmp_path / "ratios.json"
    words = [str(TOWN), "--country", "CN", "--quick", "--no-build", "--no-pandarm", "--json", str(file)]
    assert bench("lead").main(words, settings=small_settings(), player=here) == 0
    figures = json.loads(file.read_text(encoding="utf-8"))
    assert {job: set(of_job) for job, of_job in figures.items()} == SHAPE
    for job, of_job in figures.items():
        for name, figure in of_job.items():
            assert (figure is None) if name == "pandarm" else figure > 0, (job, name)
    printed = capsys.readouterr().out
    rows = cells(printed)
    assert {row[0].split(",")[0].split(":")[0] for row in rows} == {name.replace("_", " ") for name in SHAPE}
    for row in rows:
        pandarm_is_asked = "pandarm" in row[3]
        assert ("not measured" in row[4]) == pandarm_is_asked
        assert not (pandarm_is_asked and row[4] == "yes")
    assert "failed" not in printed
    assert "not run" not in printed
    assert "answers differ" not in printed


def test_everybody_answers_alike(tmp_path) -> None:
    """On the tiled town: our kernels, fine and coarse, on one core and two, and the peers."""
    file = str(tmp_path / "case.npz")
    tiled_case().write(Path(file))
    ours = [{"threads": 1}, {"threads": 2}, {"threads": 2, "fine": True}]
    peers = {"nearest": ["scipy_peer", "networkx_peer"], "count": ["scipy_peer"], "pairs": []}
    for job, modules in peers.items():
        players = [("kernels", options) for options in ours] + [(module, {}) for module in modules]
        facts = []
        for module, options in players:
            contestant = getattr(bench(module), job)(case=file, **options)
            told = contestant.look(contestant.ask(0))
            facts.append({key: value for key, value in told.items() if key != "bytes_per_pair"})
        assert all(of_one == facts[0] for of_one in facts), (job, facts)
        assert all(value > 0 for value in facts[0].values())


def test_the_first_categories_have_a_place_each() -> None:
    case = tiled_case()
    assert set(case.category.tolist()) == set(range(case.n_categories))
    assert len(set(case.place.tolist())) == len(case.place)


def tiled_case():
    settings = bench("lead").SETTINGS
    network = town.network()
    streets = network.node_xy, network.edge_u, network.edge_v, network.edge_len_m
    return bench("case").random_case(
        *bench("case").tiled(*streets, **{**settings["tiled"], "n_nodes": 100}), settings["question"]
    )


@pytest.mark.parametrize("n_copies", [1, 2, 5])
def test_copies_are_whole_and_joined(n_copies: int) -> None:
    """Three streets of 60 m make a square with one side open; copies stand 200 m apart."""
    xy = np.array([[0.0, 0.0], [60.0, 0.0], [60.0, 60.0], [0.0, 60.0]])
    tail, head, len_m = np.array([0, 1, 2]), np.array([1, 2, 3]), np.full(3, 60.0)
    all_xy, tails, heads, lengths = bench("case").tiled(
        xy, tail, head, len_m, n_nodes=4 * n_copies - 1, n_joints=1, gap_m=200.0
    )
    assert len(all_xy) == 4 * n_copies
    assert connected_components(csr_matrix((lengths, (tails, heads)), shape=(len(all_xy),) * 2), directed=False)[0] == 1
    assert (lengths[: 3 * n_copies] == 60.0).all()
    joints = slice(3 * n_copies, None)
    np.testing.assert_allclose(lengths[joints], np.hypot(*(all_xy[tails] - all_xy[heads])[joints].T))
    assert (lengths[joints] >= 200.0).all()


def outcome(seconds: float | None, **facts: float):
    made = bench("contest").Outcome(facts=facts)
    if seconds is None:
        made.reason = "it broke"
    else:
        made.rounds_s, made.cpu_s = [[seconds]], [seconds]
    return made


@pytest.mark.parametrize(
    ("ours", "peer", "expected"),
    [
        ((0.5, 100.0), (4.0, 100.0), 8.0),
        ((0.5, 100.0), (4.0, 100.4), 8.0),  # within half a percent
        ((0.5, 100.0), (4.0, 101.0), None),  # it answers something else
        ((0.5, 100.0), (None, 100.0), None),
        ((None, 100.0), (4.0, 100.0), None),
    ],
)
def test_a_ratio_compares_equal_answers_only(ours, peer, expected) -> None:
    contest = {"ours": outcome(ours[0], reached=ours[1]), "peer": outcome(peer[0], reached=peer[1])}
    assert bench("figures").ratio(contest, "peer", "ours", most=0.005) == expected


def test_nothing_is_reached_that_was_missed_or_not_measured() -> None:
    table = bench("table")
    good, bad, absent = (table.Goal("{} s", value, {"at_most": 2.0}) for value in (2.0, 2.1, None))
    assert table.verdict([good]) == "yes"
    assert table.verdict([]) == ""
    for goals in ([bad], [good, bad], [bad, absent]):
        assert table.verdict(goals).startswith("**no**")
    assert table.verdict([good, absent]) == "not measured: ≤ 2 s"


def test_every_goal_has_a_figure() -> None:
    goals = {job: set(of_job) for job, of_job in bench("lead").SETTINGS["goals"].items()}
    assert goals == SHAPE | {"build": {"s", "peak_gb"}}


def test_a_missing_extract_is_named(tmp_path, capsys) -> None:
    assert bench("lead").main([str(tmp_path / "nowhere.osm.pbf")]) == 2
    assert "nowhere.osm.pbf" in capsys.readouterr().err


def test_players_in_processes_of_their_own(tmp_path) -> None:
    """One answers, one cannot be made and says why; the other goes on."""
    contest = bench("contest")
    file = str(tmp_path / "case.npz")
    tiled_case().write(Path(file))
    entries = [
        contest.Entry("scipy", "bench.scipy_peer:nearest", {"case": file}),
        contest.Entry("nobody", "bench.scipy_peer:nearest", {"case": str(tmp_path / "absent.npz")}),
    ]
    rounds = {"rest_s": 0.0, "least_s": 0.0, "most_asks": 1}
    outcomes = contest.play(entries, rounds, n_rounds=2)
    assert len(outcomes["scipy"].rounds_s) == 2
    assert outcomes["scipy"].facts["reached"] > 0
    assert "absent.npz" in outcomes["nobody"].reason
    assert outcomes["nobody"].median_s() is None


@pytest.mark.parametrize("module", ["contest", "figures", "table"])
def test_examples_in_docstrings(module: str) -> None:
    found = doctest.testmod(bench(module))
    assert found.attempted
    assert not found.failed
