"""Draw all pictograms on the four badges, and the scenery, on one sheet: `python scripts/contact_sheet.py FILE`.

FILE ends in .svg, .png or .pdf. Run it with the project's own Python.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import typst

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from app.maps.sheet.badges import badge, mini_badge  # noqa: E402  the project is found by the line above
from app.maps.sheet.ornaments.cartouche import cartouche  # noqa: E402
from app.maps.sheet.ornaments.lettering import Fonts, sheet_fonts  # noqa: E402
from app.maps.sheet.ornaments.paint import paint_of  # noqa: E402
from app.maps.sheet.ornaments.pinwheel import compass  # noqa: E402
from app.maps.sheet.ornaments.scenery import KINDS, draw  # noqa: E402
from app.maps.sheet.svg import num, plain, tag  # noqa: E402
from app.maps.theme import DEFAULT_THEME, ICONS_DIR, MapTheme, map_theme  # noqa: E402

WIDE_MM, MARGIN_MM = 297.0, 10.0
COLUMNS, CELL_MM = 6, (46.0, 16.0)
HEAD_MM, SCENERY_MM = 40.0, 14.0
SHAPES = ("learn", "tour", "play", "fit")
TEXT_MM = 2.5


def main() -> None:
    """Write the sheet to the file that is named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path, help="an .svg, .png or .pdf to write")
    parser.add_argument("--theme", default=DEFAULT_THEME, help="stem of a file in app/maps/themes")
    options = parser.parse_args()
    fonts = sheet_fonts()
    svg = contact_sheet(map_theme(options.theme), fonts)
    if options.file.suffix == ".svg":
        options.file.write_text(svg, encoding="utf-8")
    else:
        page = f'#set page(width: auto, height: auto, margin: 0pt)\n#image(bytes({typst_text(svg)}), format: "svg")'
        made = typst.compile(
            page.encode(),
            format=options.file.suffix.removeprefix("."),
            ppi=200.0,
            font_paths=[str(fonts.file.parent)],
            ignore_system_fonts=True,
        )
        options.file.write_bytes(made)
    print(options.file)


def contact_sheet(look: MapTheme, fonts: Fonts) -> str:
    """Return the sheet as SVG in millimetres."""
    names = sorted(path.stem for path in ICONS_DIR.glob("*.svg"))
    wide, high = CELL_MM
    rows = -(-len(names) // COLUMNS)
    pieces = [(kind, variant) for kind, made in KINDS.items() for variant in range(made.n_variants)]
    per_row = int((WIDE_MM - 2 * MARGIN_MM) // SCENERY_MM)
    top = MARGIN_MM + HEAD_MM
    foot = top + rows * high + 6.0
    height = foot + -(-len(pieces) // per_row) * (SCENERY_MM + 3.0) + MARGIN_MM
    parts = [
        tag("rect", width=WIDE_MM, height=height, fill=look.sheet.paper),
        cartouche(MARGIN_MM, 6, 130, 34, title="童圈图标", title_en="Pictograms and ornaments", subtitle=None,
                  look=look, fonts=fonts),
        compass(WIDE_MM - 30.0, 28.0, 11.0, look, fonts=fonts),
    ]  # fmt: skip
    for i, name in enumerate(names):
        parts.append(cell(name, MARGIN_MM + i % COLUMNS * wide, top + i // COLUMNS * high, look, fonts))
    for i, (kind, variant) in enumerate(pieces):
        x = MARGIN_MM + (i % per_row + 0.5) * SCENERY_MM
        parts.append(draw(kind, x, foot + (i // per_row + 0.8) * (SCENERY_MM + 3.0), 10.0, look, variant=variant))
    box = f"0 0 {num(WIDE_MM)} {num(height)}"
    return tag("svg", *parts, xmlns="http://www.w3.org/2000/svg", width=f"{num(WIDE_MM)}mm",
               height=f"{num(height)}mm", viewBox=box)  # fmt: skip


def cell(name: str, x: float, y: float, look: MapTheme, fonts: Fonts) -> str:
    """Return a pictogram on the four badges, and as small as it gets."""
    parts = [
        badge(theme_id, name, x + 5.0 + i * 9.4, y + 5.0, 8.0, number=None, star=False, is_new=False, look=look,
              fonts=fonts)
        for i, theme_id in enumerate(SHAPES)
    ]  # fmt: skip
    small = mini_badge("support", name, x + 40.5, y + 5.0, 3.6, look)
    word = tag("text", plain(name), x=x + 1.0, y=y + 12.8, font_family=fonts.family, font_size=TEXT_MM,
               fill=paint_of(look)["ink"])  # fmt: skip
    return "".join([*parts, small, word])


def typst_text(text: str) -> str:
    """Return a text as typst writes a string."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


if __name__ == "__main__":
    main()
