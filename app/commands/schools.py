"""``tongquan schools``: the pages on the ways to each school."""

from typing import Annotated

import typer

from app.commands.shared import Folder, Quiet, planner_of, say, say_open


def schools(
    context: typer.Context,
    folder: Folder,
    school: Annotated[
        str | None, typer.Option("--school", help="Name or id of one school, or a part of it; else all")
    ] = None,
    quiet: Quiet = False,
) -> None:
    """Write the index and the pages."""
    written = planner_of(context, folder, quiet=quiet).schools(school=school)
    if quiet:
        return
    texts = context.obj
    say(texts.gettext("{n} schools written.", n=len(written) - 1))
    page = written[0] if school is None else written[1]
    say_open(texts, page)
