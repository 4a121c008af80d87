"""The command ``ages``: the page that shows one school's circle for several ages."""

from typing import Annotated

import typer

from app.commands.shared import Folder, Quiet, planner_of, say_open
from geo.errors import InputError


def ages(
    context: typer.Context,
    folder: Folder,
    place: Annotated[
        str | None,
        typer.Option("--place", help="Name or id of the place; else the school that main roads cut off most"),
    ] = None,
    ages: Annotated[str | None, typer.Option("--ages", help="Ages in completed years, for example 4,7,13")] = None,
    minutes: Annotated[float | None, typer.Option("--minutes", help="Walking time, minutes")] = None,
    quiet: Quiet = False,
) -> None:
    """Write ages.html."""
    page = planner_of(context, folder, quiet=quiet).ages(place=place, ages=_numbers(ages), minutes=minutes)
    if not quiet:
        say_open(context.obj, page)


def _numbers(given: str | None) -> list[int] | None:
    """Read ages with commas between them."""
    if given is None:
        return None
    try:
        return [int(age) for age in given.replace("，", ",").split(",")]
    except ValueError:
        raise InputError(
            "--ages: give ages with commas between them, for example 4,7,13 (given: {given})", given=given
        ) from None
