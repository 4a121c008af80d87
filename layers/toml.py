"""TOML files: read one, and refuse it with the file and key named when it does not fit its model."""

import re
import tomllib
from pathlib import Path
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from geo.errors import SettingsError
from layers.faults import faults_of


class Strict(BaseModel):
    """A part of a TOML file: unknown keys are refused, values are not converted, nothing changes later."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


# ISO 3166, alpha-2
Country = Annotated[str, Field(pattern="^[A-Z]{2}$")]

_QUOTED = re.compile(r"""\"[^\"]*\"|'[^']*'|#.*""")
_WIDE = re.compile("[\u2018\u2019\u201c\u201d\u3000-\u3002\u300a-\u3011\uff01-\uff5e]")  # of a Chinese keyboard
_LINE = re.compile(r"\(at line (\d+), column (\d+)\)")

_SHOWN = 80  # letters of a wrong line that are shown

M = TypeVar("M", bound=BaseModel)


class Text(Strict):
    """A text in the languages that Tongquan speaks."""

    zh: str = Field(alias="zh-CN")
    en: str

    def to(self, lang: str) -> str:
        """Return the text in a language: ``zh-CN`` or ``en``."""
        return self.zh if lang.startswith("zh") else self.en


def read_toml(path: Path, model: type[M]) -> M:
    """Read a TOML file into a model.

    Raises:
        SettingsError: Missing, not TOML, an unknown key or an impossible value; all faults at once, each with its key.
    """
    return fit(load_toml(path), model, path)


def load_toml(path: Path) -> dict[str, Any]:
    """Read a TOML file as it is.

    Raises:
        SettingsError: Missing, not to be read, or not TOML; the line is named.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise SettingsError("{file}: no such file", file=path) from None
    except UnicodeDecodeError as error:
        raise SettingsError("{file}: not UTF-8 ({reason}); save it as UTF-8", file=path, reason=error) from error
    except OSError as error:
        raise SettingsError("{file}: cannot be read ({reason})", file=path, reason=error.strerror) from error
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _not_toml(path, text, error) from error
    except (ValueError, RecursionError) as error:
        # tomllib lets a number of thousands of digits, and thousands of brackets, fall through
        raise SettingsError("{file}: not TOML ({reason})", file=path, reason=error) from error


def _not_toml(path: Path, text: str, error: tomllib.TOMLDecodeError) -> SettingsError:
    """Tell what an office trips over most: the punctuation of a Chinese keyboard, and names without quotes."""
    found = _LINE.search(str(error))
    line = text.replace("\r\n", "\n").split("\n")[int(found[1]) - 1] if found else ""
    bare = _QUOTED.sub("", line)
    letters = "".join(dict.fromkeys(_WIDE.findall(bare)))
    if letters:
        return SettingsError(
            "{file}: not TOML ({reason}): outside of quotes write the signs of an English keyboard, not {letters}",
            file=path,
            reason=error,
            letters=letters,
        )
    if not bare.isascii():
        return SettingsError(
            "{file}: not TOML ({reason}): names that are not English need quotes: {line}",
            file=path,
            reason=error,
            line=line.strip()[:_SHOWN],
        )
    return SettingsError("{file}: not TOML ({reason})", file=path, reason=error)


def fit(data: dict[str, Any], model: type[M], path: Path) -> M:
    """Make a model of what a TOML file holds.

    Raises:
        SettingsError: An unknown key or an impossible value; all faults at once, each with its key.
    """
    try:
        return model.model_validate(data)
    except ValidationError as error:
        raise SettingsError("{file}: {faults}", file=path, faults=faults_of(error.errors())) from error
