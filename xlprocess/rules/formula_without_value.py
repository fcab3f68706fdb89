from __future__ import annotations

from collections.abc import Iterator

from xlprocess.finding import Finding
from xlprocess.identity import Spot
from xlprocess.report import Report
from xlprocess.rules.rule import flag, place, rule
from xlprocess.sums import in_state


@rule("R204", severity="error")
def formula_without_value(report: Report) -> Iterator[Finding]:
    """公式没有计算结果。

    依据：文件由其他软件生成、没有经表格软件计算过，公式格里没有数字。
    处理：用 Excel 或 WPS 打开该文件，保存后重新检查；或直接填数字。
    """
    for spot, field, cell in in_state(report, "no_value"):
        if field.kind == "input":
            yield flag(report, spot, f"{place(report, spot)}是公式“={cell.formula}”，但没有计算结果，请打开保存后再检查")
    for remark in report.remarks:
        if remark.kind == "formula_not_calculated":
            spot = Spot(remark.where.table, remark.where.row, remark.where.field or "")
            problem = (
                f"{place(report, spot)}是自己写的公式“={remark.detail[0]}”，没有计算结果，这里按表样的公式检查，请打开保存后再检查"
            )
            yield flag(report, spot, problem, severity="notice")
