"""QR codes of the printed map, read by another program from a picture of them."""

import re
from io import BytesIO

import numpy as np
import pytest
import typst
import zxingcpp
from matplotlib.image import imread

from app.maps.sheet.qr import qr_path, qr_svg
from tests.hostile import DISTRICT, NAMES

DARK = "#1F2A44"
PPI = 300.0
LONG = "https://example.org/tour?" + "&".join(f"place{i}=n{i * 7919}" for i in range(40))
TEXTS = ["https://example.org/", "https://example.org/童趣地图?区=东昌府&年龄=6", LONG, DISTRICT, *NAMES]


def picture(markup, side_mm):
    """Return the grey picture of a square page with the markup on it; the page itself is dark as far as it is bare."""
    size = f'width="{side_mm}mm" height="{side_mm}mm" viewBox="0 0 {side_mm} {side_mm}"'
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{markup}</svg>'
    page = (
        f"#set page(width: {side_mm}mm, height: {side_mm}mm, margin: 0pt, fill: black)\n#image(bytes(sys.inputs.svg))"
    )
    made = typst.compile(page.encode(), format="png", ppi=PPI, sys_inputs={"svg": svg}, ignore_system_fonts=True)
    return np.ascontiguousarray((imread(BytesIO(made), format="png")[:, :, 1] * 255).astype(np.uint8))


@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
def test_a_code_says_its_text(text):
    """On a dark page: the code brings the white round it itself."""
    seen = zxingcpp.read_barcodes(picture(qr_svg(text, 5.0, 5.0, 50.0, DARK), 60))
    assert [(code.format, code.text) for code in seen] == [(zxingcpp.BarcodeFormat.QRCode, text)]


def test_a_code_lies_where_it_was_asked_for():
    (seen,) = zxingcpp.read_barcodes(picture(qr_svg("https://example.org/", 12.0, 20.0, 30.0, DARK), 60))
    side = qr_path("https://example.org/")[1]
    quiet = 4 * 30.0 / side  # ISO/IEC 18004 asks for four modules of white
    corner = seen.position.top_left
    mm = 25.4 / PPI
    assert corner.x * mm == pytest.approx(12.0 + quiet, abs=0.5)
    assert corner.y * mm == pytest.approx(20.0 + quiet, abs=0.5)
    assert seen.position.bottom_right.x * mm == pytest.approx(42.0 - quiet, abs=0.5)


@pytest.mark.parametrize("text", [DISTRICT, *NAMES], ids=range(len(NAMES) + 1))
def test_the_markup_holds_nothing_of_the_text(text):
    assert re.fullmatch(r"(M\d+ \d+h\d+v1h-\d+z)+", qr_path(text)[0])


def test_a_longer_text_takes_more_modules():
    short, long = qr_path("https://example.org/")[1], qr_path(LONG)[1]
    assert long > short
    # versions are 17 + 4 v modules wide, and the white is four on each side
    assert {(side - 8 - 17) % 4 for side in (short, long)} == {0}


def test_a_code_can_lose_a_corner():
    """Level M repairs at least a seventh of what is read: a stain on a map is no end of it."""
    seen = picture(qr_svg(LONG, 0.0, 0.0, 50.0, DARK), 50)
    n = len(seen)
    stain = slice(int(n * 0.62), int(n * 0.74))
    seen[stain, stain] = 255
    assert [code.text for code in zxingcpp.read_barcodes(seen)] == [LONG]
