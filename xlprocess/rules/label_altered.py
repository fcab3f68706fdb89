from __future__ import annotations

from collections.abc import Iterator

from xlprocess.finding import Finding
from xlprocess.report import Report
from xlprocess.rules.rule import WORKBOOK, flag, rule


@rule("R207", severity="warning")
def label_altered(report: Report) -> Iterator[Finding]:
    """表头或栏目名称被改动。

    依据：栏目靠名称和位置识别，名称改动后可能读错栏目。
    处理：恢复原来的名称；确需增加内容的，写到综述中。
    """
    for remark in report.remarks:
        field = report.form.tables[remark.where.table].fields.get(remark.where.field or "") if remark.where.field else None
        if field is None:
            continue
        if remark.kind == "label_altered":
            problem = f"“{field.label}”一栏的名称被改动，仍按原来的位置读取"
        elif remark.kind == "anchors_disagree":
            problem = f"“{field.label}”一栏不在原来的位置（{remark.detail[0]}），已按名称所在的位置读取"
        elif remark.kind == "field_missing":
            problem = f"没有找到“{field.label}”一栏"
            total = report.form.tables[remark.where.table].fields.get(field.under or field.beside or "")
            if total is not None and total.kind == "stated":
                missing = f"{problem}，“{total.label}”与各分项之和不能完整核对"
                yield flag(report, WORKBOOK, missing, where=remark.where, severity="error")
                continue
        else:
            continue
        yield flag(report, WORKBOOK, problem, where=remark.where)
