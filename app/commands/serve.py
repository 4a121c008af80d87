"""The command ``serve``: answers over HTTP."""

from typing import Annotated

import typer

from app.commands.shared import Folder, Quiet, planner_of, say
from geo.errors import StoreError


def serve(
    context: typer.Context,
    folder: Folder,
    host: Annotated[str, typer.Option("--host", help="Address to listen on")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="Port to listen on")] = 8000,
    quiet: Quiet = False,
) -> None:
    """Serve a district."""
    import uvicorn

    from app.api.create import create_api

    planner = planner_of(context, folder, quiet=quiet)
    try:
        planner.build()
    except StoreError as error:  # answers need no file, and the pages that stand there can be served
        say(context.obj.error(error))
    api = create_api(planner)
    if not quiet:
        say(
            context.obj.gettext(
                "Listening on http://{host}:{port}/ (documentation: /docs). Stop with Ctrl+C.", host=host, port=port
            )
        )
    uvicorn.run(api, host=host, port=port, log_level="warning")
