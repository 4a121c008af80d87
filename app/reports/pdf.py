"""The PDF face: set by typst, all vector, PDF/A-2a and PDF/UA-1; it also tells on which page each heading stands."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

from app.maps.sheet.fonts import can_write
from app.maps.sheet.ornaments.lettering import sheet_fonts
from app.reports.cells import cell_text, is_number
from app.reports.dates import long_date
from app.reports.layout import layout
from app.reports.resolve import Head, Item, NumberedFigure, NumberedTable, Prose, Resolved, Spans
from app.reports.typeset import asked, pdf_bytes
from app.texts import Texts

TEMPLATE = Path(__file__).with_name("report.typ")
_MAIN = "report.typ"
_GETA = "〓"  # stands for a character that the font lacks, as printers have long done


def write_pdf(resolved: Resolved, path: Path, *, texts: Texts) -> None:
    """Write the PDF.

    Raises:
        InputError: typst cannot set it.
    """
    path.write_bytes(pdf_bytes(_files(resolved, texts), _MAIN, day=resolved.report.day))


def heading_pages(resolved: Resolved, *, texts: Texts) -> dict[str, int]:
    """Return the page of each heading by its anchor."""
    return {str(one["anchor"]): int(str(one["page"])) for one in asked(_files(resolved, texts), _MAIN, "page")}


def _files(resolved: Resolved, texts: Texts) -> dict[str, str | bytes]:
    files: dict[str, str | bytes] = {_MAIN: TEMPLATE.read_bytes()}
    pictures = [*resolved.figures, *([resolved.picture] if resolved.picture else [])]
    files |= {_file(one): one.figure.svg for one in pictures}
    files["report.json"] = json.dumps(_legible(_data(resolved, texts)), ensure_ascii=False)
    return files


def _file(figure: NumberedFigure) -> str:
    return f"figure{figure.number}.svg"


def _legible(value: object) -> object:
    """Return data whose texts the font can write."""
    if isinstance(value, str):
        return value if can_write(value) else "".join(c if can_write(c) else _GETA for c in value)
    if isinstance(value, dict):
        return {key: _legible(one) for key, one in value.items()}
    return [_legible(one) for one in value] if isinstance(value, list) else value


def _data(resolved: Resolved, texts: Texts) -> dict[str, object]:
    report, _ = resolved.report, texts.gettext
    how = layout()
    lang, _dash, region = report.lang.partition("-")
    s = report.summary
    return {
        "title": report.title,
        "subtitle": report.subtitle,
        "publisher": report.publisher,
        "date_text": long_date(report.day, report.lang),
        "year": report.day.year,
        "month": report.day.month,
        "day": report.day.day,
        "lang": lang,
        "region": region.lower() or "us",
        "family": sheet_fonts().family,
        "page": how.page.model_dump(),
        "size": how.size.model_dump(),
        "colour": how.colour.model_dump(),
        "line_pt": how.page.line_pt,
        "words": {"contents": resolved.contents_word, "decision": _("To decide: "), "doubt": _("Biggest doubt: ")},
        "notice": report.notice,
        "attribution": report.attribution,
        "summary": {
            "headline": s.headline,
            "keys": [{"value": key.value, "label": key.label} for key in s.keys],
            "picture": resolved.picture and _figure(resolved.picture),
            "sites": s.sites,
            "decision": s.decision,
            "doubt": s.doubt,
        },
        "items": [*_items(resolved.items, _("None"))],
    }


def _items(items: Iterable[Item], empty: str) -> Iterator[dict[str, object]]:
    for item in items:
        if isinstance(item, Head):
            text = "".join(span.text for span in item.spans)
            yield {"is": "head", "level": item.level, "number": item.number, "text": text, "anchor": item.anchor}
        elif isinstance(item, Prose):
            lines = [_spans(line) for line in item.lines]
            yield {"is": "prose", "kind": item.kind, "lead": item.lead, "lines": lines, "keep": item.keep}
        elif isinstance(item, NumberedTable):
            yield _table(item, empty)
        elif isinstance(item, NumberedFigure):
            yield {"is": "figure", **_figure(item)}
        else:
            yield {"is": "break"}


def _table(table: NumberedTable, empty: str) -> dict[str, object]:
    columns = table.table.columns
    return {
        "is": "table",
        "label": table.label,
        "anchor": table.anchor,
        "title": _spans(table.title),
        "note": _spans(table.note),
        "has_total": table.table.has_total,
        "empty": empty,
        "columns": [{"title": c.title, "unit": c.unit, "width": c.width, "numeric": is_number(c)} for c in columns],
        "rows": [[cell_text(cell, c) for cell, c in zip(row, columns, strict=True)] for row in table.shown],
    }


def _figure(figure: NumberedFigure) -> dict[str, object]:
    return {
        "file": _file(figure),
        "label": figure.label,
        "anchor": figure.anchor,
        "title": _spans(figure.title),
        "alt": figure.figure.alt,
        "w_mm": figure.w_mm,
        "h_mm": figure.h_mm,
    }


def _spans(spans: Spans) -> list[dict[str, str]]:
    return [{"text": span.text, "target": span.target} for span in spans]
