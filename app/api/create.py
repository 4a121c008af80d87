"""Makes the FastAPI service of one district."""

from collections.abc import Awaitable, Callable
from importlib.metadata import version
from pathlib import Path

from fastapi import FastAPI, Request, Response
from fastapi.middleware.gzip import GZipMiddleware
from fastapi.staticfiles import StaticFiles
from fastapi_offline import FastAPIOffline

from app.api.children import make_children_routes
from app.api.errors import ErrorAnswer, add_error_handlers
from app.api.quality import make_quality_routes
from app.api.routes import make_routes
from app.api.scenarios import make_scenario_routes
from app.api.times import make_times_routes
from app.models import ATTRIBUTION
from app.planner import Planner

_SMALLEST_ZIPPED = 1024
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
}


def create_api(planner: Planner) -> FastAPI:
    """Make the service.

    Args:
        planner: Of the district; its results are computed before the first answer.

    Returns:
        The API under ``/api``, its documentation under ``/docs`` (without outside links), and the files of ``DIR/out``.
    """
    # what all answers share is computed before several threads ask for it at once
    planner.scorecard()
    _ = planner.results.outliner
    _ = planner.results.quality
    settings = planner.results.district.settings
    api: FastAPI = FastAPIOffline(
        title=f"Tongquan 童圈 · {settings.name}",
        summary=planner.texts.gettext("Who reaches what on foot, at a child's own speed"),
        description=f"{ATTRIBUTION} · "
        + planner.texts.gettext("Points are WGS-84 degrees, longitude first; distances are metres."),
        redoc_url=None,  # it asks another host for its logo
        version=version("tongquan"),
    )
    add_error_handlers(api, planner.texts)
    api.include_router(make_routes(planner), responses={"default": {"model": ErrorAnswer}})
    api.include_router(make_quality_routes(planner), responses={"default": {"model": ErrorAnswer}})
    api.include_router(make_times_routes(planner), responses={"default": {"model": ErrorAnswer}})
    api.include_router(make_scenario_routes(planner), responses={"default": {"model": ErrorAnswer}})
    api.include_router(make_children_routes(planner))
    api.add_middleware(GZipMiddleware, minimum_size=_SMALLEST_ZIPPED)

    @api.middleware("http")
    async def harden(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
        response = await call_next(request)
        for name, value in _HEADERS.items():
            response.headers.setdefault(name, value)
        return response

    out = planner.folder / "out"
    if out.is_dir():
        api.mount("/", StaticFiles(directory=Path(out), html=True), name="files")
    return api
