from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from xlprocess.finding import Finding
from xlprocess.identity import Spot
from xlprocess.report import Report
from xlprocess.rules.rule import flag, place, rule
from xlprocess.values import write_rate

LAST_DIGIT = Decimal("0.0001")
"""Rates are printed as 98.46%: one unit in the last place lets pass what was cut off instead of rounded."""


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
            formula = report.form.formula(table, field)
            if field.type != "rate" or field.kind == "derived" or formula is None:
                continue
            for row in data.rows:
                typed = row.cell(field.id).typed_number
                given = formula.number(report.scope(table, row))
                if typed is None or given is None or not given.is_finite():
                    continue
                if abs(typed - given) > LAST_DIGIT:
                    yield _finding(report, Spot(table.id, row.key, field.id), typed, given)


def _finding(report: Report, spot: Spot, typed: Decimal, given: Decimal) -> Finding:
    actual, expected = write_rate(typed), write_rate(given)
    return flag(
        report,
        spot,
        f"{place(report, spot)}填的是 {actual}%，按表中数字计算为 {expected}%",
        actual=actual,
        expected=expected,
        difference=str(Decimal(actual) - Decimal(expected)),
    )
