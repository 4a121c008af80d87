"""Content: what a builder gives to a template of texts: values, tables, figures, lists and conditions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from app.reports.model import Figure, Table


@dataclass(frozen=True)
class Content:
    """What a template may name.

    Attributes:
        values: Texts by name, for ``{name}``.
        tables, figures: By id, for ``@table`` and ``@figure``; their titles stand in the template.
        lists: For ``@each``: what each round may name besides.
        flags: For ``@if`` and ``@unless``.
    """

    values: Mapping[str, str] = field(default_factory=dict)
    tables: Mapping[str, Table] = field(default_factory=dict)
    figures: Mapping[str, Figure] = field(default_factory=dict)
    lists: Mapping[str, Sequence["Content"]] = field(default_factory=dict)
    flags: Mapping[str, bool] = field(default_factory=dict)

    def within(self, outer: "Content") -> "Content":
        """Return this content with what the outer one has."""
        return Content(
            {**outer.values, **self.values},
            {**outer.tables, **self.tables},
            {**outer.figures, **self.figures},
            {**outer.lists, **self.lists},
            {**outer.flags, **self.flags},
        )
