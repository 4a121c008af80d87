"""The interactive map: one HTML file, assembled by Folium, that asks no network for anything.

Folium makes the page and the Leaflet map. Its links to scripts and styles elsewhere are taken out; Leaflet comes from
the installed package and this project's own scripts from ``assets``. Data never pass through a template that is
rendered later: branca renders what a macro gave as a template again, so `Verbatim` hands text through untouched.
"""

import base64
import hashlib
import re
from collections.abc import Iterable
from datetime import date
from pathlib import Path

import folium
import xstatic.pkg.leaflet
from branca.element import Element, Figure
from jinja2 import Template

from app.maps.content import content
from app.maps.escape import html_text, json_block
from app.maps.markup import after_map, before_map, page_title
from app.maps.theme import MapTheme, drawing, map_theme
from app.results import Results
from app.texts import Texts
from app.today import today
from geo.errors import SettingsError
from layers.store import replacing

ASSETS_DIR = Path(__file__).with_name("assets")
MAP_ID = "tongquan"
STYLES = ("page.css", "panel.css", "map.css", "table.css", "small.css", "print.css")
# In this order: later files use what earlier ones put into the page's one name space.
SCRIPTS = (
    "core.js",
    "unpack.js",
    "boxes.js",
    "choice.js",
    "doubt.js",
    "coverage.js",
    "hexagons.js",
    "doubtmarks.js",
    "plane.js",
    "ground.js",
    "badges.js",
    "crossings.js",
    "linetext.js",
    "names.js",
    "overlay.js",
    "popups.js",
    "gaps.js",
    "panel.js",
    "table.js",
    "search.js",
    "scale.js",
    "main.js",
)
_MESSAGE = re.compile(r'\bt\(\s*"((?:[^"\\]|\\.)*)"')
_INLINE = re.compile(r"<(script|style)>(.*?)</\1>", re.DOTALL)
_POLICY_MARK = "tongquan-policy"


def write_map(results: Results, path: Path, *, texts: Texts, built_on: date | None = None) -> None:
    """Write a district's interactive map.

    Args:
        results: Of the district.
        path: Where to; what stood there stays whole until the new page is.
        texts: The reader's language.
        built_on: Date that the page names; None means today.

    Raises:
        SettingsError: An asset or a theme is missing or broken.
        StoreError: It could not be written.
    """
    page = draw_map(results, texts, built_on=built_on or today())
    with replacing(path) as half:
        half.write_bytes(page.encode())


def draw_map(results: Results, texts: Texts, *, built_on: date) -> str:
    """Return the page as text; see :func:`write_map`."""
    theme, how = map_theme(), drawing()
    told = content(results, texts, theme, how, built_on=built_on)
    told["texts"] = {message: texts.gettext(message) for message in messages()}
    page = Page(page_title(results, texts), texts.lang)
    leaflet = _leaflet_map(results, how.zoom.least, how.zoom.most)
    page.add_child(leaflet)
    page.html.add_child(Verbatim(before_map(results, texts)), name="before")
    leaflet.render()  # type: ignore[no-untyped-call]
    _replace_links(page, leaflet, theme)
    page.html.add_child(Verbatim(after_map(results, texts, built_on=built_on)), name="after")
    data = f'<script type="application/json" id="tq-data">{json_block(told)}</script>'
    page.html.add_child(Verbatim(data), name="data")
    page.script.add_child(Verbatim(join_assets(SCRIPTS)), name="own")
    return with_policy(page.assemble())


def messages() -> tuple[str, ...]:
    """Return the ids of the texts that the page's own scripts show."""
    return tuple(sorted(set(_MESSAGE.findall(join_assets(SCRIPTS)))))


class Verbatim(Element):
    """Text that stands in the page exactly as given; branca would read it as a template.

    Args:
        text: Safe where it is put.
    """

    def __init__(self, text: str) -> None:
        super().__init__()
        self._text = text

    def render(self, **_kwargs: object) -> str:
        """Return the text."""
        return self._text


class Page(Figure):
    """A page with a language, a policy and its scripts inside the body.

    Args:
        title: Plain text.
        lang: BCP 47 language tag.
    """

    _template = Template(
        '<!DOCTYPE html>\n<html lang="{{ this.lang }}">\n<head>\n'
        '<meta charset="utf-8">\n<meta name="' + _POLICY_MARK + '">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n<link rel="icon" href="data:,">\n'
        "<title>{{ this.title }}</title>\n{{ this.header.render() }}\n</head>\n"
        "<body>\n{{ this.html.render() }}\n<script>{{ this.script.render() }}</script>\n</body>\n</html>\n"
    )

    def __init__(self, title: str, lang: str) -> None:
        super().__init__(title=html_text(title))
        self.lang = html_text(lang)

    def assemble(self) -> str:
        """Return the page from parts that are rendered already; rendering twice would bring Folium's links back."""
        return str(self._template.render(this=self))


def _leaflet_map(results: Results, least_zoom: float, most_zoom: float) -> folium.Map:
    west, south, east, north = results.area.to_lonlat(results.area.polygon).bounds
    made = folium.Map(
        location=[(south + north) / 2.0, (west + east) / 2.0],
        tiles=None,
        zoom_start=12,
        zoom_control=False,
        min_zoom=int(least_zoom),
        max_zoom=int(most_zoom),
        attribution_control=False,
        zoom_snap=0.5,
    )
    made._id = MAP_ID  # noqa: SLF001  Folium's own is random, and the same input shall give the same page
    return made


def _replace_links(page: Page, leaflet: folium.Map, theme: MapTheme) -> None:
    """Take Folium's links to other places out, and put Leaflet itself and our styles in."""
    linked = {name for name, _ in (*leaflet.default_js, *leaflet.default_css)} | {leaflet.get_name(), "meta_http"}
    for name in linked:
        page.header._children.pop(name, None)  # noqa: SLF001  branca has no other way to take a child out
    styles = "\n".join([leaflet_css(), theme_css(theme), join_assets(STYLES)])
    page.header.add_child(Verbatim(f"<style>{styles}</style>\n<script>{leaflet_js()}</script>"), name="assets")


def with_policy(page: str) -> str:
    """Put a policy into a page: nothing is loaded, and only the page's own scripts and styles run, named by hash.

    Args:
        page: Its inline scripts and styles have bare tags; a block of data has a type and needs no leave.
    """
    hashes: dict[str, list[str]] = {"script": [], "style": []}
    for tag, text in _INLINE.findall(page):
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        hashes[tag].append(f"'sha256-{digest}'")
    policy = (
        f"default-src 'none'; script-src {' '.join(hashes['script'])}; style-src {' '.join(hashes['style'])}; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )
    mark, meta = f'<meta name="{_POLICY_MARK}">', f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
    return page.replace(mark, meta, 1)


def theme_css(theme: MapTheme) -> str:
    """Return the theme's colours as CSS variables.

    >>> "--water:#" in theme_css(map_theme())
    True
    """
    pairs: dict[str, str] = {**theme.ground, **theme.text, **theme.coverage}
    pairs |= {f"theme-{key}": colours.colour for key, colours in theme.theme.items()}
    pairs |= {f"ramp-{i}": colour for i, colour in enumerate(theme.ramp.colours)}
    return ":root{" + "".join(f"--{key.replace('_', '-')}:{colour};" for key, colour in pairs.items()) + "}"


def leaflet_js() -> str:
    """Return Leaflet's script.

    Raises:
        SettingsError: It is not where its package should have it.
    """
    text = _read(Path(xstatic.pkg.leaflet.BASE_DIR) / "leaflet.js")
    return re.sub(r"^//# sourceMappingURL=.*$", "", text, flags=re.MULTILINE)


def leaflet_css() -> str:
    """Return Leaflet's styles without its pictures, which no part of a page shows.

    Raises:
        SettingsError: They are not where their package should have them.
    """
    text = _read(Path(xstatic.pkg.leaflet.BASE_DIR) / "leaflet.css")
    return re.sub(r"url\(\s*[\"']?(?!#)[^)]*\)", "none", text)


def join_assets(names: Iterable[str], folder: Path = ASSETS_DIR) -> str:
    """Return scripts or styles one after the other.

    Args:
        names: Files of `folder`.
        folder: Where they lie.

    Raises:
        SettingsError: One is missing, or would end the block that it stands in.
    """
    return "\n".join(_read(folder / name) for name in names)


def _read(path: Path) -> str:
    """Read an asset; line ends become plain, because a browser's hashes count them so."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            "{file}: a part of the map page cannot be read ({reason}); install the program again",
            file=path,
            reason=error,
        ) from error
    if "</script" in text.lower() or "</style" in text.lower():
        raise SettingsError("{file}: a part of the map page would end its own block", file=path)
    return text
