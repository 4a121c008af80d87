"""The tree of deliberate errors.

Each has two parents: :class:`TongquanError` and the kind of the standard library that a stranger would catch::

    TongquanError                                    exit code   HTTP status
    |-- InputError         (ValueError)                  2           422      a value or file that cannot be used
    |   |-- CoordinateError                              2           422      degrees for metres, swapped, outside
    |   `-- SettingsError                                2           422      a TOML file with a fault
    |-- UnknownIdError     (LookupError)                 3           404      no such layer, zone, band, standard
    |-- FetchError         (ConnectionError)             4           502      a download did not succeed
    `-- StoreError         (OSError)                     5           507      results could not be written

A message is a template in English plus its values, so that the faces can translate it: the text says what is
wrong, where, the value given, and what to do next.
"""

from collections.abc import Mapping
from typing import ClassVar, TypeVar

T = TypeVar("T")


class TongquanError(Exception):
    """The root: every error that Tongquan raises on purpose.

    Args:
        message: What is wrong and what to do next; a template with ``{name}`` fields.
        **values: The fields' values.

    >>> str(InputError("{file}: empty; export it again", file="a.osm"))
    'a.osm: empty; export it again'
    """

    exit_code: ClassVar[int] = 1
    http_status: ClassVar[int] = 500

    def __init__(self, message: str, /, **values: object) -> None:
        self.message = message
        self.values = values
        super().__init__(message)

    def __str__(self) -> str:
        return self.message.format_map(self.values) if self.values else self.message

    def __reduce__(self) -> tuple[object, ...]:
        return (_restore, (type(self), self.message, self.values))


def _restore(kind: type[TongquanError], message: str, values: dict[str, object]) -> TongquanError:
    return kind(message, **values)


class InputError(TongquanError, ValueError):
    """A file or value that cannot be used."""

    exit_code = 2
    http_status = 422


class CoordinateError(InputError):
    """Coordinates that cannot be where they claim to be."""


class SettingsError(InputError):
    """A settings file (TOML) with an unknown key or an impossible value."""


class UnknownIdError(TongquanError, LookupError):
    """Nothing has that identifier."""

    exit_code = 3
    http_status = 404


def look_up(known: Mapping[str, T], wanted: str, kind: str) -> T:
    """Return what is known by an id.

    Args:
        known: By id.
        wanted: The id.
        kind: What it is the id of, for the message: layer, standard, need …

    Raises:
        UnknownIdError: Nothing has that id; the message lists those that are known.

    >>> look_up({"park": 1, "pool": 2}, "lake", "layer")
    Traceback (most recent call last):
    geo.errors.UnknownIdError: no layer is called lake; there are: park, pool
    """
    try:
        return known[wanted]
    except KeyError:
        raise UnknownIdError(
            "no {kind} is called {wanted}; there are: {known}", kind=kind, wanted=wanted, known=", ".join(known)
        ) from None


class FetchError(TongquanError, ConnectionError):
    """A download that did not succeed."""

    exit_code = 4
    http_status = 502


class StoreError(TongquanError, OSError):
    """Results that could not be written; the previous ones are whole."""

    exit_code = 5
    http_status = 507


class Several(tuple[TongquanError, ...]):
    """Several faults told in one message.

    >>> str(Several([InputError("one"), InputError("two")]))
    'one; two'
    """

    __slots__ = ()

    def __str__(self) -> str:
        return "; ".join(map(str, self))
