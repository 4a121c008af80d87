"""The area beside walked streets: as wide as it is told, and never over a barrier that the streets do not cross."""

import math
import threading
from collections.abc import Mapping
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import MultiPolygon, Polygon

from geo.barriers import Barriers
from geo.errors import InputError
from geo.kernels.lattice import CLOSED, Canvas, Lattice, Samples, Window
from geo.kernels.paint import paint, runs_of, window_of
from geo.kernels.sight import confine, see
from geo.kernels.trace import trace
from geo.network import WalkNetwork

Ints = NDArray[np.int32]
Longs = NDArray[np.int64]
Floats = NDArray[np.float64]
Geometries = NDArray[np.object_]

_SPACING = 0.5  # of samples, in cells
# Half the width of strips, in cells: some corner of a sample's square is within sqrt(0.5) of any point of the street,
# and within sqrt(0.5 + 0.25**2) = 0.75 of the nearest sample, so that no strip tears.
_STRIP = 0.8
_MARGIN = 3  # cells that a window is wider than what is painted
_ROOM = 1 << 16  # points of a first canvas


class Outliner:
    """Draws outlines; keeps samples of all streets, and for each thread what it works in.

    Args:
        network: The streets.
        barriers: What nobody walks over, in the same metric system.
        samples: What :meth:`to_arrays` of another outliner of the same two gave; None makes them anew, which takes a
            third of a second for a city.
    """

    def __init__(
        self, network: WalkNetwork, barriers: Barriers, *, samples: Mapping[str, NDArray[Any]] | None = None
    ) -> None:
        self.barriers = barriers
        self._lattice = Lattice(
            _plain(barriers.flags, np.uint8),
            _plain(barriers.cut_link, np.int64),
            _plain(barriers.cut_share, np.float32),
            _plain(barriers.piece_square, np.int64),
            _plain(barriers.piece_xy, np.float32),
        )
        self._corner = np.array([barriers.west_m, barriers.south_m])
        self._edge_len_m = _plain(network.edge_len_m, np.float64)
        if samples is None:
            self._ptr, self._samples = self._look(network)
        else:
            self._ptr = _plain(samples["ptr"], np.int64)
            self._samples = Samples(
                _plain(samples["x"], np.float32), _plain(samples["y"], np.float32), _plain(samples["seen"], np.uint8)
            )
        self._own = threading.local()

    def to_arrays(self) -> dict[str, NDArray[Any]]:
        """Return what took time to make, by name, for ``numpy.savez``."""
        return {"ptr": self._ptr, "x": self._samples.x, "y": self._samples.y, "seen": self._samples.seen}

    def _look(self, network: WalkNetwork) -> tuple[Longs, Samples]:
        """Sample the streets, and look what each sample sees past the barriers."""
        ptr, xy = _sample(network, _SPACING * self.barriers.cell_m)
        x, y = ((xy - self._corner) / self.barriers.cell_m).T
        samples = Samples(_plain(x, np.float32), _plain(y, np.float32), np.zeros(len(xy), dtype=np.uint8))
        see(samples, self._lattice)
        edge_u, edge_v = (_plain(end, np.int32) for end in (network.edge_u, network.edge_v))
        confine(samples, self._lattice, ptr, edge_u, edge_v, np.zeros(network.n_nodes, dtype=np.uint8))
        return ptr, samples

    def outline(self, edge: Ints, start_m: Floats, end_m: Floats, width_m: float) -> Polygon | MultiPolygon | None:
        """Draw the area beside parts of streets.

        It reaches `width_m` to all sides, but only to where one gets without passing a barrier, and ends at the
        barrier. Where a street passes a barrier (a bridge) it is a strip of four fifths of a cell to each side.

        Args:
            edge: Edge of each part, shape (k,).
            start_m: Where it starts, metres from the edge's first node, shape (k,).
            end_m: Where it ends; a part may be a single point.
            width_m: Less than four fifths of a cell counts as that.

        Returns:
            A valid polygon in metres; None when there is no part, or all lie beyond the barriers' lattice.

        Raises:
            InputError: There is no such edge.
        """
        if len(edge) == 0:
            return None
        if edge.min() < 0 or edge.max() >= len(self._edge_len_m):  # a kernel would read anything
            raise InputError(
                "the outline is asked for edge {edge}, but there are {n}; make the Outliner from the same network",
                edge=int(edge.max() if edge.min() >= 0 else edge.min()),
                n=len(self._edge_len_m),
            )
        first, last = np.empty((2, len(edge)), dtype=np.int64)
        parts = _plain(edge, np.int32), _plain(start_m, np.float64), _plain(end_m, np.float64)
        runs_of(self._ptr, self._edge_len_m, *parts, first, last)
        barriers, samples, lattice = self.barriers, self._samples, self._lattice
        cell_m = barriers.cell_m
        width = max(width_m / cell_m, _STRIP)
        window = window_of(samples, first, last, math.ceil(width) + _MARGIN)
        canvas = self._canvas(window)
        n = paint(samples, first, last, width, _STRIP, window, canvas)
        corners, ring, area = trace(n, width, _STRIP, lattice, window, canvas, barriers.least_hole_m2 / cell_m**2)
        corners *= cell_m
        corners += self._corner
        return _polygons(corners, ring, area, barriers.least_part_m2 / cell_m**2)

    def _canvas(self, window: Window) -> Canvas:
        """Return this thread's canvas with a window's walls; a larger one where it has become too small."""
        west, south, columns, rows = window
        size = columns * rows
        canvas: Canvas | None = getattr(self._own, "canvas", None)
        if canvas is None or len(canvas.state) < size:
            canvas = self._own.canvas = _new_canvas(max(_ROOM, size + size // 4))
        flags, walls = self._lattice.flags, canvas.state[:size].reshape(rows, columns)
        walls.fill(CLOSED)
        low, left = max(south, 0), max(west, 0)
        high, right = min(south + rows, flags.shape[0]), min(west + columns, flags.shape[1])
        if low < high and left < right:
            walls[low - south : high - south, left - west : right - west] = flags[low:high, left:right]
        return canvas


def _plain(array: NDArray[Any], kind: type[np.generic]) -> NDArray[Any]:
    """Return an array of the one kind that kernels are compiled for, a copy where need be."""
    return np.require(array, kind, ["C", "W"])


def _new_canvas(room: int) -> Canvas:
    return Canvas(
        near=np.empty((room, 2), dtype=np.float32),
        origin=np.empty((room, 2), dtype=np.int32),
        strip=np.empty((room, 2), dtype=np.float32),
        state=np.empty(room, dtype=np.uint8),
        cut=np.empty(room, dtype=np.uint8),
        queue=np.empty(room, dtype=np.int32),
        painted=np.empty(room, dtype=np.int32),
        told=np.empty(room, dtype=np.int32),
    )


def outline(
    network: WalkNetwork, barriers: Barriers, edge: Ints, start_m: Floats, end_m: Floats, width_m: float
) -> Polygon | MultiPolygon | None:
    """Draw one outline; who draws several keeps an :class:`Outliner` and asks its ``outline``."""
    return Outliner(network, barriers).outline(edge, start_m, end_m, width_m)


def _sample(network: WalkNetwork, spacing_m: float) -> tuple[Longs, Floats]:
    """Return samples at equal distances from end to end of every edge: where each edge's start, and their places."""
    starts, ends = network.step_xy
    steps_m = np.hypot(*(ends - starts).T)
    length_m = np.add.reduceat(steps_m, network.chains.ptr[:-1])
    n = np.maximum(np.ceil(length_m / spacing_m), 1.0).astype(np.int64)
    ptr = np.concatenate([[0], np.cumsum(n + 1)])
    edge = np.repeat(np.arange(network.n_edges), n + 1)
    # all edges one after the other: how far along them each sample lies, and each step begins
    before_m = np.cumsum(steps_m) - steps_m
    along_m = before_m[network.chains.ptr[:-1]][edge] + (np.arange(ptr[-1]) - ptr[edge]) * (length_m / n)[edge]
    step = np.searchsorted(before_m, along_m, side="right") - 1
    step = np.clip(step, network.chains.ptr[:-1][edge], network.chains.ptr[1:][edge] - 1)
    beyond_m = along_m - before_m[step]
    share = np.divide(beyond_m, steps_m[step], out=np.zeros_like(beyond_m), where=steps_m[step] > 0.0)
    xy: Floats = starts[step] + np.clip(share, 0.0, 1.0)[:, None] * (ends - starts)[step]
    return ptr, xy


def _polygons(corners: Floats, ring: Longs, area: Floats, least_part: float) -> Polygon | MultiPolygon | None:
    """Return rings as polygons; parts smaller than `least_part` are left out, but never the largest."""
    if len(area) == 0:
        return None
    rings = np.asarray(shapely.linearrings(corners, indices=ring))
    parts, holes = np.flatnonzero(area > 0.0), np.flatnonzero(area < 0.0)
    if len(parts) == 1:
        return _polygon(rings[parts[0]], rings[holes])
    owner = _owners(rings[parts], area[parts], corners[np.searchsorted(ring, holes)])
    large = np.flatnonzero(area[parts] >= min(least_part, area.max()))
    polygons = [_polygon(rings[parts[i]], rings[holes[owner == i]]) for i in large]
    return polygons[0] if len(polygons) == 1 else MultiPolygon(polygons)


def _polygon(shell: shapely.LinearRing, holes: Geometries) -> Polygon:
    polygon: Polygon = shapely.polygons(shell, holes)
    return polygon


def _owners(rings: Geometries, area: Floats, points: Floats) -> NDArray[np.intp]:
    """Return for each point the smallest ring around it."""
    around = shapely.contains_xy(np.asarray(shapely.polygons(rings))[:, None], *points.T[:, None, :])
    owner: NDArray[np.intp] = np.argmin(np.where(around, area[:, None], np.inf), axis=0)
    return owner
