"""Tour edit: change wishes in the text of a ``tour.toml``, and leave everything else as its author wrote it.

Comments, order and all other keys stay. Only a file that cannot be edited line by line (places in an inline table) is
written anew: then its comments are lost, its content is not.
"""

import json
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from geo.errors import SettingsError
from layers.tour import TOUR_FILE

Table = Mapping[str, object]
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_LISTS = ("must", "never")
_PLACE = "place"


@dataclass(frozen=True, slots=True)
class Edit:
    """What shall stand in the file.

    Attributes:
        lists: ``must`` and ``never``, each entry with a comment (the place's name) or an empty one.
        places: New content of the changed ``[place."…"]`` tables; an empty one is taken out.
        comments: The name of each place in `places`.
    """

    lists: Mapping[str, Sequence[tuple[str, str]]]
    places: Mapping[str, Table]
    comments: Mapping[str, str]


def edit_tour(text: str, edit: Edit) -> str:
    r"""Return the text of a tour file with other wishes.

    Args:
        text: Of the file; may be empty.
        edit: The wishes.

    Raises:
        SettingsError: The text is no TOML.

    >>> print(edit_tour("sights = 40  # A3\n", Edit({"must": [("park/way/1", "湖")], "never": []}, {}, {})), end="")
    sights = 40  # A3
    must = [
      "park/way/1",  # 湖
    ]
    """
    try:
        old = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError("{file}: not TOML ({reason})", file=TOUR_FILE, reason=error) from error
    wanted = _wanted(old, edit)
    if wanted == old:
        return text
    edited = _edited(text, old, edit)
    return edited if _content(edited) == wanted else _dump(wanted)


def _content(text: str) -> Table | None:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return None


def _wanted(old: Table, edit: Edit) -> Table:
    lists = {key: [entry for entry, _ in edit.lists[key]] for key in _LISTS if edit.lists.get(key)}
    of_old = old.get(_PLACE, {})
    known = dict(of_old) if isinstance(of_old, dict) else {}
    places = {key: table for key, table in {**known, **edit.places}.items() if table}
    kept = {key: value for key, value in old.items() if key not in {*_LISTS, _PLACE}}
    return {**kept, **lists, **({_PLACE: places} if places else {})}


@dataclass(frozen=True, slots=True)
class _Statement:
    """Lines that say one thing: a table's header, or a key and its value.

    Attributes:
        first, last: Lines, both inclusive.
        path: Of the table that a header opens, or of the table that the key lies in.
        key: None for a header.
    """

    first: int
    last: int
    path: tuple[str, ...]
    key: str | None


def _statements(lines: Sequence[str]) -> Iterator[_Statement]:
    path: tuple[str, ...] = ()
    row = 0
    while row < len(lines):
        if not lines[row].strip() or lines[row].lstrip().startswith("#"):
            row += 1
            continue
        last, content = _whole(lines, row)
        if lines[row].lstrip().startswith("["):
            path = tuple(_keys(content))
            yield _Statement(row, last, path, None)
        else:
            yield _Statement(row, last, path, next(iter(content)))
        row = last + 1


def _whole(lines: Sequence[str], first: int) -> tuple[int, Table]:
    """Return the last line of what begins on a line, and its content."""
    for last in range(first, len(lines)):
        # a value over several lines ends with a bracket or with three quotes
        if last == first or any(mark in lines[last] for mark in ("]", "}", '"""', "'''")):
            content = _content("\n".join(lines[first : last + 1]))
            if content is not None:
                return last, content
    return len(lines) - 1, {"": None}


def _keys(content: object) -> Iterator[str]:
    """Yield the keys that lead to the innermost table of a header."""
    while isinstance(content, (dict, list)) and content:
        if isinstance(content, list):
            content = content[0]
        else:
            key, content = next(iter(content.items()))
            yield key


def _edited(text: str, old: Table, edit: Edit) -> str:
    lines = text.splitlines()
    statements = list(_statements(lines))
    new: dict[int, list[str]] = {}  # what stands in place of the lines that begin here
    gone: set[int] = set()
    after: dict[int, list[str]] = {}  # what follows a line
    _edit_lists(statements, edit, new, gone, after)
    tail = _edit_places(statements, old, edit, (new, gone, after))
    made: list[str] = list(after.get(-1, []))
    for row, line in enumerate(lines):
        made += new.get(row, [] if row in gone else [line])
        made += after.get(row, [])
    return "\n".join([*made, *tail]) + "\n"


def _edit_lists(
    statements: Sequence[_Statement],
    edit: Edit,
    new: dict[int, list[str]],
    gone: set[int],
    after: dict[int, list[str]],
) -> None:
    top = [statement for statement in statements if statement.path == () and statement.key is not None]
    # a key of the whole file must stand before the first header
    where = top[-1].last if top else -1
    for key in _LISTS:
        entries = edit.lists.get(key, ())
        found = next((statement for statement in top if statement.key == key), None)
        if found is not None:
            gone.update(range(found.first, found.last + 1))
            new[found.first] = _list(key, entries)
        elif entries:
            after.setdefault(where, []).extend(_list(key, entries))


def _list(key: str, entries: Sequence[tuple[str, str]]) -> list[str]:
    if not entries:
        return []
    said = [f"  {_value(entry)},{f'  # {_on_one_line(comment)}' if comment else ''}" for entry, comment in entries]
    return [f"{key} = [", *said, "]"]


def _edit_places(
    statements: Sequence[_Statement],
    old: Table,
    edit: Edit,
    lines: tuple[dict[int, list[str]], set[int], dict[int, list[str]]],
) -> list[str]:
    """Change the tables of places; return those that are new."""
    new, gone, after = lines
    of_old = old.get(_PLACE, {})
    tail: list[str] = []
    for name, table in edit.places.items():
        header = next((s for s in statements if s.path == (_PLACE, name) and s.key is None), None)
        if header is None:
            tail += ["", *_table(name, table, edit.comments.get(name, ""))] if table else []
            continue
        if not table:
            gone.update(range(header.first, header.last + 1))
        mine = [s for s in statements if s.path == (_PLACE, name) and s.key is not None]
        before = of_old.get(name, {}) if isinstance(of_old, dict) else {}
        for statement in mine:
            key = statement.key or ""
            if table.get(key) != before.get(key):
                gone.update(range(statement.first, statement.last + 1))
                new[statement.first] = [f"{_key(key)} = {_value(table[key])}"] if key in table else []
        added = [f"{_key(key)} = {_value(value)}" for key, value in table.items() if key not in before]
        after.setdefault(mine[-1].last if mine else header.last, []).extend(added)
    return tail


def _table(name: str, table: Table, comment: str) -> list[str]:
    header = f"[{_PLACE}.{_value(name)}]" + (f"  # {_on_one_line(comment)}" if comment else "")
    return [header, *(f"{_key(key)} = {_value(value)}" for key, value in table.items())]


def _on_one_line(comment: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in comment).split())


def _key(key: str) -> str:
    return key if _BARE.fullmatch(key) else _value(key)


def _value(value: object) -> str:
    """Return a value as TOML writes it; its strings are JSON's, but for one letter."""
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{_key(key)} = {_value(part)}" for key, part in value.items()) + " }"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(_value(part) for part in value) + "]"
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _dump(content: Table) -> str:
    """Write a whole file anew: keys first, then its tables."""
    lines = [
        f"{_key(key)} = {_value(value)}"
        for key, value in content.items()
        if not isinstance(value, dict) and not _is_tables(value)
    ]
    for key, value in content.items():
        if _is_tables(value) and isinstance(value, list):
            for table in value:
                lines += ["", f"[[{_key(key)}]]", *(f"{_key(k)} = {_value(v)}" for k, v in table.items())]
    places = content.get(_PLACE, {})
    for name, table in places.items() if isinstance(places, dict) else ():
        lines += ["", *_table(name, table, "")]
    return "\n".join(lines) + "\n"


def _is_tables(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(part, dict) for part in value)
