"""Texts in the reader's language: gettext catalogues, read as .po so that a planner can correct a word and go on.

Message ids are English. Every ``.po`` file of a language's folder takes part.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from babel.messages.pofile import read_po

from geo.errors import Several, TongquanError, look_up
from layers.toml import Text

if TYPE_CHECKING:
    from layers.quality import Finding

LOCALE_DIR = Path(__file__).with_name("locale")
LANGUAGES: Mapping[str, str | None] = {"zh-CN": "zh_CN", "en": None}  # language tag -> folder; None: the ids themselves
DEFAULT_LANGUAGE = "zh-CN"


_AS_GIVEN = {"key", "given"}  # what somebody wrote is no word of ours, though it may look like one


class Texts:
    """Translates message ids.

    Args:
        lang: ``zh-CN`` or ``en``.

    Raises:
        UnknownIdError: Another language.

    >>> Texts("en").gettext("Search")
    'Search'
    """

    def __init__(self, lang: str = DEFAULT_LANGUAGE) -> None:
        self.lang = lang
        self._catalogue = catalogue(look_up(LANGUAGES, lang, "language"))

    def gettext(self, message: str, /, **values: object) -> str:
        """Return a message in the language, its ``{fields}`` filled in; an unknown one stays English."""
        text = self._catalogue.get(message, message)
        return text.format_map(values) if values else text

    def finding(self, finding: "Finding") -> str:
        """Return what a finding on the data says, in the language."""
        values = {k: v.to(self.lang) if isinstance(v, Text) else v for k, v in finding.values.items()}
        return self.gettext(finding.message, **values)

    def error(self, error: TongquanError) -> str:
        """Return an error's message in the language."""
        return self.gettext(
            error.message,
            **{key: value if key in _AS_GIVEN else self._value(value) for key, value in error.values.items()},
        )

    def _value(self, value: object) -> object:
        """Translate what an error's field holds: other errors, words, or anything else as it is."""
        if isinstance(value, TongquanError):
            return self.error(value)
        if isinstance(value, Several):
            return self.gettext("; ").join(self.error(fault) for fault in value)
        return self.gettext(value) if isinstance(value, str) else value


@cache
def catalogue(folder: str | None) -> Mapping[str, str]:
    """Return the translations of a language folder by message id; fuzzy and empty ones are left out."""
    if folder is None:
        return {}
    found: dict[str, str] = {}
    for path in sorted((LOCALE_DIR / folder / "LC_MESSAGES").glob("*.po")):
        with path.open("rb") as stream:
            messages = read_po(stream, locale=folder)
        found |= {str(m.id): str(m.string) for m in messages if m.id and m.string and not m.fuzzy}
    return found
