from __future__ import annotations

from collections.abc import Iterator

from xlprocess.finding import Finding
from xlprocess.identity import ZERO
from xlprocess.report import Report
from xlprocess.rules.rule import flag, place, rule
from xlprocess.sums import in_state
from xlprocess.typed import write_number
from xlprocess.unit_texts import without_unit

LEAST = 10000
"""With less than one 万元 the unit 元 may be a slip."""


@rule("R203", severity="warning")
def text_read_as_number(report: Report) -> Iterator[Finding]:
    """数字是按文字录入的。

    依据：表格自带的公式不计算文字，合计会少计这一格。
    处理：改填为数字，金额以万元为单位；检查时已按所示数字比对。
    """
    for spot, field, cell in in_state(report, "text_number"):
        if field.is_number:
            how = cell.how or "已按数字读取"
            number = without_unit(report, cell)
            is_small = number is not None and abs(number) < LEAST
            because = f"单位如应为万元，改填 {write_number(number or ZERO)}" if is_small else None
            yield flag(
                report,
                spot,
                f"{place(report, spot)}填的是文字“{str(cell.raw).strip()}”，检查时{how}，表格公式不会计算它，请改填数字",
                because,
                actual=str(cell.raw),
            )
