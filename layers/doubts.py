"""Doubts in words: what each cause of doubt is called, what it means, and which survey ends it."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from geo.bounds import Cause
from layers.toml import Strict, Text, read_toml

DOUBTS_FILE = Path(__file__).with_name("doubts.toml")


class DoubtText(Strict):
    """The words of one cause; see ``layers/doubts.toml``."""

    name: Text
    about: Text
    todo: Text


class _File(Strict):
    assumed_crossing: DoubtText
    gated_place: DoubtText
    unprotected_crossing: DoubtText
    gated_way: DoubtText
    off_streets: DoubtText
    data_edge: DoubtText


@cache
def doubt_texts() -> Mapping[Cause, DoubtText]:
    """Read the words of every cause.

    Raises:
        SettingsError: The file has a fault.
    """
    given = read_toml(DOUBTS_FILE, _File)
    return {cause: getattr(given, cause.name.lower()) for cause in Cause if cause is not Cause.NONE}
