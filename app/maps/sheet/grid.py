"""Grid: the squares of the index, A1 in the upper left corner."""

from dataclasses import dataclass

from app.maps.sheet.mapframe import MapFrame

COLUMNS, ROWS = 8, 6


@dataclass(frozen=True, slots=True)
class Grid:
    """Squares over a map.

    Attributes:
        frame: The map.
        columns: Letters from A on.
        rows: Numbers from 1 on.
    """

    frame: MapFrame
    columns: int
    rows: int

    @classmethod
    def over(cls, frame: MapFrame) -> "Grid":
        """Return a grid of 8 by 6, the longer side with the eight."""
        wide = frame.w_mm >= frame.h_mm
        return cls(frame, COLUMNS if wide else ROWS, ROWS if wide else COLUMNS)

    def square(self, x_mm: float, y_mm: float) -> str:
        """Return the square of a point of the paper; one on the edge belongs to the outermost square.

        >>> frame = MapFrame(10.0, 10.0, 80.0, 60.0, 0.0, 0.0, 1000.0)
        >>> Grid.over(frame).square(10.0, 10.0), Grid.over(frame).square(89.0, 69.0)
        ('A1', 'H6')
        """
        left, upper, _, _ = self.frame.box_mm
        column = min(max(int((x_mm - left) / self.frame.w_mm * self.columns), 0), self.columns - 1)
        row = min(max(int((y_mm - upper) / self.frame.h_mm * self.rows), 0), self.rows - 1)
        return f"{chr(ord('A') + column)}{row + 1}"
