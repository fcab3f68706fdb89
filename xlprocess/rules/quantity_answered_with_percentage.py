from __future__ import annotations

import re
from collections.abc import Iterator

from xlprocess.finding import Finding
from xlprocess.identity import Spot
from xlprocess.report import Report
from xlprocess.rules.indicators import TABLE, indicators
from xlprocess.rules.rule import flag, place, rule
from xlprocess.target import is_percentage

ASKS_FOR_A_SHARE = re.compile("率|比例|比重|占比|百分|幅度|覆盖面|程度|进度|%|％")


@rule("R402", severity="notice")
def quantity_answered_with_percentage(report: Report) -> Iterator[Finding]:
    """数量指标用百分比作答。

    依据：数量指标说明做了多少，百分比看不出实际数量。
    处理：填写实际数量和单位，如“检查 120 家”；本来就是比率的，归入质量指标。
    """
    for line in indicators(report):
        if "数量" not in (line.level2 or "") or not is_percentage(line.actual) or is_percentage(line.target):
            continue
        if not ASKS_FOR_A_SHARE.search((line.name or "") + (line.target or "")):
            spot = Spot(TABLE, line.key, "actual")
            said = f"{place(report, spot)}为“{(line.actual or '').strip()}”，数量指标应写明实际数量"
            yield flag(report, spot, said, actual=line.actual)
