"""The Word face: A4 as GB/T 9704-2012 asks, with real headings, captions, references and a table of contents."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from docx import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.shared import Mm, Pt
from docx.text.paragraph import Paragraph

from app.reports import docxml as x
from app.reports.cells import cell_text, is_number
from app.reports.dates import long_date
from app.reports.docxstyles import set_up
from app.reports.layout import layout
from app.reports.resolve import (
    Break,
    Head,
    Item,
    NumberedFigure,
    NumberedTable,
    Prose,
    Resolved,
    Span,
    Spans,
)
from app.reports.typeset import png_bytes
from app.texts import Texts

PPI = 200.0
_WHOLE = 12  # a table of so few rows stays on one page
_OUTLINED = 2  # levels in the table of contents
_LONG_KEY, _LONG_KEY_PT = 9, 14.0  # letters of a key figure that do not fit as large as others


def write_docx(resolved: Resolved, path: Path, *, texts: Texts, pages: Mapping[str, int]) -> None:
    """Write the document.

    Args:
        resolved: The report.
        path: The file.
        texts: The reader's language.
        pages: Page of each heading by its anchor, for the contents as they stand before Word counts itself.

    Raises:
        InputError: A picture cannot be drawn.
    """
    _Writer(resolved, texts, pages).write(path)


class _Writer:
    def __init__(self, resolved: Resolved, texts: Texts, pages: Mapping[str, int]) -> None:
        self._resolved, self._texts, self._pages = resolved, texts, pages
        self._report = resolved.report
        self._how = layout()
        self._doc = Document()
        self._n_marks = 0
        set_up(self._doc, self._report.lang)

    def write(self, path: Path) -> None:
        """Write everything."""
        report = self._report
        core = self._doc.core_properties
        core.title, core.subject, core.author = report.title[:255], report.subtitle[:255], report.publisher[:255]
        core.language, core.comments = report.lang, report.attribution[:255]
        core.last_modified_by, core.keywords = report.publisher[:255], ""
        core.created = core.modified = datetime(report.day.year, report.day.month, report.day.day, tzinfo=UTC)
        self._summary()
        self._contents()
        items = [*self._resolved.items]
        for i, item in enumerate(items):
            before_head = i + 1 < len(items) and isinstance(items[i + 1], Head)
            self._item(item, after_break=i == 0 or isinstance(items[i - 1], Break), before_head=before_head)
        self._paragraph("Note", (Span(report.attribution),))
        self._doc.save(str(path))

    # the page for leaders

    def _summary(self) -> None:
        report, s, _ = self._report, self._report.summary, self._texts.gettext
        self._paragraph("Title", (Span(report.title),))
        if report.subtitle:
            self._paragraph("Subtitle", (Span(report.subtitle),))
        by = "    ".join(part for part in (report.publisher, long_date(report.day, report.lang)) if part)
        self._paragraph("Byline", (Span(by),))
        if report.notice:
            self._paragraph("Notice", (Span(report.notice),))
        self._paragraph("Summary", (Span(s.headline),)).runs[0].bold = True
        if s.keys:
            self._keys()
        if self._resolved.picture:
            self._picture(self._resolved.picture)
        if s.sites:
            self._paragraph("Summary Sites", (Span(s.sites),))
        for lead, text in ((_("To decide: "), s.decision), (_("Biggest doubt: "), s.doubt)):
            if text:
                paragraph = self._paragraph("Summary Point", (Span(lead),))
                paragraph.runs[0].bold = True
                paragraph.add_run(text)

    def _keys(self) -> None:
        keys = self._report.summary.keys
        table = self._doc.add_table(1, len(keys))
        table.alignment = WD_TABLE_ALIGNMENT.CENTER
        x.describe_table(table, self._texts.gettext("Key figures"), "")
        wide = self._how.page.text_mm / len(keys)
        for cell, key in zip(table.rows[0].cells, keys, strict=True):
            cell.width = Mm(wide)
            x.shade(cell, self._how.colour.key)
            x.border(cell, top=(12, self._how.colour.accent))
            cell.paragraphs[0].style = self._doc.styles["Key Value"]
            run = cell.paragraphs[0].add_run(key.value)
            if len(key.value) > _LONG_KEY:
                run.font.size = Pt(_LONG_KEY_PT)
            cell.add_paragraph(key.label, style="Key Label")
        x.fix_columns(table, [wide] * len(keys))
        self._doc.add_paragraph(style="Spacer")

    # contents

    def _contents(self) -> None:
        title = self._paragraph("Contents Title", (Span(self._resolved.contents_word),))
        title.paragraph_format.page_break_before = True
        heads = [head for head in self._resolved.heads if head.level <= _OUTLINED]
        if not heads:
            return
        for i, head in enumerate(heads):
            paragraph = self._doc.add_paragraph(style=f"toc {head.level}")
            if i == 0:
                x.begin_field(paragraph, f'TOC \\o "1-{_OUTLINED}" \\h \\z \\u')
            link = x.link(paragraph, head.anchor)
            x.run_in(link, head.text)
            x.tab_in(link)
            x.field_in(link, f"PAGEREF {head.anchor} \\h", str(self._pages.get(head.anchor, "")))
            if i == len(heads) - 1:
                x.end_field(paragraph)

    # blocks

    def _item(self, item: Item, *, after_break: bool, before_head: bool) -> None:
        if isinstance(item, Head):
            self._head(item, new_page=after_break)
        elif isinstance(item, Prose):
            self._prose(item)
        elif isinstance(item, NumberedTable):
            self._table(item)
        elif isinstance(item, NumberedFigure):
            self._figure(item)
        elif not before_head:  # a heading begins its page by itself
            self._doc.add_paragraph(style="Spacer").paragraph_format.page_break_before = True

    def _head(self, head: Head, *, new_page: bool) -> None:
        paragraph = self._doc.add_paragraph(style=f"Heading {head.level}")
        paragraph.paragraph_format.page_break_before = True if new_page else None
        self._marked(paragraph, head.anchor, lambda: self._spans(paragraph, (Span(head.number), *head.spans)))

    def _prose(self, prose: Prose) -> None:
        styles = {"paragraph": "Body Text", "bullet": "List Bullet"}
        for spans in prose.lines:
            style = styles.get(prose.kind, f"Callout {prose.kind.title()}")
            paragraph = self._doc.add_paragraph(style=style)
            if prose.keep:
                paragraph.paragraph_format.keep_with_next = True
            if prose.lead:
                paragraph.add_run(prose.lead).bold = True
            self._spans(paragraph, spans)

    def _caption(self, style: str, word: str, number: int, anchor: str, title: Spans) -> Paragraph:
        """Write a caption whose number is a field; references lead to its label."""
        paragraph = self._doc.add_paragraph(style=style)

        def label() -> None:
            paragraph.add_run(word)
            x.field_in(paragraph._p, f"SEQ {word.strip()} \\* ARABIC", str(number))  # noqa: SLF001

        self._marked(paragraph, anchor, label)
        paragraph.add_run("  ")
        self._spans(paragraph, title)
        return paragraph

    def _table(self, table: NumberedTable) -> None:
        self._caption("Table Caption", table.word, table.number, table.anchor, table.title)
        columns, rows = table.table.columns, table.shown
        made = self._doc.add_table(1 + max(len(rows), 1), len(columns))
        made.alignment = WD_TABLE_ALIGNMENT.CENTER
        x.describe_table(made, f"{table.label} {''.join(span.text for span in table.title)}", "")
        total = sum(column.width for column in columns)
        widths = [self._how.page.text_mm * column.width / total for column in columns]
        x.fix_columns(made, widths)
        x.table_borders(made, self._how.colour.ink, self._how.colour.rule)
        cells = x.cells_of(made)
        for cell, column in zip(cells[0], columns, strict=True):
            x.shade_tc(cell, self._how.colour.head)
            title = f"{column.title}\n{column.unit}" if column.unit else column.title
            x.write_cell(cell, title, "TableHead")
        x.repeat_row(made.rows[0])
        whole = len(rows) <= _WHOLE
        for i, row in enumerate(rows):
            last = table.table.has_total and i == len(rows) - 1
            keep = whole and (i < len(rows) - 1 or bool(table.note))
            for cell, value, column in zip(cells[i + 1], row, columns, strict=True):
                style = "TableNumber" if is_number(column) else "TableText"
                x.write_cell(cell, cell_text(value, column), style, bold=last, keep=keep)
        if not rows:
            x.write_cell(cells[1][0], self._texts.gettext("None"), "TableText")
        x.keep_rows_whole(made)
        note = table.note
        self._paragraph("Note", note) if note else self._doc.add_paragraph(style="Spacer")

    def _figure(self, figure: NumberedFigure) -> None:
        self._picture(figure)
        self._caption("Figure Caption", figure.word, figure.number, figure.anchor, figure.title)

    def _picture(self, figure: NumberedFigure) -> None:
        paragraph = self._doc.add_paragraph(style="Picture")
        png = png_bytes(figure.figure.svg, figure.w_mm, figure.h_mm, ppi=PPI)
        shape = paragraph.add_run().add_picture(BytesIO(png), width=Mm(figure.w_mm), height=Mm(figure.h_mm))
        x.describe_picture(shape, figure.label if figure.number else "", figure.figure.alt)

    # texts

    def _paragraph(self, style: str, spans: Spans) -> Paragraph:
        paragraph = self._doc.add_paragraph(style=style)
        self._spans(paragraph, spans)
        return paragraph

    def _spans(self, paragraph: Paragraph, spans: Spans) -> None:
        for span in spans:
            if span.target:
                x.field_in(paragraph._p, f"REF {span.target} \\h", span.text)  # noqa: SLF001
            else:
                paragraph.add_run(span.text)

    def _marked(self, paragraph: Paragraph, anchor: str, write: Callable[[], None]) -> None:
        self._n_marks += 1
        x.begin_mark(paragraph, anchor, self._n_marks)
        write()
        x.end_mark(paragraph, self._n_marks)
