from __future__ import annotations

from collections.abc import Iterator

from xlprocess.finding import Finding
from xlprocess.report import Report
from xlprocess.rules.rule import WORKBOOK, flag, rule


@rule("R209", severity="warning")
def template_outdated(report: Report) -> Iterator[Finding]:
    """使用了旧版工作簿。

    依据：旧版工作簿的栏目和公式可能与现行要求不同。
    处理：用财政部门最新下发的工作簿转填。
    """
    for remark in report.remarks:
        if remark.kind == "older_version":
            old, new = remark.detail
            yield flag(report, WORKBOOK, f"工作簿是第 {old} 版，现行为第 {new} 版", where=remark.where)
