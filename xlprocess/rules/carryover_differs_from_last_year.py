from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from xlprocess.finding import Finding
from xlprocess.form.model import Field, Table
from xlprocess.identity import HALF_UNIT, ZERO, Spot
from xlprocess.report import Report
from xlprocess.rules.rule import flag, place, rule
from xlprocess.typed import write_money

OTHER_REASONS = "结余还会因财政收回、结余分配、专用结余、年初余额调整等变动；属于这些情形的在“说明”中写明，否则更正"


@rule("R308", severity="warning")
def carryover_differs_from_last_year(report: Report) -> Iterator[Finding]:
    """上年结转与上年报告的累计结余不符。

    依据：上年末的累计结余即本年初的上年结转，两年的数字应当衔接。
    处理：核对两年的数字；因财政收回、结余分配、专用结余、年初余额调整等变动的，在“说明”中写明金额和原因，否则更正。
    """
    if _is_of_another_year(report):
        return  # that is said, and what follows from it says nothing
    for table in report.form.tables.values():
        for field in table.field:
            if field.previous and table.kind == "grid":
                yield from _column(report, table, field, field.previous)


def _is_of_another_year(report: Report) -> bool:
    now, before = report.role("year").typed_number, report.previous.role("year").typed_number if report.previous else None
    return now is not None and before is not None and before != now - 1


class _Gap(NamedTuple):
    spot: Spot
    now: Decimal | None
    before: Decimal

    @property
    def difference(self) -> Decimal:
        return (self.now or ZERO) - self.before


def _column(report: Report, table: Table, field: Field, previous: str) -> Iterator[Finding]:
    row_set = report.form.rows_of(table)
    gaps = [gap for key in report.organisations(row_set) if (gap := _gap(report, table, field, previous, key))]
    for gap in gaps:
        yield _finding(report, gap, previous)
    if report.judged_row(row_set) == row_set.summary:
        total = _gap(report, table, field, previous, row_set.summary)
        if total:
            carried = gaps and abs(sum((gap.difference for gap in gaps), ZERO) - total.difference) <= 2 * HALF_UNIT
            same = gaps[0].spot if carried else None
            yield _finding(report, total, previous, follows=same)


def _gap(report: Report, table: Table, field: Field, previous: str, key: str) -> _Gap | None:
    """Where this row has figures this year and last year, and they do not join."""
    before = _last_year(report, table, previous, key)
    cell = Spot(table.id, key, field.id)
    now = report.at(cell)
    row = report.tables[table.id].row(key)
    if before is None or now.is_unknown or row is None or all(c.number is None for c in row.cells.values()):
        return None
    gap = _Gap(cell, now.number, before)
    return gap if abs(gap.difference) > 2 * HALF_UNIT else None


def _last_year(report: Report, table: Table, field: str, key: str) -> Decimal | None:
    last = report.previous
    at = last.form.fields.get(field) if last else None
    if last is None or at is None or at.table.kind != "grid":
        return None
    is_summary = key == report.form.rows_of(table).summary
    return last.cell(field, last.form.rows_of(at.table).summary if is_summary else key).number


def _finding(report: Report, gap: _Gap, previous: str, follows: Spot | None = None) -> Finding:
    at = report.previous.form.fields[previous] if report.previous else None
    label = at.field.label if at else ""
    now = f" {write_money(gap.now)}" if gap.now is not None else "空白"
    direction = "多" if gap.difference > 0 else "少"
    last = f"上年报告的“{label}”为 {write_money(gap.before)}"
    return flag(
        report,
        gap.spot,
        f"{place(report, gap.spot)}{now}，{last}，{direction} {write_money(abs(gap.difference))}",
        OTHER_REASONS,
        actual=write_money(gap.now) if gap.now is not None else None,
        expected=write_money(gap.before),
        difference=write_money(gap.difference),
        follows=follows,
    )
