"""Scenarios on the hand-drawn town: laws, figures that can be counted on the plan, and why nothing changes."""

import dataclasses
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.scenarios.compare import compare
from geo.errors import CoordinateError, InputError, SettingsError, UnknownIdError
from layers.scenario import Scenario, check_id, read_scenario, scenario_ids, scenario_of
from tests.scenarios import BIG, COMPOUND, INNER, ISLAND, difference, line, point, reasons, town

SPOTS = st.tuples(st.integers(-5, 62), st.integers(-2, 32)).map(lambda at: (10.0 * at[0], 10.0 * at[1]))
ROUNDED = 1e-5  # outlines of houses are rounded to 1.1 cm
few = settings(max_examples=15, deadline=None)


def times(found, need: str, band: str = "3-5"):
    """Return the walk of A and B to the nearest place of a need, seconds: before, after."""
    card = found.compared.before
    column = [(one.id, other.id) for one, other in card.standard.pairs].index((band, need))
    return card.judged.time_s[:, column], found.compared.after.judged.time_s[:, column]


def figure(found, need: str, band: str = "3-5"):
    return next(one for one in found.whole if (one.band, one.need) == (band, need))


# --- counted on the plan ---


def test_a_new_place_is_as_far_as_the_plan_says() -> None:
    """A at 50, -20 is 20 m from 长街; the new playground stands 10 m beside it at 60, 10: 20 + 10 + 10 m."""
    found = difference({"add": [{"layer": "playground", **point(60, 10)}]})
    speed = 0.88
    before, after = times(found, "play")
    # before: 20 + 350 along 长街, 200 up 东巷, 20 aside; the limit is 10 minutes, 528 m
    assert before[0] * speed == pytest.approx(590, abs=0.5)
    assert after[0] * speed == pytest.approx(40, abs=0.5)
    assert after[1] == before[1]
    change = figure(found, "play")
    # A has two thirds of the floor, and so of the homes
    assert change.gained == pytest.approx(2 * change.children / 3, rel=ROUNDED)
    assert change.lost == 0.0
    assert change.saved_min == pytest.approx((590 - 40) / speed / 60 * 2 * change.children / 3, rel=1e-3)


def test_what_moves_helps_some_and_is_lost_to_others() -> None:
    found = difference({"move": [{"place": "东巷游乐场", **point(60, 10)}]})
    change = figure(found, "play")
    # B walked 20 + 150 + 200 + 20 = 390 m, and now 20 + 490 + 10 = 520 m, which is within 528 still
    assert change.gained == pytest.approx(2 * change.children / 3, rel=ROUNDED)
    assert change.lost == 0.0
    farther = difference({"move": [{"place": "东巷游乐场", **point(10, 10)}]})
    assert figure(farther, "play").lost == pytest.approx(change.children / 3, rel=ROUNDED)


def test_a_protected_crossing_opens_the_other_side() -> None:
    """长街 as a main road: A lies south of it, and the footway to the school starts at node 3 on its northern side.

    Before, A goes round the road's end at node 1, where it becomes 西巷.
    """
    found = difference({"protect": [point(200, 0)]}, *BIG)
    before, after = times(found, "primary_school", "6-8")
    assert before[0] * 1.20 == pytest.approx(20 + 50 + 200 + 40, abs=0.5)
    assert after[0] * 1.20 == pytest.approx(20 + 150 + 40, abs=0.5)


def test_an_open_gate_lets_everybody_through() -> None:
    """The lane through the school is 100 m; with the gates closed one walks round by 西巷 or 东巷."""
    found = difference({"open_gate": [point(200, 40)]}, *COMPOUND)
    before, after = times(found, "park")
    # A to the park's southern entrance: 50 + 300 + 200 + 40 before, 150 + 40 + 100 + 160 + 40 now
    assert before[0] * 0.88 == pytest.approx(20 + 590, abs=0.5)
    assert after[0] * 0.88 == pytest.approx(20 + 490, abs=0.5)


def test_a_bridge_joins_at_its_ends_only() -> None:
    found = difference({"path": [{"kind": "bridge", "line": line((0, 200), (400, 200))}]})
    assert [str(note) for note in found.told[0].notes][:3] == [
        "400 m long",
        "one end joins 西巷, 0 m away",
        "one end joins 东巷, 0 m away",
    ]
    assert not any("crosses" in str(note) for note in found.told[0].notes)


def test_seats_are_shared_by_all_who_reach_them() -> None:
    """The one playground gets 30 seats; B reaches it, and A does not in time (590 m)."""
    found = difference({"capacity": [{"place": "东巷游乐场", "seats": 30}]})
    (seats,) = [one for one in found.seats if one.need == "play"]
    bands = [band.id for band in town().standard.rules.bands]
    lengths = {"0-2": 0.80 * 600, "3-5": 0.88 * 600, "6-8": 1.20 * 600, "9-11": 1.23 * 600}
    homes = town().homes.children
    within = sum(homes[1, bands.index(band)] for band in lengths)  # B: 390 m
    within += sum(homes[0, bands.index(band)] for band, limit in lengths.items() if limit >= 590)
    assert seats.known == (0, 1)
    assert seats.children == pytest.approx((0.0, within))
    assert seats.per_child[1] == pytest.approx(30 / within)
    assert "seats change who finds one" in reasons(found)


# --- laws ---


@few
@given(SPOTS, st.sampled_from(["playground", "library", "park", "kindergarten"]))
def test_a_new_place_takes_nothing_from_anybody(spot, layer) -> None:
    found = difference({"add": [{"layer": layer, **point(*spot)}]})
    assert not found.compared.lost.any()
    assert found.added_min == 0.0
    assert not (found.compared.before.judged.surely & ~found.compared.after.judged.surely).any()
    assert not (found.compared.before.judged.possibly & ~found.compared.after.judged.possibly).any()


@few
@given(st.sampled_from([(200, 0), (300, 0), (400, 0)]), st.sampled_from(["mapped", "signals"]))
def test_protection_takes_nothing_from_anybody(spot, how) -> None:
    found = difference({"protect": [{**point(*spot), "how": how}]}, *BIG)
    assert not found.compared.lost.any()
    assert found.added_min == 0.0


def test_what_closes_and_opens_again_on_its_spot_changes_nothing() -> None:
    found = difference({"close": [{"place": "东巷游乐场"}], "add": [{"layer": "playground", **point(420, 200)}]})
    assert all(change.gained == change.lost == change.saved_min == change.added_min == 0.0 for change in found.whole)
    assert "cancel each other out" in reasons(found)
    assert [told.alone.lost > 0.0 for told in found.told if told.change.kind_id == "close"] == [True]


@few
@given(SPOTS, SPOTS)
def test_gained_and_lost_explain_the_change(one, other) -> None:
    found = difference({"move": [{"place": "东巷游乐场", **point(*one)}], "add": [{"layer": "park", **point(*other)}]})
    for change in found.changes:
        assert change.after - change.before == pytest.approx(change.gained - change.lost)
        assert change.surely[1] <= change.after + 1e-9
        assert change.after <= change.possibly[1] + 1e-9


def test_together_does_not_depend_on_the_order() -> None:
    one = scenario_of("a", {"add": [{"layer": "playground", **point(60, 10)}], "close": [{"place": "方方公园"}]})
    other = scenario_of(
        "b", {"path": [{"line": line((100, 0), (400, 200))}], "close": [{"place": "方方公园", "note": "x"}]}
    )
    results = town()
    first, second = (compare(results, both, together=True).together for both in ([one, other], [other, one]))
    assert first.scenario == second.scenario
    assert [dataclasses.astuple(change) for change in first.changes] == [dataclasses.astuple(c) for c in second.changes]
    # what both want is done once
    assert sum(change.kind_id == "close" for change in first.scenario.changes) == 1


def test_two_places_for_the_same_children_do_less_than_the_sum() -> None:
    one = scenario_of("a", {"add": [{"layer": "playground", **point(60, 10)}]})
    other = scenario_of("b", {"add": [{"layer": "playground", **point(20, 10)}]})
    found = compare(town(), [one, other], together=True)
    interaction = next(row for row in found.interactions if (row.band, row.need) == ("3-5", "play"))
    assert interaction.alone[0] == interaction.alone[1] == interaction.together > 0.0
    assert interaction.extra == pytest.approx(-interaction.together)
    assert {row.need for row in found.interactions} <= {"play", ""}


# --- why nothing changes ---

IDLE = [
    ((), {"add": [{"layer": "bus_stop", **point(60, 10)}]}, "asks for no place of this kind"),
    ((), {"add": [{"layer": "playground", **point(420, 210)}]}, "have such a place already"),
    ((), {"add": [{"layer": "playground", **point(420, 210)}]}, "the nearest one there is, 东巷游乐场, is"),
    ((), {"add": [{"layer": "playground", **point(790, 270)}]}, "no street leads to it: the next one is"),
    (BIG, {"add": [{"layer": "playground", **point(300, 400)}]}, "no home lies within its reach"),
    ((), {"close": [{"place": "toilet/node/73"}]}, "asks for no place of this kind"),
    (ISLAND, {"close": [{"place": "park/node/25"}]}, "no street led to it"),
    ((), {"capacity": [{"place": "圆圆小学", "seats": 300}]}, "seats change who finds one, not who reaches what"),
    ((), {"path": [{"line": line((700, 100), (800, 100))}]}, "the path joins nothing: the next street is"),
    ((), {"path": [{"line": line((0, 200), (-100, 200))}]}, "joins streets at one end only"),
    (COMPOUND, {"open_gate": [point(200, 140)]}, "but nobody passes a limit by it"),
    ((), {"open_gate": [point(200, 40)]}, "behind this gate lies no closed compound"),
]  # fmt: skip


@pytest.mark.parametrize(("variant", "changes", "why"), IDLE)
def test_a_scenario_that_changes_no_figure_says_why(variant, changes, why) -> None:
    found = difference(changes, *variant)
    assert why in reasons(found)
    assert all(change.gained == change.lost == 0.0 for change in found.changes)


def test_what_is_safe_or_open_already_says_so() -> None:
    protected = difference({"protect": [{**point(200, 0)}]}, "main", "zebra")
    assert "protected already: a mapped crossing" in reasons(protected)
    opened = difference({"open_gate": [point(200, 40)]}, "lane", "opened")
    assert "open to everybody already" in reasons(opened)


def test_a_place_behind_a_gate_is_surer_once_the_way_is_open() -> None:
    found = difference({"open_gate": [point(300, -50)]}, *INNER)
    assert "how sure the figures are" in reasons(found)


# --- bad input ---

TWICE = "contradict each other"
BAD = [
    ((), {"close": [{"place": "东巷游戏场"}]}, UnknownIdError, "东巷游乐场"),
    ((), {"close": [{"place": "toilet/node/999"}]}, UnknownIdError, "no place is called"),
    ((), {"add": [{"layer": "playgrund", **point(0, 0)}]}, UnknownIdError, "playground"),
    ((), {"add": [{"layer": "park", "lon": 117.5, "lat": 36.45}]}, CoordinateError, "outside 方圆镇"),
    ((), {"add": [{"layer": "park", "lon": 36.45, "lat": 115.972}]}, CoordinateError, "swapped"),
    ((), {"close": [{"place": "方方公园"}], "move": [{"place": "park/way/122", **point(0, 0)}]}, InputError, TWICE),
    ((), {"capacity": [{"place": "方方公园", "seats": 1}, {"place": "方方公园", "seats": 2}]}, InputError, TWICE),
    ((), {"add": [{"layer": "park", **point(0, 0)}, {"layer": "park", **point(1, 0)}]}, InputError, "one spot"),
    ((), {"protect": [point(200, 0)]}, InputError, "no crossing of a main road within 30 m"),
    (BIG, {"protect": [point(200, 0), point(201, 0)]}, InputError, "same crossing"),
    (BIG, {"protect": [{**point(200, 200), "new": True}]}, InputError, "no main road within"),
    ((), {"open_gate": [point(0, 300)]}, InputError, "the next gate is"),
    ((), {"close_street": [point(300, 100)]}, InputError, "no street within 30 m"),
    ((), {"path": [{"line": line((500, 100), (700, 100))}]}, InputError, "crosses 快速路"),
]  # fmt: skip


@pytest.mark.parametrize(("variant", "changes", "error", "says"), BAD)
def test_a_change_that_cannot_be_meant_is_refused(variant, changes, error, says) -> None:
    with pytest.raises(error, match=says) as caught:
        difference(changes, *variant)
    assert str(caught.value).startswith("one: [[")


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({}, "changes nothing"),
        ({"add": [{"layer": "park", "lon": 1.0}]}, "lon and lat"),
        ({"add": [{"layer": "park", "lon": float("nan"), "lat": 1.0}]}, "a number is needed"),
        ({"path": [{"line": [[1.0, 2.0]]}]}, "two different points"),
        ({"path": [{"line": [[1.0, 2.0], [1.0, 2.0]]}]}, "two different points"),
        ({"path": [{"line": [[1.0 + i / 1e4, 2.0] for i in range(300)]}]}, "too many points"),
        ({"close": [{"place": ""}]}, "empty"),
        ({"close": [{"place": f"{i}"} for i in range(61)]}, "too many changes"),
        ({"close": [{"place": "x" * 500}]}, "too long"),
        ({"protect": [{"lon": 1.0, "lat": 2.0, "how": "zebra"}]}, "mapped"),
        ({"move": [{"place": "x", "lon": 1.0, "lat": 2.0, "speed": 3}]}, "unknown key"),
    ],
)
def test_a_file_with_a_fault_is_refused(given, says) -> None:
    with pytest.raises(SettingsError, match=says):
        scenario_of("one", given)


def test_an_ambiguous_name_lists_the_candidates() -> None:
    with pytest.raises(UnknownIdError, match=r"2 places are called 方方公园.*park/node/25"):
        difference({"close": [{"place": "方方公园"}]}, "island", "twin")


@pytest.mark.parametrize("bad", ["../east", "a/b", "a.b", "", "a\\b", "/etc/passwd", "a+b", "_x", "x" * 65, "a\n"])
def test_an_id_never_leaves_the_folder(bad, tmp_path) -> None:
    with pytest.raises(InputError, match="no id of a scenario"):
        check_id(bad)
    with pytest.raises(InputError, match="no id of a scenario"):
        read_scenario(tmp_path, bad)


def test_scenarios_are_read_from_the_folder(tmp_path) -> None:
    folder = tmp_path / "scenarios"
    folder.mkdir()
    (folder / "东关.toml").write_text('[[close]]\nplace = "x"\ncost = 5\n', encoding="utf-8")
    assert scenario_ids(tmp_path) == ["东关"]
    assert read_scenario(tmp_path, "东关").cost == 5
    with pytest.raises(UnknownIdError, match="东关"):
        read_scenario(tmp_path, "西关")
    (folder / "long.toml").write_text("#" * 300_000, encoding="utf-8")
    with pytest.raises(InputError, match="longer than"):
        read_scenario(tmp_path, "long")


def test_the_same_file_in_another_order_is_the_same_scenario() -> None:
    changes = {"add": [{"layer": "park", **point(0, 0)}, {"layer": "pool", **point(9, 9)}], "close": [{"place": "x"}]}
    turned = json.loads(json.dumps({key: value[::-1] for key, value in reversed(changes.items())}))
    assert scenario_of("one", changes) == scenario_of("one", turned)
    assert isinstance(scenario_of("one", changes), Scenario)
