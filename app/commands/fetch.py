"""``tongquan fetch``: download a district's map from Overpass, piece by piece, and go on after an interruption."""

from datetime import datetime
from typing import Annotated

import typer

from app.commands.shared import Folder, Quiet, planner_of, say
from app.texts import Texts

Renew = Annotated[bool, typer.Option("--fresh", help="Download everything again; the old map stays until it is whole")]


def fetch(context: typer.Context, folder: Folder, fresh: Renew = False, quiet: Quiet = False) -> None:
    """Download a district's map."""
    texts: Texts = context.obj
    download = planner_of(context, folder, quiet=quiet).fetch(fresh=fresh)
    if quiet:
        return
    record = download.record
    say(
        texts.gettext(
            "Map of {date}: {n} pieces, {asked} of them fetched now, {mb:.1f} MB in all. Next: tongquan build {folder}",
            date=_day(record.osm_base, texts),
            n=record.n_pieces,
            asked=download.n_asked,
            mb=record.mb,
            folder=folder,
        )
    )
    if download.is_mixed:
        say(
            texts.gettext(
                "Its pieces are of different days, {oldest} to {newest}: what changed meanwhile may not fit together. "
                "To renew all of it: tongquan fetch {folder} --fresh",
                oldest=_day(record.osm_base, texts),
                newest=_day(record.newest, texts),
                folder=folder,
            )
        )


def _day(moment: datetime | None, texts: Texts) -> str:
    return texts.gettext("unknown") if moment is None else f"{moment:%Y-%m-%d}"
