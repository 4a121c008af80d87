"""What only a served children's page has: a link to its manifest, a picture for the home screen, and a keeper."""

import hashlib
from pathlib import Path
from string import Template

from app.maps.children.page import SERVED_MARK
from app.maps.content import district_name
from app.maps.theme import icon, map_theme
from app.results import Results
from app.texts import Texts

WORKER_FILE = Path(__file__).with_name("worker.js")
ICON_THEME = "play"
ICON = "playground"
_CLOSED = "default-src 'none';"
_OPEN = "default-src 'none'; manifest-src 'self'; worker-src 'self';"


def for_service(page: str) -> str:
    """Link a page to its manifest, and let it ask for that and its keeper, for nothing else.

    Args:
        page: As :func:`~app.maps.children.page.write_children` wrote it, to be served as ``…/children``.
    """
    link = '<link rel="manifest" href="children/manifest.webmanifest">'
    return page.replace(_CLOSED, _OPEN, 1).replace(f'<meta name="{SERVED_MARK}">', link, 1)


def manifest(results: Results, texts: Texts) -> dict[str, object]:
    """Return the web app manifest (https://www.w3.org/TR/appmanifest/); addresses are relative to its own."""
    name, title = district_name(results, texts), texts.gettext("Children's map")
    paper = map_theme().sheet.paper
    return {
        "name": f"{name} · {title}",
        "short_name": title,
        "lang": texts.lang,
        "id": "../children",
        "start_url": "../children",
        "scope": "../children",
        "display": "standalone",
        "background_color": paper,
        "theme_color": paper,
        "icons": [{"src": "icon.svg", "sizes": "any", "type": "image/svg+xml", "purpose": "any"}],
    }


def home_icon() -> str:
    """Return the picture for the home screen as SVG: a badge of the map on its paper."""
    theme = map_theme()
    colours, paths = theme.theme[ICON_THEME], icon(ICON)
    badge = theme.badge[colours.badge]
    left, top, side = badge.icon
    signs = "".join(f'<path d="{data}" fill-rule="{"evenodd" if odd else "nonzero"}"/>' for data, odd in paths)
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="-8 -8 48 48">'
        f'<path d="M-8-8h48v48h-48z" fill="{theme.sheet.paper}"/><path d="{badge.path}" fill="{colours.colour}"/>'
        f'<g transform="translate({left:g} {top:g}) scale({side / 24:g})" fill="{colours.icon}">{signs}</g></svg>'
    )


def keeper(page: str) -> str:
    """Return the service worker of a page; another page makes another script, so that phones take the new one."""
    version = hashlib.sha256(page.encode()).hexdigest()[:16]
    return Template(WORKER_FILE.read_text(encoding="utf-8")).substitute(version=version)
