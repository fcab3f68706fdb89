from __future__ import annotations

from collections.abc import Iterator

import msgspec

from xlprocess.finding import Finding
from xlprocess.identity import Spot
from xlprocess.report import Report
from xlprocess.rules.diagnosed import broken
from xlprocess.rules.fund_without_amount import Unfilled, unfilled
from xlprocess.rules.rule import rule


@rule("R105", severity="error")
def total_differs_from_lines(report: Report) -> Iterator[Finding]:
    """金额不等于各明细之和。

    依据：资金的去向应逐项列清，各项用途之和就是这笔资金的金额。
    处理：更正金额，或补填遗漏的用途；有未使用部分的，单列一项“结转下年”。
    """
    found = list(broken(report, lambda d: d.identity.addends == "lines" and d.expected + d.difference != 0))
    missed = {line.breaks: line for line in unfilled(report) if line.breaks is not None} if found else {}
    for finding in found:
        line = missed.get(Spot(finding.where.table, finding.where.row, finding.where.field or ""))
        is_missing = line is not None and finding.follows is None and _may_be_missing(finding)
        yield _of_the_line(report, finding, line) if line is not None and is_missing else finding


def _may_be_missing(finding: Finding) -> bool:
    """No other slip explains it for certain."""
    return finding.cause is None or finding.cause.kind == "missing_item"


def _of_the_line(report: Report, finding: Finding, line: Unfilled) -> Finding:
    because = f"{line.said}，多出的可能就是这一项，请先补填"
    return msgspec.structs.replace(finding, because=because, competing=(), follows=report.where(line.spot))
