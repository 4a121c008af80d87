"""Small maps for notebooks: Folium with the district's own streets as ground; nothing is loaded from anywhere."""

import base64
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated

import folium
import geopandas as gpd
import shapely
from branca.element import Element, Figure
from pydantic import Field
from shapely.geometry.base import BaseGeometry

from app.maps.escape import html_text
from app.maps.markup import synthetic_label
from app.maps.theme import map_theme
from app.maps.web import leaflet_css, leaflet_js
from app.models import ATTRIBUTION
from app.results import Results
from app.texts import Texts
from geo.crs import WGS84
from layers.toml import Strict, read_toml

_STYLE = "<style>.leaflet-container{{background:{paper}}}</style>"
RULES_FILE = Path(__file__).with_name("sketch.toml")
_NOTE = (
    '<div style="position:fixed;right:0;bottom:0;z-index:1000;padding:1px 6px;font:12px sans-serif;'
    'background:#fffc">{text}</div>'
)


class _Ground(Strict):
    kind: str
    colour: str
    width_px: Annotated[float, Field(ge=0.0, strict=False)]


class _Rules(Strict):
    height_px: Annotated[int, Field(gt=0)]
    simplify_m: Annotated[float, Field(ge=0.0, strict=False)]
    degree_digits: Annotated[int, Field(ge=0)]
    fill: Annotated[float, Field(ge=0.0, le=1.0, strict=False)]
    disc_fill: Annotated[float, Field(ge=0.0, le=1.0, strict=False)]
    ground: list[_Ground]


@cache
def _rules() -> _Rules:
    return read_toml(RULES_FILE, _Rules)


@dataclass(frozen=True, slots=True)
class Mark:
    """Something on a map.

    Attributes:
        shape: Metres in the district's system; a point becomes a disc.
        text: Shown under the pointer; any characters may stand in it.
        colour: Like ``#B8330F``.
        size_px: Radius of a disc, width of a line or outline.
    """

    shape: BaseGeometry
    text: str
    colour: str
    size_px: float


def sketch(results: Results, marks: Iterable[Mark] = (), *, lang: str = "zh-CN") -> folium.Map:
    """Draw a district with its streets, zones and some marks.

    Args:
        results: The district.
        marks: Drawn in this order; shapes in ``results.area.crs``.
        lang: Of the note on made-up data.

    Returns:
        A map that a notebook shows, and that needs no network.
    """
    theme = map_theme()
    west, south, east, north = results.area.to_lonlat(results.area.polygon).bounds
    rules = _rules()
    page = Figure(height=f"{rules.height_px}px")
    made = folium.Map(
        tiles=None, zoom_snap=0.25, attribution_control=False, scroll_wheel_zoom=False, control_scale=True
    )
    page.add_child(made)
    made.default_js = [("leaflet", _data_url(leaflet_js(), "text/javascript"))]
    made.default_css = [("leaflet_css", _data_url(leaflet_css(), "text/css"))]
    made.fit_bounds([[south, west], [north, east]])
    base = results.basemap
    for one in rules.ground:
        shape = shapely.union_all(base.geometry[base["kind"] == one.kind].simplify(rules.simplify_m).to_numpy())
        is_line = one.width_px > 0.0
        _add(made, results, Mark(shape, "", theme.colour(one.colour), one.width_px), fill=0.0 if is_line else 1.0)
    for zone in results.zones.itertuples():
        _add(made, results, Mark(zone.geometry.boundary, "", theme.colour("ground.boundary"), 1.0), dash="5 4")
    _add(made, results, Mark(results.area.polygon.boundary, "", theme.colour("ground.boundary"), 2.0), dash="5 4")
    for mark in marks:
        _add(made, results, mark, fill=rules.fill)
    note = ATTRIBUTION
    if results.district.settings.synthetic:
        note = f"{synthetic_label(Texts(lang))} · {note}"
    page.html.add_child(Element(_STYLE.format(paper=theme.colour("ground.paper"))))
    page.html.add_child(Element(_NOTE.format(text=html_text(note))))
    return made


def _add(made: folium.Map, results: Results, mark: Mark, *, fill: float = 0.0, dash: str | None = None) -> None:
    if mark.shape.is_empty:
        return
    shape = gpd.GeoSeries([mark.shape], crs=results.area.crs).to_crs(WGS84).iloc[0]
    # Names are written by strangers, and Folium puts texts into a script.
    tooltip = folium.Tooltip(str(html_text(mark.text))) if mark.text else None
    if shape.geom_type == "Point":
        folium.CircleMarker(
            [shape.y, shape.x],
            radius=mark.size_px,
            color=mark.colour,
            weight=1.5,
            fill=True,
            fill_opacity=_rules().disc_fill,
            tooltip=tooltip,
        ).add_to(made)
        return
    shape = shapely.set_precision(shape, 10.0 ** -_rules().degree_digits)
    style = {
        "color": mark.colour,
        "weight": mark.size_px,
        "fill": fill > 0.0,
        "fillOpacity": fill,
        "stroke": mark.size_px > 0.0,
        "dashArray": dash,
        "interactive": tooltip is not None,
    }
    folium.GeoJson(shape.__geo_interface__, style_function=lambda _: style, tooltip=tooltip).add_to(made)


def _data_url(text: str, kind: str) -> str:
    return f"data:{kind};charset=utf-8;base64,{base64.b64encode(text.encode()).decode()}"
