from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from xlprocess.finding import Finding
from xlprocess.identity import ZERO, Spot
from xlprocess.report import Report
from xlprocess.rules.rule import flag, rule
from xlprocess.typed import write_money
from xlprocess.values import write_rate

FUNDS, PROJECTS = "special_funds", "exp_project"
SHOWN = 6


@rule("R501", severity="notice")
def special_funds_describe_part_of_projects(report: Report) -> Iterator[Finding]:
    """专项资金只说明了一部分项目支出。

    依据：项目支出中有专项资金的，应逐项说明安排和使用情况；其他项目支出不要求列出。
    处理：核对是否有漏列的专项资金；没有遗漏的无需修改。
    """
    data, at = report.tables.get(FUNDS), report.form.fields.get(PROJECTS)
    if data is None or at is None or at.table.kind != "grid":
        return
    cells = [row.cell("amount") for row in data.rows]
    amounts = [n for c in cells if (n := c.typed_number)]
    row = report.tables[at.table.id].row(report.judged_row(report.form.rows_of(at.table)))
    projects = report.scope(at.table, row)(PROJECTS)
    described = sum(amounts, ZERO)
    if any(c.is_unknown for c in cells) or not isinstance(projects, Decimal) or projects.is_nan():
        return
    if not 0 < described < projects:
        return
    added = " + ".join(write_money(n) for n in amounts) + " = " if 1 < len(amounts) <= SHOWN else ""
    unit = report.form.edition.unit
    share = write_rate(described / projects)
    whole = f"“{at.field.label}” {write_money(projects)} {unit}"
    yield flag(
        report,
        Spot(FUNDS, None, "amount"),
        f"{data.table.title}说明了 {added}{write_money(described)} {unit}，占{whole}的 {share}%，其余项目不要求说明",
        actual=write_money(described),
        where=report.first_cell(FUNDS, "amount"),
    )
