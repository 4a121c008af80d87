"""Beside: pages that other commands wrote to ``DIR/out``, which the index links without having made them."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from app.results import Results
from app.texts import Texts
from layers.plan import read_plan

COVERAGE = "coverage"
_LANG = re.compile(r'<html lang="(zh-CN|en)"')


def pages_beside(results: Results, texts: Texts) -> list[tuple[str, str, str]]:
    """Return file, title and date of the pages on schools, of reports, and of scenarios that are there."""
    _, out = texts.gettext, results.district.folder / "out"
    found = [
        *_there(out, "schools/index.html", lambda _path: _("Ways to school, a page for every school")),
        *_there(out, "reports/*.html", lambda path: _("Report: {name}", name=_name(results, path.stem, texts))),
        *_there(out, "scenarios/*/compare.html", lambda path: _("Scenario: {name}", name=path.parent.name)),
    ]
    return [(file, title, _("Written {day}; a build does not renew it", day=day)) for file, title, day in found]


def language_of(index: Path) -> str | None:
    """Return the language that an index was built in, so that it keeps it; None where there is none."""
    if not index.exists():
        return None
    found = _LANG.search(index.read_text(encoding="utf-8"))
    return None if found is None else found[1]


def _there(out: Path, pattern: str, title: Callable[[Path], str]) -> Iterator[tuple[str, str, str]]:
    for path in sorted(out.glob(pattern)):
        day = datetime.fromtimestamp(path.stat().st_mtime, UTC).astimezone().date()
        yield path.relative_to(out).as_posix(), title(path), day.isoformat()


def _name(results: Results, target: str, texts: Texts) -> str:
    if target == COVERAGE:
        return texts.gettext("coverage")
    found = read_plan(results.district.folder).targets.get(target)
    return target if found is None else found.name.to(texts.lang)
