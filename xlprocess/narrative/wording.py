"""How the findings about texts speak: the section, the clause, the cell, and what may be the matter with a figure."""

from __future__ import annotations

from decimal import Decimal

from xlprocess.finding import Cause, CauseKind
from xlprocess.identity import Spot
from xlprocess.narrative.passage import Passage
from xlprocess.report import Report
from xlprocess.slips import UNIT, slips
from xlprocess.typed import write_money, write_number
from xlprocess.values import write_rate

_CAUSES: dict[CauseKind, str] = {
    "swapped_digits": "可能有两位数字前后写反",
    "mistyped_digit": "可能有一位数字写错",
    "decimal_shift": "可能小数点错位",
    "unit": "可能元与万元用错",
    "sign": "可能多写或漏写了负号",
}


def said_in(passage: Passage, start: int, end: int) -> str:
    """`“二、…”写的是“……”`."""
    return f"“{passage.field.label}”中写“{passage.quote(start, end)}”"


def cell_name(report: Report, spot: Spot) -> str:
    """`收支情况!C7 汇总“基本支出”`; without the cell where the report was not read from a workbook."""
    where = report.where(spot)
    label = f"{spot.row or ''}“{report.label(spot)}”"
    return f"{where.sheet}!{where.ref} {label}" if where.sheet and where.ref else label


def figure_text(value: Decimal, type_: str, unit: str) -> str:
    """A figure with its unit, by the type of its field."""
    if type_ == "rate":
        return f"{write_rate(value)}%"
    if type_ == "money":
        return f"{write_money(value)} {unit}"
    return f"{write_number(value)} {'分' if type_ == 'score' else '人'}"


def slip_of(said: Decimal, needed: Decimal, slack: Decimal, field: str) -> tuple[Cause, str] | None:
    """The one kind of slip that makes `said` of `needed`, and how it is told."""
    kinds: list[CauseKind] = list(dict.fromkeys(kind for kind, _ in slips(said, needed, slack)))
    if said and not kinds and abs(said * UNIT - needed) <= slack * UNIT:
        kinds = ["unit"]
    if kinds[:1] == ["swapped_digits"] or len(kinds) == 1:
        return Cause(kinds[0], (field,)), _CAUSES[kinds[0]]
    return None
