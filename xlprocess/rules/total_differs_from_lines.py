from __future__ import annotations

from collections.abc import Iterator

from xlprocess.finding import Finding
from xlprocess.report import Report
from xlprocess.rules.diagnosed import broken
from xlprocess.rules.rule import rule


@rule("R105", severity="error")
def total_differs_from_lines(report: Report) -> Iterator[Finding]:
    """金额不等于各明细之和。

    依据：资金的去向应逐项列清，各项用途之和就是这笔资金的金额。
    处理：更正金额，或补填遗漏的用途；有未使用部分的，单列一项“结转下年”。
    """
    yield from broken(report, lambda d: d.identity.addends == "lines" and d.expected + d.difference != 0)
