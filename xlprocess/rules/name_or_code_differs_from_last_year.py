from __future__ import annotations

from collections.abc import Iterator

from xlprocess.finding import Finding
from xlprocess.form.model import normal
from xlprocess.identity import Spot
from xlprocess.report import Report
from xlprocess.rules.rule import flag, place, rule


@rule("R307", severity="warning")
def name_or_code_differs_from_last_year(report: Report) -> Iterator[Finding]:
    """单位名称或预算编码与上年不同。

    依据：各年度的报告按预算编码和名称归到同一单位，改变后无法与上年衔接。
    处理：核对是否填错；因机构改革等更名、改码的，在“说明”中写明依据。
    """
    if report.previous is None:
        return
    for role in ("name", "code"):
        at = report.form.role(role)
        now, before = report.role(role).text, report.previous.role(role).text
        if at is None or now is None or before is None or normal(now) == normal(before):
            continue
        spot = Spot(at.table.id, None, at.field.id)
        yield flag(report, spot, f"{place(report, spot)}为“{now}”，上年报告为“{before}”", actual=now, expected=before)
