from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING

from xlprocess.finding import Finding
from xlprocess.form.load import At
from xlprocess.identity import ZERO, Spot
from xlprocess.narrative import passages
from xlprocess.report import Report
from xlprocess.rules.rule import flag, rule
from xlprocess.typed import MONEY_EXPONENT, rounded, shift, write_money, write_number
from xlprocess.values import write_rate

if TYPE_CHECKING:
    from xlprocess.narrative.statements import Statement

PLACES = 2
PRINTED = Decimal("0.005")
"""What a figure printed with two decimals leaves open."""


@rule("R601", severity="warning")
def amount_in_text_differs(report: Report) -> Iterator[Finding]:
    """文字中的数与表格不符。

    依据：报告的文字和表格一并公开，同一个数应当一致；文字写了几位小数，就按几位比对。
    处理：核对文字和表格，改正写错的一处；口径不同的，在文字中写明口径。
    """
    texts = passages(report)
    if not texts:
        return
    from xlprocess.narrative.statements import is_result, statements

    for passage in texts:
        tells = passage.field.tells
        for statement in statements(report, passage) if passage.amounts and not passage.field.plan else ():
            fields = [at for at in statement.said.fields if tells is None or at.field.id in tells]
            if not fields or (finding := _compare(report, statement, fields)) is None:
                continue  # nearly all agree: whose figure it is need not be asked
            if is_result(report, statement):
                yield finding


def _compare(report: Report, statement: Statement, fields: list[At]) -> Finding | None:
    said, slack = _figure(report, statement, fields[0])
    figures: list[tuple[Spot, Decimal | None]] = []
    for at in fields:
        for spot, figure in _figures(report, at):
            if figure.is_nan() or abs(said - figure) <= slack + _half(at, figure):
                return None
            figures.append((spot, figure))
    judged = _judged(report, fields[0])
    near = [*(f for f in figures if f[0] == judged), *figures, (judged, None)]
    spot, value = near[0]
    if value is None and (not said or abs(said) <= slack or not _is_filled(report, fields[0])):
        return None
    return _finding(report, statement, spot, value, said, slack)


def _finding(report: Report, s: Statement, spot: Spot, value: Decimal | None, said: Decimal, slack: Decimal) -> Finding:
    from xlprocess.narrative.wording import cell_name, figure_text, said_in, slip_of

    field = report.form.tables[spot.table].fields[spot.field]
    unit = report.form.edition.unit
    told = f"{said_in(s.passage, s.start, s.amount.end)}，{cell_name(report, spot)}"
    typed = _shown(said, field.type)
    if value is None:
        return flag(report, s.passage.spot, f"{told}是空白", actual=typed)
    gap = said - value
    more = f"{write_rate(abs(gap))} 个百分点" if field.type == "rate" else figure_text(rounded(abs(gap), PLACES), field.type, unit)
    problem = f"{told}是 {figure_text(value, field.type, unit)}，文字{'多' if gap > 0 else '少'} {more}"
    slip = slip_of(said, value, slack, spot.field)
    numbers = {"actual": typed, "expected": _shown(value, field.type), "difference": _shown(gap, field.type)}
    if slip is None and gap < 0 and _may_be_part(report, s):
        scope = "文字如果只说其中一种资金，请写明口径"
        return flag(report, s.passage.spot, problem, scope, severity="notice", **numbers)  # type: ignore[arg-type]
    cause, because = slip or (None, None)
    return flag(report, s.passage.spot, problem, because, cause=cause, **numbers)  # type: ignore[arg-type]


def _may_be_part(report: Report, s: Statement) -> bool:
    """The section, or the name in it, may leave out money of other sources, and there is such money."""
    return s.said.is_part or any(
        value for name in s.passage.field.part_of for _, value in _figures(report, report.form.fields[name])
    )


def _figure(report: Report, s: Statement, at: At) -> tuple[Decimal, Decimal]:
    """What the text says, in the unit of the cells, and what its decimals leave open. People are counted exactly."""
    power = MONEY_EXPONENT[report.form.edition.unit]
    value, half = s.amount.figure(power), s.amount.half(power)
    if at.field.type == "rate":
        return shift(value, -2), shift(half, -2)
    return value, ZERO if at.field.type == "count" else half


def _half(at: At, value: Decimal) -> Decimal:
    if at.field.type == "money":
        return PRINTED
    return shift(PRINTED, -2) if at.field.type == "rate" else ZERO


def _figures(report: Report, at: At) -> Iterator[tuple[Spot, Decimal]]:
    """Every figure of a field: what was typed and what its formula gives, in each row that has it."""
    data = report.tables[at.table.id]
    for row in data.rows:
        spot = Spot(at.table.id, row.key, at.field.id)
        cell = row.cell(at.field.id)
        shown = [cell.number, report.scope(at.table, row)(at.field.id)]
        if cell.is_unknown:
            yield spot, Decimal("NaN")
        yield from ((spot, value) for value in dict.fromkeys(shown) if isinstance(value, Decimal))


def _judged(report: Report, at: At) -> Spot:
    row = report.judged_row(report.form.rows_of(at.table)) if at.table.kind == "grid" else None
    return Spot(at.table.id, report.form.only_row(at.table, at.field) or row, at.field.id)


def _is_filled(report: Report, at: At) -> bool:
    """The table holds figures at all: a whole blank table has its own finding."""
    return any(c.number is not None for row in report.tables[at.table.id].rows for c in row.cells.values())


def _shown(value: Decimal, type_: str) -> str:
    return write_money(value) if type_ == "money" else write_rate(value) if type_ == "rate" else write_number(value)
