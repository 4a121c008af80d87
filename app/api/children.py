"""The children's page as the service gives it: the built file, with what lets a phone keep it and open it offline."""

import json

from fastapi import APIRouter, Response
from fastapi.responses import HTMLResponse

from app.maps.children.served import for_service, home_icon, keeper, manifest
from app.planner import Planner
from geo.errors import UnknownIdError

PAGE = "children.html"
_ASK_AGAIN = {"Cache-Control": "no-cache"}


def make_children_routes(planner: Planner) -> APIRouter:
    """Make the routes of the children's page.

    ``/children`` is ``DIR/out/children.html`` with a link to ``/children/manifest.webmanifest``; the page then asks for
    ``/children/sw.js``, which keeps it on the phone. The file itself stays as it is: it asks for nothing.
    """
    routes = APIRouter(include_in_schema=False)

    def page() -> str:
        try:
            return (planner.folder / "out" / PAGE).read_text(encoding="utf-8")
        except OSError as error:
            raise UnknownIdError(
                "{file}: there is no children's page yet; run tongquan build and start the service again", file=PAGE
            ) from error

    @routes.get("/children")
    def children() -> HTMLResponse:
        """Return the page."""
        return HTMLResponse(for_service(page()), headers=_ASK_AGAIN)

    @routes.get("/children/manifest.webmanifest")
    def webmanifest() -> Response:
        """Return what a phone's home screen shows."""
        told = json.dumps(manifest(planner.results, planner.texts), ensure_ascii=False)
        return Response(told, media_type="application/manifest+json")

    @routes.get("/children/icon.svg")
    def icon() -> Response:
        """Return the picture for the home screen."""
        return Response(home_icon(), media_type="image/svg+xml")

    @routes.get("/children/sw.js")
    def worker() -> Response:
        """Return the script that keeps the page; the page stands one step above it."""
        headers = {"Service-Worker-Allowed": "../", **_ASK_AGAIN}
        return Response(keeper(page()), media_type="text/javascript", headers=headers)

    return routes
