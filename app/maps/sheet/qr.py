"""QR codes as vectors."""

import segno

from app.maps.sheet.svg import num, tag

_QUIET = 4  # modules of white round a code, as ISO/IEC 18004 asks


def qr_path(text: str) -> tuple[str, int]:
    """Return a code as path data in modules, and its side in modules, the white round it included.

    Args:
        text: An address, mostly.
    """
    rows = [[bool(dark) for dark in row] for row in segno.make(text, error="m", micro=False).matrix]
    parts = []
    for y, row in enumerate(rows):
        start: int | None = None
        for x, dark in enumerate([*row, False]):
            if dark and start is None:
                start = x
            elif not dark and start is not None:
                parts.append(f"M{start + _QUIET} {y + _QUIET}h{x - start}v1h-{x - start}z")
                start = None
    return "".join(parts), len(rows) + 2 * _QUIET


def qr_svg(text: str, x: float, y: float, size_mm: float, colour: str) -> str:
    """Draw a code on white.

    Args:
        text: What it says.
        x: Left edge, mm.
        y: Upper edge, mm.
        size_mm: Its side, the white round it included.
        colour: Of the dark modules; dark, or no telephone reads it.
    """
    path, side = qr_path(text)
    moved = f"translate({num(x)} {num(y)}) scale({size_mm / side:.5f})"
    white = tag("rect", x=0, y=0, width=side, height=side, fill="#FFFFFF")
    return tag("g", white, tag("path", d=path, fill=colour), transform=moved)
