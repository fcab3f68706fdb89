"""What can be computed is computed, from the leaves up; what was typed is never overwritten."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import msgspec

from xlprocess.finding import Where
from xlprocess.form.formula import Value
from xlprocess.form.model import Field
from xlprocess.report import Cell, Report, Row
from xlprocess.typed import shift
from xlprocess.values import write_plain


def derive(report: Report) -> None:
    """Sets `filled` in every derived cell, and in every stated cell in which nothing was typed; in 汇总 also in the input
    cells that the organisations give. A cell that holds something we could not read is left alone.
    A typed rate is first read as its figures give it."""
    _read_rates(report)
    report.scopes.clear()  # a rate may mean something else now
    fill(report)


def fill(report: Report) -> None:
    """As `derive`, with what was typed as it has been read."""
    for data in report.tables.values():
        table = data.table
        summary = report.form.rows_of(table).summary if table.kind == "grid" else None
        for row in data.rows:
            fields = table.field if summary is not None and row.key == summary else table.computed
            scope = report.scope(table, row) if fields else None
            for field in fields:
                cell = row.cells.get(field.id)
                if scope is not None and cell is not None and (field.kind == "derived" or _nothing_typed(cell)):
                    cell.filled = _known(scope(field.id) if not field.bands else _band(report, field))
        if table.total and table.total.of and _nothing_typed(data.total):
            data.total.filled = _known(_sum_of_lines(data.rows, table.total.of))


def _read_rates(report: Report) -> None:
    for data in report.tables.values():
        for field in data.table.computed:
            formula = report.form.formula(data.table, field) if field.type == "rate" and field.kind == "stated" else None
            if formula is None:
                continue
            for row in data.rows:
                cell = row.cell(field.id)
                if cell.typed_number is None:
                    continue
                given = formula.number(report.scope(data.table, row))
                if given is not None and given.is_finite():
                    cell.value = nearest_reading(cell, given)


def nearest_reading(cell: Cell, given: Decimal) -> Decimal:
    """A typed rate as a fraction. A number without a percent sign may be one already, or a percentage: the reading nearer
    to what the figures give is taken."""
    typed = cell.typed_number or Decimal(0)
    if cell.percent:
        return typed
    return min(typed, shift(typed, -2), key=lambda reading: abs(reading - given))


def _nothing_typed(cell: Cell) -> bool:
    return cell.state in ("blank", "own")


def _known(value: Value) -> Value:
    return None if isinstance(value, Decimal) and value.is_nan() else value


def _band(report: Report, field: Field) -> Value:
    """The grade whose band holds the figure that the field is `of`."""
    score = report.scope(None, None).shown(field.of or "")
    if not isinstance(score, Decimal) or score.is_nan():
        return None
    return next((name for name, least in field.bands if score >= least), None)


def _sum_of_lines(rows: list[Row], field: str) -> Value:
    cells = [r.cell(field) for r in rows]
    if any(c.is_unknown for c in cells):
        return None
    numbers = [n for c in cells if (n := c.typed_number) is not None]
    return sum(numbers, Decimal(0)) if numbers else None


class Derived(msgspec.Struct, frozen=True):
    """A figure that we derived: a D cell, or a stated cell in which nothing was typed. `value` as JSON prints it, rates in
    percent. `was_blank`: the form would have a department fill it."""

    where: Where
    value: str
    is_rate: bool
    was_blank: bool


def derived(report: Report) -> Iterator[Derived]:
    """All that was derived and has a value, cell by cell."""
    for spot, field, cell in report.spots():
        if cell.filled is None or (field.kind == "derived" and cell.is_unknown):
            continue
        value = str(write_plain(field, cell.filled))
        yield Derived(Where(cell.sheet, cell.ref, *spot), value, field.type == "rate", field.kind != "derived")
