"""Costs: what the ground under a name costs, as a raster of sums."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from app.maps.placing.boxes import Floats
from app.maps.placing.fill import fill
from app.maps.placing.kernels import NOTHING, Raster
from app.maps.placing.model import Box

Grid = NDArray[np.float64]

_HALF_DIAGONAL = 0.75  # of a cell, rounded up


@dataclass(frozen=True, slots=True, eq=False)
class Costs:
    """The cost of each spot of a frame; the cost of any box takes four look-ups (Crow 1984, summed-area tables).

    Attributes:
        x0, y0: Upper left corner of the raster, mm.
        cell_mm: Side of a cell.
        sums: Cost of everything left of and above a corner of a cell, shape (rows + 1, columns + 1).
    """

    x0: float
    y0: float
    cell_mm: float
    sums: Grid

    @classmethod
    def drawn(
        cls, frame: Box, ground: Iterable[tuple[Sequence[BaseGeometry], float]], *, cell_mm: float = 0.5
    ) -> "Costs":
        """Draw costs from shapes.

        Args:
            frame: What the raster covers; outside of it everything is free.
            ground: Shapes and what a mm2 of them costs. Where shapes overlap, the dearest counts. A line has no area:
                buffer it by half its width on paper.
            cell_mm: Side of a cell.

        >>> park = Costs.drawn((0.0, 0.0, 10.0, 10.0), [([shapely.box(0, 0, 5, 10)], 2.0)])
        >>> park.of(np.array([[0.0, 0.0, 2.0, 1.0], [4.0, 0.0, 6.0, 1.0], [6.0, 0.0, 8.0, 1.0]])).tolist()
        [4.0, 2.0, 0.0]
        """
        grid = _empty(frame, cell_mm)
        for shapes, weight in ground:
            inside = fill(shapes, frame, cell_mm=cell_mm, shape=(grid.shape[0], grid.shape[1]))
            np.maximum(grid, np.where(inside, weight, 0.0), out=grid)
        return cls.of_cells(frame, grid, cell_mm)

    @classmethod
    def touched(cls, frame: Box, shapes: Sequence[BaseGeometry], *, cell_mm: float) -> "Costs":
        """Draw shapes so that every cell that one of them touches costs 1: a box that costs 0 is clear of them."""
        grid = _empty(frame, cell_mm)
        for shape in shapes:
            _touch(grid, shape, frame, cell_mm)
        return cls.of_cells(frame, grid, cell_mm)

    @classmethod
    def of_boxes(cls, frame: Box, boxes: Floats, costs: Floats, *, cell_mm: float) -> "Costs":
        """Draw boxes, shape (n, 4), each costing its points, shape (n,), when it is covered whole."""
        grid = _empty(frame, cell_mm)
        for box, cost in zip(boxes, costs, strict=True):
            x0, y0, x1, y1 = _cells(box, frame, cell_mm, grid.shape)
            if x1 > x0 and y1 > y0:
                grid[y0:y1, x0:x1] += cost / ((x1 - x0) * (y1 - y0) * cell_mm * cell_mm)
        return cls.of_cells(frame, grid, cell_mm)

    @classmethod
    def of_cells(cls, frame: Box, grid: Grid, cell_mm: float) -> "Costs":
        """Make the sums of a raster of costs for each mm2, shape (rows, columns)."""
        sums = np.zeros((grid.shape[0] + 1, grid.shape[1] + 1))
        np.cumsum(np.cumsum(grid * cell_mm * cell_mm, axis=0), axis=1, out=sums[1:, 1:])
        return cls(frame[0], frame[1], cell_mm, sums)

    def of(self, boxes: Floats) -> Floats:
        """Return the cost under boxes, shape (n, 4): mm2 times weight, shape (n,); edges go to the nearest cell."""
        corners = np.rint((boxes - (self.x0, self.y0, self.x0, self.y0)) / self.cell_mm)
        return np.maximum(self._between(corners), 0.0)  # a difference of sums may be -1e-12

    def clear(self, boxes: Floats) -> NDArray[np.bool_]:
        """Return which boxes, shape (n, 4), touch no cell that costs anything."""
        at = (boxes - (self.x0, self.y0, self.x0, self.y0)) / self.cell_mm
        at[:, :2] = np.floor(at[:, :2])
        at[:, 2:] = np.ceil(at[:, 2:])
        is_clear: NDArray[np.bool_] = self._between(at) <= self.cell_mm * self.cell_mm * 0.5
        return is_clear

    def _between(self, corners: Floats) -> Floats:
        top = np.array([self.sums.shape[1] - 1, self.sums.shape[0] - 1] * 2)
        x0, y0, x1, y1 = np.clip(np.nan_to_num(corners), 0, top).astype(np.intp).T
        between: Floats = self.sums[y1, x1] - self.sums[y0, x1] - self.sums[y1, x0] + self.sums[y0, x0]
        return between


def raster_of(costs: Costs | None) -> Raster:
    """Return costs as compiled code takes them."""
    return NOTHING if costs is None else Raster(float(costs.x0), float(costs.y0), float(costs.cell_mm), costs.sums)


def _empty(frame: Box, cell_mm: float) -> Grid:
    columns = max(int(np.ceil((frame[2] - frame[0]) / cell_mm)), 1)
    rows = max(int(np.ceil((frame[3] - frame[1]) / cell_mm)), 1)
    return np.zeros((rows, columns))


def _cells(box: Floats, frame: Box, cell_mm: float, shape: tuple[int, ...]) -> tuple[int, int, int, int]:
    """Return the first and last (exclusive) columns and rows that a box touches."""
    x0, y0 = np.floor((box[0] - frame[0]) / cell_mm), np.floor((box[1] - frame[1]) / cell_mm)
    x1, y1 = np.ceil((box[2] - frame[0]) / cell_mm), np.ceil((box[3] - frame[1]) / cell_mm)
    return (
        int(np.clip(x0, 0, shape[1])),
        int(np.clip(y0, 0, shape[0])),
        int(np.clip(x1, 0, shape[1])),
        int(np.clip(y1, 0, shape[0])),
    )


def _touch(grid: Grid, shape: BaseGeometry, frame: Box, cell_mm: float) -> None:
    if shape.is_empty:
        return
    x0, y0, x1, y1 = _cells(np.array(shape.bounds), frame, cell_mm, grid.shape)
    if x1 <= x0 or y1 <= y0:
        return
    part = (frame[0] + x0 * cell_mm, frame[1] + y0 * cell_mm, frame[0] + x1 * cell_mm, frame[1] + y1 * cell_mm)
    # a cell touches what is nearer to its middle than half of its diagonal; only near the rim it must be asked
    hit, near = (
        fill([shapely.buffer(shape, far * cell_mm)], part, cell_mm=cell_mm, shape=(y1 - y0, x1 - x0))
        for far in (-_HALF_DIAGONAL, _HALF_DIAGONAL)
    )
    rows, columns = np.nonzero(near & ~hit)
    x, y = part[0] + columns * cell_mm, part[1] + rows * cell_mm
    shapely.prepare(shape)
    hit[rows, columns] = shapely.intersects(shape, shapely.box(x, y, x + cell_mm, y + cell_mm))
    np.maximum(grid[y0:y1, x0:x1], hit, out=grid[y0:y1, x0:x1])
