"""Street edits: raw streets as they would be if somebody had changed the map; what is not changed stays as it is.

Every edit does what a mapper would do: tag a node, put a node into a way, draw a new way. So streets that are built
from edited ones equal those of a map that was changed for real.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pyproj
from numpy.typing import NDArray

from geo.crs import WGS84
from geo.raw import RawStreets
from geo.units import OSMNX_EARTH_RADIUS_M
from geo.walkrules import WalkRules

Ints = NDArray[np.int32]
Floats = NDArray[np.float64]
Tags = Mapping[str, str]


def as_tagged(raw: RawStreets, rules: WalkRules) -> RawStreets:
    """Return streets as their tags alone say, before gates made compounds of them.

    Args:
        raw: After :func:`geo.gates.close_compounds`, or before.
        rules: Which ways can be walked.
    """
    kind = np.array([rules.kind(tags) for tags in raw.way_tags], np.uint8)
    return replace(raw, seg_kind=kind[raw.seg_way])


def tag_node(raw: RawStreets, node: int, tags: Tags) -> RawStreets:
    """Return streets where a node has some tags more; of two values of one key the new one stays."""
    return replace(raw, node_tags={**raw.node_tags, node: {**raw.node_tags.get(node, {}), **tags}})


def tag_segments(raw: RawStreets, segs: Sequence[int], tags: Tags, rules: WalkRules) -> RawStreets:
    """Return streets where some segments have some tags more: what they are part of becomes a way of its own."""
    way = raw.seg_way.copy()
    ids, tables = list(raw.way_id.tolist()), list(raw.way_tags)
    new: dict[int, int] = {}
    for seg in segs:
        old = int(raw.seg_way[seg])
        if old not in new:
            new[old] = len(tables)
            ids.append(_new_id(ids))
            tables.append({**raw.way_tags[old], **tags})
        way[seg] = new[old]
    kind = raw.seg_kind.copy()
    kind[list(segs)] = [rules.kind(tables[way[seg]]) for seg in segs]
    return replace(raw, seg_way=way, seg_kind=kind, way_id=np.array(ids, np.int64), way_tags=tuple(tables))


def add_node(raw: RawStreets, xy: Floats) -> tuple[RawStreets, int]:
    """Return streets with one more node, metres, and its row."""
    grown = replace(
        raw,
        osm_id=np.append(raw.osm_id, _new_id(raw.osm_id.tolist())),
        xy=np.concatenate([raw.xy, np.reshape(xy, (1, 2))]),
    )
    return grown, raw.n_nodes


def split_segment(raw: RawStreets, seg: int, node: int) -> RawStreets:
    """Return streets where a segment runs through one more node: it ends there, and a new last segment goes on."""
    first, last = int(raw.seg_u[seg]), int(raw.seg_v[seg])
    ends = _sorted_ends([(first, node), (node, last)])
    seg_u, seg_v, length = raw.seg_u.copy(), raw.seg_v.copy(), raw.seg_len_m.copy()
    seg_u[seg], seg_v[seg] = ends[0]
    parts_m = _lengths_m(raw, ends)
    length[seg] = parts_m[0]
    return replace(
        raw,
        seg_u=np.append(seg_u, ends[1, 0]).astype(np.int32),
        seg_v=np.append(seg_v, ends[1, 1]).astype(np.int32),
        seg_len_m=np.append(length, parts_m[1]),
        seg_way=np.append(raw.seg_way, raw.seg_way[seg]).astype(np.int32),
        seg_kind=np.append(raw.seg_kind, raw.seg_kind[seg]).astype(np.uint8),
    )


def add_way(raw: RawStreets, nodes: Sequence[int], tags: Tags, rules: WalkRules) -> RawStreets:
    """Return streets with one more way through some nodes; a piece that is walked there already is not drawn twice.

    Args:
        raw: The streets.
        nodes: Rows of its nodes in order, at least two.
        tags: Of the way.
        rules: Which ways can be walked.
    """
    ends = _sorted_ends([(a, b) for a, b in pairwise(nodes) if a != b])
    kind = np.uint8(rules.kind(tags))
    _, first = np.unique(ends, axis=0, return_index=True)
    ends = ends[np.sort(first)]
    old, kept = np.ones(raw.n_segments, np.bool_), np.ones(len(ends), np.bool_)
    for row, (u, v) in enumerate(ends.tolist()):
        for seg in np.flatnonzero((raw.seg_u == u) & (raw.seg_v == v)).tolist():
            # of several ways between two nodes the most walkable one counts, as in RawStreets.from_osmnx
            kept[row] = kind < raw.seg_kind[seg]
            old[seg] = not kept[row]
    ends = ends[kept]
    ids = raw.way_id.tolist()
    return replace(
        raw,
        seg_u=np.concatenate([raw.seg_u[old], ends[:, 0]]).astype(np.int32),
        seg_v=np.concatenate([raw.seg_v[old], ends[:, 1]]).astype(np.int32),
        seg_len_m=np.concatenate([raw.seg_len_m[old], _lengths_m(raw, ends)]),
        seg_way=np.concatenate([raw.seg_way[old], np.full(len(ends), len(ids))]).astype(np.int32),
        seg_kind=np.concatenate([raw.seg_kind[old], np.full(len(ends), kind)]).astype(np.uint8),
        way_id=np.array([*ids, _new_id(ids)], np.int64),
        way_tags=(*raw.way_tags, dict(tags)),
    )


def length_m(raw: RawStreets, nodes: Sequence[int]) -> float:
    """Return how long a line through some nodes is, as streets are measured, metres."""
    return float(_lengths_m(raw, np.array(list(pairwise(nodes)), np.int32).reshape(-1, 2)).sum())


def _new_id(ids: Sequence[int]) -> int:
    """Return an id that nothing has: below all, and negative, as editors number what is not uploaded."""
    return min(min(ids, default=0), 0) - 1


def _sorted_ends(pairs: Sequence[tuple[int, int]]) -> Ints:
    return np.sort(np.array(pairs, np.int32).reshape(-1, 2), axis=1)


def _lengths_m(raw: RawStreets, ends: Ints) -> Floats:
    """Return lengths as OSMnx measures them, great circles on its sphere, metres."""
    to_lonlat = pyproj.Transformer.from_crs(raw.crs, WGS84, always_xy=True)
    lon, lat = np.radians(to_lonlat.transform(*raw.xy[ends].reshape(-1, 2).T)).reshape(2, -1, 2)
    half = np.sin((lat[:, 1] - lat[:, 0]) / 2.0) ** 2
    half += np.cos(lat[:, 0]) * np.cos(lat[:, 1]) * np.sin((lon[:, 1] - lon[:, 0]) / 2.0) ** 2
    length: Floats = 2.0 * OSMNX_EARTH_RADIUS_M * np.arcsin(np.sqrt(np.clip(half, 0.0, 1.0)))
    return length
