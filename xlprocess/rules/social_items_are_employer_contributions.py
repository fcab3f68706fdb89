from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from xlprocess.finding import Finding
from xlprocess.identity import ZERO, Spot
from xlprocess.report import Report
from xlprocess.rules.rule import flag, rule
from xlprocess.typed import write_money

TABLE = "social_items"
CONTRIBUTION = re.compile("养老|年金|医疗|医保|工伤|失业|生育|公积金|社保|社会保险")
OF_A_FUND = re.compile("待遇|发放|基金|居民|城乡|救助|补助|补贴|低保|优抚|养老金|报销|退役")
HOUSING = "公积金"


@rule("R503", severity="notice")
def social_items_are_employer_contributions(report: Report) -> Iterator[Finding]:
    """社会保障支出填的是单位缴费。

    依据：这一节反映社会保险基金预算的收支；单位为职工缴纳的社会保险费和住房公积金已列入人员支出，不是社会保险基金预算支出。
    处理：没有管理社会保险基金的单位写“无”；确有社会保险基金预算的，填写基金收支。
    """
    data = report.tables.get(TABLE)
    if data is None or data.table.total is None:
        return
    items = [(row.cell("name").text or "", amount) for row in data.rows if (amount := row.cell("amount").typed_number)]
    paid = [(name, amount) for name, amount in items if CONTRIBUTION.search(name)]
    total = sum((amount for _, amount in items), ZERO)
    if any(OF_A_FUND.search(name) for name, _ in items) or 2 * sum((a for _, a in paid), ZERO) <= total:
        return
    spot = Spot(TABLE, None, data.table.total.id)
    stated = report.at(spot).number or total
    said = f"{data.table.title} {write_money(stated)} {report.form.edition.unit}"
    yield flag(
        report,
        spot,
        f"{said}看来是单位为职工缴纳的费用，一般已列入人员支出{_housing(paid)}；没有社会保险基金预算的单位，这一节写“无”",
        actual=write_money(stated),
    )


def _housing(paid: list[tuple[str, Decimal]]) -> str:
    amounts = [amount for name, amount in paid if HOUSING in name]
    if not amounts:
        return ""
    return f"，其中住房公积金 {write_money(sum(amounts, ZERO))} 不属于社会保险"
