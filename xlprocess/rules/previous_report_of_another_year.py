from __future__ import annotations

from collections.abc import Iterator

from xlprocess.finding import Finding
from xlprocess.identity import Spot
from xlprocess.report import Report
from xlprocess.rules.rule import flag, rule
from xlprocess.typed import write_number


@rule("R314", severity="warning")
def previous_report_of_another_year(report: Report) -> Iterator[Finding]:
    """所给的上年报告不是上一年度的。

    依据：上年结转、单位名称和编码是与上一年度的报告比对的。
    处理：改用上一年度的工作簿重新检查；本年的评价年度填错的，更正评价年度。
    """
    if report.previous is None:
        return
    at, now, before = report.form.role("year"), report.role("year").typed_number, report.previous.role("year").typed_number
    if at is None or now is None or before is None or before == now - 1:
        return
    spot = Spot(at.table.id, None, at.field.id)
    yield flag(
        report,
        spot,
        f"本报告评价 {write_number(now)} 年，所给的上年报告却是 {write_number(before)} 年的",
        actual=write_number(before),
        expected=write_number(now - 1),
    )
