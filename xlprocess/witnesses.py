"""Printed ratios and scores as witnesses: figures that somebody computed from the cells of a sum (执行率, 得分).

A witness is a stated field whose formula does not only add and subtract, and in which somebody typed. It takes part in no sum; but
a slip whose mending would belie it is none, and one whose mending lets it hold again is confirmed. Which they are is the form's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import cache
from typing import NamedTuple

from xlprocess.form.formula import Formula
from xlprocess.form.load import Form
from xlprocess.form.model import Field, Table
from xlprocess.identity import Spot
from xlprocess.mending import Testimony
from xlprocess.printed import rate_tolerance
from xlprocess.report import Cell, Report
from xlprocess.trial import with_cells


class _Kind(NamedTuple):
    """A field that can be a witness, and the fields (table, id) from which it is computed, down to what is typed."""

    table: Table
    field: Field
    formula: Formula
    sources: frozenset[tuple[str, str]]


class _Witness(NamedTuple):
    spot: Spot
    kind: _Kind
    typed: Decimal
    tolerance: Decimal


def witnesses(report: Report) -> Testimony | None:
    """Tells which witnesses hold once some cells are changed; None where there are no witnesses."""
    found = [each for kind in _kinds(report.form) for each in _typed(report, kind)]
    if not found:
        return None
    heard: dict[tuple[int, frozenset[tuple[Spot, Decimal]]], bool] = {}

    def testify(changes: Mapping[Spot, Decimal]) -> frozenset[Spot]:
        holding = set()
        for place, witness in enumerate(found):
            known = frozenset(each for each in changes.items() if _bears_on(report, each[0], witness))
            if (place, known) not in heard:
                heard[place, known] = _holds(report, witness, dict(known))
            if heard[place, known]:
                holding.add(witness.spot)
        return frozenset(holding)

    return testify


@cache
def _kinds(form: Form) -> tuple[_Kind, ...]:
    found = []
    for table in form.tables.values():
        for field in table.computed:
            formula = form.formula(table, field) if field.kind == "stated" and field.is_number else None
            if formula is not None and formula.linear() is None:
                found.append(_Kind(table, field, formula, frozenset(_sources(form, table, formula, set()))))
    return tuple(found)


def _sources(form: Form, table: Table, formula: Formula, seen: set[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    for name in formula.names:
        meant = form.meaning(table, name)
        place = (meant.table.id, meant.field.id)
        if place not in seen:
            seen.add(place)
            yield place
            if meant.formula is not None:
                yield from _sources(form, meant.table, meant.formula, seen)
    yield from formula.members


def _typed(report: Report, kind: _Kind) -> Iterator[_Witness]:
    for row in report.tables[kind.table.id].rows:
        typed = row.cell(kind.field.id).typed_number
        if typed is not None:
            if kind.field.type == "rate":
                tolerance = rate_tolerance(typed)
            else:
                tolerance = min(_half_of_the_last_digit(typed), report.form.edition.cap)
            yield _Witness(Spot(kind.table.id, row.key, kind.field.id), kind, typed, tolerance)


def _half_of_the_last_digit(typed: Decimal) -> Decimal:
    exponent = typed.normalize().as_tuple().exponent
    return Decimal(5).scaleb(min(exponent, 0) - 1) if isinstance(exponent, int) else Decimal(0)


def _bears_on(report: Report, spot: Spot, witness: _Witness) -> bool:
    """The witness may be computed from what stands here."""
    if (spot.table, spot.field) not in witness.kind.sources:
        return False
    table = witness.kind.table
    return table.kind != "grid" or witness.spot.row in (spot.row, report.form.rows_of(table).summary)


def _holds(report: Report, witness: _Witness, changes: Mapping[Spot, Decimal]) -> bool:
    if changes:
        report = with_cells(report, {spot: Cell(state="typed", value=value) for spot, value in changes.items()})
    table = witness.kind.table
    given = witness.kind.formula.number(report.scope(table, report.tables[table.id].row(witness.spot.row)))
    return given is not None and given.is_finite() and abs(given - witness.typed) <= witness.tolerance
