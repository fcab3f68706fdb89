from __future__ import annotations

from collections.abc import Iterator

from xlprocess.finding import Finding
from xlprocess.form.model import Field
from xlprocess.identity import Spot
from xlprocess.report import Report
from xlprocess.rules.indicators import TABLE, Indicator, indicators, points
from xlprocess.rules.rule import flag, place, rule
from xlprocess.typed import write_number

NAMED = 3


@rule("R404", severity="warning")
def full_marks_on_missed_target(report: Report) -> Iterator[Finding]:
    """目标未完成而得分为满分。

    依据：有目标未完成的，应按评分标准扣分，并分析原因。
    处理：核对完成情况和得分，改正填错的一个；未完成的，在综述中写明原因。
    """
    missed = [line for line in indicators(report) if line.is_missed]
    own = points(report)
    if own is not None:
        for line in missed:
            yield from _of_line(report, line, own)
        return
    at, score = report.form.role("score"), report.role("score").typed_number
    if at is None or at.field.maximum is None or score != at.field.maximum or not missed:
        return
    spot = Spot(at.table.id, None, at.field.id)
    named = "、".join(f"第 {line.key} 项指标（{_told(line)}）" for line in missed[:NAMED])
    more = f"等 {len(missed)} 项" if len(missed) > NAMED else ""
    said = f"{place(report, spot)}为满分 {write_number(score)} 分，而{named}{more}没有完成"
    yield flag(report, spot, said, actual=write_number(score))


def _of_line(report: Report, line: Indicator, points: Field) -> Iterator[Finding]:
    """Where each line has its points: full points on the line that was missed."""
    spot = Spot(TABLE, line.key, points.id)
    score, full = report.at(spot).typed_number, report.at(spot._replace(field=points.full or "")).typed_number
    if score is not None and full and score == full:
        said = f"{place(report, spot)}为满分 {write_number(score)} 分，而这项指标没有完成（{_told(line)}）"
        yield flag(report, spot, said, actual=write_number(score))


def _told(line: Indicator) -> str:
    target = f"目标“{line.target.strip()}”，" if line.target and line.target.strip() else ""
    return f"{target}实际“{(line.actual or '').strip()}”"
