"""The command ``times``."""

from typing import Annotated

import typer

from app.commands.shared import Folder, Json, console, planner_of, print_json


def times(
    context: typer.Context,
    folder: Folder,
    zones: Annotated[bool, typer.Option("--zones", help="Give the figures of zones too")] = False,
    as_json: Json = False,
) -> None:
    """Print the figures of every time beside those that hold whenever."""
    from app.timesprint import print_times

    planner = planner_of(context, folder)
    if as_json:
        print_json(planner.times(zones=zones).model_dump())
    else:
        print_times(console, planner, context.obj, zones=zones)
