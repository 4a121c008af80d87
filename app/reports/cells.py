"""How cells are written on paper and in pages."""

import math

from app.reports.model import Cell, Column, Kind

ABSENT = "—"
_FORMS = {
    Kind.INT: "{:,.0f}",
    Kind.DECIMAL: "{:,.2f}",
    Kind.METRES: "{:,.0f}",
    Kind.MINUTES: "{:,.1f}",
    Kind.DEGREES: "{:.5f}",
}


def cell_text(cell: Cell, column: Column) -> str:
    """Return what stands in a cell.

    >>> share = Column("share", "", Kind.SHARE)
    >>> cell_text(0.305, share), cell_text(0.0, share), cell_text(None, share)
    ('30.5%', '0.0%', '—')
    """
    if cell is None:
        return ABSENT
    if isinstance(cell, str):
        return cell or ABSENT
    if column.kind is Kind.SHARE:
        return f"{cell:.1%}"
    return _FORMS[column.kind].format(cell) if column.kind in _FORMS else f"{cell:,}"


def share_text(share: float | None) -> str:
    """Return a share within a sentence; None and NaN are unknown.

    >>> share_text(0.305), share_text(math.nan)
    ('30.5%', '—')
    """
    return ABSENT if share is None or not math.isfinite(share) else f"{share:.1%}"


def is_number(column: Column) -> bool:
    """Tell whether a column is set to the right."""
    return column.kind is not Kind.TEXT
