from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Sequence, Set
from decimal import Decimal
from typing import NamedTuple

from xlprocess.finding import Cause, Finding
from xlprocess.form.model import Field, Scale, Table
from xlprocess.identity import ZERO, Spot
from xlprocess.report import Report, Row
from xlprocess.rules.rule import flag, place, rule
from xlprocess.typed import write_money, write_number

TIMES = Decimal(10000)
NEARER = 1.0
"""Less is mended where it explains the figure as well: not e times worse than mending more does."""


@rule("R306", severity="warning")
def amounts_look_like_yuan(report: Report) -> Iterator[Finding]:
    """金额像是以元填写的。

    依据：表中金额以万元为单位；误以元填写的，放大一万倍，汇总数会严重失实。
    处理：核对单位，以元填写的除以 10000；金额无误的，在“说明”中写明。
    """
    if report.form.edition.unit != "万元":
        return
    found: dict[str, _Sign] = {}
    tables = [t for t in report.form.tables.values() if t.kind == "grid" and t.scale]
    # A table that was typed in yuan measures the others only once it has been divided: again, until no more are found.
    while newly := {t.id: s for t in tables if t.id not in found and (s := _sign(report, t, found))}:
        found |= newly
    for sign in found.values():
        yield from _findings(report, sign)


def is_of_whole_table(finding: Finding) -> bool:
    """It says that a whole table was typed in yuan."""
    return finding.rule == amounts_look_like_yuan.id and finding.cause is not None and not finding.cause.rows


def divided(report: Report, table: str) -> Iterator[tuple[Spot, Decimal]]:
    """What the amounts typed in a table would be in 万元, were they typed in yuan."""
    data = report.tables[table]
    for row in data.rows:
        for name, cell in row.cells.items():
            if cell.typed_number is not None and data.table.fields[name].type == "money":
                yield Spot(table, row.key, name), cell.typed_number / TIMES


def in_yuan(report: Report, finding: Finding) -> Iterator[tuple[Spot, Decimal]]:
    """The amounts that a finding of this rule says are in yuan, and what each is in 万元. Beside a row in yuan the amounts that
    would be next to nothing then are in 万元 already."""
    where = finding.where
    if is_of_whole_table(finding):
        yield from divided(report, where.table)
        return
    table = report.form.tables[where.table]
    field = table.fields[where.field or ""]
    row = report.tables[where.table].row(where.row)
    leaves = _leaves(report, table, row, field) if row else []
    is_row = bool(table.children(field)) and bool(leaves)
    least = min((abs(leaf.amount) for leaf in leaves), default=ZERO)
    for spot, amount in divided(report, where.table):
        if spot.row == where.row and (spot.field == where.field or (is_row and abs(amount) * TIMES * 100 >= least)):
            yield spot, amount


class _Sign(NamedTuple):
    """The figure that shows that amounts in its table were typed in yuan, and the measure in 万元 that it was held against.
    `divided`: the measure was typed in yuan itself."""

    spot: Spot
    figure: Decimal
    measure: Decimal
    scale: Scale
    divided: bool

    def is_kept(self, figure: Decimal) -> bool:
        """A figure of this size says nothing."""
        return figure < max(self.scale.least, self.scale.times * self.measure)

    def excess(self, figure: Decimal) -> float:
        return max(0.0, math.log(figure / self.measure)) if figure > 0 else 0.0


def _sign(report: Report, table: Table, in_yuan: Collection[str]) -> _Sign | None:
    key = report.judged_row(report.form.rows_of(table))
    scope = report.scope(table, report.tables[table.id].row(key))
    for scale in table.scale:
        figure, measure = scope(scale.figure), scope(scale.against)
        if not isinstance(figure, Decimal) or not isinstance(measure, Decimal) or not (figure + measure).is_finite():
            continue
        divided = report.form.fields[scale.against].table.id in in_yuan
        if divided:
            measure /= TIMES
        sign = _Sign(Spot(table.id, key, scale.figure), figure, measure, scale, divided)
        if measure > 0 and not sign.is_kept(figure):
            return sign
    return None


class _Leaf(NamedTuple):
    """An amount that somebody typed, of which the figure is made up."""

    spot: Spot
    amount: Decimal


def _leaves(report: Report, table: Table, row: Row, field: Field) -> list[_Leaf]:
    found = [leaf for child in table.children(field) for leaf in _leaves(report, table, row, child)]
    amount = row.cell(field.id).typed_number
    return found or ([_Leaf(Spot(table.id, row.key, field.id), amount)] if amount else [])


def _findings(report: Report, sign: _Sign) -> Iterator[Finding]:
    """The whole table, some of its rows, or single amounts: as little as explains the figure."""
    table = report.form.tables[sign.spot.table]
    field = table.fields[sign.spot.field]
    rows = [r for r in report.tables[table.id].rows if r.key != report.form.rows_of(table).summary]
    leaves = [leaf for row in rows for leaf in _leaves(report, table, row, field)]
    if sign.is_kept(_total(leaves)):  # 汇总 alone: what the organisations have is in 万元
        yield _of_table(report, sign) if not leaves else _of_summary(report, sign, table, field, leaves)
        return
    others = {leaf.spot for row in rows for other in table.field for leaf in _leaves(report, table, row, other)}
    by_row = {row.key: [leaf for leaf in leaves if leaf.spot.row == row.key] for row in rows}
    cells = _fewest(sign, leaves, [[leaf] for leaf in leaves])
    whole_rows = _fewest(sign, leaves, [group for group in by_row.values() if group])
    best = min(sign.excess(_mended(leaves, chosen)) for chosen in (cells, whole_rows, leaves))
    chosen = next(c for c in (cells, whole_rows, leaves) if sign.excess(_mended(leaves, c)) <= best + NEARER)
    full = [key for key, group in by_row.items() if group and all(leaf in chosen for leaf in group)]
    if len(chosen) == len(leaves) and (len(leaves) > 1 or not _stand_out(report, leaves, others)):
        yield _of_table(report, sign)
        return
    for key in full:
        if len(by_row[key]) > 1 or not _stand_out(report, by_row[key], {s for s in others if s.row == key}):
            yield _of_row(report, sign, key, leaves, chosen)
            chosen = [leaf for leaf in chosen if leaf.spot.row != key]
    for leaf in chosen:
        yield _of_cell(report, sign, leaf, leaves)


def _of_summary(report: Report, sign: _Sign, table: Table, field: Field, leaves: Sequence[_Leaf]) -> Finding:
    """汇总's own row: one cell of it, where that alone explains the figure."""
    row = report.tables[table.id].row(sign.spot.row)
    own = _leaves(report, table, row, field) if row else []
    cells = _fewest(sign, own, [[leaf] for leaf in own])
    if len(cells) == 1 and len(own) > 1:
        return _of_cell(report, sign, cells[0], own)
    return _of_row(report, sign, sign.spot.row, leaves, leaves)


def _stand_out(report: Report, leaves: Sequence[_Leaf], others: Set[Spot]) -> bool:
    """Beside them stand amounts that would be next to nothing if they were in yuan too: these are in 万元."""
    mine = {leaf.spot for leaf in leaves}
    return any((report.at(s).typed_number or ZERO) * 100 < min(leaf.amount for leaf in leaves) for s in others - mine)


def _fewest(sign: _Sign, leaves: Sequence[_Leaf], groups: Sequence[list[_Leaf]]) -> list[_Leaf]:
    """The largest groups, as many as must be divided until the figure says nothing any more."""
    chosen: list[_Leaf] = []
    for group in sorted(groups, key=lambda g: -_total(g)):
        if sign.is_kept(_mended(leaves, chosen)):
            break
        chosen += group
    return chosen


def _total(leaves: Sequence[_Leaf]) -> Decimal:
    return sum((leaf.amount for leaf in leaves), ZERO)


def _mended(leaves: Sequence[_Leaf], chosen: Sequence[_Leaf]) -> Decimal:
    return _total(leaves) - _total(chosen) + _total(chosen) / TIMES


# ---- in words


def _of_table(report: Report, sign: _Sign) -> Finding:
    title = report.form.tables[sign.spot.table].title
    mended = sign.figure / TIMES
    because = f"“{title}”整张表可能是以元填写的，换算后为 {write_money(mended)} 万元"
    return _told(report, sign, sign.spot, sign.figure, because, Cause("unit", fields=(sign.spot.field,)))


def _of_row(report: Report, sign: _Sign, key: str | None, leaves: Sequence[_Leaf], chosen: Sequence[_Leaf]) -> Finding:
    spot = sign.spot._replace(row=key)
    stands = report.at(spot).number
    figure = _total([leaf for leaf in leaves if leaf.spot.row == key]) if stands is None else stands
    because = f"这一行可能是以元填写的，换算后为 {write_money(figure / TIMES)} 万元{_tail(report, sign, spot, leaves, chosen)}"
    return _told(report, sign, spot, figure, because, Cause("unit", (spot.field,), (key,) if key else ()))


def _of_cell(report: Report, sign: _Sign, leaf: _Leaf, leaves: Sequence[_Leaf]) -> Finding:
    because = (
        f"这一格可能是以元填写的，换算后为 {write_money(leaf.amount / TIMES)} 万元{_tail(report, sign, leaf.spot, leaves, [leaf])}"
    )
    return _told(report, sign, leaf.spot, leaf.amount, because, Cause("unit", (leaf.spot.field,), (leaf.spot.row or "",)))


def _tail(report: Report, sign: _Sign, spot: Spot, leaves: Sequence[_Leaf], chosen: Sequence[_Leaf]) -> str:
    """What becomes of the figure, where that stands in another cell and is made up of these amounts."""
    if spot == sign.spot or sign.figure != _total(leaves):
        return ""
    return f"，{place(report, sign.spot)} {write_money(sign.figure)} 随之为 {write_money(_mended(leaves, chosen))}"


def _told(report: Report, sign: _Sign, spot: Spot, figure: Decimal, because: str, cause: Cause) -> Finding:
    of = report.form.fields[sign.scale.against].field
    times = f"{figure / sign.measure:.0f}"
    if of.type == "money":
        measure = f"{'换算为万元后的 ' if sign.divided else ''}{write_money(sign.measure)}"
        whose = "" if spot.row == sign.spot.row or not sign.spot.row else sign.spot.row
        compared = f"是{whose}“{of.label}” {measure} 的 {times} 倍"
    else:
        compared = f"按“{of.label}” {write_number(sign.measure)} 平均为 {times} 万元"
    mended = figure / TIMES
    return flag(
        report,
        spot,
        f"{place(report, spot)} {write_money(figure)} 万元，{compared}",
        because,
        actual=write_money(figure),
        expected=write_money(mended),
        difference=write_money(figure - mended),
        cause=cause,
    )
