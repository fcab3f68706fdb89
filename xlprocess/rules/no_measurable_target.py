from __future__ import annotations

from collections.abc import Iterator

import msgspec

from xlprocess.finding import Finding
from xlprocess.identity import Spot
from xlprocess.report import Report
from xlprocess.rules.indicators import TABLE, indicators, points
from xlprocess.rules.rule import flag, rule
from xlprocess.target import is_measurable


@rule("R401", severity="notice")
def no_measurable_target(report: Report) -> Iterator[Finding]:
    """没有一项指标写明可衡量的目标值。

    依据：没有目标值就算不出完成率，评价时难以判断目标是否实现。
    处理：目标值可以不填；能用数字表示的，填写如“≥95%”“12次”“不超过10万元”，完成率会自动算出。
    """
    lines = indicators(report)
    if not lines or "target" not in report.form.tables[TABLE].fields:
        return
    if not any(is_measurable(line.target, line.name) for line in lines):
        spot = Spot(TABLE, None, "target")
        label = report.label(spot)
        optional = f"（{label}可以不填）" if points(report) is None else ""
        said = f"{len(lines)} 项指标都没有可衡量的{label}，无法计算完成率{optional}"
        yield flag(report, spot, said, where=msgspec.structs.replace(report.first_cell(TABLE, "target"), field="target"))
