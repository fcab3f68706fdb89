"""The figures of a report for its Submission: each as it was typed, and what it would be by its parts.

Where it is known how a part is wrong (a shifted point, an amount in yuan), its mended value is taken, not what was typed: a total
over departments that is corrected by parts must not take over a slip in one of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal
from typing import Literal

from xlprocess.consolidation.submission import Figure
from xlprocess.form.model import Field, Table
from xlprocess.identity import Spot
from xlprocess.report import NO_CELL, Cell, Report, Row
from xlprocess.sums import diagnoses, identities
from xlprocess.trial import changed

_RATE = Decimal("0.005")


def figures(report: Report, blamed: set[Spot], in_yuan: Mapping[Spot, Decimal]) -> Iterator[Figure]:
    """Every number that is not personal. `blamed`: the spots at which a finding stands. `in_yuan`: what the amounts that were typed
    in yuan are in the unit of the form."""
    known = identities(report)
    tolerances: dict[Spot, Decimal] | None = None
    given: list[tuple[Spot, Field, Cell, Row | None, Decimal, bool]] = []
    for spot, field, cell, row in _places(report):
        number = cell.number
        if field.is_number and not field.personal and number is not None and number.is_finite():
            given.append((spot, field, cell, row, number, cell.is_typed))
    with _mended(report, in_yuan) as mended:
        for spot, field, cell, row, number, is_typed in given:
            parts = mended[spot] if spot in mended else _from_parts(report, spot, field, row)
            if parts == number:
                parts = None
            elif parts is not None:
                if tolerances is None:
                    tolerances = {identity.total: identity.tolerance for identity in known}
                gap = abs(parts - number)
                if gap <= (tolerances.get(spot, report.form.edition.cap) if field.type == "money" else _RATE):
                    parts = None
            state: Literal["typed", "filled", "derived"] = (
                "typed" if is_typed else "derived" if field.kind == "derived" else "filled"
            )
            place = str(cell.ref) if cell.ref else None
            told = None if parts is None else format(parts, "f")
            yield Figure(*spot, cell.sheet, place, format(number, "f"), state, told, spot in blamed)


def _places(report: Report) -> Iterator[tuple[Spot, Field, Cell, Row | None]]:
    """The cells of grids and tables of fields, and the totals at the foot of lists."""
    for data in report.tables.values():
        table = data.table
        for row in data.rows if table.kind != "list" else ():
            for field in table.field:
                cell = row.cells.get(field.id)
                if cell is not None:
                    yield Spot(table.id, row.key, field.id), field, cell, row
        if table.total:
            yield Spot(table.id, None, table.total.id), table.total, data.total, None


@contextmanager
def _mended(report: Report, in_yuan: Mapping[Spot, Decimal]) -> Iterator[Mapping[Spot, Decimal | None]]:
    """The report with every slip mended whose cell is known; afterwards it is again as it was typed. Gives what is known of
    single figures: the mended values; None for a total that is right, of which an item is missing."""
    found = diagnoses(_converted(report, in_yuan) if in_yuan else report)
    mended = {**in_yuan, **{spot: value for each in found for spot, value in each.mended}}
    known: dict[Spot, Decimal | None] = {
        each.identity.total: None for each in found if each.cause is not None and each.cause.kind == "missing_item"
    }
    known.update(mended)
    cells = {spot: cell for spot in mended if (cell := report.at(spot)) is not NO_CELL}
    typed = {spot: cell.value for spot, cell in cells.items()}
    if not cells:
        yield known
        return
    report.scopes.clear()
    try:
        for spot, cell in cells.items():
            cell.value = mended[spot]
        yield known
    finally:
        for spot, cell in cells.items():
            cell.value = typed[spot]
        report.scopes.clear()


def _converted(report: Report, in_yuan: Mapping[Spot, Decimal]) -> Report:
    """The report with these amounts in the unit of the form: its sums are broken otherwise than as it was typed."""
    return changed(report, {spot: Cell(state="typed", value=value) for spot, value in in_yuan.items()})


def _from_parts(report: Report, spot: Spot, field: Field, row: Row | None) -> Decimal | None:
    """What the leaves give for a figure: of 汇总 the organisations, else the parts; None where there are none or one is unknown."""
    table = report.form.tables[spot.table]
    value: object = None
    if row is None:
        numbers = [r.cell(table.total.of or "").number for r in report.tables[table.id].rows] if table.total else []
        known = [n for n in numbers if n is not None]
        value = sum(known, Decimal(0)) if known else None
    elif table.kind == "grid" and row.key == report.form.rows_of(table).summary and field.aggregate == "sum":
        value = _organisations(report, table, field)
    if value is None and row is not None and report.form.formula(table, field) is not None:
        value = report.scope(table, row)(field.id)
    return value if isinstance(value, Decimal) and value.is_finite() else None


def _organisations(report: Report, table: Table, field: Field) -> Decimal | None:
    summary = report.form.rows_of(table).summary
    given = (report.scope(table, r)(field.id) for r in report.tables[table.id].rows if r.key != summary)
    numbers = [n for n in given if isinstance(n, Decimal)]
    return sum(numbers, Decimal(0)) if numbers else None
