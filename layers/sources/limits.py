"""What a table may be, and from where on to doubt it."""

from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import Field

from layers.toml import Strict, read_toml

LIMITS_FILE = Path(__file__).with_name("limits.toml")

_Positive = Annotated[float, Field(gt=0.0, strict=False)]
_Count = Annotated[int, Field(gt=0)]
_Box = Annotated[tuple[float, float, float, float], Field(strict=False)]


class PackageLimits(Strict):
    """How far an xlsx may unpack."""

    max_parts: _Count
    max_unpacked_mb: _Positive
    max_ratio: _Positive
    ratio_from_mb: _Positive


class HeaderLimits(Strict):
    """Where a header may stand."""

    search_rows: _Count
    max_height: _Count
    longest: _Count


class CheckLimits(Strict):
    """From where on a value is doubted."""

    listed: _Count
    max_lost_share: _Positive
    same_place_digits: _Count
    far_km: _Positive
    first_year: int
    last_year: int
    max_capacity: _Positive
    max_name: _Count
    china: _Box


class ShapeLimits(Strict):
    """How a shapefile's encoding is told."""

    truncated_tail: _Count
    sample_cells: _Count
    fewest_texts: _Count


class Limits(Strict):
    """See ``layers/sources/limits.toml``."""

    max_file_mb: _Positive
    max_rows: _Count
    max_columns: _Count
    package: PackageLimits
    header: HeaderLimits
    check: CheckLimits
    shape: ShapeLimits


@cache
def limits() -> Limits:
    """Read the limits.

    Raises:
        SettingsError: The file has a fault.
    """
    return read_toml(LIMITS_FILE, Limits)
