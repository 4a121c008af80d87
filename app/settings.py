"""Settings of the machine, from environment variables that begin with ``TONGQUAN_``."""

from pathlib import Path

from pydantic_settings import BaseSettings, SettingsConfigDict

from layers.sources.transport import Overpass


class Settings(BaseSettings):
    """What a machine may need to set; a district's own settings stand in its ``district.toml``.

    Attributes:
        overpass_urls: Overpass interpreters, the preferred one first; mirrors take over in this order.
        overpass_timeout_s: How long one request may take.
        overpass_deadline_s: How long one address is tried, retries included.
    """

    model_config = SettingsConfigDict(env_prefix="TONGQUAN_")

    overpass_urls: tuple[str, ...] = ("https://overpass-api.de/api", "https://overpass.kumi.systems/api")
    overpass_timeout_s: float = 180.0
    overpass_deadline_s: float = 600.0

    def overpass(self, cache: Path) -> Overpass:
        """Return how to reach Overpass, with its answers kept in `cache`."""
        return Overpass(self.overpass_urls, cache, self.overpass_timeout_s, self.overpass_deadline_s)
