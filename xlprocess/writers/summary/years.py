"""上年对比: each department's figures beside those of last year, and how its name or code changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from xlprocess.consolidation.consolidation import Department
from xlprocess.consolidation.submission import Submission
from xlprocess.consolidation.years import SHEET, Years
from xlprocess.form.load import Form
from xlprocess.writers.summary.book import Book, Link, Look
from xlprocess.writers.summary.listing import Column, Listing, Rate, Row, Value
from xlprocess.writers.summary.section import LEADING, Section, kind_of


class LastYears(Section):
    """A row for each department of which last year's workbook was found."""

    def __init__(self, book: Book, form: Form, years: Mapping[str, Years]) -> None:
        self.form = form
        self.years = years
        self.joined = [(f, f.previous) for t in form.tables.values() for f in t.field if f.previous and t.kind == "grid"]
        self.compared = [form.fields[y.field].field for y in form.edition.yearly]
        columns = [*LEADING]
        for field, previous in self.joined:
            columns += [
                Column(f"上年{form.fields[previous].field.label}", 13, "money", f"was_{field.id}", "sum"),
                Column(f"本年{field.label}", 13, "money", field.id, "sum", joined=True),
                Column(f"{field.label}相差", 11, "money", total="sum", joined=True),
            ]
        for field in self.compared:
            kind = kind_of(field)
            columns += [
                Column(f"上年{field.label}", 12, kind, f"was_{field.id}", "sum"),
                Column(f"本年{field.label}", 12, kind, field.id, "sum", joined=True),
                Column(f"{field.label}变动率", 11, "rate", total=_change(field.id), joined=True),
            ]
        columns += [
            Column("名称或编码变化", 30, wrap=True),
            Column("上年年度", 8, "text"),
            Column("上年文件", 26, "link", on_paper=False),
        ]
        remark = (
            f"金额单位：{form.edition.unit}。变动率＝（本年－上年）÷上年，合计行按两年都有表的部门的合计计算。着色的见“问题清单”。"
        )
        self.listing = Listing(book, SHEET, columns, remark)

    def rows(self, department: Department, submission: Submission) -> Iterator[Row]:
        row = self.years.get(department.key)
        if row is None:
            return
        self.number += 1
        values: list[Value] = [self.number, department.code, department.name]
        looks: dict[int, Look] = {}
        for field, _ in self.joined:
            before, now = row.before.get(field.id), row.now.get(field.id)
            if field.id in row.blamed:
                looks[len(values) + 2] = "warning"
            gap = None if before is None and now is None else (now or Decimal(0)) - (before or Decimal(0))
            values += [before, now, gap]
        for field in self.compared:
            before, now = row.before.get(field.id), row.now.get(field.id)
            if field.id in row.blamed:
                looks[len(values) + 2] = "notice"
            rate = (now - before) / before if now is not None and before is not None and before > 0 else None
            values += [before, now, rate]
        if row.changed:
            looks[len(values)] = "warning"
        values += [row.changed, str(row.year) if row.year else None, Link(row.file.path, row.file)]
        yield Row(values, looks)


def _change(field: str) -> Rate:
    """The change of the totals."""

    def formula(addresses: Mapping[str, str]) -> str | None:
        before, now = addresses.get(f"was_{field}"), addresses.get(field)
        return f"(N({now})-N({before}))/N({before})" if before and now else None

    def value(sums: Mapping[str, Decimal]) -> Decimal | None:
        before, now = sums.get(f"was_{field}"), sums.get(field)
        return (now - before) / before if before and now is not None else None

    return Rate(formula, value)
