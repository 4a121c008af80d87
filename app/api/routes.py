"""The routes: one per verb of the Planner."""

import re
from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse
from geojson_pydantic import Feature, FeatureCollection, MultiPolygon, Polygon
from geojson_pydantic.geometries import Geometry
from pydantic import BeforeValidator

from app.models import Answer, CircleProperties, CoverageAnswer, LayerAnswer, ScorecardAnswer, StandardAnswer
from app.planner import Planner
from app.pointanswers import MOST_MINUTES

_DECIMAL = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")
_WHOLE = re.compile(r"\d{1,3}")


def _decimal(value: object) -> object:
    """Let only plain decimal numbers through: no ``false``, ``nan``, ``inf`` or empty text."""
    if isinstance(value, str) and not _DECIMAL.fullmatch(value.strip()):
        raise ValueError("a decimal number is needed")
    return value


def _whole(value: object) -> object:
    """Let only plain whole numbers through."""
    if isinstance(value, str) and not _WHOLE.fullmatch(value.strip()):
        raise ValueError("a whole number is needed")
    return value


Lon = Annotated[
    float,
    BeforeValidator(_decimal),
    Query(description="Longitude, degrees WGS-84", json_schema_extra={"minimum": -180, "maximum": 180}),
]
Lat = Annotated[
    float,
    BeforeValidator(_decimal),
    Query(description="Latitude, degrees WGS-84", json_schema_extra={"minimum": -90, "maximum": 90}),
]
Age = Annotated[int, BeforeValidator(_whole), Query(description="Age in completed years", ge=0, le=120)]
Minutes = Annotated[float, BeforeValidator(_decimal), Query(description="Walking time, minutes", gt=0, le=MOST_MINUTES)]


CircleFeature = Feature[Polygon | MultiPolygon, CircleProperties]


class Features(FeatureCollection[Feature[Geometry, dict[str, Any]]]):
    """A GeoJSON feature collection that says whose data it is."""

    attribution: str


class GeoJSONResponse(JSONResponse):
    """GeoJSON, RFC 7946."""

    media_type = "application/geo+json"


class Health(Answer):
    """Whether the service can answer."""

    status: str
    district: str
    osm_date: str | None


def _refusal(description: str) -> dict[str, Any]:
    """Describe an error answer: always JSON, whatever the route gives when all is well."""
    schema = {"$ref": "#/components/schemas/ErrorAnswer"}
    return {"description": description, "content": {"application/json": {"schema": schema}}}


def make_routes(planner: Planner) -> APIRouter:
    """Make the routes of a planner.

    Coverage and circles compute, so they are plain functions: FastAPI runs them beside the event loop.
    """
    bad: dict[int | str, dict[str, Any]] = {422: _refusal("A value cannot be used")}
    unknown: dict[int | str, dict[str, Any]] = {404: _refusal("Nothing has that identifier")}
    routes = APIRouter()
    _ = planner.texts.gettext
    child, district, service = _("Child"), _("District"), _("Service")

    def says(text: str) -> dict[str, Any]:
        return {"summary": text, "description": text}

    @routes.get("/healthz", **says(_("Say whether the service can answer")), tags=[service])
    def healthz() -> Health:
        """Say whether the service can answer."""
        card = planner.scorecard()
        return Health(status="ok", district=card.district, osm_date=card.osm_date)

    @routes.get("/api/coverage", **says(_("Say what a child at a point reaches")), tags=[child], responses=bad)
    def coverage(lon: Lon, lat: Lat, age: Age) -> CoverageAnswer:
        """Say what a child at a point reaches: for each need the nearest place, metres, minutes, met or not, clause."""
        return planner.coverage(lon=lon, lat=lat, age=age)

    @routes.get(
        "/api/circle",
        **says(_("Return the area that a child at a point reaches on foot, as GeoJSON")),
        tags=[child],
        responses=bad,
        response_model=CircleFeature,
        response_class=GeoJSONResponse,
    )
    def circle(lon: Lon, lat: Lat, age: Age, minutes: Minutes = 15.0) -> GeoJSONResponse:
        """Return the area that a child at a point reaches on foot, as a GeoJSON feature."""
        return GeoJSONResponse(planner.circle(lon=lon, lat=lat, age=age, minutes=minutes))

    @routes.get("/api/layers", **says(_("List the layers")), tags=[district])
    def layers() -> list[LayerAnswer]:
        """List the layers and how many places each has."""
        return planner.layers()

    @routes.get(
        "/api/layers/{layer_id}",
        **says(_("Return the places of a layer as GeoJSON")),
        tags=[district],
        responses=unknown,
        response_model=Features,
        response_class=GeoJSONResponse,
    )
    def layer(layer_id: str) -> GeoJSONResponse:
        """Return the places of a layer as GeoJSON."""
        return GeoJSONResponse(planner.layer(layer_id))

    @routes.get(
        "/api/zones",
        **says(_("Return the zones with their shares as GeoJSON")),
        tags=[district],
        response_model=Features,
        response_class=GeoJSONResponse,
    )
    def zones() -> GeoJSONResponse:
        """Return the zones with their shares as GeoJSON."""
        return GeoJSONResponse(planner.zones())

    @routes.get("/api/scorecard", **says(_("Return the figures of the district and its zones")), tags=[district])
    def scorecard() -> ScorecardAnswer:
        """Return all figures of the district and its zones."""
        return planner.scorecard()

    @routes.get("/api/standards", **says(_("List the standards with every figure, clause and status")), tags=[district])
    def standards() -> list[StandardAnswer]:
        """List the standards with every figure, clause and status."""
        return planner.standards()

    return routes
