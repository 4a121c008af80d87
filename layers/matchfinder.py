"""Finds pairs of two lists that may be one place: all that are near, and farther away those of one name."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from layers.matchnames import NameTable
from layers.matchrules import MatchRules
from layers.matchside import Side

Rows = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

_ROWS_AT_ONCE = 1024  # rows whose surroundings are looked at together: thousands on one spot still fit into memory
_FEW = 400  # pairs of one name that are cheaper to write down than to look for


@dataclass(frozen=True, slots=True)
class Candidates:
    """Pairs that may be one place.

    Attributes:
        own: Rows of the office's list.
        osm: Rows of OpenStreetMap's.
        distance_m: Between them.
        lone: Nothing else of their kind stands around either.
    """

    own: Rows
    osm: Rows
    distance_m: Floats
    lone: Bools


class Finder:
    """Finds pairs.

    Args:
        one: The office's list.
        other: OpenStreetMap's.
        names: The names of both.
        rules: How far apart.
    """

    def __init__(self, one: Side, other: Side, names: NameTable, rules: MatchRules) -> None:
        self._one, self._other, self.names, self._rules = one, other, names, rules
        ids = sorted({*one.layers, *other.layers})
        at = {layer: row for row, layer in enumerate(ids)}
        self._own_layers = np.array([at[layer] for layer in one.layers], dtype=np.int64)
        self._osm_layers = np.array([at[layer] for layer in other.layers], dtype=np.int64)
        self._fits = np.eye(len(ids), dtype=np.bool_)
        for a, b in rules.layers.together:
            if a in at and b in at:
                self._fits[at[a], at[b]] = self._fits[at[b], at[a]] = True
        self._renamable = np.array([layer in rules.renamed.layers for layer in ids], dtype=np.bool_)

    def find(self) -> Candidates:
        """Return the pairs, each once, by row of the office's list."""
        near, n_own, n_osm = self._near()
        rows = np.concatenate([near, self._far()], axis=1)
        n = max(len(self._other.shapes), 1)
        own, osm = divmod(np.unique(rows[0] * n + rows[1]), n)
        distance_m = shapely.distance(self._one.shapes[own], self._other.shapes[osm])
        return Candidates(own, osm, distance_m, (n_own[own] == 1) & (n_osm[osm] == 1))

    def around(self, reach_m: float) -> Rows:
        """Return all pairs of rows within a distance, whatever they are: shape (2, n)."""
        tree = shapely.STRtree(self._other.shapes)
        return np.asarray(tree.query(self._one.shapes, predicate="dwithin", distance=reach_m), dtype=np.int64)

    def same_layer(self, own: Rows, osm: Rows) -> Bools:
        """Tell which pairs are of one layer."""
        return np.asarray(self._own_layers[own] == self._osm_layers[osm], dtype=np.bool_)

    def renamable(self, own: Rows, osm: Rows) -> Bools:
        """Tell which pairs are of one layer of which two hardly ever stand on one spot."""
        return self.same_layer(own, osm) & self._renamable[self._own_layers[own]]

    def same_house(self, own: Rows, osm: Rows) -> Bools:
        """Tell which pairs have one address."""
        one = np.array(self._one.addresses, dtype=object)[own]
        return np.asarray((one == np.array(self._other.addresses, dtype=object)[osm]) & (one != ""), dtype=np.bool_)

    def _near(self) -> tuple[Rows, Rows, Rows]:
        """Return pairs within near_m, and how many of its kind each row has around it on the other side."""
        tree = shapely.STRtree(self._other.shapes)
        n_own = np.zeros(len(self._one.shapes), dtype=np.int64)
        n_osm = np.zeros(len(self._other.shapes), dtype=np.int64)
        found = [np.empty((2, 0), dtype=np.int64)]
        for start in range(0, len(self._one.shapes), _ROWS_AT_ONCE):
            some = self._one.shapes[start : start + _ROWS_AT_ONCE]
            own, osm = tree.query(some, predicate="dwithin", distance=self._rules.near_m)
            own += start
            fits = self._fits[self._own_layers[own], self._osm_layers[osm]]
            own, osm = own[fits], osm[fits]
            distance_m = shapely.distance(self._one.shapes[own], self._other.shapes[osm])
            around = (distance_m <= self._rules.nameless.alone_m) & self.same_layer(own, osm)
            n_own += np.bincount(own[around], minlength=len(n_own))
            n_osm += np.bincount(osm[around], minlength=len(n_osm))
            kept = self._worth(own, osm, distance_m)
            found.append(np.stack([own[kept], osm[kept]]))
        return np.concatenate(found, axis=1), n_own, n_osm

    def _worth(self, own: Rows, osm: Rows, distance_m: Floats) -> Bools:
        """Tell which near pairs could come to anything."""
        one, other = self.names.own[own], self.names.osm[osm]
        compared = self.names.compare(one, other)
        nameless = ~(self.names.named(one) & self.names.named(other))
        alike = np.nan_to_num(compared.likeness) >= self._rules.alike[-1].least
        kept = np.where(nameless, distance_m <= self._rules.nameless.doubtful_m, alike | compared.same)
        kept |= (distance_m <= self._rules.renamed.doubtful_m) & self.renamable(own, osm)
        return np.asarray(kept & ~compared.conflict, dtype=np.bool_)

    def _far(self) -> Rows:
        """Return pairs of one name within the farthest reach."""
        reach_m = self._rules.same.rare.doubtful_m
        found = [np.empty((2, 0), dtype=np.int64)]
        for some, others in self._of_one_name():
            if len(some) * len(others) <= _FEW:
                pairs = np.stack([np.repeat(some, len(others)), np.tile(others, len(some))])
            else:
                tree = shapely.STRtree(self._other.shapes[others])
                hits = tree.query(self._one.shapes[some], predicate="dwithin", distance=reach_m)
                pairs = np.stack([some[hits[0]], others[hits[1]]])
            found.append(pairs)
        rows = np.concatenate(found, axis=1)
        rows = rows[:, self._fits[self._own_layers[rows[0]], self._osm_layers[rows[1]]]]
        rows = rows[:, shapely.dwithin(self._one.shapes[rows[0]], self._other.shapes[rows[1]], reach_m)]
        return rows[:, ~self.names.compare(self.names.own[rows[0]], self.names.osm[rows[1]]).conflict]

    def _of_one_name(self) -> Iterator[tuple[Rows, Rows]]:
        """Yield the rows of both sides that have one name."""
        keys = []
        for names in (self.names.own, self.names.osm):
            rows = np.flatnonzero(self.names.named(names))
            order = np.argsort(self.names.key[names[rows]], kind="stable")
            keys.append((rows[order], self.names.key[names[rows[order]]]))
        (own, key_own), (osm, key_osm) = keys
        met = np.intersect1d(key_own, key_osm)
        bounds = [np.searchsorted(key, met, side=side) for key in (key_own, key_osm) for side in ("left", "right")]
        for a, b, c, d in zip(*(bound.tolist() for bound in bounds), strict=True):
            yield own[a:b], osm[c:d]
