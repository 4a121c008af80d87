"""Baselines: lines smooth enough to write on, and characters set along them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from app.maps.placing.boxes import Bools, Floats

_STEP_MM = 0.5
_SIGMAS = 3.0
_LEVEL_MM = 1e-6  # rounding: a line that goes less to the side is vertical
_FEW = 3  # points that a curve needs


@dataclass(frozen=True, slots=True, eq=False)
class Baseline:
    """A smooth line, read from left to right.

    Attributes:
        at: Length from its start at each point, mm, shape (n,).
        xy: The points, shape (n, 2).
    """

    at: Floats
    xy: Floats

    @property
    def length_mm(self) -> float:
        """Its length."""
        return float(self.at[-1])

    def points(self, at: Floats) -> Floats:
        """Return where lengths from the start lie, shape (*at.shape, 2); outside the line, its ends."""
        return np.stack([np.interp(at, self.at, self.xy[:, 0]), np.interp(at, self.at, self.xy[:, 1])], axis=-1)


@dataclass(frozen=True, slots=True, eq=False)
class Settings:
    """Many ways to set a name along a baseline, of m characters.

    Attributes:
        x, y: Middle of each character, shape (k, m).
        angle: Degrees clockwise as the sheet lies (y to the foot), shape (k, m).
        starts: Where on the baseline each way begins, mm, shape (k,).
        ends: And ends.
        spacing_em: Added between characters, in heights of a character, shape (k,).
    """

    x: Floats
    y: Floats
    angle: Floats
    starts: Floats
    ends: Floats
    spacing_em: Floats


def baselines(pieces: Sequence[BaseGeometry], *, smooth_mm: float, least_mm: float) -> list[Baseline]:
    """Join pieces of lines and smooth them, the longest first.

    Args:
        pieces: Lines, mm.
        smooth_mm: Standard deviation of the Gaussian that smooths them, along the line.
        least_mm: Shorter ones are left out.
    """
    lines = shapely.get_parts(shapely.get_parts(np.asarray(pieces, np.object_)))
    lines = lines[(shapely.get_type_id(lines) == shapely.GeometryType.LINESTRING) & (shapely.length(lines) > 0.0)]
    if not len(lines):
        return []
    joined = shapely.get_parts(shapely.line_merge(shapely.multilinestrings(lines)))
    long = [line for line in joined if line.length >= least_mm]
    long.sort(key=lambda line: (-line.length, line.bounds))
    return [_smoothed(shapely.LineString(line), smooth_mm) for line in long]


def set_along(
    base: Baseline, widths: Floats, height: float, spacings_em: Sequence[float], *, step_mm: float, upright_deg: float
) -> Settings:
    """Set a name at every place along a baseline with every spacing.

    Args:
        base: The line.
        widths: Of the characters, mm.
        height: Of a character, mm.
        spacings_em: Space between characters to try, in heights.
        step_mm: Between two places.
        upright_deg: A piece of line nearer to vertical than this has its characters upright, one below the other; 0 for
            never.
    """
    ways = []
    for spacing in spacings_em:
        flat = _centres(widths, spacing * height)
        # one below the other, a character takes its height
        stacked = _centres(np.full(len(widths), height), spacing * height)
        ways.append(_ways(base, flat, widths, spacing, step_mm, upright_deg, stacked=False))
        if upright_deg > 0.0:
            ways.append(_ways(base, stacked, np.full(len(widths), height), spacing, step_mm, upright_deg, stacked=True))
    return Settings(*(np.concatenate(parts) for parts in zip(*ways, strict=True)))


def rectangles(x: Floats, y: Floats, angle: Floats, widths: Floats, height: float) -> np.ndarray:
    """Return the turned box of each character as a polygon, shape of `x`."""
    turn = np.deg2rad(angle)
    along = np.stack([np.cos(turn), np.sin(turn)], axis=-1) * (widths[..., None] / 2.0)
    across = np.stack([-np.sin(turn), np.cos(turn)], axis=-1) * (height / 2.0)
    middle = np.stack([x, y], axis=-1)
    corners = [middle - along - across, middle + along - across, middle + along + across, middle - along + across]
    return np.asarray(shapely.polygons(np.stack(corners, axis=-2)), np.object_)


def _smoothed(line: shapely.LineString, smooth_mm: float) -> Baseline:
    n = max(int(np.ceil(line.length / _STEP_MM)) + 1, _FEW)
    even = shapely.get_coordinates(shapely.line_interpolate_point(line, np.linspace(0.0, line.length, n)))
    reach = int(np.ceil(_SIGMAS * smooth_mm / _STEP_MM))
    if reach:
        weights = np.exp(-0.5 * (np.arange(-reach, reach + 1) * _STEP_MM / smooth_mm) ** 2)
        weights /= weights.sum()
        # mirrored through the ends, so that the line keeps them
        before = 2.0 * even[0] - even[np.clip(np.arange(reach, 0, -1), 0, n - 1)]
        after = 2.0 * even[-1] - even[np.clip(n - 2 - np.arange(reach), 0, n - 1)]
        padded = np.concatenate([before, even, after])
        even = np.column_stack([np.convolve(padded[:, axis], weights, mode="valid") for axis in (0, 1)])
    at = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(even, axis=0).T))])
    return Baseline(at, even)


def _centres(widths: Floats, spacing: float) -> Floats:
    ends = np.cumsum(widths + spacing)
    centres: Floats = ends - spacing - widths / 2.0
    return centres


def _ways(
    base: Baseline,
    centres: Floats,
    widths: Floats,
    spacing: float,
    step_mm: float,
    upright_deg: float,
    *,
    stacked: bool,
) -> tuple[Floats, ...]:
    total = centres[-1] + widths[-1] / 2.0
    room = base.length_mm - total
    n = max(int(room / step_mm) + 1, 0) if room >= 0.0 else 0
    starts = room / 2.0 + (np.arange(n) - (n - 1) / 2.0) * step_mm
    first, last = base.points(starts), base.points(starts + total)
    chord = last - first
    steep = np.abs(np.rad2deg(np.arctan2(chord[:, 1], chord[:, 0])))
    upright = np.abs(steep - 90.0) <= upright_deg
    starts, chord = starts[upright == stacked], chord[upright == stacked]
    # read from left to right, and down the sheet where characters stand; a turned name on a vertical line reads upwards
    backwards = (
        chord[:, 1] < 0.0
        if stacked
        else (chord[:, 0] < -_LEVEL_MM) | ((np.abs(chord[:, 0]) <= _LEVEL_MM) & (chord[:, 1] > 0.0))
    )
    at = np.where(backwards[:, None], starts[:, None] + total - centres, starts[:, None] + centres)
    middle = base.points(at)
    half = np.where(backwards[:, None], -widths / 2.0, widths / 2.0)
    way = base.points(at + half) - base.points(at - half)
    angle = np.zeros(at.shape) if stacked else np.rad2deg(np.arctan2(way[..., 1], way[..., 0]))
    return middle[..., 0], middle[..., 1], angle, starts, starts + total, np.full(len(starts), spacing)


def bends(ways: Settings) -> Floats:
    """Return the turn from each character to the next, degrees from -180 to 180, shape (k, m - 1)."""
    turn: Floats = (np.diff(ways.angle, axis=1) + 180.0) % 360.0 - 180.0
    return turn


def chosen(ways: Settings, which: Bools) -> Settings:
    """Return some of the ways."""
    return Settings(
        ways.x[which], ways.y[which], ways.angle[which], ways.starts[which], ways.ends[which], ways.spacing_em[which]
    )
