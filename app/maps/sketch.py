"""Small maps for notebooks: Folium with the district's own streets as ground; nothing is loaded from anywhere."""

import base64
from collections.abc import Iterable
from dataclasses import dataclass

import folium
import geopandas as gpd
import shapely
from branca.element import Element, Figure
from shapely.geometry.base import BaseGeometry

from app.maps.escape import html_text
from app.maps.markup import synthetic_label
from app.maps.theme import map_theme
from app.maps.web import leaflet_css, leaflet_js
from app.models import ATTRIBUTION
from app.results import Results
from app.texts import Texts
from geo.crs import WGS84

# The ground, from the bottom up: kind of the background, the theme's colour, width in pixels (0 = an area).
_GROUND = (
    ("green", "ground.green", 0.0),
    ("water", "ground.water", 0.0),
    ("minor", "street.minor.casing", 1.0),
    ("medium", "street.middle.casing", 1.5),
    ("major", "street.major.casing", 2.0),
    ("motorway", "street.major.casing", 3.0),
)
_SIMPLIFY_M = 3.0  # less than a pixel where a district fills the map
_DEGREE_DIGITS = 6
_HEIGHT_PX = 480
_STYLE = "<style>.leaflet-container{{background:{paper}}}</style>"
_NOTE = (
    '<div style="position:fixed;right:0;bottom:0;z-index:1000;padding:1px 6px;font:12px sans-serif;'
    'background:#fffc">{text}</div>'
)


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
    page = Figure(height=f"{_HEIGHT_PX}px")
    made = folium.Map(
        tiles=None, zoom_snap=0.25, attribution_control=False, scroll_wheel_zoom=False, control_scale=True
    )
    page.add_child(made)
    made.default_js = [("leaflet", _data_url(leaflet_js(), "text/javascript"))]
    made.default_css = [("leaflet_css", _data_url(leaflet_css(), "text/css"))]
    made.fit_bounds([[south, west], [north, east]])
    base = results.basemap
    for kind, name, width in _GROUND:
        shape = shapely.union_all(base.geometry[base["kind"] == kind].simplify(_SIMPLIFY_M).to_numpy())
        _add(made, results, Mark(shape, "", theme.colour(name), width), fill=0.0 if width else 1.0)
    for zone in results.zones.itertuples():
        _add(made, results, Mark(zone.geometry.boundary, "", theme.colour("ground.boundary"), 1.0), dash="5 4")
    _add(made, results, Mark(results.area.polygon.boundary, "", theme.colour("ground.boundary"), 2.0), dash="5 4")
    for mark in marks:
        _add(made, results, mark, fill=0.25)
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
            fill_opacity=0.35,
            tooltip=tooltip,
        ).add_to(made)
        return
    shape = shapely.set_precision(shape, 10.0**-_DEGREE_DIGITS)
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
