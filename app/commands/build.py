"""The commands ``build`` and ``map``: compute what has changed, and write it."""

import typer

from app.commands.shared import Folder, Fresh, Quiet, console, planner_of, say, say_open
from app.texts import Texts


def build(context: typer.Context, folder: Folder, fresh: Fresh = False, quiet: Quiet = False) -> None:
    """Build a district."""
    from app.printing import print_bad_findings

    texts: Texts = context.obj
    built = planner_of(context, folder, quiet=quiet, fresh=fresh).build()
    if quiet:
        return
    if built.written:
        print_bad_findings(console, built.findings, texts)
        say(texts.gettext("Done in {seconds:.0f} s.", seconds=built.seconds))
    else:
        say(texts.gettext("Nothing has changed; the results are up to date."))
    say_open(texts, built.folder / "index.html")


def draw_map(context: typer.Context, folder: Folder, fresh: Fresh = False, quiet: Quiet = False) -> None:
    """Write map.html."""
    built = planner_of(context, folder, quiet=quiet, fresh=fresh).build(["map.html"])
    if not quiet:
        say_open(context.obj, built.folder / "map.html")
