"""A Report again of what was kept of a workbook, as far as the rules that compare two years look at it."""

from __future__ import annotations

import re
from decimal import Decimal

from xlprocess.books.book import Ref
from xlprocess.consolidation.submission import Figure, Submission
from xlprocess.form.formula import Value
from xlprocess.form.load import Form
from xlprocess.report import Cell, Report, Row, TableData

_ADDRESS = re.compile("([A-Z]{1,3})([1-9][0-9]*)")


def rebuilt(form: Form, submission: Submission) -> Report:
    """Figures by their places, and whose report it is; texts and lists are not in it."""
    by_table: dict[str, dict[str | None, dict[str, Cell]]] = {}
    for figure in submission.figures:
        by_table.setdefault(figure.table, {}).setdefault(figure.row, {})[figure.field] = _cell(figure)
    tables: dict[str, TableData] = {}
    for table in form.tables.values():
        rows = by_table.get(table.id, {})
        data = TableData(table, None, [])
        if table.kind == "fields":
            data.rows = [Row(None, rows.get(None, {}))]
        elif table.kind == "grid":
            names = submission.rows.get(table.rows or "", ())
            data.rows = [Row(name, rows.get(name, {})) for name in names]
        elif table.total is not None:
            data.total = rows.get(None, {}).get(table.total.id, Cell())
        tables[table.id] = data
    year = None if submission.year is None else Decimal(submission.year)
    told: dict[str, Value] = {"name": submission.department, "code": submission.code, "year": year}
    for role, value in told.items():
        at = form.role(role)
        if at is not None and value is not None:
            sheet, address = submission.places.get(role, (None, None))
            tables[at.table.id].rows[0].cells[at.field.id] = Cell(sheet, _ref(address), None, "typed", value)
    return Report(form, "", tables, [])


def _cell(figure: Figure) -> Cell:
    cell = Cell(figure.sheet, _ref(figure.cell))
    if figure.state == "typed":
        cell.state, cell.value = "typed", figure.number
    else:
        cell.filled = figure.number
    return cell


def _ref(address: str | None) -> Ref | None:
    found = _ADDRESS.fullmatch(address or "")
    if found is None:
        return None
    column = 0
    for letter in found[1]:
        column = column * 26 + ord(letter) - 64
    return Ref(int(found[2]), column)
