from __future__ import annotations

from collections.abc import Iterator

from xlprocess.finding import Finding
from xlprocess.report import Report
from xlprocess.rules.rule import flag, place, rule


@rule("R201", severity="error")
def required_blank(report: Report) -> Iterator[Finding]:
    """必填项未填。

    依据：缺少必填项，报告无法归到单位和年度，得分也无法汇总。
    处理：填写该项。
    """
    for spot, field, cell in report.spots():
        if not field.required:
            continue
        if cell.figure is not None or cell.state not in ("blank", "own", "nothing"):
            continue
        if report.places is None or cell.ref is not None:
            yield flag(report, spot, f"{place(report, spot)}是必填项，还没有填")
        elif report.tables[spot.table].sheet is not None:
            yield flag(report, spot, f"没有找到{place(report, spot)}一栏，这一项必填")
