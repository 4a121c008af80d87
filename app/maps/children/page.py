"""Writes the children's page: one file that families open, keep and pass on, and that asks no network for anything."""

import re
from datetime import date
from functools import cache
from pathlib import Path

from app.maps.children.content import content, say_part
from app.maps.children.say import ruby
from app.maps.children.settings import children_settings
from app.maps.content import district_name
from app.maps.escape import json_block
from app.maps.theme import map_theme
from app.maps.web import Page, Verbatim, join_assets, leaflet_css, leaflet_js, theme_css, with_policy
from app.models import ATTRIBUTION
from app.results import Results
from app.templates import template
from app.texts import Texts
from app.today import today
from app.tour.model import THEMES, Tour
from layers.store import replacing

FOLDER = Path(__file__).parent
STYLES = ("page.css", "buttons.css", "list.css", "card.css", "stamps.css", "map.css")
# In this order: later files use what earlier ones put into the page's one name space. Those of the planners' map first.
SHARED = ("core.js", "unpack.js", "boxes.js", "plane.js")
SHARED_DRAWING = ("linetext.js", "names.js", "overlay.js")
SCRIPTS = ("say.js", "memory.js", "badge.js", "ways.js", "opening.js", "paper.js", "marks.js")
SCRIPTS_AFTER = ("filter.js", "here.js", "drawer.js", "list.js", "card.js", "stamps.js", "start.js")
TEMPLATE = "page.html.j2"
# Where the service puts what only a served page has; the file itself links nothing.
SERVED_MARK = "tongquan-served"
_MESSAGE = re.compile(r'\b(?:t|say)\(\s*"((?:[^"\\]|\\.)*)"')


def write_children(tour: Tour, results: Results, path: Path, *, texts: Texts, built_on: date | None = None) -> None:
    """Write the children's page.

    Args:
        tour: The places of the edition.
        results: Of the district.
        path: Where to; what stood there stays whole until the new page is.
        texts: The reader's language.
        built_on: Date that the page names; None means today.

    Raises:
        SettingsError: A picture, an asset or a theme is missing or broken.
        InputError: The standard does not speak of the age whose ways the page knows.
        StoreError: It could not be written.
    """
    page = draw_children(tour, results, texts, built_on=built_on or today())
    with replacing(path) as half:
        half.write_bytes(page.encode())


def draw_children(tour: Tour, results: Results, texts: Texts, *, built_on: date) -> str:
    """Return the page as text; see :func:`write_children`."""
    theme, how = map_theme(), children_settings()
    told = content(tour, results, texts, theme, how, built_on=built_on)
    told["texts"] = {message: texts.gettext(message) for message in messages()}
    told["say"] = say_part(messages(), texts)
    title = texts.gettext("Children's map")
    page = Page(f"{district_name(results, texts)} · {title}", texts.lang)
    page.header._children.pop("meta_http", None)  # noqa: SLF001  branca has no other way to take a child out
    styles = "\n".join([leaflet_css(), theme_css(theme), join_assets(STYLES, FOLDER)])
    page.header.add_child(Verbatim(f'<meta name="{SERVED_MARK}">'), name="served")
    page.header.add_child(Verbatim(f"<style>{styles}</style>\n<script>{leaflet_js()}</script>"), name="assets")
    page.html.add_child(Verbatim(_body(tour, results, texts)), name="body")
    data = f'<script type="application/json" id="tq-data">{json_block(told)}</script>'
    page.html.add_child(Verbatim(data), name="data")
    page.script.add_child(Verbatim(_scripts()), name="own")
    return with_policy(page.assemble())


@cache
def messages() -> tuple[str, ...]:
    """Return the ids of the texts that the page's scripts show."""
    return tuple(sorted(set(_MESSAGE.findall(_scripts()))))


def _scripts() -> str:
    return "\n".join(
        [
            join_assets(SHARED),
            join_assets(SCRIPTS, FOLDER),
            join_assets(SHARED_DRAWING),
            join_assets(SCRIPTS_AFTER, FOLDER),
        ]
    )


def _body(tour: Tour, results: Results, texts: Texts) -> str:
    return template(TEMPLATE, FOLDER).render(
        _=texts.gettext,
        say=ruby,
        tour=tour,
        themes=[theme.value for theme in THEMES],
        name=district_name(results, texts),
        synthetic=results.district.settings.synthetic,
        attribution=ATTRIBUTION,
    )
