from __future__ import annotations

from collections.abc import Iterator

from xlprocess.finding import Finding, Where
from xlprocess.report import Report
from xlprocess.rules.diagnosed import broken
from xlprocess.rules.rule import rule


@rule("R102", severity="error")
def total_is_zero_over_parts(report: Report) -> Iterator[Finding]:
    """合计填 0 而分项有数。

    依据：0 是填报的数字，与留空不同；合计为 0 而分项有数，汇总时会少计。
    处理：填写各分项之和；不清楚时清空该格，由检查程序填入。
    """
    told: set[Where] = set()
    for finding in broken(report, lambda d: d.identity.addends != "operands" and d.expected + d.difference == 0):
        if finding.follows is None or finding.where not in told:  # of one 0 the sums across and down say the same
            yield finding
        told.add(finding.where)
