"""Layout: the tables and views that are published; see ``app/publish/tables.toml``."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import Field, model_validator

from layers.toml import Strict, Text, read_toml

LAYOUT_FILE = Path(__file__).with_name("tables.toml")
DISTRICT = "district_id"
PARENT = "districts"
Names = Annotated[tuple[str, ...], Field(strict=False)]


class Column(Text):
    """A column: its type as PostgreSQL writes it, and what it holds."""

    type: str
    null: bool = False

    @property
    def is_shape(self) -> bool:
        """Whether it holds shapes."""
        return self.type.startswith("geometry")


class Table(Strict):
    """A table; its columns without ``district_id``."""

    about: Text
    key: Names
    refers: dict[str, Names]
    columns: dict[str, Column]

    @model_validator(mode="after")
    def _columns_exist(self) -> "Table":
        named = {name for names in (self.key, *self.refers.values()) for name in names}
        if not named <= set(self.columns):
            raise ValueError("key and refers name columns that are not there")
        return self

    @property
    def shapes(self) -> tuple[str, ...]:
        """The columns of shapes."""
        return tuple(name for name, column in self.columns.items() if column.is_shape)

    @property
    def indexes(self) -> tuple[tuple[str, ...], ...]:
        """Columns of references that the key does not begin with: without an index every removal would read all."""
        wanted = dict.fromkeys(self.refers.values())
        return tuple(names for names in wanted if self.key[: len(names)] != names)


class View(Strict):
    """A view."""

    about: Text
    query: str


class Wide(Strict):
    """The view whose columns are made from the needs."""

    about: Text
    all: str
    shown: Names


class Layout(Strict):
    """See ``app/publish/tables.toml``."""

    district_id: Column
    more_tags: Names
    tables: dict[str, Table]
    views: dict[str, View]
    wide: Wide

    @model_validator(mode="after")
    def _parents_first(self) -> "Layout":
        known: dict[str, Table] = {}
        for name, table in self.tables.items():
            for parent, names in table.refers.items():
                if parent not in known or len(known[parent].key) != len(names):
                    raise ValueError("a table refers to one that does not stand before it, or whose key is longer")
            known[name] = table
        return self


@cache
def layout() -> Layout:
    """Read the layout.

    Raises:
        SettingsError: The file has a fault.
    """
    return read_toml(LAYOUT_FILE, Layout)


def columns_of(name: str) -> Mapping[str, Column]:
    """Return a table's columns, ``district_id`` first."""
    made = layout()
    return {DISTRICT: made.district_id, **made.tables[name].columns}
