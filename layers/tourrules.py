"""Tour rules: by what the places of the children's tour map are chosen, from ``layers/tour.toml``."""

import re
from collections.abc import Mapping
from functools import cache, cached_property
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from geo.errors import SettingsError
from layers import catalog
from layers.recipe import Theme
from layers.toml import Strict, Text, read_toml

RULES_FILE = Path(__file__).with_name("tour.toml")


def _pattern(given: object) -> re.Pattern[str]:
    if isinstance(given, re.Pattern):
        return given
    if not isinstance(given, str):
        raise ValueError("a text in quotes is needed")  # noqa: TRY004  pydantic gathers ValueErrors
    try:
        return re.compile(given)
    except re.error as error:
        raise ValueError("no regular expression") from error


_Pattern = Annotated[re.Pattern[str], BeforeValidator(_pattern)]
_Number = Annotated[float, Field(strict=False)]
_Positive = Annotated[float, Field(gt=0.0, strict=False)]
_Share = Annotated[float, Field(ge=0.0, le=1.0, strict=False)]
_Count = Annotated[int, Field(ge=1)]
Ages = Annotated[tuple[Annotated[int, Field(ge=0, le=17)], Annotated[int, Field(ge=0, le=17)]], Field(strict=False)]


class _Reach(Strict):
    age: int
    minutes: _Positive


class _Star(Strict):
    share: _Share
    least_points: _Number


class _Themes(Strict):
    learn: _Share
    tour: _Share
    play: _Share
    fit: _Share


class _Zones(Strict):
    share: _Share


class _Near(Strict):
    same_name_m: _Positive
    contained_m: _Positive
    beside_m: _Positive
    beside_points: _Number
    firm_points: _Number
    crowd_m: _Positive
    crowd_points: _Number


class _Area(Strict):
    per_tenfold: _Number
    from_m2: _Positive
    most: _Number


class _Points(Strict):
    named: _Number
    nameless: _Number
    inside_named: _Number
    english: _Number
    opening: _Number
    free: _Number
    wikidata: _Number
    words: _Number
    members: _Number
    shut: _Number
    odd: _Number
    reach: _Number
    ages: _Number
    area: _Area


class Protection(Strict):
    """How much a protected place is worth: `id` of its reason, `heritage` values, and words that tell of it."""

    id: str
    points: _Number
    heritage: list[str]
    words: _Pattern


class KindRule(Strict):
    """What a kind of place is worth; see the comments of ``layers/tour.toml``."""

    weight: _Number
    at_most: _Share = 1.0
    beside: _Share = 1.0
    indoor: bool | Literal["building"] | None = None
    free: bool | None = None
    part_of: list[str] = Field(default=[])
    own: bool = False
    odd: _Pattern | None = None
    no_name: bool = False
    around: bool = False


class _Names(Strict):
    children: _Pattern
    dull: _Pattern
    generic: _Pattern
    members: _Pattern
    fillers: list[str]


class _Grounds(Strict):
    closed: list[str]


class _Label(Strict):
    inside: Text


class _Tags(Strict):
    free: dict[str, bool]
    step_free: dict[str, bool]
    indoor: dict[str, bool]
    covered: dict[str, bool]
    location: dict[str, bool]


class _Helpful(Strict):
    layers: list[str]


class _NameSearch(Strict):
    nearest: _Count
    likeness: _Share


class PictureRules(Strict):
    """What pictures are taken."""

    most_kib: _Count
    formats: dict[str, str]
    least_px: _Count
    most_megapixels: _Count


class _Pinyin(Strict):
    phrases: dict[str, str]


class TourRules(Strict):
    """By what places are chosen; see ``layers/tour.toml``."""

    sights: _Count
    more: Annotated[int, Field(ge=0)]
    least_points: _Number
    ages: Ages
    reach: _Reach
    star: _Star
    themes: _Themes
    zones: _Zones
    near: _Near
    points: _Points
    protection: list[Protection]
    kind: dict[str, KindRule]
    names: _Names
    grounds: _Grounds
    label: _Label
    tags: _Tags
    helpful: _Helpful
    name_search: _NameSearch
    picture: PictureRules
    pinyin: _Pinyin
    reason: dict[str, Text]
    verdict: dict[str, Text]

    @cached_property
    def theme_shares(self) -> Mapping[Theme, float]:
        """Least share of the numbers, by theme."""
        return {Theme(name): share for name, share in self.themes.model_dump().items()}


@cache
def tour_rules() -> TourRules:
    """Read by what places are chosen.

    Raises:
        SettingsError: The file has a fault, or names a layer that no recipe makes.
    """
    rules = read_toml(RULES_FILE, TourRules)
    kinds = {*rules.kind, *rules.grounds.closed, *rules.helpful.layers}
    kinds |= {layer for kind in rules.kind.values() for layer in kind.part_of}
    unknown = sorted(kinds - set(catalog.recipes()))
    if unknown:
        raise SettingsError(
            "{file}: names the layers {unknown}, and no recipe is called so; there are: {known}",
            file=RULES_FILE,
            unknown=", ".join(unknown),
            known=", ".join(catalog.recipes()),
        )
    return rules
