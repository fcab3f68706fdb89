"""The sheets of figures: one row a department for each table of the form, and one row an organisation for each row set."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping, Set
from decimal import Decimal

from xlprocess.consolidation.consolidation import Department
from xlprocess.consolidation.rates import sides
from xlprocess.consolidation.submission import Figure, Submission
from xlprocess.consolidation.totals import counted
from xlprocess.form.formula import Value as Meant
from xlprocess.form.load import At, Form
from xlprocess.form.model import Field, RowSet, Table
from xlprocess.writers.summary.book import Book, Look
from xlprocess.writers.summary.listing import Column, Listing, Rate, Row, Value
from xlprocess.writers.summary.section import LEADING, Section, kind_of, label, source

LEGEND = "数字都是各部门原数，红底的有错误或警告，见“问题清单”。合计随筛选变动，比率按相除的两项都有数的各行合计重新计算。"
Blamed = Set[tuple[str, str | None, str | None]]
"""Places at which a finding between departments stands."""
SYMBOLS = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/"}


class Amounts(Section):
    """A table of the form: a row for each department, with the figures as it typed them. `also`: figures that are blamed by what
    was found between departments, by department. `of`: whose figures these are, where not all departments have them."""

    def __init__(
        self, book: Book, form: Form, name: str, tables: tuple[Table, ...], also: Mapping[str, Blamed], of: str = ""
    ) -> None:
        self.form = form
        self.also = also
        self.fields = [At(t, f) for t in tables for f in numbers(t)]
        self.borrowed = borrowed(form, self.fields)
        columns = [*LEADING, *(self.column(at, False) for at in self.fields), *(self.column(at, True) for at in self.borrowed)]
        columns.append(Column("来源", 18, "link", on_paper=False))
        money = any(f.type == "money" for _, f in self.fields)
        unit = f"金额单位：{form.edition.unit}。" if money else ""
        self.listing = Listing(book, name, columns, of + unit + LEGEND)
        self.number = 0

    def column(self, at: At, is_borrowed: bool) -> Column:
        table, field = at
        head = f"{field.label}（引自{table.summary or table.title}）" if is_borrowed else label(field, table)
        if table.kind == "list":
            head = f"{table.title}{field.label}"
        key = field.id
        first = not is_borrowed and at == self.fields[0]
        if field.aggregate == "recompute":
            return Column(head, 11, kind_of(field), key, rate(self.form, table, field), bar=True)
        total = field.aggregate if field.aggregate in ("sum", "count") else None
        return Column(head, 13.5 if field.type == "money" else 10, kind_of(field), key, total, bar=first)

    def rows(self, department: Department, submission: Submission) -> Iterator[Row]:
        if submission.form != self.form.id:
            return
        self.number += 1
        figures = {(f.table, f.field): f for f in counted(self.form, submission)}
        found = [figures.get((t.id, f.id)) for t, f in (*self.fields, *self.borrowed)]
        also = self.also.get(department.key, set())
        looks = {k: look for k, f in enumerate(found, len(LEADING)) if f is not None and (look := look_of(f, also))}
        own = (f for f in found[: len(self.fields)] if f is not None)
        values: list[Value] = [self.number, department.code, department.name]
        values += [None if f is None else f.number for f in found]
        yield Row([*values, source(department, own)], looks)


class Organisations(Section):
    """The rows below 汇总: one for each organisation of each department, with the figures of all tables that share them."""

    def __init__(self, book: Book, form: Form, row_set: RowSet, also: Mapping[str, Blamed], name: str, of: str = "") -> None:
        self.form = form
        self.also = also
        self.row_set = row_set
        self.fields = [At(t, f) for t in form.grids(row_set.id) for f in numbers(t)]
        columns = [*LEADING, Column(row_set.heading, 20, wrap=True)]
        for table, field in self.fields:
            total = rate(form, table, field) if field.aggregate == "recompute" else "sum" if field.aggregate == "sum" else None
            joined = field is not numbers(table)[0]
            columns.append(Column(label(field, table), 11.5, kind_of(field), field.id, total, joined=joined))  # type: ignore[arg-type]
        columns.append(Column("来源", 18, "link", on_paper=False))
        self.listing = Listing(book, name, columns, f"{of}金额单位：{form.edition.unit}。{LEGEND}", unit="行", frozen=4)
        self.number = 0

    def rows(self, department: Department, submission: Submission) -> Iterator[Row]:
        if submission.form != self.form.id:
            return
        tables = {t.id for t in self.form.grids(self.row_set.id)}
        by_row: dict[str, dict[tuple[str, str], Figure]] = {}
        for figure in submission.figures:
            if figure.table in tables and figure.row is not None:
                by_row.setdefault(figure.row, {})[figure.table, figure.field] = figure
        for name in submission.rows.get(self.row_set.id, tuple(by_row)):
            figures = by_row.get(name)
            if figures is None or name == self.row_set.summary:
                continue
            self.number += 1
            found = [figures.get((t.id, f.id)) for t, f in self.fields]
            also = self.also.get(department.key, set())
            looks = {k: look for k, f in enumerate(found, len(LEADING) + 1) if f is not None and (look := look_of(f, also))}
            values: list[Value] = [self.number, department.code, department.name, name]
            values += [None if f is None else f.number for f in found]
            yield Row([*values, source(department, figures.values())], looks)


def look_of(figure: Figure, also: Blamed) -> Look:
    return "blamed" if figure.blamed or (figure.table, figure.row, figure.field) in also else ""


def numbers(table: Table) -> list[Field]:
    """The figures of a table. Of a table of fields those that have a total; of a list the figure at its foot."""
    if table.kind == "list":
        return [table.total] if table.total is not None and table.total.aggregate == "sum" else []
    fields = [f for f in table.field if f.is_number and not f.personal]
    return fields if table.kind == "grid" else [f for f in fields if f.aggregate != "never"]


def borrowed(form: Form, fields: list[At]) -> list[At]:
    """The figures of other tables that the rates among `fields` are computed from: they stand on the same sheet, so that the
    rate of the total follows the filter."""
    own = {f.id for _, f in fields}
    found: dict[str, At] = {}
    for table, field in fields:
        formula = form.formula(table, field) if field.aggregate == "recompute" else None
        for name in formula.names if formula else ():
            meant = form.meaning(table, name)
            if meant.field.id not in own and meant.field.aggregate == "sum":
                found[meant.field.id] = At(meant.table, meant.field)
    return list(found.values())


def rate(form: Form, table: Table, field: Field) -> Rate | None:
    """The total of a rate: its formula over the totals of its figures."""
    formula = form.formula(table, field)
    if formula is None:
        return None
    return Rate(
        lambda addresses: excel(formula.tree, addresses),
        lambda sums: formula.number(_Sums(form, table, sums)),
        tuple(sides(form, table, field)),
    )


def excel(node: ast.expr, addresses: Mapping[str, str]) -> str | None:
    """A formula of the form in Excel's language; None where it does more than arithmetic, or names what is not there."""
    match node:
        case ast.Name(id=name):
            return f"N({addresses[name]})" if name in addresses else None
        case ast.Constant(value=int() | float() as number):
            return str(number)
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            inner = excel(operand, addresses)
            return inner and f"(-{inner})"
        case ast.BinOp(left=left, op=op, right=right) if type(op) in SYMBOLS:
            a, b = excel(left, addresses), excel(right, addresses)
            return f"({a}{SYMBOLS[type(op)]}{b})" if a and b else None
        case ast.Call(func=ast.Name(id="min" | "max" | "round" as called), args=[left, right]):
            a, b = excel(left, addresses), excel(right, addresses)
            return f"{called.upper()}({a},{b})" if a and b else None
    return None


class _Sums:
    """What names mean in the total of a rate."""

    def __init__(self, form: Form, table: Table, sums: Mapping[str, Decimal]) -> None:
        self.find: Callable[[str], str] = lambda name: form.meaning(table, name).field.id
        self.sums = sums

    def __call__(self, name: str) -> Meant:
        return self.sums.get(self.find(name))

    typed = shown = __call__

    def column(self, table: str, field: str) -> tuple[Meant, ...]:
        return ()
