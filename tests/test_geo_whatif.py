"""One more place: the quick answer equals scoring everything again."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from geo.homes import Homes
from geo.reach import Entrances
from geo.score import Judge, score
from geo.snap import Snap, Snapper
from geo.walk import Walks
from geo.whatif import WhatIf
from layers import catalog
from tests.strategies import LIMIT_M, Town, lawful, towns

KINDS = ["playground", "park", "library", "kindergarten"]


def joined(one: Snap, other: Snap) -> Snap:
    return Snap(*(np.concatenate([getattr(one, name), getattr(other, name)]) for name in Snap.__dataclass_fields__))


@lawful
@given(towns(), st.sampled_from(["playground", "library"]), st.tuples(st.integers(-2, 16), st.integers(-2, 16)))
def test_one_more_place_scores_as_if_it_had_been_there(one: Town, layer: str, spot: tuple[int, int]) -> None:
    rules = catalog.standard("child15").rules
    walks = Walks(one.walk.topology, catalog.kerb_rules("default"), 7200.0)
    kinds = np.array(KINDS, dtype=object)[: one.places.n_places]
    n = len(one.homes)
    children = np.arange(1.0, n + 1.0)[:, None].repeat(len(rules.bands), axis=1)
    homes = Homes(one.home_xy, np.zeros(n, np.uint8), np.zeros(n, np.int32), np.ones(n), children, are_children=True)
    judge = Judge(rules, walks, kinds, one.places)
    before = score(judge, homes, one.homes, n_zones=1, detour_m=50.0)
    door = Snapper(one.network).snap(np.array([spot], np.float64) * 25.0, limit_m=LIMIT_M)
    quick = WhatIf(judge, before, one.homes).add_place(layer, door)

    more = Entrances(
        joined(one.places.snap, door), np.append(one.places.place, one.places.n_places), one.places.n_places + 1
    )
    after = score(Judge(rules, walks, np.append(kinds, layer), more), homes, one.homes, n_zones=1, detour_m=50.0)
    assert {rules.pairs[k][1].id for k in quick.pairs} == {need.id for need in rules.needs if layer in need.layers}
    np.testing.assert_array_equal(quick.met, after.met[:, quick.pairs])
    limit_s = after.limit_m[quick.pairs] / after.speed_mps[quick.pairs]
    exact = after.judged.time_s[:, quick.pairs]
    within = exact <= limit_s
    np.testing.assert_allclose(quick.time_s[within], exact[within], atol=0.01)
    gained = (after.met & ~before.met)[:, quick.pairs]
    np.testing.assert_allclose(quick.gained, np.where(gained, children[:, :1], 0.0).sum(axis=0))


@lawful
@given(towns())
def test_a_place_that_nobody_asks_for_changes_nothing(one: Town) -> None:
    rules = catalog.standard("child15").rules
    walks = Walks(one.walk.topology, catalog.kerb_rules("default"), 7200.0)
    n = len(one.homes)
    children = np.ones((n, len(rules.bands)))
    homes = Homes(one.home_xy, np.zeros(n, np.uint8), np.zeros(n, np.int32), np.ones(n), children, are_children=True)
    judge = Judge(rules, walks, np.array(KINDS, dtype=object)[: one.places.n_places], one.places)
    card = score(judge, homes, one.homes, n_zones=1, detour_m=50.0)
    quick = WhatIf(judge, card, one.homes).add_place("viewpoint", one.homes.take(np.array([0])))
    assert len(quick.pairs) == 0
    assert quick.time_s.shape == (n, 0)
