from __future__ import annotations

from collections.abc import Iterator

from xlprocess.finding import Finding
from xlprocess.report import Report
from xlprocess.rules.diagnosed import broken
from xlprocess.rules.rule import rule


@rule("R101", severity="error")
def total_differs_from_parts(report: Report) -> Iterator[Finding]:
    """合计不等于各分项之和。

    依据：表头“其中”即各分项之和；报告公开后读者会逐项相加。
    处理：更正合计，或补填遗漏的分项；确属口径差异的，在“说明”中写明。
    """
    yield from broken(report, lambda d: d.identity.addends == "columns" and d.expected + d.difference != 0)
