"""The commands ``layers``, ``zones`` and ``standards``: what a district and its rules consist of."""

from typing import Annotated

import typer

from app.commands.shared import Folder, Json, console, planner_of, print_json


def layers(
    context: typer.Context,
    folder: Folder,
    layer_id: Annotated[str | None, typer.Argument(metavar="[LAYER]", help="A layer's id", show_default=False)] = None,
    as_json: Json = False,
) -> None:
    """Print the layers, or one of them."""
    from app.printing import print_layers

    if layer_id is not None:
        print_json(planner_of(context, folder).layer(layer_id))
        return
    found = planner_of(context, folder).layers()
    if as_json:
        print_json([layer.model_dump() for layer in found])
    else:
        print_layers(console, found, context.obj)


def zones(context: typer.Context, folder: Folder) -> None:
    """Print the zones."""
    print_json(planner_of(context, folder).zones())


def standards(context: typer.Context, folder: Folder) -> None:
    """Print the standards."""
    print_json([standard.model_dump() for standard in planner_of(context, folder).standards()])
