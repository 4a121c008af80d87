"""The route of times."""

from typing import Annotated

from fastapi import APIRouter, Query

from app.api.errors import ErrorAnswer
from app.planner import Planner
from app.timesanswer import TimesAnswer

At = Annotated[str | None, Query(description="Id of one time, for example holiday; none means all", max_length=64)]
Zones = Annotated[bool, Query(description="Give the figures of zones too")]


def make_times_routes(planner: Planner) -> APIRouter:
    """Make the route of coverage on school days, in the evening, at weekends and in holidays."""
    _ = planner.texts.gettext
    routes = APIRouter(tags=[_("District")])
    text = _("Return the figures on school days, in the evening, at weekends and in holidays")
    unknown = {"model": ErrorAnswer, "description": "Nothing has that identifier"}

    @routes.get("/api/times", summary=text, description=text, responses={404: unknown})
    def times(at: At = None, zones: Zones = False) -> TimesAnswer:  # noqa: FBT002  a parameter of the address
        """Return the figures at times when some places are closed, beside those of the scorecard."""
        return planner.times(at, zones=zones)

    return routes
