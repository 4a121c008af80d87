"""``tongquan layer``: an office's own lists; add one, check all."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from app.commands.shared import Folder, Quiet, console, planner_of, say
from app.texts import Texts
from geo.errors import InputError, Several

layer = typer.Typer(no_args_is_help=True, help="The office's own lists: add one, check all")


@layer.command("add", help="Look at a list (xlsx, csv, gpkg, shp, geojson, parquet), say what it is, and add it")
def add(
    context: typer.Context,
    folder: Folder,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The list", show_default=False)],
    layer_id: Annotated[
        str | None, typer.Option("--layer", metavar="ID", help="What its places are: a layer's id; else guessed")
    ] = None,
    crs: Annotated[
        str | None,
        typer.Option("--crs", help="Coordinate system: WGS-84, GCJ-02, BD-09, CGCS2000, EPSG:number; never guessed"),
    ] = None,
    sheet: Annotated[str, typer.Option("--sheet", help="Sheet or layer of the file; else the likeliest")] = "",
    name: Annotated[
        str | None, typer.Option("--as", metavar="NAME", help="Name of the layer file; else the list's")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Write over a layer file that is there")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Take guesses that no header confirms")] = False,
    quiet: Quiet = False,
) -> None:
    """Add a list."""
    from app.listprinting import print_proposal
    from app.ownlists import Stated, check_ready, write_list

    texts: Texts = context.obj
    stated = Stated(layer_id, crs, sheet)
    found = planner_of(context, folder, quiet=quiet).look_at_list(file, stated)
    if not quiet:
        print_proposal(console, found, texts)
    check_ready(found, folder, stated, name)
    unsure = [guess.key for guess in found.unsure]
    if unsure and not yes:
        _ask(unsure, file, texts)
    path = write_list(found, folder, name, force=force, texts=texts)
    if not quiet:
        say(texts.gettext("Written: {file}. Look at it, then run: tongquan build {folder}", file=path, folder=folder))


def _ask(unsure: list[str], file: Path, texts: Texts) -> None:
    """Ask whether guesses are right; without anybody to ask, refuse them."""
    keys = ", ".join(unsure)
    if not sys.stdin.isatty():
        raise InputError(
            "{file}: {keys} are only guesses that no header confirms; repeat with --yes if they are right",
            file=file,
            keys=keys,
        )
    typer.confirm(texts.gettext("{keys} are only guesses. Are they right?", keys=keys), abort=True)


@layer.command("check", help="Read all lists of a district again and say what is wrong with each")
def check(context: typer.Context, folder: Folder, quiet: Quiet = False) -> None:
    """Check the lists."""
    from app.listprinting import print_checked

    texts: Texts = context.obj
    lists = planner_of(context, folder, quiet=quiet).check_lists()
    if lists:
        print_checked(console, lists, texts)
    else:
        say(
            texts.gettext(
                "The district has no lists of its own. Add one: tongquan layer add {folder} FILE", folder=folder
            )
        )
    unusable = [fault for one in lists if one.table is None for fault in one.faults]
    if unusable:
        raise InputError(
            "{n} of {n_all} lists cannot be used: {faults}",
            n=len(unusable),
            n_all=len(lists),
            faults=Several(unusable),
        )
