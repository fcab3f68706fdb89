"""The form's own formulas at the addresses where its cells were found: to recognise them, and to write them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from xlprocess.books.address import absolute, quoted
from xlprocess.books.book import Ref
from xlprocess.form.live import live_formula, same_formula
from xlprocess.form.load import Form
from xlprocess.form.model import Field
from xlprocess.identity import Spot
from xlprocess.report import Found, Report

__all__ = ["own_formula", "own_formula_on", "same_formula"]

_Where = tuple[str, str | int | None, str]


def own_formula(report: Report, spot: Spot, field: Field) -> str | None:
    """The formula (without `=`) that the form itself has for a cell of this report; None where it has none, or where something that
    it needs was not found."""
    sheet = report.at(spot).sheet
    return None if sheet is None else own_formula_on(report, sheet, spot, field)


def own_formula_on(report: Report, sheet: str, spot: Spot, field: Field) -> str | None:
    """The same, where the sheet of the cell is known."""
    formulas = own_formulas(report)
    where = formulas.where(spot)
    if where not in formulas.known:
        table = report.form.tables[spot.table]
        formulas.known[where] = live_formula(report.form, table, field, spot.row, Addresses(report, sheet))
    return formulas.known[where]


def own_formulas(report: Report) -> OwnFormulas:
    """Those that have been asked for, in this report or another one of the same arrangement."""
    made = report.own_formulas
    if made is None:
        rows = _rows(report)
        made = report.own_formulas = OwnFormulas(_of_arrangement(report.form, _arrangement(report, rows)), rows)
    return made


class OwnFormulas(NamedTuple):
    """`known`: formulas by table, row and field; a row of a department's own goes by its number in `rows`."""

    known: dict[_Where, str | None]
    rows: dict[str | None, str | int | None]

    def where(self, spot: Spot) -> _Where:
        return spot.table, self.rows.get(spot.row, spot.row), spot.field


def _rows(report: Report) -> dict[str | None, str | int | None]:
    """The rows of the report: a formula knows those that the form has by name, the others only by where they stand."""
    named = _named(report.form)
    found: dict[str | None, str | int | None] = {}
    for data in report.tables.values():
        for row in data.rows:
            if row.key not in found:
                found[row.key] = row.key if row.key in named else len(found)
    return found


def _arrangement(report: Report, rows: Mapping[str | None, str | int | None]) -> object:
    """Workbooks of one making have the same formulas: they are made once for each arrangement of the form."""
    tables = report.places.tables if report.places else {}
    return tuple(
        (
            name,
            found.sheet,
            found.first,
            found.last,
            tuple(found.columns.items()),
            tuple(found.cells.items()),
            tuple(
                [(rows[r.key], r.name.ref, next(iter(r.cells.values())).ref if r.cells else None) for r in report.tables[name].rows]
            ),
        )
        for name, found in tables.items()
    )


@lru_cache(maxsize=8)
def _named(form: Form) -> frozenset[str | None]:
    only = (name for table in form.tables.values() for field in table.field for name in field.only)
    return frozenset((None, *only, *(key for r in form.row_sets.values() for key in (r.summary, r.lead))))


@lru_cache(maxsize=128)
def _of_arrangement(form: Form, arrangement: object) -> dict[_Where, str | None]:
    return {}


class Addresses:
    """Addresses as a formula on `sheet` sees them."""

    def __init__(self, report: Report, sheet: str) -> None:
        self.report = report
        self.sheet = sheet

    def cell(self, table: str, field: str, row: str | None) -> str | None:
        cell = self.report.at(Spot(table, row, field))
        if cell.sheet is None or cell.ref is None:
            return None
        return self.address(cell.sheet, cell.ref)

    def organisations(self, table: str, field: str) -> str | None:
        found = self.found(table)
        if found is None or field not in found.columns:
            return None
        data = self.report.tables[table]
        summary = data.row(self.report.form.rows_of(data.table).summary)
        first = summary.name.ref.row + 1 if summary is not None and summary.name.ref else found.first
        last = max([found.last, *(r.name.ref.row for r in data.rows if r.name.ref)])
        return self.block(found.sheet, Ref(first, found.columns[field]), Ref(last, found.columns[field]))

    def column(self, table: str, field: str) -> str | None:
        found = self.found(table)
        if found is None or field not in found.columns:
            return None
        column = found.columns[field]
        return self.block(found.sheet, Ref(found.first, column), Ref(found.last, column))

    def found(self, table: str) -> Found | None:
        return self.report.places.tables.get(table) if self.report.places else None

    def block(self, sheet: str, first: Ref, last: Ref) -> str:
        if sheet == self.sheet:
            return f"{first}:{last}"
        return f"{quoted(sheet)}!{absolute(first)}:{absolute(last)}"

    def address(self, sheet: str, ref: Ref) -> str:
        return str(ref) if sheet == self.sheet else f"{quoted(sheet)}!{absolute(ref)}"
