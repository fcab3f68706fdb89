"""The form read from a workbook that still is the standard one, whatever was done to it: by defined names and labels."""

from __future__ import annotations

from decimal import Decimal

from xlprocess.books.book import Book
from xlprocess.derive import derive
from xlprocess.form.load import Form
from xlprocess.form.model import Field
from xlprocess.migration.moved import Address, Reading
from xlprocess.migration.sheet_grid import origin_of, shown
from xlprocess.read import read_as
from xlprocess.report import Cell, as_text
from xlprocess.values import Given
from xlprocess.word.ledger import Placed

_RATE = Decimal("0.00005")
_FIGURE = Decimal("0.005")


def read_standard(book: Book, form: Form, file: str) -> Reading:
    """What is found where the form has it, and `found`: how many tables are anchored by their defined names."""
    report = read_as(book, form, file)
    derive(report)
    numbers = {name: k for k, name in enumerate(book.sheet_names(), 1)}
    reading = Reading(form, {}, {})
    for row_set in form.row_sets.values():
        reading.rows[row_set.id] = report.row_keys(row_set)
    for spot, field, cell in report.spots():
        if cell.sheet is None or cell.ref is None or cell.state == "blank":
            continue
        where = Address(numbers[cell.sheet], *cell.ref)
        if cell.state == "own":
            reading.computed.add(where)
        elif field.kind == "derived":
            _derived(reading, field, cell, where)
        elif cell.state == "no_value":
            continue  # told with all other formulas that have no value
        else:
            origin = origin_of(where.sheet, cell.sheet, cell.ref)
            reading.moved[spot] = Placed(_given(field, cell), shown(cell.raw, cell.percent), origin, _remark(cell))
    for remark in report.remarks:
        if remark.kind in ("label_altered", "anchors_disagree"):
            reading.doubts[remark.where.table] = reading.doubts.get(remark.where.table, 0) + 1
    for data in report.tables.values():
        for row in data.rows:
            if row.name.sheet is not None and row.name.ref is not None:
                reading.names.add(Address(numbers[row.name.sheet], *row.name.ref))
    return reading


def anchored(book: Book, form: Form) -> set[str]:
    """The tables that defined names of the form point at."""
    names = book.names()
    return {t.id for t in form.tables.values() if any(form.defined_name(t, f) in names for f in t.field)}


def _derived(reading: Reading, field: Field, cell: Cell, where: Address) -> None:
    """A figure of the form's own making that somebody typed: the same is computed again; another has no place."""
    computed, typed = cell.filled, cell.value
    same = typed == computed
    if isinstance(typed, Decimal) and isinstance(computed, Decimal):
        same = abs(typed - computed) <= (_RATE if field.type == "rate" else _FIGURE)
    if same or typed is None:
        reading.computed.add(where)
    else:
        reading.why[where] = f"是由系统计算的“{field.label}”，与算出的数不同，没有迁移"


def _given(field: Field, cell: Cell) -> Given:
    """The figure where one was read; a dash, 无 and what cannot be read stay the texts that they are."""
    if isinstance(cell.value, Decimal):
        return cell.value
    if cell.value is not None:
        return as_text(cell.value)
    return shown(cell.raw)


def _remark(cell: Cell) -> str | None:
    if cell.formula is not None:
        return "原为公式，迁移的是它的结果" if not cell.formula else f"原为公式 ={cell.formula[:60]}，迁移的是它的结果"
    return cell.how if cell.state == "text_number" else None
