from __future__ import annotations

from collections.abc import Iterator

from xlprocess.finding import Finding, Where
from xlprocess.form.model import RowSet, Table
from xlprocess.report import Report, Row
from xlprocess.rules.rule import WORKBOOK, flag, rule


@rule("R214", severity="warning")
def organisations_not_filled(report: Report) -> Iterator[Finding]:
    """只填了汇总行，没有填以下各行。

    依据：汇总行由以下各行相加得来，各行空白时无从核对。
    处理：补填以下各行；没有下属单位的，至少填本级一行。
    """
    for row_set in report.form.row_sets.values():
        found = [t for t in report.form.grids(row_set.id) if _only_the_summary(report, t, row_set)]
        if found:
            summary = report.tables[found[0].id].row(row_set.summary) or Row(None, {})
            where = Where(summary.name.sheet, summary.name.ref, found[0].id, row_set.summary)
            titles = "、".join(f"“{t.title}”" for t in found)
            yield flag(report, WORKBOOK, f"{titles}只填了{row_set.summary}，各{row_set.member}的行都是空白", where=where)


def _only_the_summary(report: Report, table: Table, row_set: RowSet) -> bool:
    data = report.tables[table.id]
    summary = data.row(row_set.summary)
    others = [r for r in data.rows if r.key != row_set.summary]
    return summary is not None and bool(others) and not summary.is_blank and all(r.is_blank for r in others)
