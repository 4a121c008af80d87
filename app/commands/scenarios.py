"""The commands ``compare`` and ``scenario new``."""

from typing import Annotated

import typer

from app.commands.shared import Folder, Json, Quiet, console, planner_of, print_json, say_written

Ids = Annotated[
    list[str], typer.Argument(metavar="SCENARIO...", help="Ids: stems of DIR/scenarios/*.toml", show_default=False)
]
Id = Annotated[str, typer.Argument(metavar="ID", help="The new scenario's id", show_default=False)]
Together = Annotated[bool, typer.Option("--together", help="Carry out all of them at once, too")]

scenario = typer.Typer(no_args_is_help=True, help="Scenarios: what an office thinks of changing")


def compare(
    context: typer.Context,
    folder: Folder,
    scenarios: Ids,
    together: Together = False,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Compare scenarios with what is there, and write a page, a workbook and a GeoPackage of each."""
    from app.scenarios.printing import print_comparison

    planner = planner_of(context, folder, quiet=quiet or as_json)
    comparison = planner.compare(scenarios, together=together)
    written = planner.write_comparison(comparison)
    if as_json:
        print_json(planner.comparison_answer(comparison).model_dump(mode="json"))
        return
    print_comparison(console, comparison, planner.results, context.obj)
    if not quiet:
        say_written(context.obj, *written)


@scenario.command("new", help="Write DIR/scenarios/ID.toml with one commented change of each kind")
def new_scenario(context: typer.Context, folder: Folder, scenario_id: Id, quiet: Quiet = False) -> None:
    """Write a template."""
    path = planner_of(context, folder, quiet=quiet).new_scenario(scenario_id)
    if not quiet:
        say_written(context.obj, path)
