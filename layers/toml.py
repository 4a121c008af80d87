"""TOML files: read one, and refuse it with the file and key named when it does not fit its model."""

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
        SettingsError: Missing, or not TOML.
    """
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise SettingsError("{file}: no such file", file=path) from None
    except UnicodeDecodeError as error:
        raise SettingsError("{file}: not UTF-8 ({reason}); save it as UTF-8", file=path, reason=error) from error
    except tomllib.TOMLDecodeError as error:
        raise SettingsError("{file}: not TOML ({reason})", file=path, reason=error) from error


def fit(data: dict[str, Any], model: type[M], path: Path) -> M:
    """Make a model of what a TOML file holds.

    Raises:
        SettingsError: An unknown key or an impossible value; all faults at once, each with its key.
    """
    try:
        return model.model_validate(data)
    except ValidationError as error:
        raise SettingsError("{file}: {faults}", file=path, faults=faults_of(error.errors())) from error
