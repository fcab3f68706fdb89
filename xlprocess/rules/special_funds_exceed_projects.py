from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from xlprocess.finding import Finding
from xlprocess.identity import ZERO, Spot
from xlprocess.report import Report
from xlprocess.rules.rule import flag, rule
from xlprocess.rules.special_funds_describe_part_of_projects import FUNDS, PROJECTS
from xlprocess.typed import write_money


@rule("R315", severity="warning")
def special_funds_exceed_projects(report: Report) -> Iterator[Finding]:
    """专项资金大于项目支出。

    依据：专项资金在项目支出中列支，当年各项专项资金之和不会大于项目支出。
    处理：核对专项资金的金额、年度和项目支出；安排数与实际支出数不同的，按实际支出填写。
    """
    data, at = report.tables.get(FUNDS), report.form.fields.get(PROJECTS)
    if data is None or at is None or at.table.kind != "grid":
        return
    year = report.role("year").typed_number
    this_year = [row for row in data.rows if (stated := row.cell("year").typed_number) is None or stated == year]
    row = report.tables[at.table.id].row(report.judged_row(report.form.rows_of(at.table)))
    projects = report.scope(at.table, row)(PROJECTS)
    amounts = [n for r in this_year if (n := r.cell("amount").typed_number) is not None]
    described = sum(amounts, ZERO)
    if not isinstance(projects, Decimal) or projects.is_nan() or projects < 0 or described <= projects + report.form.edition.cap:
        return
    unit = report.form.edition.unit
    yield flag(
        report,
        Spot(FUNDS, None, "amount"),
        f"{data.table.title}合计 {write_money(described)} {unit}，大于“{at.field.label}” {write_money(projects)} {unit}，"
        f"超出 {write_money(described - projects)} {unit}",
        actual=write_money(described),
        where=report.first_cell(FUNDS, "amount"),
    )
