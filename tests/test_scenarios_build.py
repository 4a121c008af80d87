"""A scenario equals the map that is changed for real: drawn into the town's file, and built."""

from collections.abc import Callable

import numpy as np
import pytest

from tests.scenarios import BIG, COMPOUND, INNER, ISLAND, OVER, Drawing, difference, line, node, point, way

SAME_S = 0.1  # coordinates of a map file are rounded to 1.1 cm

Change = dict[str, list[dict[str, object]]]


def new_place(drawing: Drawing) -> Drawing:
    return drawing.draw(node(711, 60, 10, leisure="playground"), "")


def lights(drawing: Drawing) -> Drawing:
    return drawing.tag_node(3, highway="traffic_signals")


def path(drawing: Drawing) -> Drawing:
    return drawing.draw("", way(907, [2, 19], highway="footway"))


def new_crossing(drawing: Drawing) -> Drawing:
    return drawing.draw(node(801, 250, 0, crossing="marked"), "").insert(101, 3, 801)


def path_to_the_middle(drawing: Drawing) -> Drawing:
    return drawing.draw(node(802, 100, 300), way(902, [2, 802], highway="footway")).insert(103, 13, 802)


def path_across(drawing: Drawing) -> Drawing:
    """From 长街 over the footway 14-23 to 北街: it meets the footway in its middle."""
    nodes = node(803, 200, 150) + node(806, 300, 300)
    drawing.draw(nodes, way(903, [2, 803, 806], highway="footway"))
    return drawing.insert(108, 14, 803).insert(103, 14, 806)


def path_in_the_park(drawing: Drawing) -> Drawing:
    return drawing.draw(node(804, 150, 300) + node(805, 150, 400), way(904, [804, 805], highway="footway")).insert(
        103, 13, 804
    )


def bridge(drawing: Drawing) -> Drawing:
    """From 长街 over the motorway to the island, which so is an island no more."""
    return drawing.draw("", way(905, [6, 25], highway="footway", bridge="yes", layer="1"))


def closed_street(drawing: Drawing) -> Drawing:
    drawing.text = drawing.text.replace('<nd ref="5"/><nd ref="18"/><nd ref="19"/>', '<nd ref="18"/><nd ref="19"/>')
    return drawing.draw("", way(906, [5, 18], highway="residential", foot="no"))


CASES: list[tuple[str, tuple[str, ...], Change, Callable[[Drawing], Drawing]]] = [
    ("add", (), {"add": [{"layer": "playground", **point(60, 10)}]}, new_place),
    ("close", (), {"close": [{"place": "东巷游乐场"}]}, lambda d: d.drop_tags(71)),
    ("move", (), {"move": [{"place": "东巷游乐场", **point(10, 100)}]}, lambda d: d.move(71, 10, 100)),
    ("protect", BIG, {"protect": [point(201, 1)]}, lambda d: d.tag_node(3, crossing="marked")),
    ("protect by lights", BIG, {"protect": [{**point(201, 1), "how": "signals"}]}, lights),
    ("protect a line across", OVER, {"protect": [point(350, 0)]}, lambda d: d.retag_way(910, footway="crossing")),
    ("new crossing", BIG, {"protect": [{**point(250, 5), "new": True}]}, new_crossing),
    ("gate", COMPOUND, {"open_gate": [point(203, 40)]}, lambda d: d.tag_node(22, foot="yes")),
    ("way for residents", INNER, {"open_gate": [point(305, -50)]}, lambda d: d.retag_way(109, foot="yes")),
    ("path", (), {"path": [{"line": line((100, 0), (400, 200))}]}, path),
    ("path to the middle of a street", (), {"path": [{"line": line((100, 8), (100, 295))}]}, path_to_the_middle),
    ("path across a street", (), {"path": [{"line": line((100, 0), (300, 300))}]}, path_across),
    ("path into a park", (), {"path": [{"line": line((150, 302), (150, 400))}]}, path_in_the_park),
    ("bridge", ISLAND, {"path": [{"kind": "bridge", "line": line((500, 0), (700, 500))}]}, bridge),
    ("street", (), {"close_street": [point(402, 50)]}, closed_street),
]  # fmt: skip


@pytest.mark.parametrize(("variant", "changes", "draw"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_a_scenario_equals_the_changed_map(variant, changes, draw) -> None:
    found = difference(changes, *variant)
    built = draw(Drawing(variant)).built().scorecard
    mine = found.compared.after
    np.testing.assert_allclose(mine.judged.time_s, built.judged.time_s, atol=SAME_S)
    for name in ("met", "surely", "possibly", "cause"):
        np.testing.assert_array_equal(getattr(mine.judged, name), getattr(built.judged, name))


def test_every_case_changes_something() -> None:
    """Else the cases above would be equal for nothing."""
    changed = {name: difference(changes, *variant) for name, variant, changes, _ in CASES}
    assert [name for name, one in changed.items() if all(change.is_none for change in one.whole)] == []
