"""The command ``tongquan``: one verb per verb of the Planner, in the reader's language.

Help texts stand in English, as message ids; they are translated when the command starts. The Planner and the
libraries below it load only when a command runs, so that help answers at once.
"""

import atexit
import gc
import os
import re
import sys
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, NoReturn

import typer
from rich.console import Console
from typer import rich_utils

from app.commands.ages import ages
from app.commands.build import build, draw_map
from app.commands.check import check
from app.commands.edition import edition
from app.commands.fetch import fetch
from app.commands.init import init
from app.commands.layer import layer
from app.commands.listing import layers, standards, zones
from app.commands.point import circle, coverage
from app.commands.publish import publish
from app.commands.report import report
from app.commands.scenarios import compare, scenario
from app.commands.schools import schools
from app.commands.score import score
from app.commands.serve import serve
from app.commands.sheet import sheet
from app.commands.sites import sites
from app.commands.times import times
from app.commands.tour import tour
from app.texts import DEFAULT_LANGUAGE, LANGUAGES, Texts
from geo.errors import InputError, TongquanError

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
    if hasattr(error, "option_name"):
        return texts.gettext("there is no option {name}", name=error.option_name)
    if named := re.match(r"No such command '(.*)'", message):
        return texts.gettext("there is no command {name}", name=named[1])
    if type(error).__name__ == "MissingParameter":
        return texts.gettext("{name} is missing", name=getattr(parameter, "metavar", None) or names)
    if names and (faults := getattr(error.__cause__, "errors", None)):
        return _value_error(names, faults(), texts)
    unused = re.search(r"unexpected extra argument\S* \((.*)\)", message)
    text = texts.gettext("{arguments}: too much on the line; take it out", arguments=unused[1]) if unused else ""
    return text or (f"{names}: {message}" if names else str(error.format_message()))


def _value_error(option: str, faults: Sequence[Mapping[str, Any]], texts: Texts) -> str:
    """Say what pydantic, which checks the values of options, finds wrong with one."""
    from layers.faults import faults_of

    (fault,) = faults_of({**fault, "loc": (option,)} for fault in faults)
    return texts.error(fault)


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


cli.command("init", help="Write a new district's folder with a commented district.toml")(init)
cli.command("build", help="Compute everything that has changed and write DIR/out")(build)
cli.command("map", help="Write the map only")(draw_map)
cli.command("score", help="Print the figures of the district and its zones")(score)
cli.command("coverage", help="Say what a child at a point reaches")(coverage)
cli.command("circle", help="Print the area that a child at a point reaches, as GeoJSON")(circle)
cli.command("ages", help="Write the page that shows one school's circle for several ages side by side")(ages)
cli.command("sheet", help="Write the printed children's map: children.pdf, .svg and .png in DIR/out")(sheet)
cli.command(
    "tour", help="Write the table that explains which places the children's map shows, or feed an edited one back"
)(tour)
cli.command("layers", help="List the layers, or print the places of one as GeoJSON")(layers)
cli.command("zones", help="Print the zones with their shares as GeoJSON")(zones)
cli.command("standards", help="Print the standards with every figure, clause and status, as JSON")(standards)
cli.command("serve", help="Answer over HTTP")(serve)
cli.command("check", help="Say what the data lacks, and which answers cannot be trusted")(check)
cli.command("fetch", help="Download the district's map from Overpass; what is there is not asked for again")(fetch)
cli.command("publish", help="Write the results as tables of a PostGIS database, for QGIS")(publish)
cli.command("compare", help="Compare scenarios with what is there: who gains and who loses, and why nothing changes")(
    compare
)
cli.command("times", help="Say who reaches what on school days, in the evening, at weekends and in holidays")(times)
cli.command("schools", help="Write the pages on the ways to each school, with a map: DIR/out/schools")(schools)
cli.command("sites", help="Choose sites for a target of the plan, with proof, doubt and runners-up")(sites)
cli.command("report", help="Write a report: Word, Excel, PDF and HTML")(report)
cli.add_typer(edition, name="edition")
cli.add_typer(layer, name="layer")
cli.add_typer(scenario, name="scenario")

if __name__ == "__main__":
    main()
