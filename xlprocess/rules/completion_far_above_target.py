from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from xlprocess.finding import Finding
from xlprocess.identity import Spot
from xlprocess.report import Report
from xlprocess.rules.indicators import TABLE, Indicator, indicators
from xlprocess.rules.rule import flag, rule
from xlprocess.target import completion_of, direction, may_be_ceiling, quantity
from xlprocess.values import write_rate

FAR_ABOVE = Decimal("1.3")


@rule("R405", severity="notice")
def completion_far_above_target(report: Report) -> Iterator[Finding]:
    """完成率远高于目标。

    依据：完成率超过 130% 的，目标值可能定得过低，或填错了数字。
    处理：核对目标值和完成情况；属实的，以后年度合理确定目标值。
    """
    for line in indicators(report):
        completion = completion_of(line.target, line.actual)
        if completion is None or completion <= FAR_ABOVE or _may_be_overrun(line):
            continue
        spot = Spot(TABLE, line.key, "completion" if _is_shown(report, line) else "actual")
        shown = write_rate(completion)
        yield flag(
            report,
            spot,
            f"第 {line.key} 项指标目标值“{(line.target or '').strip()}”，实际“{(line.actual or '').strip()}”，"
            f"完成率 {shown}%，超过 130%，目标值可能定得过低",
            actual=shown,
        )


def _is_shown(report: Report, line: Indicator) -> bool:
    """Whether the form has a cell for the completion, and it holds one."""
    row = report.tables[TABLE].row(line.key)
    return row is not None and "completion" in report.form.tables[TABLE].fields and row.cell("completion").figure is not None


def _may_be_overrun(line: Indicator) -> bool:
    """More than a bare figure that may be a ceiling is no achievement."""
    aim = quantity(line.target)
    is_bare = aim is not None and aim.bound is None and direction(line.target) == "more"
    return is_bare and ("成本" in (line.level2 or "") or (aim is not None and may_be_ceiling(aim, line.name)))
