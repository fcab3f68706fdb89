from __future__ import annotations

from collections.abc import Iterator

from xlprocess.finding import Finding, Where
from xlprocess.report import Report
from xlprocess.rules.rule import WORKBOOK, flag, rule


@rule("R213", severity="notice")
def placeholder_left(report: Report) -> Iterator[Finding]:
    """机构名称仍是表样上的占位名。

    依据：“二级机构1”一类的名称看不出是哪个单位，汇总后无法对应。
    处理：改为机构的规范简称，四张表一致。
    """
    for row_set in report.form.row_sets.values():
        for key in report.organisations(row_set):
            if key not in row_set.placeholders:
                continue
            for table in report.form.grids(row_set.id):
                row = report.tables[table.id].row(key)
                if row is not None and not row.is_blank:
                    where = Where(row.name.sheet, row.name.ref, table.id, key)
                    yield flag(report, WORKBOOK, f"“{key}”填有数字，但名称还是表样上的占位名", where=where)
                    break
