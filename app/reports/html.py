"""The HTML face: one file without scripts or links to anywhere; pictures lie in it."""

from base64 import b64encode
from collections.abc import Iterable, Iterator
from pathlib import Path

from app.maps.sheet.ornaments.lettering import sheet_fonts
from app.reports.cells import cell_text, is_number
from app.reports.dates import long_date
from app.reports.resolve import Head, Item, NumberedFigure, NumberedTable, Prose, Resolved
from app.templates import template
from app.texts import Texts

FOLDER = Path(__file__).parent
PAGES = FOLDER.parent / "pages"
_PX_PER_MM = 96.0 / 25.4
_FAMILIES = "Noto Sans SC, PingFang SC, Microsoft YaHei, Noto Sans CJK SC, sans-serif"
_MANY = 2  # columns; with more, the first one names the row


def write_html(resolved: Resolved, path: Path, *, texts: Texts) -> None:
    """Write the page."""
    style = [(PAGES / "style.css").read_text(encoding="utf-8"), (FOLDER / "page.css").read_text(encoding="utf-8")]
    report = resolved.report
    html = template("page.html.j2", FOLDER).render(
        _=texts.gettext,
        report=report,
        summary=report.summary,
        picture=resolved.picture and _picture(resolved.picture),
        day=long_date(report.day, report.lang),
        contents=resolved.contents_word.replace("\u3000", ""),
        heads=resolved.heads,
        items=[*_items(resolved.items)],
        style="".join(style),
    )
    path.write_text(html, encoding="utf-8")


def _items(items: Iterable[Item]) -> Iterator[dict[str, object]]:
    for item in items:
        if isinstance(item, Head):
            yield {"is": "head", "head": item}
        elif isinstance(item, Prose):
            plain = item.kind in {"paragraph", "bullet"}
            yield {"is": item.kind if plain else "callout", "kind": item.kind, "lead": item.lead, "lines": item.lines}
        elif isinstance(item, NumberedTable):
            columns = item.table.columns
            yield {
                "is": "table",
                "table": item,
                "columns": [{"title": c.title, "unit": c.unit, "numeric": is_number(c)} for c in columns],
                "rows": [[cell_text(cell, c) for cell, c in zip(row, columns, strict=True)] for row in item.table.rows],
                "named": len(columns) >= _MANY and not is_number(columns[0]),
            }
        elif isinstance(item, NumberedFigure):
            yield {"is": "figure", "anchor": item.anchor, "label": item.label, "title": item.title, **_picture(item)}
        else:
            yield {"is": "break"}


def _picture(figure: NumberedFigure) -> dict[str, object]:
    """Return a picture as an image of its own: its ids stay its own, and nothing in it can act."""
    svg = figure.figure.svg.replace(f'font-family="{sheet_fonts().family}"', f'font-family="{_FAMILIES}"')
    return {
        "src": "data:image/svg+xml;base64," + b64encode(svg.encode()).decode(),
        "alt": figure.figure.alt,
        "w": round(figure.w_mm * _PX_PER_MM),
        "h": round(figure.h_mm * _PX_PER_MM),
    }
