"""Cells of workbooks."""


class Share(float):
    """A number from 0 to 1 that is shown in per cent."""

    __slots__ = ()


Cell = str | float | int | bool | Share | None
