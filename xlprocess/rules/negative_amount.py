from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from xlprocess.finding import Finding
from xlprocess.identity import Spot
from xlprocess.report import Report
from xlprocess.rules.rule import flag, place, rule
from xlprocess.sums import diagnoses, numbers
from xlprocess.typed import write_money, write_number


@rule("R309", severity="warning")
def negative_amount(report: Report) -> Iterator[Finding]:
    """不应为负的数填成了负数。

    依据：收入、支出、资产和人数按发生额或实有数填列，一般不会小于 0；结余可以为负。
    处理：核对正负号；属于冲减以前年度收支的，在“说明”中写明。
    """
    told = {d.blamed for d in diagnoses(report) if d.cause is not None and d.cause.kind == "sign"}
    for spot, field, number in numbers(report):
        if number >= 0 or field.kind != "input" or field.type not in ("money", "count"):
            continue
        if field.negative or field.minimum is not None or spot in told:
            continue
        shown = write_money(number) if field.type == "money" else write_number(number)
        said = f"{place(report, spot)} {shown}，这一项一般不会是负数"
        yield flag(report, spot, said, actual=shown, follows=_carried_from(report, spot, number))


def _carried_from(report: Report, spot: Spot, number: Decimal) -> Spot | None:
    """The organisation from which 汇总 has the same negative amount."""
    table = report.form.tables[spot.table]
    if table.kind != "grid" or spot.row != report.form.rows_of(table).summary:
        return None
    others = (spot._replace(row=key) for key in report.organisations(report.form.rows_of(table)))
    return next((other for other in others if report.at(other).typed_number == number), None)
