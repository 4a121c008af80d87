"""A small report with everything in it, and names that try to do harm."""

from datetime import date

from app.reports.model import (
    Bullets,
    Callout,
    Column,
    Figure,
    Heading,
    KeyFigure,
    Kind,
    PageBreak,
    Paragraph,
    Ref,
    Report,
    Summary,
    Table,
)

DAY = date(2026, 11, 24)
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 20"><rect width="40" height="20" fill="#2A7593"/></svg>'
HOSTILE = [
    '=HYPERLINK("http://evil.example","x")',
    "+cmd|' /C calc'!A0",
    "@SUM(1+1)",
    "-2+3",
    "<script>window.hacked=1</script>",
    '{{7*7}} ${1} `#eval("1")` #set page(width: 1mm)',
    "\x00\x07\x1b bell\ud800",
    "\u202egnp.exe\u2066",
    "{=IF(1,1)}",
    "_x0041_ &lt; ]]> <w:p/>",
    "表情\U0001f600",
]
COLUMNS = (
    Column("name", "名称"),
    Column("n", "儿童", Kind.INT, "人"),
    Column("share", "覆盖率", Kind.SHARE),
    Column("m", "距离", Kind.METRES, "m"),
)


def hostile_table(id_: str = "hostile") -> Table:
    """Return a table whose names are hostile."""
    return Table(id_, HOSTILE[4], COLUMNS, tuple((name, i, i / 10.0, None) for i, name in enumerate(HOSTILE)))


def long_table(n: int = 200, **how) -> Table:
    """Return a table of many rows and very long names, the last row of which sums up the others."""
    rows = [("很长的名称" * 12 + str(i), i, 0.5, float(i)) for i in range(n)]
    return Table("long", "长表", COLUMNS, (*rows, ("合计", sum(range(n)), 0.5, None)), "注", has_total=True, **how)


def report(*more, lang: str = "zh-CN", annexes=(), svg: str = SVG, **how) -> Report:
    """Return a report; `more` blocks follow its own."""
    blocks = (
        Heading(1, "问题"),
        Paragraph(("见", Ref("table", "small"), "和", Ref("figure", "map"), "。")),
        Heading(2, "数据"),
        Bullets(("其一", "其二")),
        Callout("doubt", HOSTILE[4]),
        Table("small", "小表", COLUMNS, (("甲", 3, 0.25, 120.0), ("乙", 4, 0.0, None)), "说明"),
        Heading(1, "结果"),
        Figure("map", "一张图", svg, "图的说明", 80.0),
        PageBreak(),
        Heading(2, "分区"),
        Heading(3, "某区"),
        *more,
    )
    summary = Summary(
        "结论。", (KeyFigure("7", "儿童"), KeyFigure("25%", "可达")), Figure("s", "", svg, "首页图"), "做不做。", "疑。"
    )
    told = {"publisher": "某局", "notice": "", "attribution": "© OpenStreetMap contributors, ODbL 1.0"} | how
    return Report("x", "报告标题", "副题", day=DAY, lang=lang, summary=summary, blocks=blocks, annexes=annexes, **told)
