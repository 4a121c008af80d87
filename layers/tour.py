"""Tour file: what an office wishes for its children's tour map, from the district's optional ``tour.toml``."""

import difflib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

from PIL import Image
from pydantic import AfterValidator, Field

from geo.errors import SettingsError, Several
from layers.opening import read_opening
from layers.recipe import Theme
from layers.toml import Strict, Text, read_toml
from layers.tourrules import Ages, tour_rules

TOUR_FILE = "tour.toml"
KIB = 1024
MEGA = 1_000_000


def _one_line(text: str) -> str:
    """Return a text on one line, without letters that cannot be printed."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _in_order(ages: tuple[int, int]) -> tuple[int, int]:
    if ages[0] > ages[1]:
        raise ValueError("the first age must not be greater than the last")
    return ages


def _readable(text: str) -> str:
    # hours are only tried out here: any place will do
    if read_opening(text, country="CN", lon=116.0, lat=36.5) is None:
        raise ValueError("cannot be read as opening hours; write them like Tu-Su 09:00-17:00")
    return text


def _shown(theme: Theme) -> Theme:
    if theme is Theme.SUPPORT:
        raise ValueError("must be learn, tour, play or fit")
    return theme


_Line = Annotated[str, AfterValidator(_one_line)]
_Names = list[Annotated[str, Field(min_length=1)]]


class _OwnText(Strict):
    zh: _Line = Field(alias="zh-CN", min_length=1)
    en: _Line = ""


class _OwnPlace(Strict):
    text: _OwnText | None = None
    name: _Line | None = None
    name_en: _Line | None = None
    picture: str | None = None
    ages: Annotated[Ages, AfterValidator(_in_order)] | None = None
    free: bool | None = None
    opening: Annotated[str, AfterValidator(_readable)] | None = None
    theme: Annotated[Theme, Field(strict=False), AfterValidator(_shown)] | None = None
    star: bool | None = None


class _Group(Strict):
    id: str = Field(min_length=1)
    name: Text
    places: _Names
    at_most: Annotated[int, Field(ge=0)]


class _TourToml(Strict):
    label: _Line = ""
    sights: Annotated[int, Field(ge=1, le=999)] | None = None
    phone: Annotated[str, Field(pattern=r"^(https?://[^\s]+)?$")] = ""
    map_number: _Line = ""
    telephone: _Line = ""
    publisher: _Line = ""
    must: _Names = Field(default=[])
    never: _Names = Field(default=[])
    groups: list[_Group] = Field(default=[])
    place: dict[str, _OwnPlace] = Field(default={})


@dataclass(frozen=True, slots=True)
class Own:
    """What an office says of one place; None where it says nothing.

    Attributes:
        text: A sentence.
        name_en: Its name in English.
        picture: A file in the district's folder.
        ages: First and last age, inclusive.
        free: Whether entry costs nothing.
        opening: As OpenStreetMap writes it, or in the Chinese words of ``layers/opening.toml``.
        theme: Under which of the four it is shown.
        star: Whether it is a must-see.
        name: What it is called instead.
    """

    text: Text | None = None
    name_en: str | None = None
    picture: Path | None = None
    ages: tuple[int, int] | None = None
    free: bool | None = None
    opening: str | None = None
    theme: Theme | None = None
    star: bool | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """Places of which only so many are chosen.

    Attributes:
        id: Unique in the file.
        name: In both languages.
        places: Ids or exact names.
        at_most: How many, the best first.
    """

    id: str
    name: Text
    places: tuple[str, ...]
    at_most: int


@dataclass(frozen=True, slots=True)
class TourFile:
    """The wishes of a district; a district without ``tour.toml`` wishes nothing.

    Attributes:
        folder: The district's.
        label: Of the edition, for example ``2026A``; may be empty.
        sights: How many places get a number.
        phone: Address of the phone page, for the QR codes; may be empty.
        map_number: 审图号; may be empty.
        telephone, publisher: Printed on the sheet; may be empty.
        must, never: Ids or exact names of places.
        groups: Of which only so many are chosen.
        place: What the office says of a place, by id or exact name.
    """

    folder: Path
    label: str = ""
    sights: int = field(default_factory=lambda: tour_rules().sights)
    phone: str = ""
    map_number: str = ""
    telephone: str = ""
    publisher: str = ""
    must: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    groups: tuple[Group, ...] = ()
    place: Mapping[str, Own] = field(default_factory=dict)

    @property
    def file(self) -> Path:
        """Where it stands, or would stand."""
        return self.folder / TOUR_FILE


def read_tour(folder: Path) -> TourFile:
    """Read a district's wishes.

    Raises:
        SettingsError: Not TOML, an unknown key, an impossible value, or a picture that is absent or broken.
    """
    path = folder / TOUR_FILE
    if not path.exists():
        return TourFile(folder)
    given = read_toml(path, _TourToml)
    ids = [group.id for group in given.groups]
    twice = sorted({name for name in ids if ids.count(name) > 1})
    if twice:
        raise SettingsError("{file}: [groups] id {given} stands there twice", file=path, given=", ".join(twice))
    pictures = _pictures(folder, {key: own.picture for key, own in given.place.items() if own.picture is not None})
    return TourFile(
        folder=folder,
        label=given.label,
        sights=given.sights or tour_rules().sights,
        phone=given.phone,
        map_number=given.map_number,
        telephone=given.telephone,
        publisher=given.publisher,
        must=tuple(given.must),
        never=tuple(given.never),
        groups=tuple(Group(group.id, group.name, tuple(group.places), group.at_most) for group in given.groups),
        place={key: _own(own, pictures.get(key)) for key, own in given.place.items()},
    )


def _own(own: _OwnPlace, picture: Path | None) -> Own:
    # a sentence in one language speaks for both until somebody translates it
    text = None if own.text is None else Text.model_validate({"zh-CN": own.text.zh, "en": own.text.en or own.text.zh})
    english, called = own.name_en or None, own.name or None
    return Own(text, english, picture, own.ages, own.free, own.opening, own.theme, own.star, called)


def _pictures(folder: Path, given: Mapping[str, str]) -> Mapping[str, Path]:
    """Return the pictures' files, all of them looked into.

    Raises:
        SettingsError: One is absent or cannot be used; all faults at once.
    """
    faults, found = [], {}
    for key, name in given.items():
        path = folder / name
        reason = _fault_of_picture(path, folder)
        if reason is None:
            found[key] = path
        else:
            faults.append(
                SettingsError('[place."{key}"] picture = {given}: {reason}', key=key, given=name, reason=reason)
            )
    if faults:
        raise SettingsError("{file}: {faults}", file=folder / TOUR_FILE, faults=Several(faults))
    return found


def _fault_of_picture(path: Path, folder: Path) -> SettingsError | None:
    rules = tour_rules().picture
    if not path.resolve().is_relative_to(folder.resolve()):
        return SettingsError("it must lie in the district's folder")
    if path.suffix.lower() not in rules.formats:
        return SettingsError("must be a picture of the kinds {kinds}", kinds=", ".join(rules.formats))
    if not path.is_file():
        return SettingsError("there is no such file")
    if path.stat().st_size > rules.most_kib * KIB:
        size, most = path.stat().st_size // KIB, rules.most_kib
        return SettingsError("has {size} KiB, more than {most}; save it smaller", size=size, most=most)
    return _fault_inside(path)


def _fault_inside(path: Path) -> SettingsError | None:
    """Look into a picture: it must be what it says, of a sensible size, and whole."""
    rules = tour_rules().picture
    try:
        with Image.open(path, formats=[rules.formats[path.suffix.lower()]]) as picture:
            width, height = picture.size
            if min(width, height) < rules.least_px or width * height > rules.most_megapixels * MEGA:
                return SettingsError(
                    "is {width} × {height} pixels; at least {least} each way and at most {most} million in all",
                    width=width,
                    height=height,
                    least=rules.least_px,
                    most=rules.most_megapixels,
                )
            picture.load()
    except Exception as error:  # noqa: BLE001  whatever a damaged file makes a decoder raise
        return SettingsError("cannot be opened as a picture ({reason}); save it again", reason=type(error).__name__)
    return None


@dataclass(frozen=True, slots=True)
class Known:
    """A place that may be wished for.

    Attributes:
        id: Of the places' table.
        names: Under which it is known: of the source, in English, and the made ones.
        inside: Whether it lies in the district.
        themed: Whether its kind belongs to one of the four themes.
    """

    id: str
    names: tuple[str, ...]
    inside: bool
    themed: bool


@dataclass(frozen=True, slots=True)
class Wishes:
    """The wishes, by index of the known places.

    Attributes:
        must, never: Places.
        groups: Each with its places.
        own: What the office says of places.
        found: The place of each id or name in the file.
    """

    must: frozenset[int]
    never: frozenset[int]
    groups: tuple[tuple[Group, tuple[int, ...]], ...]
    own: Mapping[int, Own]
    found: Mapping[str, int]


def find_wishes(file: TourFile, known: Sequence[Known]) -> Wishes:
    """Find the places that wishes name.

    Raises:
        SettingsError: A name matches no place or several, or a place is wished for and against; all faults at once.
    """
    search = _Search(file, known)
    must = search.all_of("must", file.must)
    never = search.all_of("never", file.never)
    groups = [(group, tuple(search.all_of(f"groups.{group.id}.places", group.places))) for group in file.groups]
    own = dict[int, Own]()
    for key, index in search.pairs("place", file.place):
        if index in own:
            search.add(
                SettingsError("[place] {given} stands there twice; keep one of its tables", given=known[index].id)
            )
        own[index] = file.place[key]
    for index in sorted(set(must) & set(never)):
        search.add(SettingsError("must and never both name {given}; take it out of one", given=known[index].id))
    for index in must:
        said = own.get(index, Own())
        if not known[index].themed and said.theme is None:
            search.add(
                SettingsError(
                    '[must] {given} belongs to none of the four themes; give it one: [place."{given}"] theme = "tour"',
                    given=known[index].id,
                )
            )
    search.check()
    return Wishes(frozenset(must), frozenset(never), tuple(groups), own, search.found)


class _Search:
    """Finds places by id or name, and gathers what is wrong."""

    def __init__(self, file: TourFile, known: Sequence[Known]) -> None:
        self._file, self._known = file.file, known
        self._by_id = {place.id: index for index, place in enumerate(known)}
        self._by_name: dict[str, list[int]] = {}
        for index, place in enumerate(known):
            for name in dict.fromkeys(place.names):
                self._by_name.setdefault(name, []).append(index)
        self._faults: list[SettingsError] = []
        self.found: dict[str, int] = {}

    def add(self, fault: SettingsError) -> None:
        self._faults.append(fault)

    def check(self) -> None:
        if self._faults:
            raise SettingsError("{file}: {faults}", file=self._file, faults=Several(self._faults))

    def all_of(self, key: str, names: Iterable[str]) -> list[int]:
        return [index for _, index in self.pairs(key, names)]

    def pairs(self, key: str, names: Iterable[str]) -> Iterator[tuple[str, int]]:
        """Yield each name that is one place's, and its index."""
        for name in names:
            index = self._one(key, name)
            if index is not None:
                self.found[name] = index
                yield name, index

    def _one(self, key: str, name: str) -> int | None:
        if name in self._by_id:
            found = [self._by_id[name]]
        else:
            found = self._by_name.get(name, [])
            # a bus stop is often called after the park beside it, and a park goes on beyond the boundary
            found = self._better(self._better(found, inside=True), themed=True)
        if not found:
            fault = SettingsError(
                "[{key}] no place is called {given}; nearest names: {known}",
                key=key,
                given=name,
                known=", ".join(self._nearest(name)) or "—",
            )
        elif len(found) > 1:
            fault = SettingsError(
                "[{key}] {n} places are called {given}; write one id: {known}",
                key=key,
                n=len(found),
                given=name,
                known=", ".join(self._known[index].id for index in found),
            )
        elif not self._known[found[0]].inside:
            fault = SettingsError("[{key}] {given} lies outside the district; take it out", key=key, given=name)
        else:
            return found[0]
        self.add(fault)
        return None

    def _better(self, found: list[int], **wanted: bool) -> list[int]:
        (attribute, value), *_ = wanted.items()
        return [index for index in found if getattr(self._known[index], attribute) is value] or found

    def _nearest(self, name: str) -> list[str]:
        rules = tour_rules().name_search
        names = [*self._by_name, *self._by_id] if "/" in name else list(self._by_name)
        holding = [known for known in names if name in known]
        near = difflib.get_close_matches(name, names, n=rules.nearest, cutoff=rules.likeness)
        return list(dict.fromkeys([*holding[: rules.nearest], *near]))[: rules.nearest]
