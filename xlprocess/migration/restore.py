"""Totals that were typed, or pasted as numbers, and equal what their formula gives: the formula stands again."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

import msgspec

from xlprocess.derive import derive
from xlprocess.form.load import Form
from xlprocess.identity import Spot
from xlprocess.report import as_text
from xlprocess.values import Given, Line, Values, report_of


def values_of(form: Form, given: Mapping[Spot, Given], rows: Mapping[str, list[str]]) -> Values:
    """The values of a workbook from figures by their place. `rows`: the names of the rows of each row set, in order."""
    values = Values()
    by_row: dict[str, dict[str, dict[str, Given]]] = {s: {n: {} for n in names} for s, names in rows.items()}
    for spot, value in given.items():
        table = form.tables[spot.table]
        if table.kind == "grid":
            by_row.setdefault(table.rows or "", {}).setdefault(spot.row or "", {})[spot.field] = value
        elif table.kind == "fields" or spot.row is None:
            values.fields[spot.table, spot.field] = value
        else:
            lines = values.lines.setdefault(spot.table, [])
            while len(lines) < int(spot.row):
                lines.append(Line({}))
            _put(lines[int(spot.row) - 1], spot.field, value)
    for row_set, found in by_row.items():
        summary = form.row_sets[row_set].summary
        values.rows[row_set] = sorted(found.items(), key=lambda item: item[0] != summary)
    return values


def _put(line: Line, field: str, value: Given) -> None:
    if not field.startswith("parts["):
        line.values[field] = value
        return
    number, _, name = field[6:].partition("].")
    while len(line.parts) < int(number):
        line.parts.append({})
    line.parts[int(number) - 1][f"parts.{name}"] = value


def restorable(form: Form, given: Mapping[Spot, Given], rows: Mapping[str, list[str]]) -> set[Spot]:
    """Where a formula of the form gives exactly what is given. Sums over the organisations come first: where one of them is
    not what was given, it stays, and the other formulas are judged by it."""
    able = {spot for spot in given if _has_formula(form, spot)}
    sums = {s for s in able if (f := form.tables[s.table].fields.get(s.field)) is not None and f.kind == "input"}
    found = _given_by_formulas(form, given, rows, able) & sums
    return found | (_given_by_formulas(form, given, rows, able - (sums - found)) - sums)


def _given_by_formulas(form: Form, given: Mapping[Spot, Given], rows: Mapping[str, list[str]], blank: set[Spot]) -> set[Spot]:
    """Which of these, left blank, come out as they were given."""
    report = report_of(form, values_of(form, {s: v for s, v in given.items() if s not in blank}, rows))
    derive(report)
    return {spot for spot in blank if _same(given[spot], report.at(spot).filled)}


def _has_formula(form: Form, spot: Spot) -> bool:
    table = form.tables[spot.table]
    if table.total is not None and spot.field == table.total.id:
        return True
    field = table.fields.get(spot.field)
    if field is None or field.part:
        return False
    in_summary = table.kind == "grid" and spot.row == form.rows_of(table).summary and field.aggregate == "sum"
    return field.kind == "stated" or in_summary


def _same(given: Given, computed: object) -> bool:
    if isinstance(given, Decimal):
        return isinstance(computed, Decimal) and given == computed
    return given is not None and isinstance(computed, str) and given.strip() == as_text(computed)


class Restored(msgspec.Struct):
    """`values` with formulas where they belong, and where those are."""

    values: Values
    spots: set[Spot]


def restore(form: Form, given: Mapping[Spot, Given], rows: Mapping[str, list[str]]) -> Restored:
    """Leaves out what the formulas give."""
    spots = restorable(form, given, rows)
    return Restored(values_of(form, {s: v for s, v in given.items() if s not in spots}, rows), spots)
