"""The command ``tongquan``: one verb per verb of the Planner, in the reader's language.

Help texts stand here in English, as message ids; they are translated when the command starts. The Planner and the
libraries below it load only when a command runs, so that help answers at once.
"""

import atexit
import gc
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from rich.console import Console
from typer import rich_utils

from app.commands.check import check
from app.commands.fetch import fetch
from app.commands.layer import layer
from app.commands.publish import publish
from app.commands.report import report
from app.commands.scenarios import compare, scenario
from app.commands.schools import schools
from app.commands.shared import Age, Folder, Fresh, Json, Lat, Lon, Quiet, console, planner_of, print_json, say
from app.commands.sites import sites
from app.commands.times import times
from app.texts import DEFAULT_LANGUAGE, LANGUAGES, Texts
from geo.errors import InputError, StoreError, TongquanError

LANG_VARIABLE = "TONGQUAN_LANG"
_INTERRUPTED = 130

cli = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command; the entry point of the console script."""
    # a command makes very many small things that stay, and soon ends: rubbish is looked for more rarely than usual
    gc.set_threshold(200_000, 50, 100)
    atexit.register(gc.freeze)  # and not at all at the end, when everything goes
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")  # Windows consoles speak other encodings
    texts = Texts(os.environ.get(LANG_VARIABLE) or DEFAULT_LANGUAGE)
    try:
        lang, rest = take_language(sys.argv[1:] if arguments is None else arguments)
        texts = Texts(lang) if lang else texts
        code = _command(texts)(rest, prog_name="tongquan", obj=texts, standalone_mode=False)
    except TongquanError as error:
        _stop(texts, texts.error(error), error.exit_code)
    except (KeyboardInterrupt, typer.Abort):
        _stop(texts, texts.gettext("Interrupted; the previous results are whole."), _INTERRUPTED)
    except Exception as error:
        reason = usage_error(error, texts)
        if reason is None:
            raise
        _stop(texts, f"{reason}{texts.gettext('. ')}{texts.gettext('Help: tongquan --help')}", InputError.exit_code)
    if code:
        raise SystemExit(code)


def _stop(texts: Texts, reason: str, code: int) -> NoReturn:
    stop = Console(stderr=True, soft_wrap=True, highlight=False)
    stop.print(f"{texts.gettext('Error')}: {reason}", style="red", markup=False)
    raise SystemExit(code)


def _command(texts: Texts) -> Any:  # noqa: ANN401  see translate_help
    command = typer.main.get_command(cli)
    translate_help(command, texts)
    rich_utils.OPTIONS_PANEL_TITLE = texts.gettext("Options")
    rich_utils.ARGUMENTS_PANEL_TITLE = texts.gettext("Arguments")
    rich_utils.COMMANDS_PANEL_TITLE = texts.gettext("Commands")
    return command


def usage_error(error: Exception, texts: Texts) -> str | None:
    """Say in the reader's language what is wrong with a command line; None for any other error.

    Typer brings its own click, whose exceptions have no public address, so they are told by what they carry.
    """
    if not hasattr(error, "format_message") or not hasattr(error, "exit_code"):
        return None
    parameter = getattr(error, "param", None)
    names = "/".join(getattr(parameter, "opts", ())) if parameter is not None else ""
    message = str(getattr(error, "message", ""))
    kind = str(getattr(getattr(parameter, "type", None), "name", ""))
    if hasattr(error, "option_name"):
        return texts.gettext("there is no option {name}", name=error.option_name)
    if message.startswith("No such command"):
        return texts.gettext("there is no command {name}", name=message.split("'")[1])
    if type(error).__name__ == "MissingParameter":
        return texts.gettext("{name} is missing", name=getattr(parameter, "metavar", None) or names)
    if names and kind.startswith(("int", "float")):
        return texts.gettext("{name}: a number is needed", name=names)
    return f"{names}: {message}" if names else str(error.format_message())


def take_language(arguments: Sequence[str]) -> tuple[str | None, list[str]]:
    """Take ``--lang`` out of the arguments: it may stand anywhere, and it decides the words of the help.

    >>> take_language(["build", "town", "--lang", "en"])
    ('en', ['build', 'town'])
    """
    rest, lang, given = list[str](), None, iter(arguments)
    for argument in given:
        name, equals, value = argument.partition("=")
        if name != "--lang":
            rest.append(argument)
            continue
        lang = value if equals else next(given, None)
        if not lang:
            raise InputError("--lang: give a language: {known}", known=", ".join(LANGUAGES))
    return lang, rest


def translate_help(command: Any, texts: Texts) -> None:  # noqa: ANN401  typer brings its own click, whose types are private
    """Put a command's help, and that of its options and sub-commands, into a language."""
    for described in (command, *command.params):
        if getattr(described, "help", None):
            described.help = texts.gettext(described.help)
    make_option = command.get_help_option

    def help_option(context: Any) -> Any:  # noqa: ANN401
        option = make_option(context)
        if option is not None:
            option.help = texts.gettext("Show this help and exit")
        return option

    command.get_help_option = help_option
    for part in getattr(command, "commands", {}).values():
        translate_help(part, texts)


@cli.callback(help="Who reaches what on foot, at a child's own speed: coverage, maps and answers for one district.")
def common(
    _lang: Annotated[str, typer.Option("--lang", metavar="zh-CN|en", help="Language of messages and outputs")] = (
        DEFAULT_LANGUAGE
    ),
) -> None:
    """Document ``--lang``, which :func:`take_language` has taken out before."""


@cli.command(help="Write a new district's folder with a commented district.toml")
def init(
    context: typer.Context,
    folder: Folder,
    name: Annotated[str, typer.Option("--name", help="The district's name", show_default=False)],
    osm: Annotated[
        Path | None,
        typer.Option(
            "--osm", metavar="FILE", help="OpenStreetMap extract (.osm.pbf, .osm, .osm.gz, .osm.bz2); else Overpass"
        ),
    ] = None,
    boundary: Annotated[
        Path | None, typer.Option("--boundary", metavar="FILE", help="Boundary (geojson, gpkg, shp)")
    ] = None,
    place: Annotated[str | None, typer.Option("--place", help="Or the boundary's name in OpenStreetMap")] = None,
    zones: Annotated[
        Path | None, typer.Option("--zones", metavar="FILE", help="Sub-districts (geojson, gpkg, shp)")
    ] = None,
    zone_name: Annotated[str | None, typer.Option("--zone-name", help="Column that holds the zones' names")] = None,
    census: Annotated[
        Path | None, typer.Option("--census", metavar="FILE", help="People by age (csv, xlsx, json)")
    ] = None,
    zone_people: Annotated[
        Path | None, typer.Option("--zone-people", metavar="FILE", help="People by sub-district and age (csv, xlsx)")
    ] = None,
    communities: Annotated[
        Path | None, typer.Option("--communities", metavar="FILE", help="Estates with their children by age")
    ] = None,
    communities_crs: Annotated[
        str | None, typer.Option("--communities-crs", help="Coordinate system of the estates, for example GCJ-02")
    ] = None,
    rasters: Annotated[
        list[Path] | None, typer.Option("--raster", metavar="FILE", help="Raster of people (GeoTIFF); may be repeated")
    ] = None,
    standard: Annotated[str, typer.Option("--standard", help="Standard: child15 or gb50180")] = "child15",
    country: Annotated[str, typer.Option("--country", help="Two letters: habits at traffic lights and gates")] = "CN",
    quiet: Quiet = False,
) -> None:
    """Write a new district."""
    from app.newdistrict import NewDistrict, write_new_district

    texts: Texts = context.obj
    people = (zone_people, communities, communities_crs, tuple(rasters or ()))
    given = NewDistrict(name, osm, boundary, place, zones, zone_name, census, standard, country, *people)
    path = write_new_district(folder, given, texts=texts)
    if not quiet:
        say(texts.gettext("Written: {file}. Look at it, then run: tongquan build {folder}", file=path, folder=folder))


@cli.command(help="Compute everything that has changed and write DIR/out")
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
    say(texts.gettext("Open: {file}", file=(built.folder / "index.html").resolve().as_uri()))


@cli.command("map", help="Write the map only")
def draw_map(context: typer.Context, folder: Folder, fresh: Fresh = False, quiet: Quiet = False) -> None:
    """Write map.html."""
    texts: Texts = context.obj
    built = planner_of(context, folder, quiet=quiet, fresh=fresh).build(["map.html"])
    if not quiet:
        say(texts.gettext("Open: {file}", file=(built.folder / "map.html").resolve().as_uri()))


@cli.command(help="Print the figures of the district and its zones")
def score(context: typer.Context, folder: Folder, as_json: Json = False, quiet: Quiet = False) -> None:
    """Print the scorecard."""
    from app.printing import print_scorecard

    planner = planner_of(context, folder, quiet=quiet or as_json)
    if as_json:
        print_json(planner.scorecard().model_dump())
    else:
        print_scorecard(console, planner, context.obj)


@cli.command(help="Say what a child at a point reaches")
def coverage(context: typer.Context, folder: Folder, lon: Lon, lat: Lat, age: Age, as_json: Json = False) -> None:
    """Print a point's needs."""
    from app.printing import print_coverage

    answer = planner_of(context, folder).coverage(lon=lon, lat=lat, age=age)
    if as_json:
        print_json(answer.model_dump())
    else:
        print_coverage(console, answer, context.obj)


@cli.command(help="Print the area that a child at a point reaches, as GeoJSON")
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


@cli.command(help="Write the page that shows one school's circle for several ages side by side")
def ages(
    context: typer.Context,
    folder: Folder,
    place: Annotated[
        str | None,
        typer.Option("--place", help="Name or id of the place; else the school that main roads cut off most"),
    ] = None,
    ages: Annotated[str | None, typer.Option("--ages", help="Ages in completed years, for example 4,7,13")] = None,
    minutes: Annotated[float | None, typer.Option("--minutes", help="Walking time, minutes")] = None,
    quiet: Quiet = False,
) -> None:
    """Write ages.html."""
    page = planner_of(context, folder, quiet=quiet).ages(place=place, ages=_numbers(ages), minutes=minutes)
    if not quiet:
        say(context.obj.gettext("Open: {file}", file=page.resolve().as_uri()))


@cli.command(help="Write the printed children's map: children.pdf, .svg and .png in DIR/out")
def sheet(
    context: typer.Context,
    folder: Folder,
    paper: Annotated[str, typer.Option("--paper", help="Paper: A4, A3, A2, A1 or A0")] = "A3",
    sides: Annotated[int, typer.Option("--sides", min=1, max=2, help="Printed sides, 1 or 2")] = 2,
    theme: Annotated[str, typer.Option("--theme", help="Map theme: pinwheel, or line to colour in")] = "pinwheel",
    names: Annotated[
        str | None, typer.Option("--names", help="Names of places: zh-CN, en, or both; else the language of the output")
    ] = None,
    tiles: Annotated[
        str | None, typer.Option("--tiles", help="Also cut the sheet onto this paper, for example A4, to glue together")
    ] = None,
    quiet: Quiet = False,
) -> None:
    """Write a sheet."""
    from app.maps.sheet.asked import Asked, check_asked

    asked = Asked(paper, sides, theme, names or context.obj.lang)
    check_asked(asked)
    texts: Texts = context.obj
    written, made = planner_of(context, folder, quiet=quiet).sheet(asked, tiles=tiles)
    if quiet:
        return
    for path in written:
        say(texts.gettext("Written: {file}", file=path))
    comma = texts.gettext(", ")
    if made.left_out:
        names = comma.join(sight.name for sight in made.left_out)
        say(texts.gettext("No room on this paper for: {names}", names=names))
    if made.unwritten:
        say(texts.gettext("Left out, the font lacks some of their letters: {names}", names=comma.join(made.unwritten)))


@cli.command(help="Write the table that explains which places the children's map shows, or feed an edited one back")
def tour(
    context: typer.Context,
    folder: Folder,
    take: Annotated[
        Path | None, typer.Option("--take", metavar="FILE", help="An edited table, to be written into tour.toml")
    ] = None,
    quiet: Quiet = False,
) -> None:
    """Write or read the choice of places."""
    planner = planner_of(context, folder, quiet=quiet)
    path = planner.write_choice(folder / "out" / "tour.xlsx") if take is None else planner.take_choice(take)
    if not quiet:
        say(context.obj.gettext("Written: {file}", file=path))


edition = typer.Typer(no_args_is_help=True, help="Editions of the children's map: freeze one, compare two")
cli.add_typer(edition, name="edition")


@edition.command("cut", help="Freeze the places of the children's map and the figures in DIR/editions/LABEL")
def cut_edition(
    context: typer.Context,
    folder: Folder,
    label: Annotated[str, typer.Option("--label", help="The edition's name, for example 2026A", show_default=False)],
    quiet: Quiet = False,
) -> None:
    """Cut an edition."""
    path = planner_of(context, folder, quiet=quiet).cut_edition(label)
    if not quiet:
        say(context.obj.gettext("Written: {file}", file=path))


@edition.command("diff", help="Say what changed between two editions, and why a figure changed")
def diff_editions(
    context: typer.Context,
    before: Annotated[Path, typer.Argument(metavar="A", help="Folder of the older edition", show_default=False)],
    after: Annotated[Path, typer.Argument(metavar="B", help="Folder of the newer edition", show_default=False)],
    output: Annotated[
        Path | None, typer.Option("--output", metavar="DIR", help="Where to write; else the newer edition's folder")
    ] = None,
    quiet: Quiet = False,
) -> None:
    """Compare two editions."""
    from app.editions.report import write_report

    texts: Texts = context.obj
    lines, written = write_report(before, after, output, texts=texts)
    for line in lines:
        say(line)
    if not quiet:
        for path in written:
            say(texts.gettext("Written: {file}", file=path))


@cli.command(help="List the layers, or print the places of one as GeoJSON")
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


@cli.command(help="Print the zones with their shares as GeoJSON")
def zones(context: typer.Context, folder: Folder) -> None:
    """Print the zones."""
    print_json(planner_of(context, folder).zones())


@cli.command(help="Print the standards with every figure, clause and status, as JSON")
def standards(context: typer.Context, folder: Folder) -> None:
    """Print the standards."""
    print_json([standard.model_dump() for standard in planner_of(context, folder).standards()])


@cli.command(help="Answer over HTTP")
def serve(
    context: typer.Context,
    folder: Folder,
    host: Annotated[str, typer.Option("--host", help="Address to listen on")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="Port to listen on")] = 8000,
    quiet: Quiet = False,
) -> None:
    """Serve a district."""
    import uvicorn

    from app.api.create import create_api

    planner = planner_of(context, folder, quiet=quiet)
    try:
        planner.build()
    except StoreError as error:  # answers need no file, and the pages that stand there can be served
        say(context.obj.error(error))
    api = create_api(planner)
    if not quiet:
        say(
            context.obj.gettext(
                "Listening on http://{host}:{port}/ (documentation: /docs). Stop with Ctrl+C.", host=host, port=port
            )
        )
    uvicorn.run(api, host=host, port=port, log_level="warning")


cli.add_typer(layer, name="layer")
cli.command("check", help="Say what the data lacks, and which answers cannot be trusted")(check)
cli.command("fetch", help="Download the district's map from Overpass; what is there is not asked for again")(fetch)
cli.command("publish", help="Write the results as tables of a PostGIS database, for QGIS")(publish)
cli.command("compare", help="Compare scenarios with what is there: who gains and who loses, and why nothing changes")(
    compare
)
cli.add_typer(scenario, name="scenario")
cli.command("times", help="Say who reaches what on school days, in the evening, at weekends and in holidays")(times)
cli.command("schools", help="Write the pages on the ways to each school, with a map: DIR/out/schools")(schools)


def _numbers(given: str | None) -> list[int] | None:
    """Read ages with commas between them."""
    if given is None:
        return None
    try:
        return [int(age) for age in given.replace("，", ",").split(",")]
    except ValueError:
        raise InputError(
            "--ages: give ages with commas between them, for example 4,7,13 (given: {given})", given=given
        ) from None


cli.command("sites", help="Choose sites for a target of the plan, with proof, doubt and runners-up")(sites)
cli.command("report", help="Write a report: Word, Excel, PDF and HTML")(report)

if __name__ == "__main__":
    main()
