"""A sparse district: the tool must say plainly which answers cannot be trusted, and the town in full gives no alarm."""

from html import unescape

import pytest

from app.pages.quality import write_quality_page
from app.planner import Planner
from app.texts import Texts
from layers.quality.finding import Level
from layers.quality.zoning import WHOLE
from tests.sample import built_sample
from tests.thinning import THINNED, sparse_planner


@pytest.fixture(scope="module")
def sparse():
    return sparse_planner().results.quality


@pytest.fixture(scope="module")
def full():
    return Planner(built_sample()).results.quality


def test_the_first_sentence_is_plain(sparse, full):
    first = sparse.verdict[0]
    assert first.level is Level.BAD
    assert Texts("zh-CN").finding(first) == "除道路和住房外，多数答案不可信。"
    assert full.verdict[0].level is Level.GOOD


def test_without_a_list_it_says_that_nobody_can_tell(sparse):
    assert sparse.complete == ()
    assert "no_list" in {one.id for one in sparse.verdict}


def test_no_answer_is_trusted_because_nobody_mapped_anything(sparse):
    for one in sparse.together:
        if one.share < 0.01:
            assert one.level is not Level.GOOD
            assert one.reasons


def test_a_need_without_any_place_is_never_just_zero(sparse):
    health = [one for one in sparse.together if one.need == "health"]
    assert health
    assert all(one.level is Level.BAD and one.reasons[0].id == "nothing" for one in health)


def test_the_zone_that_lost_half_its_streets_is_found(sparse):
    names = sparse.zoning.names
    streets = {names[row.zone]: row for row in sparse.streets if row.zone >= 0}
    homes = {names[row.zone]: row for row in sparse.homes if row.zone >= 0}
    assert [name for name, row in streets.items() if row.level is Level.BAD] == [THINNED]
    assert [name for name, row in homes.items() if row.level is Level.BAD] == [THINNED]
    assert {"stranded", "homes_far"} <= {reason.id for reason in homes[THINNED].reasons}


def test_lights_are_no_better_than_in_the_full_town(sparse, full):
    def bad(table):
        return sum(one.children for one in table.together if one.zone == WHOLE and one.level is not Level.GOOD)

    assert bad(sparse) > 2.0 * bad(full)


def test_the_first_surveys_concern_most_children(sparse):
    first = sparse.surveys[0]
    assert first.children == max(one.children for one in sparse.surveys)
    assert first.todo.zh


def test_the_page_says_so_with_words_and_shapes(tmp_path):
    planner = sparse_planner()
    path = tmp_path / "quality.html"
    write_quality_page(planner.results, planner.check(), path, texts=planner.texts)
    text = unescape(path.read_text(encoding="utf-8"))
    assert "除道路和住房外，多数答案不可信。" in text
    assert text.index("除道路和住房外") < text.index("先调查什么")
    assert "数据里一处也没有：0%可能只是没人标注" in text
    for word in ("可用", "存疑", "不可信"):
        assert f'aria-label="{word}"' in text
    for name in planner.results.quality.zoning.names:
        assert name in text
