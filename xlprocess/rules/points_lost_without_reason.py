from __future__ import annotations

import re
from collections.abc import Iterator

from xlprocess.finding import Finding
from xlprocess.identity import Spot
from xlprocess.report import Report
from xlprocess.rules.indicators import indicators, points
from xlprocess.rules.rule import flag, place, rule
from xlprocess.typed import write_number

A_REASON = re.compile(r"扣\s*(?:减|除|了|掉)?\s*[0-9一二三四五六七八九十]|扣分|失分|减分|丢分")


@rule("R403", severity="notice")
def points_lost_without_reason(report: Report) -> Iterator[Finding]:
    """没有说明扣分的原因。

    依据：所列目标没有一项未完成，得分却不是满分，看不出扣在哪里。
    处理：在综述或“说明”中写明扣分的指标和原因；得分本身不需要改动。
    """
    at, score = report.form.role("score"), report.role("score").typed_number
    if at is None or at.field.maximum is None or score is None or points(report) is not None:
        return  # where each line has its points, each has its reason beside it
    lost = at.field.maximum - score
    lines = [line for line in indicators(report) if line.actual]
    if not 0 < lost <= at.field.maximum or not lines or any(line.is_missed for line in lines) or _is_explained(report):
        return
    spot = Spot(at.table.id, None, at.field.id)
    yield flag(
        report,
        spot,
        f"{place(report, spot)} {write_number(score)} 分，比满分少 {write_number(lost)} 分，"
        f"所列 {len(lines)} 项指标的完成情况却没有一项写明未完成，缺少扣分的原因",
        actual=write_number(score),
    )


def _is_explained(report: Report) -> bool:
    """Some text of the report speaks of lost points."""
    return A_REASON.search(report.all_texts()) is not None
