"""Reports have one numbering, say what is wrong with them, and read templates that offices write."""

import pytest

from app.reports.cells import cell_text
from app.reports.content import Content
from app.reports.model import Bullets, Callout, Column, Figure, Heading, Kind, Paragraph, Ref, Table
from app.reports.resolve import Prose, chinese_number, plain, resolve
from app.reports.template import Told, find_template, write_report
from app.texts import Texts
from geo.errors import InputError, SettingsError
from tests.reports import COLUMNS, DAY, HOSTILE, SVG, hostile_table, long_table, report

ZH, EN = Texts("zh-CN"), Texts("en")


def test_headings_tables_and_figures_are_numbered_once():
    resolved = resolve(report(hostile_table(), annexes=(Heading(1, "表格"), long_table())), ZH)
    assert [head.text for head in resolved.heads] == [
        "一、问题",
        "（一）数据",
        "二、结果",
        "（一）分区",
        "1. 某区",
        "附件1　表格",
    ]
    assert [table.label for table in resolved.tables] == ["表1", "表2", "表3"]
    assert [figure.label for figure in resolved.figures] == ["图1"]
    assert plain(next(i for i in resolved.items if isinstance(i, Prose)).lines[0]) == "见表1和图1。"


def test_english_numbers():
    resolved = resolve(report(lang="en", annexes=(Heading(1, "More"), Heading(2, "Still"))), EN)
    heads = [head.text for head in resolved.heads]
    assert heads[1:3] == ["1.1 数据", "2 结果"]
    assert heads[-2:] == ["Annex 1: More", "A.1 Still"]
    assert resolved.tables[0].label == "Table 1"


@pytest.mark.parametrize(
    ("block", "says"),
    [
        (Paragraph((Ref("table", "nowhere"),)), "nowhere"),
        (Table("small", "", COLUMNS, ()), "twice"),
        (Table("t", "", COLUMNS, (("a", 1),)), "row 1 has 2 cells"),
        (Figure("f", "", "<svg", ""), "picture"),
        (Figure("f", "", "<html/>", ""), "picture"),
        (Figure("f", "", SVG.replace("viewBox", "box"), ""), "viewBox"),
        (Figure("f", "", SVG.replace("<rect", "<script>1</script><rect"), ""), "script"),
        (Figure("f", "", SVG.replace("<rect", '<rect onload="1"'), ""), "onload"),
        (Figure("f", "", SVG.replace('fill="#2A7593"', 'fill="url(http://x/)"'), ""), "http"),
        (Figure("f", "", '<!DOCTYPE svg [<!ENTITY a "b">]>' + SVG, ""), "DOCTYPE"),
    ],
)
def test_what_is_wrong_is_said(block, says):
    with pytest.raises(InputError, match=says):
        resolve(report(block), EN)


def test_a_heading_must_not_skip_a_level():
    with pytest.raises(InputError, match="level 2"):
        resolve(report(annexes=(Heading(2, "zu tief"),)), EN)


def test_texts_lose_what_does_harm_and_keep_the_rest():
    table = resolve(report(hostile_table()), ZH).tables[1].table
    names = [row[0] for row in table.rows]
    assert names[6] == " bell" or names[6] == " bell".strip()
    assert names[7] == "gnp.exe"
    assert names[0] == HOSTILE[0]


def test_zero_is_a_result_and_absent_is_a_dash():
    share = Column("s", "", Kind.SHARE)
    assert [cell_text(cell, share) for cell in (0.0, None, float("0.12345"))] == ["0.0%", "—", "12.3%"]
    rows = resolve(report(Table("t", "", COLUMNS, (("甲", float("nan"), 0.0, float("inf")),))), ZH).tables[1].table.rows
    assert rows == (("甲", None, 0.0, None),)


def test_only_some_rows_stand_on_paper_and_the_total_does():
    table = resolve(report(long_table(most_on_paper=5)), ZH).tables[1]
    assert len(table.shown) == 6
    assert table.shown[-1][0] == "合计"
    assert "195" in plain(table.note)


def test_chinese_numbers_do_not_repeat():
    assert len({chinese_number(n) for n in range(1, 100)}) == 99


# templates

HEAD = "title: {a}\nheadline: h\n----\n"
TOLD = Told("x", "某局", DAY, "zh-CN")


def _content() -> Content:
    rounds = [Content({"b": "eins"}), Content({"b": "{a}[[x]]"})]
    return Content(
        {"a": "{b}甲"},
        {"t": hostile_table("t")},
        {"f": Figure("f", "", SVG, "")},
        {"all": rounds},
        {"yes": True, "no": False},
    )


def _made(tmp_path, body: str, head: str = HEAD):
    path = tmp_path / "x.txt"
    path.write_text(head + body, encoding="utf-8")
    return write_report(path, _content(), TOLD)


def test_a_template_is_filled_in(tmp_path):
    made = _made(
        tmp_path,
        "% remark\n# 一\n甲{a}见{table:t}\n- x\n- {a}\n\n@if yes\n! doubt: d\n@end\n@if no\n# nie\n@end\n"
        "@unless no\n## ja\n@end\n@each all\n{b}\n@end\n@annexes\n# anhang\n@table t 标题{a}\n",
    )
    assert made.title == "{b}甲"  # what data hold is no template
    assert made.blocks == (
        Heading(1, "一"),
        Paragraph(("甲", "{b}甲", "见", Ref("table", "t"))),
        Bullets(("x", "{b}甲")),
        Callout("doubt", "d"),
        Heading(2, "ja"),
        Paragraph("eins"),
        Paragraph("{a}[[x]]"),
    )
    assert made.annexes[0] == Heading(1, "anhang")
    assert made.annexes[1].title == "标题{b}甲"


@pytest.mark.parametrize(
    ("body", "line", "says"),
    [
        ("good\n{unknown}\n", 5, "unknown"),
        ("{a.__class__}\n", 4, "__class__"),
        ("{a!r}\n", 4, "a"),
        ("{a:>9}\n", 4, "a"),
        ("{0}\n", 4, "0"),
        ("{\n", 4, "braces"),
        ("{table:no}\n", 4, "no"),
        ("@table no\n", 4, "no"),
        ("@figure no\n", 4, "no"),
        ("@each no\n@end\n", 4, "no"),
        ("@if nothing\n@end\n", 4, "nothing"),
        ("@if yes\n", 4, "@end"),
        ("@end\n", 4, "@end"),
        ("@run x\n", 4, "@run"),
        ("! wrong: x\n", 4, "doubt"),
    ],
)
def test_a_fault_in_a_template_is_named_with_its_line(tmp_path, body, line, says):
    with pytest.raises(SettingsError) as caught:
        _made(tmp_path, body)
    assert f"x.txt, line {line}:" in str(caught.value)
    assert says in str(caught.value)


@pytest.mark.parametrize(
    "head", ["title: x\n----\n", "title: x\nheadline: h\n", "colour: red\n----\n", "key: 5\n----\n"]
)
def test_a_head_with_a_fault_is_refused(tmp_path, head):
    with pytest.raises(SettingsError):
        _made(tmp_path, "", head)


def test_a_districts_own_template_comes_first(tmp_path):
    own = tmp_path / "reports" / "zh-CN" / "coverage.txt"
    assert find_template("coverage", "zh-CN", tmp_path) != own
    own.parent.mkdir(parents=True)
    own.write_text(HEAD, encoding="utf-8")
    assert find_template("coverage", "zh-CN", tmp_path) == own


def test_a_missing_template_is_named():
    with pytest.raises(InputError, match="no template"):
        find_template("nothing", "en")
