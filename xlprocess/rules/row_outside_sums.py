from __future__ import annotations

from collections.abc import Iterator

from xlprocess.finding import Finding
from xlprocess.report import Report
from xlprocess.rules.rule import WORKBOOK, flag, rule


@rule("R215", severity="warning")
def row_outside_sums(report: Report) -> Iterator[Finding]:
    """机构的行在合计范围之外。

    依据：表末提示行以下的行，表格自带的公式不会加进汇总。
    处理：在提示行的上方插入行，把这一行移进去。
    """
    for remark in report.remarks:
        if remark.kind == "row_outside_sums":
            problem = f"“{remark.detail[0]}”填在表末提示行的下方，表格公式没有把它加进汇总"
            yield flag(report, WORKBOOK, problem, where=remark.where)
