"""A figure as a sentence prints it."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from xlprocess.form.formula import Formula, Scope, Value
from xlprocess.form.load import Form
from xlprocess.form.model import Field, Table
from xlprocess.typed import rounded, write_money, write_number

LAST_DIGIT = Decimal("0.0001")
"""Rates are printed as 98.46%: one unit in the last place lets pass what was cut off instead of rounded."""


def rate_tolerance(typed: Decimal) -> Decimal:
    """Half a unit of the last digit that was typed: 75% stands for what prints as 75%."""
    exponent = typed.normalize().as_tuple().exponent
    percent = min(exponent + 2, 0) if isinstance(exponent, int) else 0
    return max(LAST_DIGIT, Decimal(5).scaleb(percent - 3))


def shown(form: Form, table: Table | None, piece: Formula, scope: Scope) -> str:
    """What an expression gives, printed by the type of its field, an expression by that of the first field in it. Its names are
    those of `table` first. A score has up to two decimals."""
    return shown_value(form, table, piece, piece(scope))


def shown_value(form: Form, table: Table | None, piece: Formula, value: Value) -> str:
    """The same of a value that is known."""
    if value is None:
        return "空白"
    if isinstance(value, dt.date):
        return f"{value.year}年{value.month}月{value.day}日"
    if isinstance(value, Decimal):
        field = _field(form, table, piece.names[0]) if piece.names else None
        if field is None and piece.members:
            other, member = piece.members[0]
            field = form.tables[other].fields[member]
        return shown_figure(field, value, is_alone=len(piece.names) == 1)
    return str(value)


def shown_figure(field: Field | None, value: Decimal, *, is_alone: bool = True) -> str:
    if field is not None and field.type == "rate" and is_alone:
        return f"{value * 100:.2f}%"
    if field is not None and field.type == "score":
        return plain(value, 2)
    return write_money(value) if field is not None and field.type == "money" else plain(value)


def plain(value: Decimal, decimals: int = 4) -> str:
    return write_number(rounded(value, decimals))


def _field(form: Form, table: Table | None, name: str) -> Field:
    if table is not None and name in table.fields:
        return table.fields[name]
    return form.fields[name].field
