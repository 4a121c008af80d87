"""Makes texts harmless for every face: names are written by strangers."""

import unicodedata

_GAPS = frozenset("\n\r\t\v\f\x85\u2028\u2029")
# marks that turn the direction of what follows, and with it of the office's own words
_TURNS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")
_DROPPED = frozenset({"Cc", "Cs", "Cn", "Co"})


def clean(text: str) -> str:
    r"""Return a text on one line, without control characters, marks of direction and what is no character.

    >>> clean("a\x00b\n\u202ec")
    'ab c'
    """
    if text.isascii() and text.isprintable():
        return text
    spaced = "".join(" " if char in _GAPS else char for char in text)
    return "".join(c for c in spaced if c not in _TURNS and unicodedata.category(c) not in _DROPPED)
