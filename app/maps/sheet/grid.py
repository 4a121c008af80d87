"""Grid: the squares of the index, A1 in the upper left corner."""

from dataclasses import dataclass
from string import ascii_uppercase

from app.maps.sheet.mapframe import MapFrame

COLUMNS, ROWS = 8, 6


@dataclass(frozen=True, slots=True)
class Grid:
    """Squares over a map.

    Attributes:
        frame: The map.
        columns: Letters from A on.
        rows: Numbers from 1 on.
        first: Place in the alphabet of the first letter, 0 for A: each map of a sheet has letters of its own, so that a
            square is found on one of them only.
    """

    frame: MapFrame
    columns: int
    rows: int
    first: int = 0

    @classmethod
    def over(cls, frame: MapFrame, *, first: int = 0) -> "Grid":
        """Return a grid of 8 by 6, the longer side with the eight."""
        wide = frame.w_mm >= frame.h_mm
        return cls(frame, COLUMNS if wide else ROWS, ROWS if wide else COLUMNS, first)

    @property
    def letters(self) -> str:
        """The letters of its columns.

        >>> Grid.over(MapFrame(0.0, 0.0, 80.0, 60.0, 0.0, 0.0, 1000.0), first=6).letters
        'GHIJKLMN'
        """
        return ascii_uppercase[self.first : self.first + self.columns]

    def square(self, x_mm: float, y_mm: float) -> str:
        """Return the square of a point of the paper; one on the edge belongs to the outermost square.

        >>> frame = MapFrame(10.0, 10.0, 80.0, 60.0, 0.0, 0.0, 1000.0)
        >>> Grid.over(frame).square(10.0, 10.0), Grid.over(frame).square(89.0, 69.0)
        ('A1', 'H6')
        """
        left, upper, _, _ = self.frame.box_mm
        column = min(max(int((x_mm - left) / self.frame.w_mm * self.columns), 0), self.columns - 1)
        row = min(max(int((y_mm - upper) / self.frame.h_mm * self.rows), 0), self.rows - 1)
        return f"{self.letters[column]}{row + 1}"
