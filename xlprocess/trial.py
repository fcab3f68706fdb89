"""A report as it would be, did other figures stand in some of its cells: what is tried leaves the report alone."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy

import msgspec

from xlprocess.derive import derive
from xlprocess.form.model import Table
from xlprocess.identity import Spot
from xlprocess.report import Cell, Report, Row, TableData, in_part


def changed(report: Report, cells: Mapping[Spot, Cell]) -> Report:
    """A copy of the report in which other figures stand in some cells; where they were found and what words tell is shared."""
    is_fed = any(_feeds(report, spot) for spot in cells)
    trial = with_cells(report, cells, is_fed)
    if is_fed:
        derive(trial)
    if not any(report.form.tables[spot.table].kind == "list" for spot in cells):
        trial.indicators = report.indicators
    return trial


def with_cells(report: Report, cells: Mapping[Spot, Cell], is_fed: bool = False) -> Report:
    """The same, with nothing derived anew; `is_fed`: the cells that deriving may fill are the copy's own."""
    tables = {key: _table(report, data, cells, is_fed) for key, data in report.tables.items()}
    return Report(
        report.form,
        report.file,
        tables,
        report.remarks,
        report.previous,
        places=report.places,
        passages=report.passages,
        layout=report.layout,
        texts=report.texts,
    )


def renamed(report: Report, table: str, names: Mapping[str, str]) -> Report:
    """A copy of the report in which rows of a table bear other names."""
    tables = {key: _renamed(data, names if key == table else {}) for key, data in report.tables.items()}
    trial = Report(
        report.form, report.file, tables, report.remarks, report.previous, places=report.places, passages=report.passages
    )
    derive(trial)
    return trial


def _renamed(data: TableData, names: Mapping[str, str]) -> TableData:
    """The table with other names; its cells are the copy's own, since deriving may fill them."""
    rows = [
        Row(
            None if row.key is None else names.get(row.key, row.key),
            {field: copy(cell) for field, cell in row.cells.items()},
            row.name,
            row.parts,
        )
        for row in data.rows
    ]
    return TableData(data.table, data.sheet, rows, copy(data.total))


def _feeds(report: Report, spot: Spot) -> bool:
    """Something may be computed from what stands here. Nothing is from a typed total whose parts are there: what is derived
    comes from the leaves."""
    table = report.form.tables[spot.table]
    field = table.fields.get(spot.field)
    if field is None or field.kind != "stated" or report.form.formula(table, field) is None:
        return True
    return report.scope(table, report.tables[table.id].row(spot.row))(spot.field) is None


def _table(report: Report, data: TableData, changes: Mapping[Spot, Cell], is_fed: bool) -> TableData:
    """A table of the trial. What stays as it is is shared, but for the cells that deriving may fill, where it `is_fed`."""
    table = data.table
    mine = {spot: other for spot, other in changes.items() if spot.table == table.id}
    if not mine and not is_fed:
        return data
    summary = report.form.rows_of(table).summary if table.kind == "grid" else None
    rows = [_row(table, row, mine, is_fed, row.key == summary and summary is not None) for row in data.rows]
    total = data.total if table.total is None else _cell(data.total, mine.get(Spot(table.id, None, table.total.id)))
    return TableData(table, data.sheet, rows, total)


def _row(table: Table, row: Row, changes: Mapping[Spot, Cell], is_fed: bool, is_summary: bool) -> Row:
    mine = {spot.field: other for spot, other in changes.items() if spot.row == row.key}
    if not mine and not is_fed:
        return row
    cells, parts = dict(row.cells), row.parts
    for field in table.field:
        if field.id in cells and (field.id in mine or is_summary or field.kind != "input"):
            cells[field.id] = _cell(cells[field.id], mine.get(field.id))
    if parts and mine:
        parts = [
            {field: _cell(cell, mine.get(in_part(number, field))) for field, cell in part.items()}
            for number, part in enumerate(row.parts, 1)
        ]
    return Row(row.key, cells, row.name, parts)


def _cell(cell: Cell, other: Cell | None) -> Cell:
    """A cell of the trial, changed or its own."""
    if other is None or not (other.value or cell.is_typed or other.is_unknown):  # 0 in a blank cell is no change
        return copy(cell)
    return msgspec.structs.replace(cell, state=other.state, value=other.value, how=None, percent=other.percent)
