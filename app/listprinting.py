"""What a list of an office is likely to be, and what is wrong with it, as tables on the terminal."""

from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text as Line

from app.ownlists import CheckedList
from app.texts import Texts
from layers import catalog
from layers.note import Note
from layers.proposal import LIKELY, STATED, Guess, Proposal
from layers.sources.rowfaults import RowFault
from layers.sources.table import SourceTable

_PREVIEW_ROWS = 5
_DEGREE_DIGITS = 6
_SURENESS = {"sure": "green", "likely": "yellow", "a guess": "red"}


def print_proposal(console: Console, found: Proposal, texts: Texts) -> None:
    """Print what a file was taken for and why, its first places, and what is wrong."""
    _ = texts.gettext
    table = Table(title=Line(_("{file}: {n} rows", file=found.path.name, n=found.n_rows)))
    for title in (_("What"), _("Taken for"), _("Why"), _("How sure")):
        table.add_column(title, overflow="fold")
    for guess in found.guesses:
        sure = _sureness(guess)
        cells = (_what(guess, texts), _value(guess, texts), _say(guess.reason, texts))
        table.add_row(*map(Line, cells), Line(_(sure), style=_SURENESS[sure]))
    console.print(table, soft_wrap=False)
    if found.crs is None and found.candidates:
        _print_candidates(console, found, texts)
    if found.preview is not None:
        print_places(console, found.preview, texts)
    print_faults(console, (fault.error for fault in found.findings), texts)


def _print_candidates(console: Console, found: Proposal, texts: Texts) -> None:
    _ = texts.gettext
    table = Table(title=Line(_("Coordinate systems that it may be, the likeliest first")))
    for title in (_("Coordinate system"), _("What speaks for it")):
        table.add_column(title, overflow="fold")
    for one in found.candidates:
        reasons = " ".join(_say(reason, texts) for reason in one.reasons)
        table.add_row(Line(one.system.id), Line(reasons or "—"))
    console.print(table, soft_wrap=False)


def print_places(console: Console, preview: SourceTable, texts: Texts) -> None:
    """Print the first places of a list."""
    _ = texts.gettext
    title = _("The first of its {n} places, read as {crs}", n=len(preview.places), crs=preview.system.id)
    table = Table(title=Line(title))
    for title in (_("Row"), _("Name"), _("Kind"), _("Longitude"), _("Latitude"), _("Capacity"), _("Opening hours")):
        table.add_column(title, overflow="fold")
    rows = preview.places.head(_PREVIEW_ROWS)
    for row, point in zip(rows.to_dict("records"), rows.geometry.representative_point(), strict=True):
        known = catalog.recipes().get(row["layer"] or "")
        cells = (
            str(row["row"]),
            row["name"] or "—",
            "—" if known is None else known.name.to(texts.lang),
            f"{point.x:.{_DEGREE_DIGITS}f}",
            f"{point.y:.{_DEGREE_DIGITS}f}",
            _known(row["capacity"]),
            _known(row["opening_hours"]),
        )
        table.add_row(*map(Line, cells))
    console.print(table, soft_wrap=False)
    if len(preview.attributes.columns):
        names = _(", ").join(map(str, preview.attributes.columns))
        console.print(Line(_("Columns that are not used: {names}", names=names)))


def print_faults(console: Console, faults: Iterable[object], texts: Texts) -> None:
    """Print a line for each thing that is wrong."""
    for fault in faults:
        error = fault.error if isinstance(fault, RowFault) else fault
        console.print(Line(f"  ! {texts.error(error)}", style="yellow"))  # type: ignore[arg-type]


def print_checked(console: Console, lists: Sequence[CheckedList], texts: Texts) -> None:
    """Print a row a list, then what is wrong with each."""
    _ = texts.gettext
    table = Table()
    for title in (_("List"), _("File"), _("Kinds"), _("Coordinate system"), _("Rows"), _("Places")):
        table.add_column(title, overflow="fold")
    for one in lists:
        kinds = _(", ").join(catalog.recipe(layer).name.to(texts.lang) for layer in one.file.layers)
        if one.file.settings.entrances:
            kinds = _("entrances")
        read = one.table
        numbers = ("—", "—", "—") if read is None else (read.system.id, str(read.n_rows), str(len(read.places)))
        table.add_row(*map(Line, (one.file.id, one.file.settings.file or one.file.settings.table, kinds, *numbers)))
    console.print(table, soft_wrap=False)
    for one in lists:
        print_faults(console, one.faults, texts)


def _sureness(guess: Guess) -> str:
    return "sure" if guess.certainty >= STATED else "likely" if guess.certainty >= LIKELY / 2 else "a guess"


def _say(note: Note, texts: Texts) -> str:
    return texts.gettext(note.message, **note.values)


def _what(guess: Guess, texts: Texts) -> str:
    key, _dot, kind = guess.key.partition(".")
    words = role_words(texts)
    if key == "kinds":
        return f"{words['layer']}: {kind}"
    return words.get(kind or key, guess.key)


def _value(guess: Guess, texts: Texts) -> str:
    if guess.key == "layer" or guess.key.startswith("kinds."):
        known = catalog.recipes().get(guess.value)
        return guess.value if known is None else f"{known.name.to(texts.lang)} ({guess.value})"
    return guess.value


def role_words(texts: Texts) -> dict[str, str]:
    """Return what each key and role of a layer file is called."""
    _ = texts.gettext
    return {
        "layer": _("Kind of place"),
        "sheet": _("Sheet"),
        "crs": _("Coordinate system"),
        "name": _("Name"),
        "lon": _("Longitude"),
        "lat": _("Latitude"),
        "x": _("X (east)"),
        "y": _("Y (north)"),
        "lonlat": _("Both coordinates"),
        "geometry": _("Shape"),
        "address": _("Address"),
        "kind": _("Column of kinds"),
        "capacity": _("Capacity"),
        "classes": _("Classes"),
        "opening": _("Opening hours"),
        "holiday": _("Open in holidays"),
        "built": _("Year built"),
        "cost": _("Cost"),
        "id": _("Id"),
    }


def _known(value: object) -> str:
    return "—" if value is None or value != value or str(value) == "<NA>" else str(value)  # noqa: PLR0124  NaN
