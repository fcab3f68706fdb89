from __future__ import annotations

from collections.abc import Iterator

from xlprocess.finding import Finding, Where
from xlprocess.report import Report
from xlprocess.rules.rule import WORKBOOK, flag, rule


@rule("R217", severity="warning")
def row_without_name(report: Report) -> Iterator[Finding]:
    """填有数字的行没有名称。

    依据：没有名称的行看不出是哪个单位的数，各表之间也无法对应。
    处理：补填名称，各张表一致；不是单位的数，移到别处。
    """
    if report.places is None:
        return
    for row_set in report.form.row_sets.values():
        for table in report.form.grids(row_set.id):
            for row in report.tables[table.id].rows:
                if row.name.state == "blank" and not row.is_blank:
                    where = Where(row.name.sheet, row.name.ref, table.id, row.key)
                    problem = f"“{table.title}”中这一行填有数字，“{row_set.heading}”却是空白"
                    yield flag(report, WORKBOOK, problem, where=where)
