from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from xlprocess.finding import Finding
from xlprocess.identity import Spot
from xlprocess.printed import rate_tolerance
from xlprocess.report import Report
from xlprocess.rules.rule import flag, place, rule
from xlprocess.typed import shift, write_number
from xlprocess.values import write_rate


@rule("R310", severity="warning")
def rate_differs_from_figures(report: Report) -> Iterator[Finding]:
    """填写的比率与所列数字不符。

    依据：比率由表中的数字相除得出，读者会自行验算。
    处理：清空该格由检查程序算出，或核对用来计算的数字；口径不同的，在“说明”中写明计算方法。
    """
    # A cell that only we fill (derived) is left to the rule about replaced formulas: one fault, one finding.
    for data in report.tables.values():
        table = data.table
        for field in table.field:
            if field.type != "rate" or field.kind == "derived" or (formula := report.form.formula(table, field)) is None:
                continue
            for row in data.rows:
                typed = row.cell(field.id).typed_number
                given = formula.number(report.scope(table, row)) if typed is not None else None
                if typed is None or given is None or not given.is_finite():
                    continue
                if abs(typed - given) > rate_tolerance(typed):
                    yield _finding(report, Spot(table.id, row.key, field.id), typed, given)


def _finding(report: Report, spot: Spot, typed: Decimal, given: Decimal) -> Finding:
    actual, expected = write_rate(typed), write_rate(given)
    meant = shift(typed, -2)
    because = None
    if abs(meant - given) <= rate_tolerance(meant):
        because = f"这一格是百分比格式，应填 {write_number(typed)}%，可能填成了 {write_number(shift(typed, 2))}%"
    return flag(
        report,
        spot,
        f"{place(report, spot)}填的是 {actual}%，按表中数字计算为 {expected}%",
        because,
        actual=actual,
        expected=expected,
        difference=str(Decimal(actual) - Decimal(expected)),
    )
