"""The command ``tour``: which places the children's map shows, as a table to edit."""

from pathlib import Path
from typing import Annotated

import typer

from app.commands.shared import Folder, Quiet, planner_of, say_written


def tour(
    context: typer.Context,
    folder: Folder,
    take: Annotated[
        Path | None, typer.Option("--take", metavar="FILE", help="An edited table, to be written into tour.toml")
    ] = None,
    quiet: Quiet = False,
) -> None:
    """Write or read the choice of places."""
    planner = planner_of(context, folder, quiet=quiet)
    path = planner.write_choice(folder / "out" / "tour.xlsx") if take is None else planner.take_choice(take)
    if not quiet:
        say_written(context.obj, path)
