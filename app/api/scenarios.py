"""The route of scenarios."""

from collections.abc import Callable, Coroutine
from threading import Lock
from typing import Annotated, Any

from fastapi import APIRouter, Body, Request, Response
from fastapi.routing import APIRoute
from pydantic import BaseModel, ConfigDict, Field

from app.api.errors import ErrorAnswer
from app.planner import Planner
from app.scenarios.answer import ComparisonAnswer
from geo.errors import InputError
from layers.scenario import ScenarioFile, scenario_rules


class CompareRequest(BaseModel):
    """Scenarios by id, each as its TOML file would say it, and whether to carry all of them out at once, too."""

    model_config = ConfigDict(extra="forbid")

    scenarios: dict[str, ScenarioFile] = Field(min_length=1, max_length=scenario_rules().most.together)
    together: bool = False


class _Limited(APIRoute):
    """A route that reads no more of a body than a scenario may be long."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handler = super().get_route_handler()

        async def limited(request: Request) -> Response:
            body, most = b"", scenario_rules().most.bytes
            async for chunk in request.stream():
                body += chunk
                if len(body) > most:
                    raise InputError("the request is longer than {most} bytes; ask for less at once", most=most)

            async def receive() -> dict[str, Any]:
                return {"type": "http.request", "body": body, "more_body": False}

            return await handler(Request(request.scope, receive))

        return limited


def make_scenario_routes(planner: Planner) -> APIRouter:
    """Make the route that compares scenarios with what is there; one request is computed at a time."""
    _ = planner.texts.gettext
    routes = APIRouter(tags=[_("District")], route_class=_Limited)
    text = _("Compare scenarios with what is there: who gains and who loses, and why nothing changes")
    bad = {"model": ErrorAnswer, "description": "A change cannot be carried out"}
    busy = Lock()

    @routes.post("/api/compare", summary=text, description=text, responses={404: bad, 422: bad})
    def compare(asked: Annotated[CompareRequest, Body()]) -> ComparisonAnswer:
        """Compare scenarios; nothing is written."""
        with busy:
            return planner.compare_files(asked.scenarios, together=asked.together)

    return routes
