"""The report on coverage says what the scorecard says; reports on sites say what was chosen."""

import math
from dataclasses import replace

import numpy as np
import openpyxl
import pytest

from app.planner import Planner
from app.reports.coverage import coverage_report
from app.reports.decision import Change, ClauseFigure
from app.reports.model import Table
from app.reports.resolve import resolve
from app.reports.sites import sites_report
from app.reports.siting import siting_decision
from app.reports.svgcheck import svg_size
from app.reports.write import write_files
from app.siting.answer import CertificateFacts, ChosenFacts, SiteFacts, SitingFacts
from app.texts import Texts
from geo.errors import SettingsError, UnknownIdError
from layers.toml import Text
from tests.hostile import hostile_results
from tests.reports import DAY, HOSTILE
from tests.sample import built_sample, fresh_copy


@pytest.fixture(scope="module")
def planner():
    return Planner(built_sample())


@pytest.fixture(scope="module")
def covered(planner):
    return coverage_report(planner.results, planner.check(), texts=planner.texts, day=DAY)


def _table(report, id_) -> Table:
    return next(b for b in (*report.blocks, *report.annexes) if isinstance(b, Table) and b.id == id_)


def test_zones_and_what_lies_outside_sum_to_the_district(covered):
    rows = _table(covered, "zones").rows
    for column in (1, 2):
        assert sum(row[column] for row in rows[:-1]) == pytest.approx(rows[-1][column])


def test_every_figure_is_the_scorecards(covered, planner):
    rows = _table(covered, "figures").rows
    assert len(rows) == len(planner.results.figures)
    told = sorted((row[3], row[4]) for row in rows)
    assert np.allclose(told, sorted((f.children, f.met) for f in planner.results.figures))


def test_shares_lie_between_their_bounds(covered):
    for row in _table(covered, "needs").rows:
        _name, children, met, share, low, high = row[:6]
        assert low <= share <= high
        assert share == pytest.approx(met / children)


def test_a_gap_on_the_map_is_a_gap_in_the_table(covered, planner):
    rows = _table(covered, "gaps").rows
    assert [row[0] for row in rows] == list(range(1, len(rows) + 1))
    sizes = [row[4] for row in rows]
    assert sizes == sorted(sizes, reverse=True)
    assert max(g.gap.children for g in planner.results.gaps) == pytest.approx(sizes[0])


def test_nothing_below_v_is_called_official(covered):
    statuses = {row[3] for row in _table(covered, "clauses").rows}
    assert statuses <= {"V", "V2", "R", "A"}
    assert {row[-1] for row in _table(covered, "needs").rows} == {"参考"}  # child15 rests on conventions


def test_both_languages_have_the_same_parts(covered, planner):
    english = coverage_report(planner.results, planner.check(), texts=Texts("en"), day=DAY)
    assert [type(block) for block in english.blocks] == [type(block) for block in covered.blocks]
    chinese = [c for c in resolve(english, Texts("en")).report.summary.headline if ord(c) > 0x2E7F]
    assert not chinese


def test_a_district_can_change_the_words(tmp_path):
    planner = Planner(fresh_copy(tmp_path / "d"))
    own = planner.folder / "reports" / "zh-CN" / "coverage.txt"
    own.parent.mkdir(parents=True)
    own.write_text("title: 我们的{district}\nheadline: {share_complete}\n----\n# 一\n", encoding="utf-8")
    written = planner.report("coverage", ["html"], day=DAY)
    assert "我们的样例区" in written[0].read_text(encoding="utf-8")
    own.write_text("title: x\nheadline: {nonsense}\n----\n", encoding="utf-8")
    before = written[0].read_bytes()
    with pytest.raises(SettingsError, match=r"coverage.txt, line 2: nonsense"):
        planner.report("coverage", ["html"], day=DAY)
    assert written[0].read_bytes() == before


def test_an_unknown_report_is_named(planner):
    with pytest.raises(UnknownIdError, match="coverage"):
        planner.report("horoscope", ["pdf"])


def test_a_district_of_hostile_names_has_a_report(tmp_path):
    results = hostile_results()
    made = coverage_report(results, (), texts=Texts("en"), day=DAY)
    written = {path.suffix: path for path in write_files(made, tmp_path, texts=Texts("en"))}
    page = written[".html"].read_text(encoding="utf-8")
    assert "<script" not in page
    assert "<svg onload" not in page
    assert "&lt;svg onload" in page
    assert made.summary.doubt == ""  # where nothing is doubtful, no doubt is named
    book = openpyxl.load_workbook(written[".xlsx"])
    assert not [c for sheet in book for row in sheet.iter_rows() for c in row if c.data_type == "f"]


# chosen sites


def _facts(planner, n: int = 3) -> SitingFacts:
    homes = planner.results.homes
    rows = np.linspace(0, len(homes) - 1, n, dtype=int)
    chosen = tuple(
        ChosenFacts(
            id=f"c{i}",
            name=HOSTILE[i % len(HOSTILE)] if i else "",
            kind="社区",
            zone=None,
            lon=115.9,
            lat=36.4,
            x=float(homes.xy[row, 0]),
            y=float(homes.xy[row, 1]),
            gain_alone=100.0 + i,
            gain_on_top=50.0,
            runner_up="替补",
            runner_up_cost=12.0,
            stays=0.4,
            served=(int(row),),
        )
        for i, row in enumerate(rows)
    )
    x, y = homes.xy[0].tolist()
    other = SiteFacts(id="p1", name="备选", kind="社区", zone="某街道", lon=115.9, lat=36.4, x=x, y=y, gain_alone=120.0)
    return SitingFacts(
        target="reading",
        name=Text.model_validate({"zh-CN": "阅读空间", "en": "Reading spaces"}),
        item="25",
        question="在哪里？",
        n_asked=n,
        n_candidates=60,
        chosen=chosen,
        candidates=(other,),
        excluded=(("太小", 3),),
        changes=(Change("全区", "阅读", 1000.0, 0.25, 0.5),),
        certificate=CertificateFacts(
            proven=True, status="optimal", value=250.0, bound=250.0, gap=0.0, seconds=1.5, solver="HiGHS"
        ),
        clauses=(ClauseFigure("阅读", "15 分钟", "导则", "V2"),),
        layers=("library",),
    )


def test_a_report_on_sites_says_what_was_chosen(planner, tmp_path):
    texts = Texts("zh-CN")
    made = sites_report(planner.results, siting_decision(_facts(planner), texts), texts=texts, day=DAY)
    assert [key.value for key in made.summary.keys] == ["3", "250", "25.0%→50.0%", "最优"]
    assert len(_table(made, "chosen").rows) == 3
    assert _table(made, "chosen").rows[0][1] == "c0"  # without a name, its id
    assert made.summary.sites.startswith("1 c0；2 ")
    resolved = resolve(made, texts)
    assert len(resolved.figures) == 4  # the overview and one for each
    assert all(write.stat().st_size for write in write_files(made, tmp_path, texts=texts))


def test_the_first_page_names_as_many_sites_as_it_has_room_for(planner):
    texts = Texts("zh-CN")
    facts = _facts(planner, 60)
    long = replace(facts, chosen=tuple(replace(site, name="很长的名称" * 6) for site in facts.chosen))
    named = sites_report(planner.results, siting_decision(long, texts), texts=texts, day=DAY).summary.sites.split("；")
    assert named[-1] == f"另有{60 - (len(named) - 1)}处"
    assert len(named) < 60


def test_an_answer_without_sites_says_why(planner):
    texts = Texts("zh-CN")
    facts = replace(_facts(planner, 0), changes=(), certificate=None, conflicts=("街道甲只有2处备选，要求3处",))
    made = sites_report(planner.results, siting_decision(facts, texts), texts=texts, day=DAY)
    page = str(made.blocks)
    assert "街道甲只有2处备选" in page
    assert "街道甲只有2处备选" in made.summary.headline
    assert resolve(made, texts).figures == ()


def test_every_picture_is_sound(covered):
    for figure in resolve(covered, Texts("zh-CN")).figures:
        wide, high = svg_size(figure.figure.svg, figure.figure.id)
        assert math.isclose(wide / high, figure.w_mm / figure.h_mm)
