"""The command ``tongquan publish``: results as tables of a PostGIS database."""

from typing import Annotated

import typer

from app.commands.shared import Folder, Json, Quiet, planner_of, print_json, say
from app.texts import Texts


def publish(
    context: typer.Context,
    folder: Folder,
    to: Annotated[
        str,
        typer.Option(
            "--to",
            metavar="ADDRESS",
            help="Database: postgresql://user@host/database, or a name: the variable TONGQUAN_PG_NAME, or a service of "
            "~/.pg_service.conf. Passwords belong into ~/.pgpass or PGPASSWORD",
            show_default=False,
        ),
    ],
    schema: Annotated[str, typer.Option("--schema", help="Schema; made when absent, and may hold other districts")] = (
        "tongquan"
    ),
    district_id: Annotated[
        str | None, typer.Option("--id", help="Tells this district from others in the schema; else its name")
    ] = None,
    keep: Annotated[
        bool,
        typer.Option("--keep/--replace", help="Refuse when this district is published already, or replace its rows"),
    ] = False,
    reader: Annotated[
        list[str] | None, typer.Option("--reader", help="Role that may read everything in the schema; may be repeated")
    ] = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Publish a district."""
    texts: Texts = context.obj
    planner = planner_of(context, folder, quiet=quiet or as_json)
    done = planner.publish(to, schema=schema, district_id=district_id, keep=keep, readers=reader or ())
    if as_json:
        print_json({"schema": done.schema, "district_id": done.district_id, "n_rows": done.n_rows})
    elif not quiet:
        say(
            texts.gettext(
                "{id}: {n:,} rows in {tables} tables of {schema} ({where}).",
                id=done.district_id,
                n=sum(done.n_rows.values()),
                tables=len(done.n_rows),
                schema=done.schema,
                where=done.where,
            )
        )
