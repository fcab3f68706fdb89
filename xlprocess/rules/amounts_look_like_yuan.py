from __future__ import annotations

from collections.abc import Collection, Iterator
from decimal import Decimal
from typing import NamedTuple

from xlprocess.finding import Cause, Finding
from xlprocess.form.model import Table
from xlprocess.identity import Spot
from xlprocess.report import Report
from xlprocess.rules.rule import flag, place, rule
from xlprocess.typed import write_money, write_number

TIMES = Decimal(10000)


@rule("R306", severity="warning")
def amounts_look_like_yuan(report: Report) -> Iterator[Finding]:
    """整张表的金额像是以元填写的。

    依据：表中金额以万元为单位；误以元填写的，放大一万倍，汇总数会严重失实。
    处理：核对单位，以元填写的全部除以 10000；金额无误的，在“说明”中写明。
    """
    if report.form.edition.unit != "万元":
        return
    found: dict[str, _Sign] = {}
    tables = [t for t in report.form.tables.values() if t.kind == "grid" and t.scale]
    # A table that was typed in yuan measures the others only once it has been divided: again, until no more are found.
    while newly := {t.id: s for t in tables if t.id not in found and (s := _sign(report, t, found))}:
        found |= newly
    for sign in found.values():
        yield _finding(report, sign)


class _Sign(NamedTuple):
    """The figure that shows that its table was typed in yuan, and the measure in 万元 that it was held against."""

    spot: Spot
    figure: Decimal
    measure: Decimal
    of: str


def _sign(report: Report, table: Table, in_yuan: Collection[str]) -> _Sign | None:
    key = report.judged_row(report.form.rows_of(table))
    scope = report.scope(table, report.tables[table.id].row(key))
    for scale in table.scale:
        figure, measure = scope(scale.figure), scope(scale.against)
        if not isinstance(figure, Decimal) or not isinstance(measure, Decimal) or not (figure + measure).is_finite():
            continue
        if report.form.fields[scale.against].table.id in in_yuan:
            measure /= TIMES
        if measure > 0 and figure >= max(scale.least, scale.times * measure):
            return _Sign(Spot(table.id, key, scale.figure), figure, measure, scale.against)
    return None


def _finding(report: Report, sign: _Sign) -> Finding:
    of = report.form.fields[sign.of].field
    times = f"{sign.figure / sign.measure:.0f}"
    if of.type == "money":
        compared = f"是“{of.label}” {write_money(sign.measure)} 的 {times} 倍"
    else:
        compared = f"按“{of.label}” {write_number(sign.measure)} 平均为 {times} 万元"
    mended = sign.figure / TIMES
    return flag(
        report,
        sign.spot,
        f"{place(report, sign.spot)} {write_money(sign.figure)} 万元，{compared}",
        f"“{report.form.tables[sign.spot.table].title}”整张表可能是以元填写的，换算后为 {write_money(mended)} 万元",
        actual=write_money(sign.figure),
        expected=write_money(mended),
        difference=write_money(sign.figure - mended),
        cause=Cause("unit", fields=(sign.spot.field,)),
    )
