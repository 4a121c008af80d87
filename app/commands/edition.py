"""The commands ``edition cut`` and ``edition diff``: editions of the children's map."""

from pathlib import Path
from typing import Annotated

import typer

from app.commands.shared import Folder, Quiet, planner_of, say, say_written
from app.texts import Texts

edition = typer.Typer(no_args_is_help=True, help="Editions of the children's map: freeze one, compare two")


@edition.command("cut", help="Freeze the places of the children's map and the figures in DIR/editions/LABEL")
def cut_edition(
    context: typer.Context,
    folder: Folder,
    label: Annotated[str, typer.Option("--label", help="The edition's name, for example 2026A", show_default=False)],
    quiet: Quiet = False,
) -> None:
    """Cut an edition."""
    path = planner_of(context, folder, quiet=quiet).cut_edition(label)
    if not quiet:
        say_written(context.obj, path)


@edition.command("diff", help="Say what changed between two editions, and why a figure changed")
def diff_editions(
    context: typer.Context,
    before: Annotated[Path, typer.Argument(metavar="A", help="Folder of the older edition", show_default=False)],
    after: Annotated[Path, typer.Argument(metavar="B", help="Folder of the newer edition", show_default=False)],
    output: Annotated[
        Path | None, typer.Option("--output", metavar="DIR", help="Where to write; else the newer edition's folder")
    ] = None,
    quiet: Quiet = False,
) -> None:
    """Compare two editions."""
    from app.editions.report import write_report

    texts: Texts = context.obj
    lines, written = write_report(before, after, output, texts=texts)
    for line in lines:
        say(line)
    if not quiet:
        say_written(texts, *written)
