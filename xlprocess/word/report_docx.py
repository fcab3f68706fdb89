"""A Report as the Word file that a department signs: `write_report` gives the bytes of a .docx, laid out from the edition's own
definition. What nobody typed is printed from its formula and marked by a style, so that an import leaves it to the formula."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from io import BytesIO
from typing import Any

import docx
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK, WD_COLOR_INDEX
from docx.shared import Cm, Pt

from xlprocess.check_code import check_code
from xlprocess.draft import MARK
from xlprocess.form.heads import header
from xlprocess.form.model import Field, SheetSpec, Table
from xlprocess.report import NOTHING_TYPED, Cell, Report, Row
from xlprocess.typed import write_money
from xlprocess.values import write_plain, write_value
from xlprocess.word.labels import Labels
from xlprocess.word.marks import BEHIND, CAPTION, COVER, DERIVED, NOTE, SECTION, TEXT, VALUE
from xlprocess.word.page_setup import set_up
from xlprocess.word.table_layout import lay_out, middle, repeat_head


def write_report(report: Report, *, public: bool = False) -> bytes:
    """The .docx of a report. `public`: without what is personal, and without the boxes for signatures."""
    target = BytesIO()
    _Writer(report, public).write().save(target)
    return target.getvalue()


class _Writer:
    def __init__(self, report: Report, public: bool) -> None:
        self.report = report
        self.form = report.form
        self.public = public
        self.file: Any = docx.Document()
        self.narrative = Labels(self.form).narrative
        self.cover = self.cover_fields()

    def write(self) -> Any:
        set_up(self.file, self.form.edition.title, check_code(self.report))
        self.write_cover()
        for spec in self.form.edition.sheet:
            tables = [t for t in self.form.tables.values() if t.sheet == spec.name]
            if tables:
                self.write_sheet(spec, tables)
        return self.file

    # ---- the cover

    def cover_fields(self) -> list[tuple[Table, Field]]:
        first = next((t for t in self.form.tables.values() if t.kind == "fields"), None)
        wanted = first.field if first is not None else ()
        return [(first, f) for f in wanted if f.type in ("text", "year", "date") and not f.personal] if first is not None else []

    def write_cover(self) -> None:
        year = self.form.role("year")
        value = self.report.cell(year.field.id).value if year is not None else None
        title = self.form.edition.title
        for text, size, before in ((f"{value}年度" if isinstance(value, Decimal) else "", 22, 90), (title, 24, 12)):
            paragraph = self.file.add_paragraph(style=COVER)
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
            paragraph.paragraph_format.space_before = Pt(before)
            run = paragraph.add_run(text)
            run.font.size, run.bold = Pt(size), True
        for k, (table, field) in enumerate(self.cover):
            cell = self.report.tables[table.id].rows[0].cell(field.id)
            if year is not None and field is year.field and isinstance(cell.value, Decimal):
                continue
            paragraph = self.file.add_paragraph(f"{field.label}：{self.shown(field, cell)[0]}", style=COVER)
            paragraph.paragraph_format.left_indent = Cm(2)
            paragraph.paragraph_format.space_before = Pt(120 if k == 0 else 0)
        self.file.add_paragraph(style=COVER).add_run().add_break(WD_BREAK.PAGE)

    # ---- the tables

    def write_sheet(self, spec: SheetSpec, tables: list[Table]) -> None:
        self.file.add_paragraph(spec.title, style=CAPTION)
        if self.public and all(f.personal for t in tables for f in t.field):
            self.file.add_paragraph("本项内容不公开。", style=TEXT)
        later = {f.after for t in tables for f in t.field if f.after}
        for table in tables:
            if table is self.narrative:
                self.write_narrative(table)
            elif table.kind == "fields":
                self.write_fields(table, [f for f in table.field if not f.after])
            elif table.kind == "grid":
                self.write_grid(table)
            elif not (self.public and all(f.personal for f in table.field)):
                self.write_list(table, spec)
            if table.id in later:
                self.file.add_paragraph(style=NOTE)  # two tables without a line between become one when they are saved anew
                for other in tables:
                    self.write_fields(other, [f for f in other.field if f.after == table.id])
        if not self.public:
            for box in spec.box:
                self.file.add_paragraph(style=NOTE)
                cell = self.table(1, 1).cell(0, 0)
                lines = [box.label, *[""] * box.lines, *([box.sign] if box.sign else []), *(["年    月    日"] if box.date else [])]
                cell.text = "\n".join(lines)
            for k, line in enumerate(spec.foot, 1):
                foot = self.file.add_paragraph(line).paragraph_format
                foot.space_before = Pt(8)
                foot.keep_with_next = k < len(spec.foot)

    def write_fields(self, table: Table, fields: list[Field]) -> None:
        on_cover = {f.id for t, f in self.cover if t is table}
        fields = [f for f in fields if f.id not in on_cover and not (f.kind == "derived" and not f.after)]
        fields = [f for f in fields if not (self.public and f.personal)]
        if not fields:
            return
        short = [f for f in fields if f.type != "longtext"]
        rows = [short[k : k + 2] for k in range(0, len(short), 2)] + [[f] for f in fields if f.type == "longtext"]
        made = self.table(len(rows), 4)
        data = self.report.tables[table.id].rows[0]
        for number, row in enumerate(rows):
            if len(row) == 1:
                made.cell(number, 1).merge(made.cell(number, 3))
            for k, field in enumerate(row):
                _centred(made.cell(number, 2 * k), field.label)
                self.fill(made.cell(number, 2 * k + 1), field, data.cell(field.id))
        lay_out(made, most=18)

    def write_grid(self, table: Table) -> None:
        row_set = self.form.rows_of(table)
        head = header(table)
        columns = [f for f in head.columns if f.kind != "derived"]
        places = {id(f): k for k, f in enumerate(columns, 1)}
        unit = f"（{table.unit}）" if table.unit else ""
        caption = self.file.add_paragraph(f"{table.title}{unit}")
        caption.paragraph_format.keep_with_next = True
        caption.paragraph_format.space_before, caption.paragraph_format.space_after = Pt(10), Pt(2)
        rows = self.report.tables[table.id].rows
        made = self.table(head.depth + len(rows), len(columns) + 1)
        made.cell(0, 0).merge(made.cell(head.depth - 1, 0))
        _centred(made.cell(0, 0), row_set.heading)
        for item in head.heads:
            covered = [places[id(f)] for f in head.columns[item.left : item.right + 1] if id(f) in places]
            if covered:
                cell = made.cell(item.top, covered[0])
                if (item.top, covered[0]) != (item.bottom, covered[-1]):
                    cell = cell.merge(made.cell(item.bottom, covered[-1]))
                _centred(cell, item.text)
        for k, row in enumerate(rows):
            name = row_set.summary_printed if row.key == row_set.summary else str(row.key)
            numbered = row_set.numbered and row.key != row_set.summary
            own = VALUE if row_set.open and row.key != row_set.summary else None
            _centred(made.cell(head.depth + k, 0), f"{k}、{name}" if numbered else name, own)
            for field in columns:
                if not field.only or row.key in field.only:
                    self.fill(made.cell(head.depth + k, places[id(field)]), field, row.cell(field.id))
        lay_out(made, head=head.depth)
        repeat_head(made, head.depth)

    def write_list(self, table: Table, spec: SheetSpec) -> None:
        data = self.report.tables[table.id]
        if table.told and not data.rows and data.total.state in NOTHING_TYPED and data.total.state != "nothing":
            return
        columns = [f for f in table.field if f.kind != "derived" and not f.behind and not (self.public and f.personal)]
        behind = {f.behind: f for f in table.field if f.behind}
        caption = table.caption or table.title
        if len(columns) <= 2 or caption not in spec.title:
            self.file.add_paragraph(caption, style=CAPTION).paragraph_format.keep_with_next = True
        lines = [(row, part) for row in data.rows for part in (row.parts or [{}])]
        made = self.table(1 + len(lines) + bool(table.total), len(columns))
        for k, field in enumerate(columns):
            _centred(made.cell(0, k), field.label)
        going_on = self.merge_down(made, columns, lines)
        for number, (row, part) in enumerate(lines, 1):
            first = number == 1 or lines[number - 2][0] is not row
            for k, field in enumerate(columns):
                if (number, k) in going_on:
                    continue
                if field.part:
                    self.fill(made.cell(number, k), field, part.get(field.id, Cell()))
                elif first and field.id in behind:
                    self.fill_with(made.cell(number, k), field, behind[field.id], row)
                elif first:
                    self.fill(made.cell(number, k), field, row.cell(field.id))
        if table.total is not None:
            _centred(made.cell(1 + len(lines), 0), table.total.label)
            self.fill(made.cell(1 + len(lines), 1), table.total, data.total)
        lay_out(made)
        repeat_head(made, 1)

    def merge_down(self, made: Any, columns: list[Field], lines: list[tuple[Row, Any]]) -> set[tuple[int, int]]:
        """One cell for what is the same from line to line: a choice under the same choices, and a line over its parts. Gives the
        places that are taken so. A line that says nothing else keeps its own cells."""
        going_on: set[tuple[int, int]] = set()
        choices = [f for f in columns if f.choices]

        def shown(row: Row, field: Field) -> str:
            return self.shown(field, row.cell(field.id))[0]

        for k, field in enumerate(columns):
            start = 1
            for number in range(2, len(lines) + 2):
                before, row = lines[number - 2][0], lines[number - 1][0] if number <= len(lines) else None
                same = row is before and not field.part
                if row is not None and row is not before and field in choices:
                    over = choices[: choices.index(field) + 1]
                    telling = any(shown(row, f) for f in columns if f not in choices and not f.part)
                    same = telling and all(shown(row, f) and shown(row, f) == shown(before, f) for f in over)
                if same:
                    going_on.add((number, k))
                    continue
                if number - start > 1:
                    made.cell(start, k).merge(made.cell(number - 1, k))
                start = number
        return going_on

    def write_narrative(self, table: Table) -> None:
        data = self.report.tables[table.id].rows[0]
        for field in table.field:
            self.file.add_paragraph(field.label, style=SECTION)
            text = self.shown(field, data.cell(field.id))[0]
            for line in text.split("\n") if text else ():
                _say(self.file.add_paragraph(style=TEXT), line)

    # ---- a cell

    def fill_with(self, target: Any, field: Field, other: Field, row: Row) -> None:
        """A text with another field's behind it: 指标1：……；目标值：≥90%."""
        text, more = self.shown(field, row.cell(field.id))[0], self.shown(other, row.cell(other.id))[0]
        mark = f"；{other.label}："
        middle(target)
        if text or more:
            paragraph = target.paragraphs[0]
            paragraph.add_run(f"指标{row.key}：{text}", style=VALUE)
            if more or mark in text:
                paragraph.add_run(mark, style=BEHIND)
                paragraph.add_run(more, style=VALUE)

    def fill(self, target: Any, field: Field, cell: Cell) -> None:
        middle(target)
        text, derived = self.shown(field, cell)
        lines = text.split("\n")
        for k, line in enumerate(lines):
            paragraph = target.paragraphs[0] if k == 0 else target.add_paragraph()
            if field.type != "longtext" and len(text) < 20:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
            if line:
                _say(paragraph, line, DERIVED if derived else VALUE)

    def shown(self, field: Field, cell: Cell) -> tuple[str, bool]:
        """What is printed for a cell, and whether nobody typed it."""
        if cell.value is None and cell.filled is not None:
            text = write_plain(field, cell.filled)
            return (f"{text}%" if field.type == "rate" else str(text)), True
        if cell.state == "nothing":
            return str(cell.raw), False
        value = write_value(field, cell)
        if value is None:
            return "", False
        if isinstance(cell.value, Decimal) and field.type == "rate":
            return f"{value}%", False
        if isinstance(cell.value, Decimal) and field.type == "money":
            return write_money(cell.value), False
        if isinstance(cell.value, dt.date):
            return f"{cell.value.year}年{cell.value.month}月{cell.value.day}日", False
        return str(value), False

    def table(self, rows: int, columns: int) -> Any:
        made = self.file.add_table(rows, columns)
        made.style = "Table Grid"
        made.alignment = WD_TABLE_ALIGNMENT.CENTER
        return made


def _say(paragraph: Any, line: str, style: str | None = None) -> None:
    """A line of a text; the mark of a draft is made to be seen."""
    if line.startswith(MARK):
        paragraph.add_run(MARK).font.highlight_color = WD_COLOR_INDEX.YELLOW
        line = line.removeprefix(MARK)
    paragraph.add_run(line, style=style)


def _centred(cell: Any, text: str, style: str | None = None) -> None:
    middle(cell)
    cell.paragraphs[0].add_run(text, style=style)
    cell.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.CENTER
