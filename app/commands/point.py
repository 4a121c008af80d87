"""The commands ``coverage`` and ``circle``: what a child at a point reaches."""

from typing import Annotated

import typer

from app.commands.shared import Age, Folder, Json, Lat, Lon, console, planner_of, print_json


def coverage(context: typer.Context, folder: Folder, lon: Lon, lat: Lat, age: Age, as_json: Json = False) -> None:
    """Print a point's needs."""
    from app.printing import print_coverage

    answer = planner_of(context, folder).coverage(lon=lon, lat=lat, age=age)
    if as_json:
        print_json(answer.model_dump())
    else:
        print_coverage(console, answer, context.obj)


def circle(
    context: typer.Context,
    folder: Folder,
    lon: Lon,
    lat: Lat,
    age: Age,
    minutes: Annotated[float, typer.Option("--minutes", help="Walking time, minutes")] = 15.0,
) -> None:
    """Print a circle."""
    print_json(planner_of(context, folder).circle(lon=lon, lat=lat, age=age, minutes=minutes))
