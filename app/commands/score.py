"""The command ``score``: the figures of the district and its zones."""

import typer

from app.commands.shared import Folder, Json, Quiet, console, planner_of, print_json


def score(context: typer.Context, folder: Folder, as_json: Json = False, quiet: Quiet = False) -> None:
    """Print the scorecard."""
    from app.printing import print_scorecard

    planner = planner_of(context, folder, quiet=quiet or as_json)
    if as_json:
        print_json(planner.scorecard().model_dump())
    else:
        print_scorecard(console, planner, context.obj)
