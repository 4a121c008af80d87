"""What commands share: their common arguments, the console, and how they reach the Planner."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from app.texts import Texts

if TYPE_CHECKING:
    from app.planner import Planner

Folder = Annotated[Path, typer.Argument(metavar="DIR", help="The district's folder", show_default=False)]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing unless something is wrong")]
Fresh = Annotated[bool, typer.Option("--fresh", help="Compute everything again")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON")]
Lon = Annotated[float, typer.Option("--lon", help="Longitude, degrees WGS-84", show_default=False)]
Lat = Annotated[float, typer.Option("--lat", help="Latitude, degrees WGS-84", show_default=False)]
Age = Annotated[int, typer.Option("--age", help="Age in completed years", show_default=False)]

console = Console(soft_wrap=True, highlight=False)


def planner_of(context: typer.Context, folder: Path, *, quiet: bool = True, fresh: bool = False) -> "Planner":
    """Return the district's Planner, in the reader's language; its progress is shown unless `quiet`."""
    from app.planner import Planner
    from app.progress import Progress

    texts: Texts = context.obj
    return Planner(folder, lang=texts.lang, fresh=fresh, report=Progress(console, texts, quiet=quiet).report)


def say(text: str) -> None:
    """Print a text as it is."""
    console.print(text, markup=False)


def say_written(texts: Texts, *files: Path) -> None:
    """Say which files were written."""
    for file in files:
        say(texts.gettext("Written: {file}", file=file))


def say_open(texts: Texts, page: Path) -> None:
    """Say which page to look at."""
    say(texts.gettext("Open: {file}", file=page.resolve().as_uri()))


def print_json(content: object) -> None:
    """Print JSON, and nothing else."""
    json.dump(content, sys.stdout, ensure_ascii=False, indent=1)
    sys.stdout.write("\n")
