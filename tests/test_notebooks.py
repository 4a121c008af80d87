"""The notebooks run from top to bottom on the sample district, and are kept without outputs."""

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from app.planner import Planner
from tests.sample import fresh_copy

ROOT = Path(__file__).parent.parent
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


def test_there_are_three():
    assert {path.stem for path in NOTEBOOKS} == {"first_look", "siting_reading_spaces", "ways_to_school"}


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_kept_without_outputs(path):
    cells = [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]
    assert [cell.outputs for cell in cells] == [[]] * len(cells)
    assert [cell.execution_count for cell in cells] == [None] * len(cells)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Return a copy of the built sample district, for all notebooks."""
    return fresh_copy(tmp_path_factory.mktemp("区") / "sample")


@pytest.fixture
def shown(folder, monkeypatch):
    """Return what runs a notebook on the sample and collects the texts that it shows."""
    monkeypatch.setenv("TONGQUAN_DISTRICT", str(folder))
    monkeypatch.setenv("PYTHONPATH", str(ROOT))

    def run(stem):
        book = nbformat.read(ROOT / "notebooks" / f"{stem}.ipynb", as_version=4)
        NotebookClient(
            book, timeout=300, kernel_name="python3", resources={"metadata": {"path": str(folder)}}
        ).execute()
        outputs = [output for cell in book.cells if cell.cell_type == "code" for output in cell.outputs]
        return "\n".join(output["data"]["text/plain"] for output in outputs if "data" in output)

    return run


def test_first_look(shown, folder):
    text = shown("first_look")
    best = max(row.share for row in Planner(folder).results.figures if row.zone == -1 and row.need)
    assert str(round(best, 3)) in text


def test_siting_reading_spaces(shown, folder):
    text = shown("siting_reading_spaces")
    assert Planner(folder).sites("reading", runs=0).decision.answer in text


def test_ways_to_school(shown, folder):
    text = shown("ways_to_school")
    assert Planner(folder).sites("streets", runs=0).decision.answer in text
