from __future__ import annotations

from collections.abc import Iterator

from xlprocess.finding import Finding
from xlprocess.report import Report
from xlprocess.rules.rule import WORKBOOK, flag, rule


@rule("R215", severity="warning")
def row_outside_sums(report: Report) -> Iterator[Finding]:
    """机构的行在合计范围之外，或把小计加了进去。

    依据：表末提示行以下的行，表格自带的公式不会加进汇总；自己加的小计行，公式却会加进去。
    处理：机构的行移到提示行的上方；小计行删去，需要分组小计的写在表外。
    """
    for remark in report.remarks:
        if remark.kind == "row_outside_sums":
            problem = f"“{remark.detail[0]}”填在表末提示行的下方，表格公式没有把它加进汇总"
            yield flag(report, WORKBOOK, problem, where=remark.where)
        elif remark.kind == "subtotal_row":
            name, title = remark.detail
            problem = f"“{title}”中“{name}”一行不是表样中的行，没有计入，但表格自带的汇总公式会把它再加一遍"
            yield flag(report, WORKBOOK, problem, where=remark.where)
