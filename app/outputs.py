"""What a build leaves in ``DIR/out``: written beside the old files and moved over them when everything is whole."""

import json
import shutil
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from importlib.metadata import version
from pathlib import Path

from pyarrow import ArrowException
from pyogrio.errors import DataLayerError, DataSourceError
from xlsxwriter.exceptions import XlsxWriterException

from app.maps.sheet.asked import Asked
from app.maps.sheet.compose import Sheet
from app.maps.sheet.files import SHEET_FILES, sheet_bytes
from app.maps.sheet.make import make_sheet
from app.models import ATTRIBUTION
from app.pages.ages import write_ages
from app.pages.quality import write_quality_page
from app.pages.write import write_index
from app.qualityanswer import quality_answer
from app.qualitymodels import QUALITY_TABLES
from app.results import Results
from app.tables.entrances import write_entrances
from app.tables.frames import write_geopackage, write_parquet
from app.tables.todo import write_todo, write_todo_osm
from app.tables.workbook import write_workbook
from app.texts import Texts
from app.tour.make import make_tour, tour_inputs
from app.tour.model import Tour
from layers.quality import Finding
from layers.store import clear_write_errors, code_digest, fingerprint
from layers.toml import Text

PROVENANCE = "provenance.json"
_LIBRARIES = ("tongquan", "geopandas", "shapely", "osmnx", "osmium", "networkx", "scipy", "numpy", "folium", "pyproj")


@dataclass(frozen=True, slots=True)
class Built:
    """What a build did.

    Attributes:
        folder: Where the files lie.
        written: Files written now; empty when nothing had changed.
        findings: On the data; empty when nothing had changed.
        seconds: How long it took.
    """

    folder: Path
    written: tuple[str, ...]
    findings: tuple[Finding, ...]
    seconds: float


@dataclass(frozen=True)
class Job:
    """What a writer of an output gets."""

    results: Results
    findings: tuple[Finding, ...]
    texts: Texts

    @cached_property
    def tour(self) -> Tour:
        """What the children's map shows."""
        return make_tour(self.results, texts=self.texts)

    @cached_property
    def sheet(self) -> Sheet:
        """The children's map on its usual paper."""
        return make_sheet(self.results, self.tour, Asked(), texts=self.texts)


# Both load Folium, which whoever asks for a sheet or an answer need not wait for.
def _write_map(job: Job, path: Path) -> None:
    from app.maps.web import write_map  # noqa: PLC0415

    write_map(job.results, path, texts=job.texts)


def _write_children(job: Job, path: Path) -> None:
    from app.maps.children.page import write_children  # noqa: PLC0415

    write_children(job.tour, job.results, path, texts=job.texts)


def _write_quality(job: Job, path: Path) -> None:
    lang = job.texts.lang
    _write_json(
        path,
        {
            "district": job.results.district.settings.name,
            "osm_date": job.results.source.osm_date,
            "findings": [
                {
                    "id": finding.id,
                    "level": finding.level.value,
                    "layer": finding.layer or None,
                    "message": job.texts.finding(finding),
                    "values": {k: v.to(lang) if isinstance(v, Text) else v for k, v in finding.values.items()},
                    "names": list(finding.names),
                }
                for finding in job.findings
            ],
            "attribution": ATTRIBUTION,
        }
        | quality_answer(job.results, job.texts).model_dump(include=QUALITY_TABLES),
    )


def _write_sheet_file(job: Job, path: Path) -> None:
    path.write_bytes(sheet_bytes(job.sheet, path.name))


def _write_json(path: Path, content: dict[str, object]) -> None:
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


WRITERS: dict[str, Callable[[Job, Path], None]] = {
    "map.html": _write_map,
    "coverage.xlsx": lambda job, path: write_workbook(job.results, job.findings, path, texts=job.texts),
    "coverage.gpkg": lambda job, path: write_geopackage(job.results, path),
    "homes.parquet": lambda job, path: write_parquet(job.results, "homes", path),
    "zones.parquet": lambda job, path: write_parquet(job.results, "zones", path),
    "places.parquet": lambda job, path: write_parquet(job.results, "places", path),
    "streets.parquet": lambda job, path: write_parquet(job.results, "streets", path),
    "entrances.csv": lambda job, path: write_entrances(job.results, path, texts=job.texts),
    "ages.html": lambda job, path: write_ages(job.results, path, texts=job.texts),
    "children.html": _write_children,
    **dict.fromkeys(SHEET_FILES, _write_sheet_file),
    "quality.json": _write_quality,
    "quality.html": lambda job, path: write_quality_page(job.results, job.findings, path, texts=job.texts),
    "index.html": lambda job, path: write_index(job.results, job.findings, path, texts=job.texts),
}


# where the office has lists of its own
LIST_WRITERS: dict[str, Callable[[Job, Path], None]] = {
    "todo/mappers.csv": lambda job, path: write_todo(job.results, path, texts=job.texts),
    "todo/mappers.osm": lambda job, path: write_todo_osm(job.results, path, texts=job.texts),
}


def writers(results: Results) -> dict[str, Callable[[Job, Path], None]]:
    """Return what writes each output of a district, by file name."""
    return WRITERS | LIST_WRITERS if results.has_lists else WRITERS


def write_outputs(
    results: Results,
    check: Callable[[], tuple[Finding, ...]],
    folder: Path,
    *,
    texts: Texts,
    fresh: bool = False,
    only: Iterable[str] | None = None,
) -> Built:
    """Write the outputs that are not up to date.

    Args:
        results: The district's results.
        check: Gives the findings on the data.
        folder: ``DIR/out``.
        texts: The reader's language.
        fresh: Write everything again.
        only: Names of outputs wanted; None means all.

    Raises:
        StoreError: Something cannot be written; the previous files are whole.
    """
    start = time.perf_counter()
    inputs = {**results.input_hashes, **tour_inputs(results.district.folder)}
    key = fingerprint({"inputs": inputs, "code": code_digest(), "lang": texts.lang})
    known = writers(results)
    wanted = list(known) if only is None else [name for name in known if name in set(only)]
    if not fresh and _key_of(folder) == key and all((folder / name).is_file() for name in wanted):
        return Built(folder, (), (), time.perf_counter() - start)
    job = Job(results, check(), texts)
    with clear_write_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
        for left_over in folder.glob(".half-*"):  # of a build that was killed
            shutil.rmtree(left_over, ignore_errors=True)
        half = Path(tempfile.mkdtemp(prefix=".half-", dir=folder))
    try:
        for name in wanted:
            results.report(name, None)
            begun = time.perf_counter()
            with clear_write_errors(folder / name), _library_errors():
                (half / name).parent.mkdir(exist_ok=True)
                known[name](job, half / name)
            results.report(name, time.perf_counter() - begun)
        # after a part the other files are older than the inputs: without a key the next build writes them all
        _write_json(half / PROVENANCE, _provenance(results, key if only is None else "", wanted, start))
        _move(half, folder, wanted)
        for name in LIST_WRITERS.keys() - known.keys():  # of lists that were taken away
            with clear_write_errors(folder / name):
                (folder / name).unlink(missing_ok=True)
    finally:
        shutil.rmtree(half, ignore_errors=True)
    return Built(folder, tuple(wanted), job.findings, time.perf_counter() - start)


@contextmanager
def _library_errors() -> Iterator[None]:
    """Turn what the writing libraries raise on a full or broken disk into the system's kind of error."""
    try:
        yield
    except (DataSourceError, DataLayerError, ArrowException, XlsxWriterException) as error:
        raise OSError(None, str(error)) from error


def _move(half: Path, folder: Path, names: list[str]) -> None:
    """Move whole files to where old ones stand; when one cannot be moved, all old ones come back.

    The old key goes first and the new one comes last: a move that is cut off altogether is built again.
    """
    aside = half / "before"
    aside.mkdir()
    moved: list[str] = []
    try:
        for name in [PROVENANCE, *names]:
            with clear_write_errors(folder / name):
                for to in (folder / name, aside / name):
                    to.parent.mkdir(exist_ok=True)
                if (folder / name).exists():
                    (folder / name).replace(aside / name)
                moved.append(name)
                if name != PROVENANCE:
                    (half / name).replace(folder / name)
        with clear_write_errors(folder / PROVENANCE):
            (half / PROVENANCE).replace(folder / PROVENANCE)
    except BaseException:
        for name in moved:
            if (aside / name).exists():
                (aside / name).replace(folder / name)
        raise


def _key_of(folder: Path) -> str | None:
    try:
        return str(json.loads((folder / PROVENANCE).read_text(encoding="utf-8"))["key"])
    except (OSError, ValueError, KeyError):
        return None


def _provenance(results: Results, key: str, files: list[str], start: float) -> dict[str, object]:
    return {
        "key": key,
        "files": files,
        "district": results.district.settings.name,
        "synthetic": results.district.settings.synthetic,
        "built_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "seconds": round(time.perf_counter() - start, 1),
        "source": results.source.name,
        "osm_date": results.source.osm_date,
        "standard": results.standard.rules.id,
        "census": None if results.census is None else results.census.name,
        "inputs_sha256": dict(results.input_hashes),
        "crs": results.area.crs.to_string(),
        "versions": {name: version(name) for name in _LIBRARIES},
        "attribution": ATTRIBUTION,
    }
