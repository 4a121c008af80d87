"""Papers: their sizes, and where they are folded. From ``papers.toml``."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import Field, RootModel

from geo.errors import look_up
from layers.toml import Strict, read_toml

PAPERS_FILE = Path(__file__).with_name("papers.toml")
_FOLD_MARK_MM = 3.0

_Positive = Annotated[float, Field(gt=0.0, strict=False)]


class _Paper(Strict):
    mm: Annotated[tuple[_Positive, _Positive], Field(strict=False)]
    magnify: _Positive
    sights: Annotated[tuple[int, int], Field(strict=False)]
    folds: Annotated[tuple[int, int], Field(strict=False)]


class _Papers(RootModel[dict[str, _Paper]]):
    """All papers by their ids."""


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper as it lies.

    Attributes:
        id: ``A3`` and so on.
        w_mm, h_mm: Its sides, divided by `magnify`: in these millimetres everything is laid out.
        magnify: By how much all is larger in print.
        sights: How many fit at most, printed on one side and on two.
        folds: Parts across and down.
    """

    id: str
    w_mm: float
    h_mm: float
    magnify: float
    sights: tuple[int, int]
    folds: tuple[int, int]

    def fold_marks(self) -> list[tuple[tuple[float, float], tuple[float, float]]]:
        """Return short lines at the edges where the paper is folded.

        >>> paper("A3", upright=False).fold_marks()[0]
        ((105.0, 0.0), (105.0, 3.0))
        """
        across, down = self.folds
        marks = []
        for i in range(1, across):
            x = self.w_mm * i / across
            marks += [((x, 0.0), (x, _FOLD_MARK_MM)), ((x, self.h_mm), (x, self.h_mm - _FOLD_MARK_MM))]
        for i in range(1, down):
            y = self.h_mm * i / down
            marks += [((0.0, y), (_FOLD_MARK_MM, y)), ((self.w_mm, y), (self.w_mm - _FOLD_MARK_MM, y))]
        return marks


@cache
def papers() -> Mapping[str, _Paper]:
    """Read the papers by id.

    Raises:
        SettingsError: The file has a fault.
    """
    return read_toml(PAPERS_FILE, _Papers).root


def paper_mm(paper_id: str) -> tuple[float, float]:
    """Return the shorter and the longer side of a paper, mm.

    Raises:
        UnknownIdError: There is none.

    >>> paper_mm("A4")
    (210.0, 297.0)
    """
    long, short = look_up(papers(), paper_id, "paper").mm
    return short, long


def paper(paper_id: str, *, upright: bool) -> Paper:
    """Find a paper.

    Args:
        paper_id: ``A4``, ``A3``, ``A2``, ``A1`` or ``A0``.
        upright: Its longer side stands.

    Raises:
        UnknownIdError: There is none.
    """
    found = look_up(papers(), paper_id, "paper")
    long, short = (side / found.magnify for side in found.mm)
    folds = found.folds[::-1] if upright else found.folds
    sides = (short, long) if upright else (long, short)
    return Paper(paper_id, *sides, found.magnify, found.sights, folds)
