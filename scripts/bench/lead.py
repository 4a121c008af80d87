"""The leading process: makes a district, lets contests be played, and prints the table."""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.contest import Outcome, PlayerMaker, ProcessPlayer, play
from bench.figures import figures_of
from bench.jobs import JOBS, Field
from bench.notes import Notes, title
from bench.pandarm_env import NoPandarmError, pandarm_python
from bench.siting import siting_rows
from bench.table import Rows, seconds, write_table

ROOT = Path(__file__).resolve().parent.parent.parent
SETTINGS = tomllib.loads(Path(__file__).with_name("bench.toml").read_text(encoding="utf-8"))


def main(
    arguments: Sequence[str], *, settings: Mapping[str, Any] = SETTINGS, player: PlayerMaker = ProcessPlayer
) -> int:
    """Measure everything.

    Args:
        arguments: Of the command line.
        settings: bench.toml.
        player: Makes players.

    Returns:
        The exit code; goals that are missed are told, and are no error.
    """
    options = _parser(settings).parse_args(arguments)
    source = _source(options, settings)
    if not source.extract.is_file():
        print(
            f"{source.extract}: no such file; name an OpenStreetMap extract, for example: python3 scripts/bench.py"
            " city.osm.pbf --country ES",
            file=sys.stderr,
        )
        return 2
    with tempfile.TemporaryDirectory(prefix="tongquan-bench-", ignore_cleanup_errors=True) as folder:
        try:
            run = _Run(Path(folder), source, settings, options, player)
            text, figures = run.everything()
        except subprocess.CalledProcessError as error:
            print(f"stopped: {' '.join(map(str, error.cmd[1:4]))} ended with code {error.returncode}", file=sys.stderr)
            return 1
    print(text)
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    return 0


@dataclass(frozen=True)
class Source:
    """The district that is measured: files that ``tongquan init`` takes."""

    name: str
    extract: Path
    country: str
    boundary: Path | None = None
    zones: Path | None = None
    zone_name: str | None = None

    def init(self, folder: Path) -> list[str]:
        """Return the words of ``tongquan init``."""
        words = ["init", str(folder), "--name", self.name, "--osm", str(self.extract), "--country", self.country]
        words += ["--boundary", str(self.boundary)] if self.boundary else []
        return words + (["--zones", str(self.zones), "--zone-name", self.zone_name or ""] if self.zones else [])


def _parser(settings: Mapping[str, Any]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="bench.py", description="Measure Tongquan against its peers.")
    default = settings["extract"]
    parser.add_argument("extract", nargs="?", type=Path, help=f"OpenStreetMap extract; else {default['file']}")
    parser.add_argument("--boundary", type=Path, metavar="FILE", help="boundary; else the extract's own box")
    parser.add_argument("--country", metavar="XX", help="two letters: habits at traffic lights and gates")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the ratios there")
    parser.add_argument("--quick", action="store_true", help="fewer rounds, no tiled network, nothing compiled anew")
    parser.add_argument("--only", nargs="+", choices=JOBS, metavar="JOB", help=f"only these: {' '.join(JOBS)}")
    parser.add_argument("--no-build", action="store_true", help="leave out the whole build")
    parser.add_argument("--no-pandarm", action="store_true", help="leave out pandarm, which has to be installed")
    return parser


def _source(options: argparse.Namespace, settings: Mapping[str, Any]) -> Source:
    default = settings["extract"]
    country = options.country or default["country"]
    if options.extract:
        extract = options.extract.resolve()
        return Source(extract.name.split(".")[0], extract, country, options.boundary)
    extract = (ROOT / default["file"]).resolve()
    beside = {key: extract.parent / default[key] for key in ("boundary", "zones")}
    return Source(
        default["name"], extract, country, options.boundary or beside["boundary"], beside["zones"], default["zone_name"]
    )


@dataclass(frozen=True)
class _Run:
    """One run.

    Attributes:
        folder: For everything that is written.
        source: The district.
        settings: bench.toml.
        options: Of the command line.
        player: Makes players.
    """

    folder: Path
    source: Source
    settings: Mapping[str, Any]
    options: argparse.Namespace
    player: PlayerMaker

    def everything(self) -> tuple[str, dict[str, dict[str, float | None]]]:
        """Return the Markdown and the figures.

        Raises:
            CalledProcessError: The district cannot be made.
        """
        settings, options, name = self.settings, self.options, self.source.name
        n_rounds = settings["rounds"]["n_rounds_quick" if options.quick else "n_rounds"]
        district, work = self.folder / "district", self.folder / "work"
        work.mkdir()
        _python("app.cli", *self.source.init(district), "--quiet")
        built = None if options.no_build else _told("the whole build", "bench.once", "build", str(district))
        facts = _told("streets and points", "bench.prepare", str(district), str(work), json.dumps(settings))
        pandarm, notes_on_pandarm = self._pandarm()
        threads = os.cpu_count() or 1
        outcomes = self._play(Field(settings, facts, work, district, threads, pandarm), n_rounds=n_rounds)
        most = settings["agreement"]["most"]
        rows = Rows(outcomes, settings["goals"], threads=threads, most=most)
        listed = [*rows.of_network("one", name), *rows.of_network("tiled", "tiled"), *rows.of_questions()]
        listed += [rows.of_build(built, name)] if built else []
        notes = [*Notes(outcomes, facts, settings, name=name).of_run(n_rounds=n_rounds), *notes_on_pandarm]
        if not options.quick and options.only is None:
            _tell("siting against spopt")
            listed += siting_rows(None if options.no_build else district, settings["siting"])
            notes.append(settings["notes"]["siting"].format(**settings["siting"]))
        notes += [] if options.quick else [self._compiling()]
        return write_table(listed, notes, title=title(name, settings)), figures_of(outcomes, most=most)

    def _play(self, field: Field, *, n_rounds: int) -> dict[str, dict[str, Outcome]]:
        contests = field.contests(with_tiled=not self.options.quick)
        wanted = self.options.only
        outcomes = {}
        for name, entries in contests.items():
            if wanted is None or name.split("@")[0] in wanted:
                _tell(f"{name}: {', '.join(entry.name for entry in entries)}")
                outcomes[name] = play(entries, self.settings["rounds"], n_rounds=n_rounds, player=self.player)
        return outcomes

    def _pandarm(self) -> tuple[Path | None, list[str]]:
        """Return pandarm's Python, or None and a note why."""
        text = self.settings["notes"]["no_pandarm"]
        if self.options.no_pandarm:
            return None, [text.format(reason="--no-pandarm")]
        package = self.settings["pandarm"]["package"]
        _tell(f"{package}: its own environment")
        try:
            return pandarm_python(package), []
        except NoPandarmError as error:
            return None, [text.format(reason=error)]

    def _compiling(self) -> str:
        cache = {"NUMBA_CACHE_DIR": str(self.folder / "kernels")}
        once = _told("compiling all kernels anew", "bench.once", "compile", env=cache)
        return str(self.settings["notes"]["compiling"].format(seconds=seconds(once["s"])))


def _told(what: str, *words: str, env: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Run a module that prints JSON on its last line."""
    _tell(what)
    told: dict[str, Any] = json.loads(_python(*words, env=env).splitlines()[-1])
    return told


def _python(*words: str, env: Mapping[str, str] | None = None) -> str:
    done = subprocess.run(  # noqa: S603 - own words
        [sys.executable, "-m", *words],
        check=True,
        stdout=subprocess.PIPE,
        encoding="utf-8",
        env=os.environ | (env or {}),
    )
    return done.stdout


def _tell(what: str) -> None:
    print(f"… {what}", file=sys.stderr, flush=True)
