"""The command ``sheet``: the printed children's map."""

from typing import Annotated

import typer

from app.commands.shared import Folder, Quiet, planner_of, say, say_written
from app.texts import Texts


def sheet(
    context: typer.Context,
    folder: Folder,
    paper: Annotated[str, typer.Option("--paper", help="Paper: A4, A3, A2, A1 or A0")] = "A3",
    sides: Annotated[int, typer.Option("--sides", min=1, max=2, help="Printed sides, 1 or 2")] = 2,
    theme: Annotated[str, typer.Option("--theme", help="Map theme: pinwheel, or line to colour in")] = "pinwheel",
    names: Annotated[
        str | None, typer.Option("--names", help="Names of places: zh-CN, en, or both; else the language of the output")
    ] = None,
    tiles: Annotated[
        str | None, typer.Option("--tiles", help="Also cut the sheet onto this paper, for example A4, to glue together")
    ] = None,
    quiet: Quiet = False,
) -> None:
    """Write a sheet."""
    from app.maps.sheet.asked import Asked, check_asked

    asked = Asked(paper, sides, theme, names or context.obj.lang)
    check_asked(asked)
    texts: Texts = context.obj
    written, made = planner_of(context, folder, quiet=quiet).sheet(asked, tiles=tiles)
    if quiet:
        return
    say_written(texts, *written)
    comma = texts.gettext(", ")
    if made.left_out:
        names = comma.join(sight.name for sight in made.left_out)
        say(texts.gettext("No room on this paper for: {names}", names=names))
    if made.unwritten:
        say(texts.gettext("Left out, the font lacks some of their letters: {names}", names=comma.join(made.unwritten)))
