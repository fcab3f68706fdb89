"""The lists of the form, line by line: 指标明细 and what else an edition lists."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation

from xlprocess.consolidation.consolidation import Department
from xlprocess.consolidation.submission import Line, Submission
from xlprocess.form.load import Form
from xlprocess.form.model import Field, Table
from xlprocess.writers.summary.book import Book, Link
from xlprocess.writers.summary.listing import Column, Listing, Row, Value
from xlprocess.writers.summary.section import LEADING, Section, kind_of

PART = re.compile(r"parts\[(\d+)\]\.(.+)")


class Lines(Section):
    """A list of the form: a row for each line, and for each further part of a line."""

    def __init__(self, book: Book, form: Form, table: Table, name: str) -> None:
        self.form = form
        self.table = table
        self.fields = [f for f in table.field if not f.personal]
        columns = [*LEADING, Column("行", 5, "count")]
        for f in self.fields:
            adds = f.type == "money" or f.aggregate == "sum"
            wide = f.type in ("text", "longtext")
            width = min(max(f.width or (12 if wide else 11), 11), 36)
            columns.append(Column(f.label, width, kind_of(f), f.id, "sum" if adds else None, wrap=wide))
        columns.append(Column("来源", 16, "link"))
        unit = f"金额单位：{form.edition.unit}。" if any(f.type == "money" for f in self.fields) else ""
        self.listing = Listing(book, name, columns, f"{unit}各部门逐行列出，文字和数字都是原表所填。", unit="行")
        self.number = 0

    def rows(self, department: Department, submission: Submission) -> Iterator[Row]:
        if submission.form != self.form.id:
            return
        for line in submission.lines:
            if line.table != self.table.id:
                continue
            for part in range(1, max([1, *(int(m[1]) for k in line.values if (m := PART.fullmatch(k)))]) + 1):
                self.number += 1
                values: list[Value] = [self.number, department.code, department.name, Decimal(line.number)]
                values += [self.value(f, line, part) for f in self.fields]
                yield Row([*values, self.source(department, line, part)])

    def key(self, field: Field, part: int) -> str | None:
        if field.part:
            return f"parts[{part}].{field.id.removeprefix('parts.')}"
        return field.id if part == 1 else None

    def value(self, field: Field, line: Line, part: int) -> Value:
        text = line.values.get(self.key(field, part) or "")
        if text is None or not field.is_number:
            return text
        try:
            number = Decimal(text)
        except InvalidOperation:
            return text
        if not number.is_finite():
            return text
        return number / 100 if field.type == "rate" else number

    def source(self, department: Department, line: Line, part: int) -> Link:
        keys = [k for f in self.fields if (k := self.key(f, part)) and k in line.cells]
        if line.sheet is None or not keys:
            return Link(department.current.path, department.current)
        return Link(f"{line.sheet}!{line.cells[keys[0]]}", department.current, line.sheet, line.cells[keys[0]])
