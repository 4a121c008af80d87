"""Proposals: what a file of an office is likely to be, as the text of a layer file that a planner checks and corrects.

Looking writes nothing. Coordinates that nobody declares are not decided: GCJ-02, BD-09 and WGS-84 have the same range,
so the proposed text has ``crs`` commented out with what speaks for each.
"""

import json
import os
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated

import geopandas as gpd
import numpy as np
from numpy.typing import NDArray
from pydantic import Field
from shapely.geometry.base import BaseGeometry

from geo.errors import InputError
from geo.system import System, system_of
from layers.candidates import Candidate, candidates
from layers.note import Note
from layers.recipe import Recipe
from layers.shifts import shift_fault
from layers.sources.cells import plain, text_of
from layers.sources.columns import EXACT, guess_columns
from layers.sources.coordinates import PAIRS, looks_like_degrees, read_numbers
from layers.sources.header import find_header
from layers.sources.limits import limits
from layers.sources.raw import BOOKS, RawTable, read_raw, sheets_of
from layers.sources.rowfaults import RowFault
from layers.sources.table import WHERE, Reading, SourceTable, build_table
from layers.sources.xlsx import read_sheet
from layers.systems import find_system
from layers.toml import Strict, read_toml

RULES_FILE = Path(__file__).with_name("proposal.toml")

STATED, LIKELY, POSSIBLE = 1.0, 0.7, 0.3  # certainties of guesses that are no header
_NORTHING_M = 1_000_000.0  # a northing of China is larger, an easting without its zone smaller
_ZONE_IN_FRONT_M = 10_000_000.0  # an easting with its zone in front is larger, a northing smaller
_MOST_LAT = 90.0

Floats = NDArray[np.float64]
Say = Callable[[Note], str]


class _Rules(Strict):
    many_names: Annotated[float, Field(gt=0.0, le=1.0)]
    enough_inside: Annotated[float, Field(gt=0.0, le=1.0)]
    clear_m: Annotated[float, Field(gt=0.0)]
    typical_numbers: Annotated[float, Field(gt=0.0, le=1.0)]
    most_kinds: Annotated[int, Field(gt=0)]
    words: dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class Guess:
    """One line of a proposed layer file.

    Attributes:
        key: The key: ``layer``, ``sheet``, ``crs``, ``columns.name``, ``kinds.<kind>`` …
        value: What is proposed.
        reason: Why.
        certainty: 0 to 1; 1 is stated by the file or its header.
    """

    key: str
    value: str
    reason: Note
    certainty: float


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a file is likely to be.

    Attributes:
        path: The file.
        file: How the layer file names it.
        guesses: Every guess, in the order of the layer file.
        crs: The coordinate system that is stated or was given; None when nobody says, and the planner is asked.
        candidates: Systems that the coordinates may be in, the likeliest first.
        preview: The file as read in `crs`, else in the first candidate; None when it cannot be read so.
        findings: What is wrong with the file.
        n_rows: Its rows.
    """

    path: Path
    file: str
    guesses: tuple[Guess, ...]
    crs: str | None
    candidates: tuple[Candidate, ...]
    preview: SourceTable | None
    findings: tuple[RowFault, ...]
    n_rows: int

    @property
    def unsure(self) -> tuple[Guess, ...]:
        """Guesses that neither a header nor a name confirms."""
        return tuple(guess for guess in self.guesses if guess.certainty <= POSSIBLE)

    def toml(self, say: Say = str) -> str:
        """Return the commented text of the layer file.

        Args:
            say: Tells a note in the reader's language.
        """
        lines = [_comment(say(Note("Proposed from {n} rows. Check every line.", n=self.n_rows)))]
        lines += [f"file = {_quoted(self.file)}"]
        top = [guess for guess in self.guesses if "." not in guess.key]
        for guess in top:
            lines += ["", _comment(say(guess.reason)), f"{guess.key} = {_quoted(guess.value)}"]
        if not any(guess.key == "layer" or guess.key.startswith("kinds.") for guess in self.guesses):
            lines += ["", _comment(say(Note("Nothing tells what its places are: name a recipe."))), '# layer = ""']
        lines += self._crs_lines(say)
        lines += ["", "official = true", 'note = ""']
        for table in ("kinds", "columns"):
            inside = [guess for guess in self.guesses if guess.key.startswith(f"{table}.")]
            if inside:
                lines += ["", f"[{table}]"]
            for guess in inside:
                key = guess.key.removeprefix(f"{table}.")
                key = key if key.isascii() and key.isidentifier() else _quoted(key)
                lines.append(f"{key} = {_quoted(guess.value)}  {_comment(say(guess.reason))}")
        return "\n".join(lines) + "\n"

    def _crs_lines(self, say: Say) -> list[str]:
        if self.crs is not None or any(guess.key == "crs" for guess in self.guesses):
            return []
        ask = Note(
            "Nobody says which coordinates these are, and numbers alone cannot tell GCJ-02, BD-09 and WGS-84 apart. "
            "Ask where they come from and take the # off one line."
        )
        lines = ["", _comment(say(ask))]
        for candidate in self.candidates:
            reasons = " ".join(say(reason) for reason in candidate.reasons)
            lines.append(f"# crs = {_quoted(candidate.system.id)}  {_comment(reasons)}")
        if not self.candidates:
            none = Note(
                "No known system fits: a town's own grid? Give two or more points: "
                "[[control]] x = …, y = …, lon = …, lat = …"
            )
            lines.append(_comment(say(none)))
        return lines


def propose(
    path: Path,
    *,
    recipes: Mapping[str, Recipe],
    boundary_wgs84: BaseGeometry | None = None,
    folder: Path | None = None,
    sheet: str = "",
    layer: str | None = None,
    crs: str | None = None,
    osm: gpd.GeoDataFrame | None = None,
) -> Proposal:
    """Look at a file and propose a layer file; nothing is written.

    Args:
        path: The file.
        recipes: The layers that there are.
        boundary_wgs84: The district: a system that puts most places inside is likelier.
        folder: The district's folder, to name the file from there.
        sheet: Sheet or layer; "" chooses the one that looks most like a list of places.
        layer: Recipe, when the planner says it.
        crs: Coordinate system, when the planner says it.
        osm: OpenStreetMap's places, ``name`` and geometry, to compare with.

    Raises:
        InputError: The file cannot be read, or has nothing that could be coordinates.
    """
    sheet_guess = _choose_sheet(path, sheet)
    raw = read_raw(path, sheet="" if sheet_guess is None else sheet_guess.value)
    columns = _columns(raw)
    header = {guess.key.removeprefix("columns."): guess.value for guess in columns}
    numbers = read_numbers(raw, header)
    columns = _ordered(columns, numbers.middle, boundary_wgs84)
    header = {guess.key.removeprefix("columns."): guess.value for guess in columns}
    numbers = read_numbers(raw, header)
    declared, crs_guess = _declared(raw, header, crs)
    found = candidates(raw, header, numbers, boundary_wgs84=boundary_wgs84, osm=osm, clear_m=_rules().clear_m)
    what = [] if layer is None else [Guess("layer", layer, Note("You said so."), STATED)]
    what = what or _recipe(raw, header, recipes)
    system = declared or (found[0].system if found else None)
    preview, findings = _preview(raw, header, system, what, boundary_wgs84)
    if declared is not None and preview is not None and osm is not None:
        shifted = shift_fault(preview, osm, raw.what)
        findings += () if shifted is None else (shifted,)
    guesses = [*([sheet_guess] if sheet_guess else []), *crs_guess, *what, *columns]
    return Proposal(
        path=path,
        file=_named_from(path, folder),
        guesses=tuple(guesses),
        crs=None if declared is None else declared.id,
        candidates=tuple(found),
        preview=preview,
        findings=findings,
        n_rows=len(raw.rows),
    )


@cache
def _rules() -> _Rules:
    return read_toml(RULES_FILE, _Rules)


def _named_from(path: Path, folder: Path | None) -> str:
    if folder is None:
        return path.name
    try:
        return Path(os.path.relpath(path, folder)).as_posix()
    except ValueError:  # another drive
        return path.resolve().as_posix()


# --- sheet -----------------------------------------------------------------------------------------------------------


def _choose_sheet(path: Path, wanted: str) -> Guess | None:
    if wanted:
        return Guess("sheet", wanted, Note("You said so."), STATED)
    sheets = sheets_of(path)
    if len(sheets) < 2:  # noqa: PLR2004  nothing to choose from
        return None
    scores = {name: _sheet_score(path, name) for name in sheets}
    best = max(sheets, key=lambda name: scores[name])
    others = ", ".join(name for name in sheets if name != best)
    return Guess(
        "sheet", best, Note("It looks most like a list of places; others are: {others}", others=others), LIKELY
    )


def _sheet_score(path: Path, name: str) -> float:
    if path.suffix.lower() not in BOOKS:
        return float(len(guess_columns(list(read_raw(path, sheet=name).columns))))
    try:
        header = find_header(read_sheet(path, name, n_lines=limits().header.search_rows), str(path))
    except InputError:
        return 0.0
    found = guess_columns(header.names)
    return len(found) + sum(role in WHERE for role in found)


# --- columns ---------------------------------------------------------------------------------------------------------


def _columns(raw: RawTable) -> list[Guess]:
    guesses = []
    found = dict(guess_columns(list(raw.columns)))
    where = _where(raw, found)
    for role, guess in found.items():
        if role in WHERE and role not in where:
            continue
        reason = Note("the header") if guess.certainty == EXACT else Note("part of the header")
        guesses.append(Guess(f"columns.{role}", guess.column, reason, guess.certainty))
    if not where and raw.geometry is None:
        guesses += _by_numbers(raw, {guess.value for guess in guesses})
    return guesses


def _where(raw: RawTable, found: Mapping[str, object]) -> tuple[str, ...]:
    """Return the roles that hold the coordinates: one way of the several that a table may have."""
    if raw.geometry is not None:
        return ()
    ways = (*PAIRS, ("lonlat",), ("geometry",))
    return next((way for way in ways if all(role in found for role in way)), ())


def _by_numbers(raw: RawTable, used: set[str]) -> list[Guess]:
    """Find longitudes and latitudes by their numbers, where no header tells."""
    west, south, east, north = limits().check.china
    found: dict[str, str] = {}
    for column in raw.columns:
        numbers = [value for cell in raw.columns[column] if isinstance(value := _degrees(cell), float)]
        if column in used or len(numbers) < _rules().typical_numbers * max(len(raw.rows), 1):
            continue
        for role, first, last in (("lon", west, east), ("lat", south, north)):
            fits = sum(first <= value <= last and not value.is_integer() for value in numbers)
            if role not in found and fits >= _rules().typical_numbers * len(numbers):
                found[role] = column
    if len(found) < len(PAIRS[0]):
        return []
    return [
        Guess(f"columns.{role}", column, Note("its numbers look so; no header says it"), POSSIBLE)
        for role, column in found.items()
    ]


def _degrees(cell: object) -> float | None:
    try:
        return float(str(cell)) if cell is not None else None
    except ValueError:
        return None


def _ordered(columns: list[Guess], xy: Floats, boundary: BaseGeometry | None) -> list[Guess]:
    """Exchange x and y where x is the one that grows to the north, as in Chinese surveying."""
    known = xy[np.isfinite(xy).all(axis=1)]
    if not {"columns.x", "columns.y"} <= {guess.key for guess in columns} or len(known) == 0:
        return columns
    x, y = (float(axis) for axis in np.median(known, axis=0))
    if not looks_like_degrees(known):
        north_first = y >= _ZONE_IN_FRONT_M > x or x >= _NORTHING_M > y
    elif boundary is None:
        north_first = abs(y) > _MOST_LAT
    else:
        lon, lat = boundary.centroid.x, boundary.centroid.y
        north_first = abs(y - lon) + abs(x - lat) < abs(x - lon) + abs(y - lat)
    if not north_first:
        return columns
    other = {"columns.x": "columns.y", "columns.y": "columns.x"}
    note = Note("its numbers grow to the other side: in Chinese surveying X is north")
    return [Guess(other[guess.key], guess.value, note, LIKELY) if guess.key in other else guess for guess in columns]


# --- coordinates -----------------------------------------------------------------------------------------------------


def _declared(raw: RawTable, header: Mapping[str, str], crs: str | None) -> tuple[System | None, list[Guess]]:
    if crs is not None:
        return find_system(crs), [Guess("crs", find_system(crs).id, Note("You said so."), STATED)]
    if raw.crs is not None and raw.geometry is not None and not any(role in header for role in WHERE):
        # the file goes on stating it: no line is needed
        return system_of(raw.crs), []
    return None, []


# --- recipe ----------------------------------------------------------------------------------------------------------


def _recipe(raw: RawTable, header: Mapping[str, str], recipes: Mapping[str, Recipe]) -> list[Guess]:
    words = _words(recipes)
    kinds = _kinds(raw, header, words)
    if len({guess.value for guess in kinds}) > 1:
        return kinds
    for text, reason in (
        (raw.sheet, Note("the name of the sheet")),
        (raw.path.stem, Note("the name of the file")),
        (raw.title, Note("the title of the table")),
    ):
        told = _told_by(text, words)
        if told is not None:
            return [Guess("layer", told, reason, LIKELY)]
    if kinds:
        return [Guess("layer", kinds[0].value, kinds[0].reason, LIKELY)]
    names = [own for cell in raw.columns.get(header.get("name", ""), []) if (own := text_of(cell))]
    votes = Counter(filter(None, (_told_by(name, words) for name in names)))
    if votes:
        winner, n = votes.most_common(1)[0]
        if n >= _rules().many_names * len(names):
            reason = Note("{n} of {n_all} names say so", n=n, n_all=len(names))
            return [Guess("layer", winner, reason, LIKELY * n / len(names))]
    return []


def _kinds(raw: RawTable, header: Mapping[str, str], words: Mapping[str, str]) -> list[Guess]:
    cells = raw.columns.get(header.get("kind", ""), [])
    times = Counter(text for cell in cells if (text := text_of(cell)))
    if len(times) > _rules().most_kinds:
        return []
    return [
        Guess(f"kinds.{kind}", recipe, Note("{n} rows are of this kind", n=n), LIKELY)
        for kind, n in times.most_common()
        if (recipe := _told_by(kind, words))
    ]


def _words(recipes: Mapping[str, Recipe]) -> Mapping[str, str]:
    given = _rules().words
    return {plain(word): key for key, recipe in recipes.items() for word in [recipe.name.zh, *given.get(key, [])]}


def _told_by(text: str, words: Mapping[str, str]) -> str | None:
    """Return the recipe whose word is in a text: the last one, 幼儿园 in 中心小学附属幼儿园, and the longest there."""
    searched = plain(text)
    hits = [(searched.rfind(word) + len(word), len(word), recipe) for word, recipe in words.items() if word in searched]
    return max(hits)[2] if hits else None


# --- looking ---------------------------------------------------------------------------------------------------------


def _preview(
    raw: RawTable,
    header: Mapping[str, str],
    system: System | None,
    what: Sequence[Guess],
    boundary: BaseGeometry | None,
) -> tuple[SourceTable | None, tuple[RowFault, ...]]:
    if system is None:
        return None, tuple(map(RowFault, raw.told))
    layers = {guess.key.removeprefix("kinds."): guess.value for guess in what if guess.key.startswith("kinds.")}
    layer = next((guess.value for guess in what if guess.key == "layer"), None)
    reading = Reading(header, layer=layer, layers=layers, system=system)
    try:
        table = build_table(raw, reading, boundary_wgs84=boundary)
    except InputError as error:
        return None, (RowFault(error),)
    return table, table.findings


def _quoted(text: str) -> str:
    """Return a TOML string; TOML has JSON's escapes, and forbids what JSON lets through."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _comment(text: str) -> str:
    """Return a comment on one line, whatever a stranger wrote into a name."""
    return "# " + (text_of(text) or "")
