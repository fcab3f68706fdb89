from __future__ import annotations

from collections.abc import Iterator

from xlprocess.finding import Finding, Where
from xlprocess.report import Report, TableData
from xlprocess.rules.rule import WORKBOOK, flag, rule

FEW = 3
"""With fewer tables that others have filled in, an organisation in one of them says nothing."""


@rule("R216", severity="notice")
def organisation_in_one_table(report: Report) -> Iterator[Finding]:
    """机构只在一张表中填有数字。

    依据：同一机构在各张表中都应填列，漏填一张，汇总就少一个机构的数。
    处理：补填其他各表；确实没有发生的，或不独立核算的，无需修改。
    """
    for row_set in report.form.row_sets.values():
        tables = [report.tables[t.id] for t in report.form.grids(row_set.id)]
        organisations = report.organisations(row_set)
        filled = [{k for k in organisations if _is_filled(t, k)} for t in tables]
        for key in organisations:
            holding = [t for t, keys in zip(tables, filled, strict=True) if key in keys]
            others = [t for t, keys in zip(tables, filled, strict=True) if keys and key not in keys]
            if len(holding) == 1 and len(others) >= FEW - 1:
                yield _finding(report, key, holding[0], others)


def _is_filled(data: TableData, key: str) -> bool:
    row = data.row(key)
    return row is not None and not row.is_blank


def _finding(report: Report, key: str, only: TableData, others: list[TableData]) -> Finding:
    """A warning where another table has no row of that name: it may stand there under another one."""
    row = only.row(key)
    at = row.name if row else None
    where = Where(at.sheet if at else None, at.ref if at else None, only.table.id, key)
    absent = [t for t in others if t.row(key) is None]
    blank = [t for t in others if t.row(key) is not None]
    words = []
    if absent:
        words.append(f"{_titles(absent)}中没有这一行")
    if blank:
        words.append(f"{_titles(blank)}中是空白")
    problem = f"“{key}”只在“{only.table.title}”中填有数字，{'，'.join(words)}"
    return flag(report, WORKBOOK, problem, where=where, severity="warning" if absent else None)


def _titles(tables: list[TableData]) -> str:
    return "、".join(f"“{t.table.title}”" for t in tables)
