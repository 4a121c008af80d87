"""The office's pictures of sights: shrunk, without what cameras note in them, and small enough for one page."""

import base64
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageOps

from app.maps.children.settings import PictureSettings
from geo.errors import SettingsError

_BYTES_PER_MB = 1_000_000
_MOST_PIXELS = 60_000_000  # more is no photograph but an attack on the memory


def picture_data(path: Path, how: PictureSettings, *, name: str) -> str:
    """Return a picture as a ``data:`` URI; places, times and cameras that the file notes are left out.

    Args:
        path: A file that Pillow reads: JPEG, PNG, WebP.
        how: Longest side and quality.
        name: Of the sight, for messages.

    Raises:
        SettingsError: It is missing or no picture.
    """
    try:
        with Image.open(path) as opened:
            if opened.width * opened.height > _MOST_PIXELS:
                raise SettingsError(
                    "{file}: the picture of {name} has {n} pixels; shrink it below {most}",
                    file=path,
                    name=name,
                    n=opened.width * opened.height,
                    most=_MOST_PIXELS,
                )
            shown = ImageOps.exif_transpose(opened).convert("RGB")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        if isinstance(error, SettingsError):
            raise
        raise SettingsError(
            "{file}: the picture of {name} cannot be read ({reason}); save it as JPEG or PNG, or leave it out",
            file=path,
            name=name,
            reason=error,
        ) from error
    shown.thumbnail((how.longest_px, how.longest_px))
    stream = BytesIO()
    shown.save(stream, "JPEG", quality=how.quality, optimize=True)
    return "data:image/jpeg;base64," + base64.b64encode(stream.getvalue()).decode("ascii")


def check_room(pictures: list[str], how: PictureSettings) -> None:
    """Refuse more pictures than one page holds.

    Raises:
        SettingsError: They are too large together.
    """
    size = sum(map(len, pictures))
    if size > how.most_mb * _BYTES_PER_MB:
        raise SettingsError(
            "the pictures of the tour take {size:.1f} MB of the children's page; at most {most:g} MB: use fewer",
            size=size / _BYTES_PER_MB,
            most=how.most_mb,
        )
