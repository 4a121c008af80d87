"""The command ``check``."""

from typing import Annotated

import typer

from app.commands.shared import Folder, Json, Quiet, console, planner_of, print_json


def check(
    context: typer.Context,
    folder: Folder,
    zone: Annotated[str | None, typer.Option("--zone", metavar="NAME", help="Look at one zone only")] = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Print which answers can be trusted, and the findings on the data."""
    from app.printing import print_findings
    from app.qualityprint import print_quality

    planner = planner_of(context, folder, quiet=quiet or as_json)
    answer = planner.quality(zone)
    if as_json:
        print_json(answer.model_dump())
        return
    print_quality(console, answer, context.obj, one_zone=zone is not None)
    if zone is None:
        print_findings(console, planner.check(), context.obj)
