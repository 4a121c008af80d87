"""A plate of paper laid on the map: what a legend, a scale bar or an inset stands on."""

from app.maps.sheet.ornaments.outline import block
from app.maps.sheet.ornaments.paint import paint_of
from app.maps.sheet.svg import group
from app.maps.theme import MapTheme

_INSET_MM = 0.9


def plate(
    x: float, y: float, w: float, h: float, look: MapTheme, *, round_mm: float = 2.0, stitched: bool = True
) -> str:
    """Draw a plate of paper with a soft shadow.

    Args:
        x: Left edge, mm.
        y: Upper edge.
        w: Width.
        h: Height.
        look: The theme.
        round_mm: Radius of its corners.
        stitched: Whether a fine dashed line runs along the edge, 0.9 mm inside.
    """
    paint, i = paint_of(look), _INSET_MM
    whole = block(x, y, w, h, round_mm)
    seam = block(x + i, y + i, w - 2 * i, h - 2 * i, max(round_mm - i, 0.0))
    stitches = [paint.stroke(seam, "fold", 0.22, dash="1.2 0.9")] if stitched else []
    return group([paint.shadow(whole, 0.5, 0.8), paint.solid(whole, "paper"), *stitches])
