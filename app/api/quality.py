"""The route of quality."""

from typing import Annotated

from fastapi import APIRouter, Query

from app.api.errors import ErrorAnswer
from app.planner import Planner
from app.qualitymodels import QualityAnswer

Zone = Annotated[str | None, Query(description="Name of one zone; none means all", max_length=200)]


def make_quality_routes(planner: Planner) -> APIRouter:
    """Make the route that says which answers can be trusted."""
    _ = planner.texts.gettext
    routes = APIRouter(tags=[_("District")])
    text = _("Say which answers can be trusted, zone by zone, and why not")
    unknown = {"model": ErrorAnswer, "description": "Nothing has that identifier"}

    @routes.get("/api/quality", summary=text, description=text, responses={404: unknown})
    def quality(zone: Zone = None) -> QualityAnswer:
        """Return lights with their reasons for every need, age band and zone, and what they come from."""
        return planner.quality(zone)

    return routes
