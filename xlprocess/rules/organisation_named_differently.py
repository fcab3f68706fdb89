from __future__ import annotations

from collections.abc import Iterator

from xlprocess.finding import Finding
from xlprocess.organisations import absent_name
from xlprocess.report import Remark, Report
from xlprocess.rules.rule import WORKBOOK, flag, rule


@rule("R211", severity="warning")
def organisation_named_differently(report: Report) -> Iterator[Finding]:
    """各表的机构名称或顺序不一致。

    依据：同一机构在各张表中按名称对应，名称或顺序不同会张冠李戴。
    处理：把各张表的机构名称和顺序改为一致；重名的加以区分。
    """
    for remark in report.remarks:
        if remark.kind == "organisation_differs":
            here, there, title = remark.detail
            if _has_no_name(report, remark):
                continue  # told by the rule about rows without a name
            problem = f"机构“{here}”在“{title}”中写作“{there}”，已按所在位置对应为同一机构"
        elif remark.kind == "organisation_repeated":
            problem = _repeated(report, remark)
        elif remark.kind == "organisation_order":
            problem = f"“{remark.detail[0]}”中机构的顺序与“{remark.detail[1]}”不同，跨表计算的公式会取错行"
        else:
            continue
        yield flag(report, WORKBOOK, problem, where=remark.where)


def _repeated(report: Report, remark: Remark) -> str:
    name, _, *taken_for = remark.detail
    said = f"机构“{name}”在同一张表中出现不止一次"
    if taken_for:
        return f"{said}，“{taken_for[0]}”却没有，这一行已按所在位置对应为“{taken_for[0]}”"
    absent = absent_name(report, remark)
    return said if absent is None else f"{said}，“{absent}”却没有，其中一行的名称可能写错了"


def _has_no_name(report: Report, remark: Remark) -> bool:
    """In some table that shares the row its name is blank."""
    row_set = report.form.rows_of(report.form.tables[remark.where.table])
    rows = (report.tables[t.id].row(remark.where.row) for t in report.form.grids(row_set.id))
    return any(row is not None and row.name.state == "blank" for row in rows)
