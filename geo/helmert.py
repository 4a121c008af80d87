"""A town's own grid: a similarity in the plane (move, turn, scale) found from control points.

The four parameters a, b, dx, dy of

    X = dx + a x - b y,   Y = dy + b x + a y

are linear, so that least squares has a closed form: the planar Helmert transformation of the surveying textbooks.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geo.errors import CoordinateError

Floats = NDArray[np.float64]

_FEWEST = 2  # points that fix four parameters
_FEWEST_TO_JUDGE = 4  # without one of them three are left: the least that can contradict each other
_PARAMETERS = 4


@dataclass(frozen=True, slots=True)
class Helmert:
    """A similarity from a local grid to a metric system.

    Attributes:
        a: Scale times the cosine of the turn.
        b: Scale times the sine of the turn.
        from_middle: Middle of the control points in the local grid; sums stay small about it.
        to_middle: The same in the target system, metres.
        residual_m: What each control point is off, shape (n,), metres; zero when there are only two.
        suspect: Row of the one control point that does not fit the others; None when all do or fewer than four were
            given.
    """

    a: float
    b: float
    from_middle: tuple[float, float]
    to_middle: tuple[float, float]
    residual_m: Floats
    suspect: int | None

    @property
    def scale(self) -> float:
        """Metres of the target for one unit of the local grid."""
        return float(np.hypot(self.a, self.b))

    @property
    def turn_deg(self) -> float:
        """How far the local grid is turned, degrees, anticlockwise."""
        return float(np.degrees(np.arctan2(self.b, self.a)))

    @property
    def rms_m(self) -> float:
        """Root of the mean squared residual, metres."""
        return float(np.sqrt(np.mean(self.residual_m**2)))

    def to_target(self, xy: ArrayLike) -> Floats:
        """Move points, shape (n, 2), from the local grid to the target system.

        >>> fit_helmert([(0, 0), (10, 0)], [(100, 100), (100, 110)]).to_target([(5, 1)]).tolist()
        [[99.0, 105.0]]
        """
        x, y = (_points(xy) - self.from_middle).T
        return np.column_stack([self.a * x - self.b * y, self.b * x + self.a * y]) + self.to_middle

    def to_local(self, xy: ArrayLike) -> Floats:
        """Move points, shape (n, 2), from the target system back to the local grid."""
        x, y = (_points(xy) - self.to_middle).T
        square = self.a**2 + self.b**2
        back = np.column_stack([self.a * x + self.b * y, self.a * y - self.b * x]) / square
        return back + self.from_middle


def fit_helmert(local: ArrayLike, target: ArrayLike, *, tolerance_m: float = 1.0) -> Helmert:
    """Find the similarity that fits control points best.

    Args:
        local: Control points in the local grid, shape (n, 2), n ≥ 2.
        target: The same points in a metric system, shape (n, 2).
        tolerance_m: A point that the others put this far away or farther may be suspect, metres.

    Raises:
        CoordinateError: Fewer than two points, not a number, points that coincide, or axes that are swapped (X is north
            in Chinese surveying): the swapped points fit within the tolerance and these do not.
    """
    here, there = _points(local), _points(target)
    _check(here, there)
    best = _fit(here, there)
    if best.rms_m > tolerance_m and _fit(here[:, ::-1], there).rms_m <= tolerance_m:
        raise CoordinateError(
            "control points: x and y look swapped (they are off by {rms:.1f} m, swapped ones fit); "
            "x is the one that grows to the east",
            rms=best.rms_m,
        )
    return replace(best, suspect=_suspect(here, there, tolerance_m))


def _points(xy: ArrayLike) -> Floats:
    return np.asarray(xy, dtype=np.float64).reshape(-1, 2)


def _check(here: Floats, there: Floats) -> None:
    if len(here) < _FEWEST or len(here) != len(there):
        raise CoordinateError(
            "{n} control points: at least {fewest} are needed, each in both systems", n=len(here), fewest=_FEWEST
        )
    if not (np.isfinite(here).all() and np.isfinite(there).all()):
        raise CoordinateError("control points: a coordinate is not a number; correct it")
    for points in (here, there):
        if np.ptp(points, axis=0).max() <= 0.0:
            raise CoordinateError("control points: all lie on one spot; give points that are far apart")


def _fit(here: Floats, there: Floats) -> Helmert:
    from_middle, to_middle = here.mean(axis=0), there.mean(axis=0)
    (x, y), (east, north) = (here - from_middle).T, (there - to_middle).T
    square = float(np.sum(x * x + y * y))
    # x / square first: the product of two small grids would vanish
    a = float(np.sum(x / square * east + y / square * north))
    b = float(np.sum(x / square * north - y / square * east))
    off = np.hypot(a * x - b * y - east, b * x + a * y - north)
    return Helmert(a, b, _pair(from_middle), _pair(to_middle), off, None)


def _pair(point: Floats) -> tuple[float, float]:
    return float(point[0]), float(point[1])


def _suspect(here: Floats, there: Floats, tolerance_m: float) -> int | None:
    """Return the point without which the others agree: to the tolerance, while they put it beyond the tolerance."""
    n = len(here)
    if n < _FEWEST_TO_JUDGE:
        return None
    found: list[tuple[float, int]] = []
    for row in range(n):
        others = np.arange(n) != row
        if np.ptp(here[others], axis=0).max() <= 0.0:
            continue
        fit = _fit(here[others], there[others])
        off_m = float(np.hypot(*(fit.to_target(here[row])[0] - there[row])))
        # sigma, not the mean: few points fit too well
        sigma_m = float(np.sqrt(np.sum(fit.residual_m**2) / (2 * (n - 1) - _PARAMETERS)))
        if off_m > tolerance_m >= sigma_m:
            found.append((sigma_m, row))
    return min(found)[1] if found else None
