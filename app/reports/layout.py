"""Layout of reports on paper; see ``layout.toml``."""

from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import Field

from layers.toml import Strict, read_toml

LAYOUT_FILE = Path(__file__).with_name("layout.toml")
PT_PER_MM = 72.0 / 25.4
A4_MM = (210.0, 297.0)

_Length = Annotated[float, Field(gt=0.0, strict=False)]
_Colour = Annotated[str, Field(pattern="^[0-9A-F]{6}$")]


class _Page(Strict):
    top_mm: _Length
    bottom_mm: _Length
    left_mm: _Length
    right_mm: _Length
    lines: Annotated[int, Field(gt=0)]
    characters: Annotated[int, Field(gt=0)]
    footer_mm: _Length

    @property
    def text_mm(self) -> float:
        """Width of the text."""
        return A4_MM[0] - self.left_mm - self.right_mm

    @property
    def line_pt(self) -> float:
        """From baseline to baseline."""
        return (A4_MM[1] - self.top_mm - self.bottom_mm) * PT_PER_MM / self.lines

    @property
    def character_pt(self) -> float:
        """From character to character."""
        return self.text_mm * PT_PER_MM / self.characters


class _Size(Strict):
    title_pt: _Length
    subtitle_pt: _Length
    body_pt: _Length
    summary_pt: _Length
    summary_latin_pt: _Length
    caption_pt: _Length
    table_pt: _Length
    table_line_pt: _Length
    note_pt: _Length
    page_number_pt: _Length


class FontNames(Strict):
    """Chinese fonts, the wanted one first, and the one of Latin letters."""

    names: list[str] = Field(min_length=1)
    latin: str


class _Fonts(Strict):
    title: FontNames
    body: FontNames
    heading1: FontNames
    heading2: FontNames
    table: FontNames


class Colours(Strict):
    """Colours, six hexadecimal digits."""

    ink: _Colour
    soft: _Colour
    rule: _Colour
    head: _Colour
    key: _Colour
    doubt: _Colour
    assumption: _Colour
    clause: _Colour
    accent: _Colour


class Layout(Strict):
    """Everything in ``layout.toml``."""

    page: _Page
    size: _Size
    font: _Fonts
    colour: Colours


@cache
def layout() -> Layout:
    """Read the layout.

    Raises:
        SettingsError: The file has a fault.
    """
    return read_toml(LAYOUT_FILE, Layout)
