"""Names that follow something: what is to be written, and where each character stands."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from shapely import Polygon
from shapely.geometry.base import BaseGeometry

from app.maps.placing.baseline import rectangles


@dataclass(frozen=True, slots=True)
class NamedLine:
    """A name along a street or river.

    Attributes:
        widths: Of each character (or of each word that must not be parted), mm.
        height: Of a character, mm.
        pieces: Lines of that name, mm; pieces that touch are joined.
        priority: Greater first.
        repeat_mm: Least distance between two of this name; None writes it once.
        spaced: Chinese: characters are spread along the line, and stand upright where it is steep. Latin letters are
            not spread, and turn.
    """

    widths: tuple[float, ...]
    height: float
    pieces: Sequence[BaseGeometry]
    priority: float = 1.0
    repeat_mm: float | None = None
    spaced: bool = True


@dataclass(frozen=True, slots=True)
class Character:
    """Where a character stands.

    Attributes:
        x, y: Its middle, mm.
        angle: Degrees clockwise as the sheet lies, as SVG's ``rotate`` takes them; from -90 to 90.
        width, height: Of its box, mm.
    """

    x: float
    y: float
    angle: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class LineName:
    """A name as it is written.

    Attributes:
        line: Index of the line given; 0 for an area.
        characters: In the order of the name.
        spacing_mm: Between two characters.
        upright: Whether the characters stand one below the other.
    """

    line: int
    characters: tuple[Character, ...]
    spacing_mm: float
    upright: bool

    def shapes(self) -> tuple[Polygon, ...]:
        """Return the boxes of the characters, to block them for what is placed later."""
        told = [(c.x, c.y, c.angle, c.width) for c in self.characters]
        x, y, angle, width = np.array(told, np.float64).reshape(-1, 4).T
        return tuple(rectangles(x, y, angle, width, self.characters[0].height) if told else ())


def characters_of(
    x: np.ndarray, y: np.ndarray, angle: np.ndarray, widths: np.ndarray, height: float
) -> tuple[Character, ...]:
    """Make characters from their middles and angles, shape (m,)."""
    return tuple(
        Character(float(x[n]), float(y[n]), float(angle[n]), float(widths[n]), height) for n in range(len(widths))
    )
