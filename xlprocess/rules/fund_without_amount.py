from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from xlprocess.finding import Finding
from xlprocess.form.model import Field, Table
from xlprocess.identity import ZERO, Spot
from xlprocess.report import Cell, Report, Row
from xlprocess.rules.rule import flag, rule
from xlprocess.sums import diagnoses
from xlprocess.typed import read_number, write_money


@rule("R218", severity="warning")
def fund_without_amount(report: Report) -> Iterator[Finding]:
    """列了资金或用途，没有填金额。

    依据：没有金额的资金和用途不能核对，也不会计入合计。
    处理：补填金额；没有发生的，删去这一行或在金额处填“无”。
    """
    for line in unfilled(report):
        tail = f"，各项明细合计 {write_money(sum(line.parts, ZERO))}" if line.parts else ""
        yield flag(report, line.spot, line.said + tail, severity="error" if line.breaks is not None else None)


class Unfilled(NamedTuple):
    """A fund or part that is named and has no amount. `parts`: the amounts of its own parts. `breaks`: the sum that is too large
    for what is filled in, so that this amount is missed in it."""

    spot: Spot
    said: str
    parts: list[Decimal]
    breaks: Spot | None


def unfilled(report: Report) -> Iterator[Unfilled]:
    """All of them, table by table."""
    for data in report.tables.values():
        table = data.table
        for field in table.field if table.kind == "list" else ():
            children = table.children(field)
            if children or (table.total is not None and table.total.of == field.id):
                for row in data.rows:
                    yield from _line(report, table, field, row)
                    for child in children:
                        yield from _parts(report, table, field, child, row)


def _missed_in(report: Report, total: Spot) -> Spot | None:
    """This sum, where it is larger than its lines."""
    short = (d for d in diagnoses(report) if d.identity.addends == "lines" and d.identity.total == total and d.difference > 0)
    return next((d.identity.total for d in short), None)


def _line(report: Report, table: Table, amount: Field, row: Row) -> Iterator[Unfilled]:
    named = next((c.text for f in table.field if f.type == "text" and not f.part and (c := row.cell(f.id)).text), None)
    if row.cell(amount.id).state == "blank" and _says(named):
        parts = [n for p in row.parts for c in p.values() if (n := c.typed_number) is not None]
        breaks = _missed_in(report, Spot(table.id, None, table.total.id)) if table.total is not None else None
        said = f"第 {row.key} 项“{(named or '').strip()}”没有填“{amount.label}”"
        yield Unfilled(Spot(table.id, row.key, amount.id), said, parts, breaks)


def _parts(report: Report, table: Table, amount: Field, part: Field, row: Row) -> Iterator[Unfilled]:
    """The parts of one amount that are named only; where none has an amount, they describe what it was for."""
    parts = [p.get(part.id, Cell()) for p in row.parts]
    names = next((f.id for f in table.field if f.part and f.type == "text"), None)
    without = [
        (k, text.strip())
        for k, (p, c) in enumerate(zip(row.parts, parts, strict=True), 1)
        if c.state == "blank" and names and (text := p.get(names, Cell()).text) is not None and _says(text)
    ]
    if without and any(c.is_typed for c in parts):
        first = Spot(table.id, row.key, f"parts[{without[0][0]}].{part.id.removeprefix('parts.')}")
        listed = "、".join(f"“{text[:20]}”" for _, text in without[:3]) + (f"等 {len(without)} 项" if len(without) > 3 else "")
        breaks = _missed_in(report, Spot(table.id, row.key, amount.id))
        yield Unfilled(first, f"第 {row.key} 项的明细{listed}没有填金额", [], breaks)


def _says(text: str | None) -> bool:
    """Something is named: neither blank nor a word that there is nothing (无, —)."""
    return text is not None and read_number(text).state not in ("blank", "nothing")
