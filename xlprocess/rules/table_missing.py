from __future__ import annotations

from collections.abc import Iterator

from xlprocess.finding import Finding
from xlprocess.report import Report
from xlprocess.rules.rule import WORKBOOK, flag, rule


@rule("R206", severity="error")
def table_missing(report: Report) -> Iterator[Finding]:
    """缺少表格或汇总行。

    依据：缺少的表格无法检查和汇总；没有汇总行的表格，各行之和无从核对。
    处理：从财政部门下发的工作簿中补回这张表或这一行，或恢复被改动的表头和行名。
    """
    for remark in report.remarks:
        if remark.kind == "table_missing":
            title, sheet = remark.detail
            yield flag(report, WORKBOOK, f"在工作表“{sheet}”中没有找到“{title}”这张表", where=remark.where)
        elif remark.kind == "summary_row_missing":
            title, summary = remark.detail
            problem = f"“{title}”中没有找到“{summary}”这一行，已用各行之和代替"
            yield flag(report, WORKBOOK, problem, where=remark.where, severity="warning")
