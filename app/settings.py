"""Settings of the machine, from environment variables that begin with ``TONGQUAN_``."""

import json
from pathlib import Path
from typing import Annotated

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from geo.errors import SettingsError
from layers.sources.server import read_server
from layers.sources.transport import Overpass

_PREFIX = "TONGQUAN_"
_Seconds = Annotated[float, Field(gt=0.0, le=86_400.0, allow_inf_nan=False)]


class Settings(BaseSettings):
    """What a machine may need to set; a district's own settings stand in its ``district.toml``.

    Addresses are the machine's and not the district's: a folder is handed on, and they may hold a password.

    Attributes:
        overpass_urls: Overpass interpreters, the preferred one first; mirrors take over in this order. A JSON list, or
            addresses with spaces between them.
        overpass_timeout_s: How long a server may work on one request.
        overpass_deadline_s: How long one piece of a download is tried, mirrors and pauses included.
    """

    model_config = SettingsConfigDict(env_prefix=_PREFIX)

    overpass_urls: Annotated[tuple[str, ...], NoDecode] = (
        "https://overpass-api.de/api",
        "https://overpass.kumi.systems/api",
    )
    overpass_timeout_s: _Seconds = 180.0
    overpass_deadline_s: _Seconds = 600.0

    @field_validator("overpass_urls", mode="before")
    @classmethod
    def _as_list(cls, given: object) -> object:
        if not isinstance(given, str):
            return given
        return json.loads(given) if given.lstrip().startswith("[") else given.replace(",", " ").split()

    @field_validator("overpass_urls")
    @classmethod
    def _known_kind(cls, given: tuple[str, ...]) -> tuple[str, ...]:
        for address in given:
            read_server(address)
        return given

    def overpass(self, cache: Path) -> Overpass:
        """Return how to reach Overpass, with its answers kept in `cache`."""
        return Overpass(self.overpass_urls, cache, self.overpass_timeout_s, self.overpass_deadline_s)


def read_settings() -> Settings:
    """Read the environment.

    Raises:
        SettingsError: A variable cannot be used; its value is not shown, since an address may hold a password.
    """
    try:
        return Settings()
    except ValidationError as error:
        names = sorted({f"{_PREFIX}{str(fault['loc'][0]).upper()}" for fault in error.errors(include_input=False)})
        raise SettingsError(
            "{names}: cannot be used; addresses are a JSON list like {example}, times are seconds",
            names=", ".join(names),
            example='["https://overpass-api.de/api"]',
        ) from None
