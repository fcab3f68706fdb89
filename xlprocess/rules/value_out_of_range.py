from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from xlprocess.finding import Finding
from xlprocess.form.model import Field
from xlprocess.identity import Spot
from xlprocess.report import Report
from xlprocess.rules.rule import flag, place, rule
from xlprocess.sums import numbers
from xlprocess.typed import write_number


@rule("R312", severity="error")
def value_out_of_range(report: Report) -> Iterator[Finding]:
    """数字超出允许的范围。

    依据：得分按百分制填写，年度填四位年份，人数不会是负数；超出范围的数不能汇总。
    处理：更正该数；按其他分制评分的，换算为百分制。
    """
    for spot, field, number in _figures(report):
        if (field.minimum is not None and number < field.minimum) or (field.maximum is not None and number > field.maximum):
            shown = write_number(number)
            yield flag(report, spot, f"{place(report, spot)} {shown}，应{_range(field)}", actual=shown)
        elif field.type == "count" and number != number.to_integral_value():
            shown = write_number(number)
            yield flag(report, spot, f"{place(report, spot)} {shown}，应为整数", actual=shown)


def _figures(report: Report) -> Iterator[tuple[Spot, Field, Decimal]]:
    """What was typed, and what the form's own formula gives in a field that has a range."""
    yield from numbers(report)
    for spot, field, cell in report.spots():
        if field.minimum is not None and field.maximum is not None and cell.typed_number is None and cell.number is not None:
            yield spot, field, cell.number


def _range(field: Field) -> str:
    low, high = field.minimum, field.maximum
    if low is not None and high is not None:
        return f"在 {write_number(low)} 至 {write_number(high)} 之间"
    bound = low if low is not None else high
    return f"不{'小' if low is not None else '大'}于 {write_number(bound or Decimal(0))}"
