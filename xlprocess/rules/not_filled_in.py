from __future__ import annotations

from collections.abc import Iterator

from xlprocess.finding import Finding
from xlprocess.report import Report
from xlprocess.rules.rule import WORKBOOK, flag, rule


@rule("R212", severity="warning")
def not_filled_in(report: Report) -> Iterator[Finding]:
    """文字部分还没有填完。

    依据：自评报告应写明职能、目标、完成情况、评价人员和综述，缺项会被退回。
    处理：补填所列各项；确无内容的写“无”。
    """
    for data in report.tables.values():
        table = data.table
        wanted = [f for f in table.field if f.wanted]
        if not wanted or (report.places is not None and data.sheet is None):
            continue
        if table.kind == "list":
            lost = wanted if not any(r.cell(f.id).is_typed for r in data.rows for f in wanted) else []
            names = [table.title] if lost else []
        else:
            row = data.rows[0]
            lost = [f for f in wanted if row.cell(f.id).state in ("blank", "own")]
            names = [f.label for f in lost]
        if lost:
            first = report.first_cell(table.id, lost[0].id)
            yield flag(report, WORKBOOK, f"还没有填：{'、'.join(names)}", where=first)
