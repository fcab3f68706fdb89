"""What the workbook's own formulas give where figures were typed as text: the formulas count no texts, we do."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from xlprocess.derive import fill
from xlprocess.finding import Where
from xlprocess.form.formula import Value
from xlprocess.form.model import Table
from xlprocess.live import own_formula
from xlprocess.report import Cell, Report, Row, TableData

Shown = Mapping[Where, Value]
"""By cell what it shows; None for nothing."""


def texts_left_out(report: Report) -> Shown:
    """The cells with a formula of the form whose result differs from what we derived, and their results."""
    if not any(field.is_number and _is_text(cell) for _, field, cell in report.spots()):
        return {}
    other = Report(report.form, report.file, {key: _without(data) for key, data in report.tables.items()}, [])
    fill(other)
    found: dict[Where, Value] = {}
    for spot, field, cell in report.spots():
        shown = other.at(spot).filled
        if cell.state not in ("blank", "own") or cell.filled is None or shown == cell.filled:
            continue
        if own_formula(report, spot, field) is not None:
            found[report.where(spot)] = shown
    return found


def _is_text(cell: Cell) -> bool:
    return cell.state == "text_number" and isinstance(cell.raw, str)


def _without(data: TableData) -> TableData:
    """The same table, its figures that are texts blank."""
    table = data.table

    def cells(held: Mapping[str, Cell]) -> dict[str, Cell]:
        return {name: _copy(cell, table, name) for name, cell in held.items()}

    rows = [Row(row.key, cells(row.cells), row.name, [cells(part) for part in row.parts]) for row in data.rows]
    total = _copy(data.total, table, table.total.id) if table.total else data.total
    return TableData(table, data.sheet, rows, total)


def _copy(cell: Cell, table: Table, name: str) -> Cell:
    field = table.total if table.total is not None and name == table.total.id else table.fields[name]
    if field is not None and field.is_number and _is_text(cell):
        return Cell(cell.sheet, cell.ref)
    return msgspec.structs.replace(cell, filled=None)
