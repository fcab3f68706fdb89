from __future__ import annotations

from collections.abc import Iterator

from xlprocess.finding import Finding
from xlprocess.report import Report
from xlprocess.rules.diagnosed import broken
from xlprocess.rules.rule import rule


@rule("R103", severity="error")
def summary_differs_from_organisations(report: Report) -> Iterator[Finding]:
    """汇总行不等于各行之和。

    依据：汇总行是以下各行逐栏相加的结果，财政部门按汇总行汇编。
    处理：更正汇总行，或补填、更正以下各行；有内部往来抵销的，在“说明”中写明金额。
    """
    yield from broken(report, lambda d: d.identity.addends == "organisations" and d.expected + d.difference != 0)
