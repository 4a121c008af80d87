"""Note: a sentence on data that is no error; a template and its values, so that the faces can translate it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, init=False)
class Note:
    """A sentence for the reader.

    Args:
        message: English template with ``{fields}``, to be translated.
        **values: The fields' values.

    >>> str(Note("{n} rows", n=3))
    '3 rows'
    """

    message: str
    values: dict[str, object]

    def __init__(self, message: str, /, **values: object) -> None:
        object.__setattr__(self, "message", message)
        object.__setattr__(self, "values", values)

    def __str__(self) -> str:
        return self.message.format_map(self.values) if self.values else self.message
