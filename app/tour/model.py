"""Tour: the places of one edition of the children's map. Paper, phone and edition are three faces of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from shapely import LineString

from layers.opening import Opening
from layers.recipe import Theme
from layers.toml import Text

THEMES = (Theme.LEARN, Theme.TOUR, Theme.PLAY, Theme.FIT)


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a place was chosen or left out: an id of ``layers/tour.toml`` ``[reason]``, and its points."""

    id: str
    points: float


@dataclass(frozen=True, slots=True)
class Sight:
    """A place that the map may show.

    Attributes:
        id: As ``place_id`` of the places' table; the same in every edition.
        place: Row of ``Results.places.table``.
        number: What the sheet calls it, from 1 on through all themes; 0 where it is not numbered.
        theme: One of `THEMES`.
        layer: Its recipe.
        icon: Stem of its pictogram.
        name: As the source has it, else made from kind and street.
        name_en: Only where the source or ``tour.toml`` has one.
        pinyin: Of `name`, lower case, syllables parted by spaces: what an index is sorted by.
        x, y: Where the badge points to, metres in the district's CRS.
        zone: Row of its zone, or -1.
        ages: First and last age that it serves, inclusive.
        star: A must-see.
        opening: When it is open; None where that is unknown.
        free: Whether entry costs nothing; None where that is unknown.
        step_free: Whether a pushchair gets in; None where that is unknown.
        indoor: Whether it keeps the rain off; None where that is unknown.
        reach: Children of the choosing band who get there within the walk of ``layers/tour.toml``.
        text: A sentence of the office's own, or None.
        picture: A file in the district's folder, or None.
        is_new: Not in the edition before.
        points: What it was chosen by.
        why: The parts of `points`, the largest first.
        wish: ``must``, ``never`` or a group's id of ``tour.toml``; empty for none.
    """

    id: str
    place: int
    number: int
    theme: Theme
    layer: str
    icon: str
    name: str
    name_en: str | None
    pinyin: str
    x: float
    y: float
    zone: int
    ages: tuple[int, int]
    star: bool
    opening: Opening | None
    free: bool | None
    step_free: bool | None
    indoor: bool | None
    reach: float
    text: Text | None
    picture: Path | None
    is_new: bool
    points: float
    why: tuple[Reason, ...]
    wish: str


@dataclass(frozen=True, slots=True)
class TourWalk:
    """A safe walk along several sights.

    Attributes:
        id: ``a``, ``b``, …
        name: In both languages.
        sights: Numbers of the sights in the order of the walk.
        line: Its way, metres in the district's CRS.
        length_m, minutes: Of the whole walk; minutes at the speed of `age`, waits at crossings included.
        age: Of the child it is made for, completed years.
        crossings: How many big roads it crosses, each at a place that protects.
    """

    id: str
    name: Text
    sights: tuple[int, ...]
    line: LineString
    length_m: float
    minutes: float
    age: int
    crossings: int


@dataclass(frozen=True, slots=True)
class Helpful:
    """Something on the way that helps: a toilet, a nursing room, a bus stop, a crossing.

    Attributes:
        layer: Its recipe, for example ``toilet``.
        icon: Stem of its pictogram.
        name: May be empty.
        x, y: Metres in the district's CRS.
    """

    layer: str
    icon: str
    name: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Tour:
    """What one edition of the children's map shows.

    Attributes:
        label: Of the edition, for example ``2026A``; empty before the first is cut.
        before: Label of the edition before; empty for none.
        sights: The numbered ones, in the order of their numbers: by theme, within it by pinyin.
        more: Others worth a small mark, the best first; their `number` is 0.
        walks: Safe walks between sights; may be empty.
        helpful: Along the way, inside the district.
        gone: Names of sights of the edition before that are no longer there.
        band: Id of the age band that `reach` is counted for.
        notes: What the reader of the choice should know, in words already translated.
    """

    label: str
    before: str
    sights: tuple[Sight, ...]
    more: tuple[Sight, ...]
    walks: tuple[TourWalk, ...]
    helpful: tuple[Helpful, ...]
    gone: tuple[str, ...]
    band: str
    notes: tuple[str, ...]

    def by_theme(self) -> Mapping[Theme, tuple[Sight, ...]]:
        """Return the numbered sights of each theme, in order; a theme without any has an empty tuple."""
        return {theme: tuple(sight for sight in self.sights if sight.theme is theme) for theme in THEMES}
