"""``tongquan sites``: which sites a target of the plan should take, with proof, doubt and runners-up."""

from pathlib import Path
from typing import Annotated

import typer

from app.commands.shared import Folder, Quiet, console, planner_of, say_written

_Target = Annotated[
    str | None,
    typer.Argument(metavar="[TARGET]", help="Id of a target of the plan; none lists them", show_default=False),
]
_MOST = 100_000  # as in the plan
_To = Annotated[Path | None, typer.Option("--json", help="Also write the answer to this file", show_default=False)]
_Number = Annotated[int | None, typer.Option("--n", min=1, max=_MOST, help="How many sites; else as the plan says")]
_Runs = Annotated[
    int | None, typer.Option("--runs", min=0, max=_MOST, help="Runs of robustness; else as the plan says")
]

IMPOSSIBLE = 2  # exit code


def sites(
    context: typer.Context,
    folder: Folder,
    target: _Target = None,
    to: _To = None,
    n: _Number = None,
    runs: _Runs = None,
    quiet: Quiet = False,
) -> None:
    """Choose sites; where the demands contradict each other, say which, and end with code 2."""
    from app.siting.printing import SearchShown, print_decision, print_targets

    planner = planner_of(context, folder, quiet=quiet)
    if target is None:
        print_targets(console, planner.plan, context.obj)
        return
    with SearchShown(console, context.obj, quiet=quiet) as shown:
        decided = planner.sites(target, n=n, runs=runs, listen=shown.tell)
    if to is not None:
        planner.write_sites(decided, to)
    if not quiet:
        print_decision(console, decided, context.obj)
    if to is not None and not quiet:
        say_written(context.obj, to)
    if decided.conflict:
        raise typer.Exit(IMPOSSIBLE)
