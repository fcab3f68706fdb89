from __future__ import annotations

from collections.abc import Iterator

from xlprocess.finding import Finding
from xlprocess.report import Report
from xlprocess.rules.rule import WORKBOOK, flag, rule


@rule("R205", severity="error")
def sheet_missing(report: Report) -> Iterator[Finding]:
    """缺少工作表。

    依据：缺少的工作表无法检查和汇总。
    处理：从财政部门下发的工作簿中补回这张工作表，或重新新建后转填。
    """
    for remark in report.remarks:
        if remark.kind == "sheet_missing":
            yield flag(report, WORKBOOK, f"没有找到工作表“{remark.detail[0]}”", where=remark.where)
