"""Recipe: what a layer of places is, read from one TOML file in ``layers/recipes``.

A feature belongs to a recipe when any table of ``any`` matches wholly and no table of ``none`` does. In a table a plain
key asks for a value, one of a list, or ``true`` for "present"; ``key~`` searches a regular expression in the value;
``key! = true`` asks that the key is absent. A recipe without ``[osm]`` has the places of own lists only.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated

from pydantic import Field, model_validator

from geo.errors import SettingsError
from layers.toml import Strict, Text, read_toml

Tags = Mapping[str, str]
Condition = str | bool | list[str]
Test = Callable[[Tags], bool]


class Theme(StrEnum):
    """The four kinds of children's space of the plan's item 12, and what supports them."""

    LEARN = "learn"
    TOUR = "tour"
    PLAY = "play"
    FIT = "fit"
    SUPPORT = "support"


class EntranceRule(StrEnum):
    """Where a place with an outline is entered."""

    POINT = "point"
    AREA = "area"


class _Match(Strict):
    any: list[dict[str, Condition]] = Field(min_length=1)
    none: list[dict[str, Condition]] = Field(default=[])


class _RecipeFile(Strict):
    theme: Annotated[Theme, Field(strict=False)]
    icon: str
    ages: Annotated[tuple[int, int], Field(strict=False)]
    entrances: Annotated[EntranceRule, Field(strict=False)] = EntranceRule.POINT
    min_area_m2: Annotated[float, Field(ge=0.0, strict=False)] = 0.0
    on_map: bool = True
    name: Text
    osm: _Match | None = None

    @model_validator(mode="after")
    def _ages_in_order(self) -> "_RecipeFile":
        if not 0 <= self.ages[0] <= self.ages[1]:
            raise ValueError("ages: the first must not be greater than the last")
        return self


@dataclass(frozen=True, slots=True)
class Recipe:
    """A kind of place.

    Attributes:
        id: The file's stem.
        name: Its name in both languages.
        theme: Which of the four kinds of space, or support.
        icon: Stem of the pictogram in ``app/maps/icons``.
        ages: First and last age that it serves, inclusive.
        entrances: How places with an outline are entered.
        min_area_m2: Smaller outlines do not count, square metres.
        on_map: Whether maps show a badge (else a small mark).
        keys: Tag keys that a matching feature can have.
    """

    id: str
    name: Text
    theme: Theme
    icon: str
    ages: tuple[int, int]
    entrances: EntranceRule
    min_area_m2: float
    on_map: bool
    keys: frozenset[str]
    _any: tuple[Test, ...]
    _none: tuple[Test, ...]

    def matches(self, tags: Tags) -> bool:
        """Tell whether a feature with these tags belongs to this recipe."""
        return any(test(tags) for test in self._any) and not any(test(tags) for test in self._none)


def read_recipe(path: Path) -> Recipe:
    """Read one recipe.

    Raises:
        SettingsError: An unknown key, an impossible value or a broken regular expression.
    """
    given = read_toml(path, _RecipeFile)
    some = [] if given.osm is None else given.osm.any
    none = [] if given.osm is None else given.osm.none
    return Recipe(
        id=path.stem,
        name=given.name,
        theme=given.theme,
        icon=given.icon,
        ages=given.ages,
        entrances=given.entrances,
        min_area_m2=given.min_area_m2,
        on_map=given.on_map,
        keys=frozenset(_first_key(table, path) for table in some),
        _any=_tests(some, path),
        _none=_tests(none, path),
    )


def _first_key(table: Mapping[str, Condition], path: Path) -> str:
    """Return a key that a match must have; it lets a reader skip everything else."""
    for key in table:
        if not key.endswith("!"):
            return key.removesuffix("~")
    raise SettingsError("{file}: [osm] a table of any asks only for absent tags; name one that is present", file=path)


def _tests(tables: Sequence[Mapping[str, Condition]], path: Path) -> tuple[Test, ...]:
    return tuple(_all_of([_test(key, wanted, path) for key, wanted in table.items()]) for table in tables)


def _all_of(tests: Sequence[Test]) -> Test:
    return lambda tags: all(test(tags) for test in tests)


def _test(key: str, wanted: Condition, path: Path) -> Test:
    if key.endswith("!"):
        absent = key[:-1]
        return lambda tags: absent not in tags
    if key.endswith("~"):
        try:
            pattern = re.compile(str(wanted))
        except re.error as error:
            raise SettingsError(
                "{file}: [osm] {key} = {given!r} is no regular expression ({reason})",
                file=path,
                key=key,
                given=wanted,
                reason=error,
            ) from error
        searched = key[:-1]
        return lambda tags: pattern.search(tags.get(searched, "")) is not None and searched in tags
    if wanted is True:
        return lambda tags: key in tags
    if wanted is False:
        raise SettingsError('{file}: [osm] {key} = false says nothing; write "{key}!" = true', file=path, key=key)
    values = frozenset([wanted] if isinstance(wanted, str) else wanted)
    # a tag may hold several values: sport=soccer;swimming
    return lambda tags: key in tags and any(value.strip() in values for value in tags[key].split(";"))
