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

    def __init__(self, book: Book, form: Form, table: Table, name: str, of: str = "") -> None:
        self.form = form
        self.table = table
        self.fields = [f for f in table.field if not f.personal]
        columns = [*LEADING, Column("行", 5, "count")]
        for f in self.fields:
            adds = f.type == "money" or f.aggregate == "sum"
            wide = f.type in ("text", "longtext")
            width = min(max(f.width or (18 if wide else 11), 11), 36)
            columns.append(Column(f.label, width, kind_of(f), f.id, "sum" if adds else None, wrap=wide))
        columns.append(Column("来源", 16, "link", on_paper=False))
        unit = f"金额单位：{form.edition.unit}。" if any(f.type == "money" for f in self.fields) else ""
        self.listing = Listing(book, name, columns, f"{of}{unit}各部门逐行列出，文字和数字都是原表所填。", unit="行")
        self.number = 0
        self._keys: dict[int, list[str]] = {}

    def rows(self, department: Department, submission: Submission) -> Iterator[Row]:
        if submission.form != self.form.id:
            return
        for line in submission.lines:
            if line.table != self.table.id:
                continue
            parts = [int(m[1]) for k in line.values if k.startswith("parts[") and (m := PART.fullmatch(k))]
            for part in range(1, max(parts, default=1) + 1):
                self.number += 1
                values: list[Value] = [self.number, department.code, department.name, Decimal(line.number)]
                values += [self.value(f, line.values.get(key)) for f, key in zip(self.fields, self.keys(part), strict=True)]
                yield Row([*values, self.source(department, line, part)])

    def keys(self, part: int) -> list[str]:
        """Under which names a line holds the fields; "" for what stands in its first row alone."""
        if part not in self._keys:
            first = part == 1
            self._keys[part] = [
                f"parts[{part}].{f.id.removeprefix('parts.')}" if f.part else f.id if first else "" for f in self.fields
            ]
        return self._keys[part]

    def value(self, field: Field, text: str | None) -> Value:
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
        cell = next((line.cells[key] for key in self.keys(part) if key in line.cells), None)
        if line.sheet is None or cell is None:
            return Link(department.current.path, department.current)
        return Link(f"{line.sheet}!{cell}", department.current, line.sheet, cell)
