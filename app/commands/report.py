"""``tongquan report``: a report that carries a decision, as Word, Excel, PDF and HTML."""

from typing import Annotated

import typer

from app.commands.shared import Folder, Quiet, planner_of, say_written

_Target = Annotated[
    str, typer.Argument(metavar="TARGET", help="What the report is about, for example coverage", show_default=False)
]
_Formats = Annotated[str, typer.Option("--format", help="Forms with commas between them: docx,xlsx,pdf,html")]


def report(
    context: typer.Context,
    folder: Folder,
    target: _Target,
    formats: _Formats = "docx,xlsx,pdf,html",
    quiet: Quiet = False,
) -> None:
    """Write a report to ``DIR/out/reports``."""
    asked = [name.strip().lower() for name in formats.replace("，", ",").split(",") if name.strip()]
    written = planner_of(context, folder, quiet=quiet).report(target, asked)
    if not quiet:
        say_written(context.obj, *written)
