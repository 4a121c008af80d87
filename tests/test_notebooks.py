"""The notebooks: each runs from top to bottom, is kept without outputs, and shows what the Planner answers."""

import io
import os
import re
from pathlib import Path

import nbformat
import pandas as pd
import pytest
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from app.maps.sketch import Mark, sketch
from app.models import ATTRIBUTION
from app.planner import Planner
from app.schoolways.answers import Ask
from app.schoolways.audit import Auditor
from app.schoolways.crossings import choose_crossings
from app.schoolways.ways import DistrictWays
from tests.sample import SAMPLE, built_sample, fresh_copy

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
SECONDS = 300  # a cell that hangs shall end; on an idle machine a notebook takes less than 30
# Whatever begins at the root of a disk or at somebody's home.
ABSOLUTE = re.compile(r"""["'(]([A-Za-z]:\\|/(?!/)\w|~/)""")


def read(path):
    return nbformat.read(path, as_version=4)


def run(notebook, folder, district):
    """Run a notebook with this checkout, on a district or, where that is None, on what it makes itself."""
    env = {key: value for key, value in os.environ.items() if key != "TONGQUAN_DISTRICT"}
    env |= {"PYTHONPATH": str(ROOT), "TMPDIR": str(folder), "IPYTHONDIR": str(folder / "ipython")}
    env |= {} if district is None else {"TONGQUAN_DISTRICT": str(district)}
    client = NotebookClient(notebook, timeout=SECONDS, kernel_name="python3", resources={"metadata": {"path": folder}})
    client.execute(env=env)
    return {cell["id"]: cell["outputs"] for cell in notebook.cells if cell.cell_type == "code"}


def table(outputs):
    """Return the table that a cell shows, all fields as text."""
    html = next(one["data"]["text/html"] for one in outputs if "text/html" in one.get("data", {}))
    names = pd.read_html(io.StringIO(html))[0].columns
    return pd.read_html(io.StringIO(html), keep_default_na=False, converters=dict.fromkeys(names, str))[0]


def printed(outputs):
    return "".join(one.get("text", "") for one in outputs)


def maps(shown):
    """Return the HTML of all maps in a notebook, by cell."""
    found = {}
    for id_, outputs in shown.items():
        for one in outputs:
            html = one.get("data", {}).get("text/html", "")
            if "<iframe" in html:
                found[id_] = html
    return found


@pytest.fixture(scope="module")
def shown(tmp_path_factory):
    """All notebooks, run on the sample: the outputs of each cell by notebook and cell id."""
    folder = tmp_path_factory.mktemp("notebooks")
    district = fresh_copy(folder / "sample")
    return {path.stem: run(read(path), folder, district) for path in NOTEBOOKS}


@pytest.fixture(scope="module")
def planner():
    return Planner(built_sample())


def test_there_are_notebooks():
    assert [path.stem for path in NOTEBOOKS] == ["first_look", "siting_reading_spaces", "ways_to_school"]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_outputs_are_stripped_and_no_path_is_absolute(path):
    notebook = read(path)
    nbformat.validate(notebook)
    for cell in notebook.cells:
        assert re.fullmatch(r"[a-z-]+", cell["id"]), cell["id"]
        assert cell.metadata == {}
        assert not ABSOLUTE.search(cell.source), cell.source
        if cell.cell_type == "code":
            assert cell.outputs == []
            assert cell.execution_count is None
    assert ATTRIBUTION in notebook.cells[-1].source


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_without_a_district_of_ones_own_it_opens_a_copy_of_the_sample(path, tmp_path):
    notebook = read(path)
    notebook.cells = [cell for cell in notebook.cells if cell["id"] == "open"]
    run(notebook, tmp_path, None)
    (made,) = tmp_path.glob("tongquan-*/sample/district.toml")
    assert made.read_bytes() == (SAMPLE / "district.toml").read_bytes()


def test_a_cell_that_raises_fails_the_run(tmp_path):
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1 / 0")])
    with pytest.raises(CellExecutionError, match="ZeroDivisionError"):
        run(notebook, tmp_path, None)


def test_the_coverage_shown_is_the_planners(shown, planner):
    given = table(shown["first_look"]["coverage"]).set_index("Unnamed: 0")
    standard = planner.results.standard
    seen = 0
    for row in planner.scorecard().figures:
        if row.zone is None:
            need = standard.need_names[row.need].to("zh-CN") if row.need else "全部满足"
            field = given.loc[need, standard.band_names[row.band].to("zh-CN")]
            assert field == f"{row.share:.0%}（{row.low:.0%}–{row.high:.0%}）"
            seen += 1
    assert (given != "").to_numpy().sum() == seen > 0


def test_the_gaps_shown_are_the_planners(shown, planner):
    given = table(shown["first_look"]["gaps"])
    largest = sorted((one.gap.children for one in planner.results.gaps), reverse=True)
    assert given["名儿童"].tolist() == [str(round(n)) for n in largest[: len(given)]]
    assert len(given) == 12


def test_the_point_shown_is_answered_by_the_planner(shown, planner):
    lon, lat = map(float, printed(shown["first_look"]["point"]).split(" · ")[0].split(", "))
    answer = planner.coverage(lon=lon, lat=lat, age=7)
    given = table(shown["first_look"]["point"])
    assert given["需求"].tolist() == [need.name for need in answer.needs]
    assert given["满足"].tolist() == ["是" if need.met else "否" for need in answer.needs]
    # the point is printed to five digits, about a metre
    for field, need in zip(given["分钟"], answer.needs, strict=True):
        assert float(field) == pytest.approx(need.minutes, abs=0.1 + 1e-9)


def test_the_quality_shown_is_the_planners(shown, planner):
    quality = planner.quality()
    for reason in quality.verdict:
        assert reason.message in printed(shown["first_look"]["verdict"])
    todo = table(shown["first_look"]["surveys"])["做什么"].tolist()
    assert todo == [one.todo for one in quality.surveys[: len(todo)]]
    assert todo


def test_the_ways_shown_are_the_planners(shown, planner):
    ways = DistrictWays.of(planner.results)
    given = table(shown["ways_to_school"]["ways"])
    audits = Auditor(ways).all()
    assert sorted(map(int, given["要过无保护处"])) == sorted(round(one.need_unprotected) for one in audits)
    assert f"{ways.walked_edge_m.sum() / 1000:.0f} 童·千米" in printed(shown["ways_to_school"]["flows"])
    assert f"{ways.walked_edge.max():.0f} 名儿童" in printed(shown["ways_to_school"]["flows"])


def test_the_crossings_shown_are_the_planners(shown, planner):
    ways = DistrictWays.of(planner.results)
    answer = choose_crossings(planner.results, Ask(n=10), ways)
    given = table(shown["ways_to_school"]["chosen"])
    assert given["编号"].tolist() == [one.candidate.id for one in answer.chosen]
    assert given["多省（分钟）"].tolist() == [str(round(one.on_top_min)) for one in answer.chosen]
    assert f"{answer.saved_min:.0f} 童·分钟" in printed(shown["ways_to_school"]["chosen"])
    worst = [int(n) for n in table(shown["ways_to_school"]["worst"])["今天经过的名儿童"]]
    assert worst == sorted(worst, reverse=True)
    # the candidates lie inside the district, and each is as busy as its busiest carriageway
    assert worst[0] == round(max(one.walking for one in answer.candidates))


def test_the_sites_shown_are_the_planners(shown, planner):
    cells = shown["siting_reading_spaces"]
    decided = planner.sites("reading", runs=0)
    text = printed(cells["sites"])
    assert decided.decision.answer in text
    assert decided.decision.proof in text
    given = table(cells["sites"])
    assert given["地点"].tolist() == [one.name for one in decided.answer.chosen]
    assert given["单独（名儿童）"].tolist() == [str(round(one.gain_alone)) for one in decided.answer.chosen]
    assert str(round(decided.answer.certificate.value)) in printed(cells["more"])
    candidates = decided.answer.n_candidates
    assert str(candidates + 1) in cells["conflict"][0]["data"]["text/plain"]


def test_every_map_names_openstreetmap_and_asks_no_network(shown):
    found = {stem: maps(cells) for stem, cells in shown.items()}
    assert {stem: len(one) for stem, one in found.items()} == {
        "first_look": 2,
        "siting_reading_spaces": 1,
        "ways_to_school": 2,
    }
    for html in (html for one in found.values() for html in one.values()):
        assert ATTRIBUTION in html
        assert not re.findall(r"(?:src|href)=(?:&quot;|[\"'])(?:https?:)?//", html)


def test_a_hostile_name_stays_text_on_a_map(planner):
    name = "</script><b>`${alert(1)}`{{ 7 * 7 }}"
    point = planner.results.area.polygon.representative_point()
    page = sketch(planner.results, [Mark(point, name, "#B8330F", 5.0)]).get_root().render()
    assert "</script><b>" not in page
    assert "${alert" not in page
    assert "{{" not in page
    assert "alert(1)" in page
