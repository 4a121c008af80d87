"""Laws of kerbs on random streets, and on real cities."""

from collections.abc import Sequence
from functools import cache
from itertools import combinations, pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.crs import metric_crs
from geo.kerb_rules import Grade, KerbRules
from geo.kerbs import split_big_roads
from geo.raw import RawStreets
from geo.sides import WHOLE
from layers.catalog import kerb_rules
from layers.sources import osm
from layers.streets import read_walk_rules
from tests.kerb_drawings import (
    BIG,
    CROSSING_WAY,
    EVERY,
    FOOTWAY,
    LIGHTS,
    MINOR,
    NOTHING,
    RING,
    RULES,
    UNMARKED,
    ZEBRA,
    Tags,
    distances,
    streets,
    unsplit_distances,
)
from tests.strategies import lawful

TINY_M = 1e-6  # float64 sums of some kilometres
LADDER = [frozenset(list(Grade)[:n]) for n in range(len(Grade) + 1)]
WAYS: list[Tags] = [
    BIG,
    BIG,
    RING,
    {"highway": "primary_link"},
    {"highway": "secondary", "bridge": "yes"},
    {"highway": "secondary", "foot": "no"},
    {"highway": "motorway"},
    MINOR,
    MINOR,
    FOOTWAY,
    CROSSING_WAY,
    {**FOOTWAY, "tunnel": "yes"},
]
NODES: list[Tags | None] = [None, None, None, ZEBRA, UNMARKED, LIGHTS, {**ZEBRA, "crossing:island": "yes"}]
many = settings(lawful, max_examples=300)


@st.composite
def big_and_small_streets(draw: st.DrawFn) -> RawStreets:
    """Draw streets of all kinds between points of a grid: they cross, touch, and lie on top of each other."""
    cells = draw(st.lists(st.integers(0, 35), min_size=2, max_size=12))
    xy = np.array([divmod(cell, 6) for cell in cells], np.float64) * 20.0
    pairs = draw(st.lists(st.sampled_from(list(combinations(range(len(cells)), 2))), min_size=1, unique=True))
    u, v = (np.array(side, np.int32) for side in zip(*pairs, strict=True))
    ways = draw(st.lists(st.sampled_from(WAYS), min_size=len(pairs), max_size=len(pairs)))
    nodes = draw(st.lists(st.sampled_from(NODES), min_size=len(cells), max_size=len(cells)))
    return streets(xy, u, v, ways, {i: tags for i, tags in enumerate(nodes) if tags})


@many
@given(big_and_small_streets())
def test_with_every_crossing_open_all_walks_are_as_long_as_without_kerbs(raw: RawStreets) -> None:
    split = split_big_roads(raw, raw.seg_walkable, RULES)
    every = range(raw.n_nodes)
    np.testing.assert_allclose(distances(raw, split, EVERY, every), unsplit_distances(raw, every), atol=TINY_M)


@many
@given(big_and_small_streets())
def test_trusting_more_grades_never_lengthens_a_walk(raw: RawStreets) -> None:
    split = split_big_roads(raw, raw.seg_walkable, RULES)
    walks = [distances(raw, split, trusted, range(raw.n_nodes)) for trusted in LADDER]
    for careful, bolder in pairwise(walks):
        assert (bolder <= careful + TINY_M).all()


@many
@given(big_and_small_streets())
def test_every_walked_piece_is_there_once_or_once_for_each_side(raw: RawStreets) -> None:
    split = split_big_roads(raw, raw.seg_walkable, RULES)
    n_pieces = np.bincount(split.seg, minlength=raw.n_segments)
    is_big = np.array([tags["highway"] in RULES.big for tags in raw.way_tags])
    assert n_pieces.tolist() == np.where(raw.seg_walkable, np.where(is_big, 2, 1), 0).tolist()
    assert (is_big[split.seg] == (split.side != WHOLE)).all()
    ends = np.stack([split.copy_raw[split.tail], split.copy_raw[split.head]])
    assert (ends == np.stack([raw.seg_u[split.seg], raw.seg_v[split.seg]])).all()
    assert (split.copy_raw[split.cross_a] == split.cross_node).all()
    assert (split.copy_raw[split.cross_b] == split.cross_node).all()
    assert (split.cross_a != split.cross_b).all()


@st.composite
def ringed_towns(draw: st.DrawFn) -> tuple[RawStreets, int, int]:
    """Draw a closed ring of big road on a circle, with points inside and outside, and streets between all of them.

    Returns the streets, the number of nodes on the ring, and of those inside; they come in this order. Streets are
    drawn straight on, over the ring where they must, with a common node or without.
    """
    n_ring, n_in, n_out = draw(st.integers(3, 7)), draw(st.integers(1, 4)), draw(st.integers(1, 4))
    # no three points on a line: which side is then meant could not be told
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    angle = np.sort(random.uniform(0.0, 2.0 * np.pi / n_ring, n_ring) + np.arange(n_ring) * 2.0 * np.pi / n_ring)
    corners = 100.0 * np.column_stack([np.cos(angle), np.sin(angle)])
    shares = random.dirichlet(np.ones(n_ring), n_in)
    away = random.uniform(0.0, 2.0 * np.pi, n_out)
    outside = np.column_stack([np.cos(away), np.sin(away)]) * random.uniform(110.0, 200.0, n_out)[:, None]
    n = n_ring + n_in + n_out
    pairs = draw(st.lists(st.sampled_from(list(combinations(range(n), 2))), unique=True, max_size=25))
    ring = [tuple(sorted((i, (i + 1) % n_ring))) for i in range(n_ring)]
    others = [pair for pair in pairs if pair not in ring]
    kinds = [BIG, MINOR, MINOR, FOOTWAY]
    ways = draw(st.lists(st.sampled_from(kinds), min_size=len(others), max_size=len(others)))
    u, v = (np.array(side, np.int32) for side in zip(*ring, *others, strict=True))
    xy = np.vstack([corners, shares @ corners, outside])
    return streets(xy, u, v, [BIG] * n_ring + ways, {}), n_ring, n_in


@many
@given(ringed_towns())
def test_nobody_gets_out_of_a_ring_of_big_road_without_crossing_it(town: tuple[RawStreets, int, int]) -> None:
    raw, n_ring, n_in = town
    split = split_big_roads(raw, raw.seg_walkable, RULES)
    walks = distances(raw, split, NOTHING, range(n_ring, n_ring + n_in))
    assert np.isinf(walks[:, n_ring + n_in :]).all()


CITIES = {"beijing": "beijing_zhongguancun/map.osm", "las_palmas": "las_palmas/streets.osm.pbf"}
N_SAMPLES = 12


@cache
def _city(path: Path) -> RawStreets:
    graph, extract = osm.read_streets(path)
    west, south, east, north = extract.bounds
    return RawStreets.from_osmnx(
        graph, crs=metric_crs((west + east) / 2.0, (south + north) / 2.0), rules=read_walk_rules()
    )


@pytest.mark.city
@pytest.mark.parametrize("name", CITIES)
def test_the_laws_hold_in_a_real_city(shared_data: Path, name: str) -> None:
    raw = _city(shared_data / CITIES[name])
    rules: KerbRules = kerb_rules("default", country=None)
    split = split_big_roads(raw, raw.seg_walkable, rules)
    walked = np.unique(raw.seg_u[raw.seg_walkable])
    sources: Sequence[int] = np.random.default_rng(1).choice(walked, N_SAMPLES, replace=False).tolist()
    walks = [distances(raw, split, trusted, sources) for trusted in LADDER]
    np.testing.assert_allclose(walks[-1], unsplit_distances(raw, sources), atol=TINY_M)
    for careful, bolder in pairwise(walks):
        assert (bolder <= careful + TINY_M).all()
