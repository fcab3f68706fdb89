from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from xlprocess.books.book import Ref, Scalar, Sheet, letters
from xlprocess.finding import Finding, Where
from xlprocess.form.model import Table
from xlprocess.report import Found, Report
from xlprocess.rules.rule import WORKBOOK, flag, rule
from xlprocess.typed import as_shown, read_money, write_money

HEADER_DEPTH = 4
BELOW = 30
"""So many rows below a table belong to it, as long as no other table begins."""
CONTROL = "校验"
NO_AMOUNTS = (
    "电话",
    "手机",
    "传真",
    "联系方式",
    "年度",
    "年份",
    "日期",
    "时间",
    "备注",
    "编码",
    "邮编",
    "编号",
    "序号",
    "账号",
    "页",
)
"""What labels and headers of numbers that are no amounts end with."""
NEAR = 3
"""So many cells before a number can hold its label."""
_CELL = re.compile(r"\$?[A-Z]{1,3}\$?[0-9]+")
_LONGEST = 20


@rule("R219", severity="warning")
def figure_outside_form(report: Report) -> Iterator[Finding]:
    """数字填在表样的栏目和行以外。

    依据：自行增加的栏目和表外的行不在表样之内，其中的数字不会计入合计，也没有检查。
    处理：属于表内的，移到对应的栏目和行，没有对应栏目的并入“其他”一类的栏目；不需要的，删去或改写成文字说明。
    """
    if report.places is None:
        return
    grouped: dict[tuple[str, str, int], list[_Stray]] = {}
    for stray in _strays(report):
        grouped.setdefault((stray.table.id, stray.kind, stray.number), []).append(stray)
    for (_, kind, _), strays in grouped.items():
        if not _is_numbering(strays):
            yield _of_column(report, strays) if kind == "column" else _of_row(report, strays)


class _Stray(NamedTuple):
    """A figure that was not read. `kind` and `number`: the column or the row that it is told with."""

    table: Table
    kind: str
    number: int
    sheet: Sheet
    ref: Ref
    value: Scalar


def _strays(report: Report) -> Iterator[_Stray]:
    places = report.places
    tables = {k: f for k, f in places.tables.items() if f.columns and _has_figures(report.form.tables[k])} if places else {}
    for name in dict.fromkeys(f.sheet for f in tables.values()):
        here = {k: f for k, f in tables.items() if f.sheet == name}
        sheet = places.sheets[name] if places else None
        if sheet is None:
            continue
        maybe = [
            (r, c, value)
            for r, row in enumerate(sheet.rows, sheet.top)
            for c, value in enumerate(row, sheet.left)
            if value is not None and (type(value) is not str or value[0].isdigit())  # few
        ]
        read = _read_of(report, name)
        for r, c, value in maybe:
            if (r, c) not in read and _is_figure(value) and not _is_worked_out(sheet, Ref(r, c)):
                yield from _placed(report, here, sheet, Ref(r, c), value)


def _read_of(report: Report, name: str) -> set[Ref | None]:
    """Where the cells of a sheet stand that were read, names of rows included."""
    read: set[Ref | None] = set()
    for data in report.tables.values():
        if data.sheet == name:
            read.add(data.total.ref)
            for row in data.rows:
                read.add(row.name.ref)
                read.update([cell.ref for cell in row.cells.values()])
                for part in row.parts:
                    read.update([cell.ref for cell in part.values()])
    return read


def _has_figures(table: Table) -> bool:
    return any(f.is_number or f.measure for f in table.field)


def _is_figure(value: Scalar) -> bool:
    if isinstance(value, str):
        return len(value) <= _LONGEST and read_money(value).value is not None
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _is_worked_out(sheet: Sheet, ref: Ref) -> bool:
    """A formula over other cells: somebody's own check. So is one whose text is not known."""
    formula = sheet.formulas.get(ref)
    return formula is not None and (not formula.text or _CELL.search(formula.text) is not None)


def _placed(report: Report, tables: dict[str, Found], sheet: Sheet, ref: Ref, value: Scalar) -> Iterator[_Stray]:
    """The table that it stands in, beside or below, and whether its column or its row is none of the form's."""
    if _is_no_amount(sheet, ref):
        return
    for key, found in tables.items():
        table = report.form.tables[key]
        if found.first <= ref.row <= found.last:
            if ref.column in found.columns.values():
                yield _Stray(table, "row", ref.row, sheet, ref, value)
            elif ref.column != found.names and _is_of_the_table(sheet, found, ref.column):
                yield _Stray(table, "column", ref.column, sheet, ref, value)
            return
    above = [(f.last, k) for k, f in tables.items() if f.last < ref.row]
    if not above:
        return
    last, key = max(above)
    table, found = report.form.tables[key], tables[key]
    columns = {c for f, c in found.columns.items() if table.fields[f].is_number}
    is_control = isinstance(name := sheet.value(ref.row, found.names or min(found.columns.values())), str) and CONTROL in name
    if ref.column in columns and ref.row - last <= BELOW and not is_control:
        yield _Stray(table, "row", ref.row, sheet, ref, value)


def _is_of_the_table(sheet: Sheet, found: Found, column: int) -> bool:
    """Between the columns of the form, or beside them under a header of its own; never a column of ours."""
    header = _header(sheet, found, column)
    if header is not None and (header.startswith(CONTROL) or _names_no_amount(header)):
        return False
    return min(found.names or column, *found.columns.values()) < column < max(found.columns.values()) or header is not None


def _is_no_amount(sheet: Sheet, ref: Ref) -> bool:
    """A telephone number, a year, a code, by what stands before it in its row."""
    before = (sheet.value(ref.row, c) for c in range(ref.column - 1, max(ref.column - NEAR, 0) - 1, -1))
    label = next((v for v in before if isinstance(v, str) and v.strip()), "")
    return _names_no_amount(label)


def _names_no_amount(label: str) -> bool:
    return label.strip().rstrip("：:").rstrip().endswith(NO_AMOUNTS)


def _header(sheet: Sheet, found: Found, column: int) -> str | None:
    for row in range(found.first - 1, max(found.first - HEADER_DEPTH, 0), -1):
        value = sheet.value(row, column)
        if isinstance(value, str) and value.strip():
            return value.strip()
    return None


def _is_numbering(strays: Sequence[_Stray]) -> bool:
    """1, 2, 3 … down a column."""
    numbers = [s.value for s in strays]
    return strays[0].kind == "column" and len(numbers) > 1 and numbers == list(range(1, len(numbers) + 1))


def _of_column(report: Report, strays: Sequence[_Stray]) -> Finding:
    table, sheet, column = strays[0].table, strays[0].sheet, strays[0].number
    found = report.places.tables[table.id] if report.places else None
    header = _header(sheet, found, column) if found else None
    named = f"“{header[:_LONGEST]}”" if header else ""
    problem = f"“{table.title}”中{letters(column)}列{named}不是表样的栏目，{_told(strays)}，没有计入合计，也没有检查"
    return _finding(report, strays, problem)


def _of_row(report: Report, strays: Sequence[_Stray]) -> Finding:
    table, sheet, row = strays[0].table, strays[0].sheet, strays[0].number
    found = report.places.tables[table.id] if report.places else None
    inside = found is not None and row <= found.last
    name = sheet.value(row, found.names or min(found.columns.values())) if found else None
    named = f"“{name.strip()[:_LONGEST]}”" if isinstance(name, str) and name.strip() and not inside else ""
    where = "中" if inside else "下方"
    problem = f"“{table.title}”{where}第 {row} 行{named}不是表样中填数的地方，{_told(strays)}，没有计入合计，也没有检查"
    return _finding(report, strays, problem)


def _told(strays: Sequence[_Stray]) -> str:
    value = strays[0].value
    read = read_money(value).value
    is_amount = read is not None and isinstance(value, float) and not value.is_integer()
    shown = write_money(read) if read is not None and is_amount else as_shown(value)
    more = f" 等 {len(strays)} 格数字" if len(strays) > 1 else ""
    return f"{strays[0].ref} 的 {shown}{more}"


def _finding(report: Report, strays: Sequence[_Stray], problem: str) -> Finding:
    first = strays[0]
    where = Where(first.sheet.name, first.ref, first.table.id)
    return flag(report, WORKBOOK, problem, actual=as_shown(first.value), where=where)
