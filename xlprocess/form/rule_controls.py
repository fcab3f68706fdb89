"""What the edition's own rules (`[[rule]]`) give to control: a figure that must equal another, or lie within limits; and how
many figures stand in an expression, which is what decides how far rounding can reach."""

from __future__ import annotations

import ast
from decimal import Decimal
from typing import NamedTuple

from xlprocess.form.formula import Formula
from xlprocess.form.formula import Scope as Figures
from xlprocess.form.live import Scope
from xlprocess.form.load import Form
from xlprocess.form.model import Field, FormRule, Table
from xlprocess.identity import HALF_UNIT


class Limits(NamedTuple):
    """Between which a field must lie. `typed`: only where somebody typed it."""

    least: Formula
    most: Formula
    typed: bool


def limits(form: Form, table: Table, field: Field) -> Limits | None:
    """`require = "field >= a and field <= b"` of a rule at the field."""
    for rule in _rules_at(form, table, field):
        if rule.require is None or rule.when is not None:
            continue
        match ast.parse(rule.require, mode="eval").body:
            case ast.BoolOp(
                op=ast.And(),
                values=[
                    ast.Compare(left=first, ops=[ast.GtE()], comparators=[least]),
                    ast.Compare(left=second, ops=[ast.LtE()], comparators=[most]),
                ],
            ) if ast.dump(first) == ast.dump(second) and ast.unparse(first) in (field.id, f"typed({field.id})"):
                return Limits(Formula(ast.unparse(least)), Formula(ast.unparse(most)), isinstance(first, ast.Call))
    return None


def equal_to(form: Form, table: Table, field: Field) -> Formula | None:
    """What a rule says a derived figure must be: `equal = ["field", "…"]`. (A stated figure is compared with its own formula.)"""
    if field.kind != "derived":
        return None
    found = (r.equal for r in _rules_at(form, table, field) if r.interval and r.when is None)
    return next((Formula(equal[1]) for equal in found if equal and equal[0] == field.id), None)


def _rules_at(form: Form, table: Table, field: Field) -> list[FormRule]:
    return [r for r in form.edition.rule if r.table == table.id and r.at == field.id]


# ---- how many figures


def tally(form: Form, table: Table, node: ast.expr, row: Figures) -> int | None:
    """How many figures of a report's row are added up in an expression; None where it does more than add."""
    match node:
        case ast.Constant():
            return 0
        case ast.Name(id=name):
            inner = _of(form, table, name)
            return tally(form, inner[0], inner[1], row) if inner else int(isinstance(row(name), Decimal))
        case ast.Call(func=ast.Name(id="sum"), args=[ast.Attribute(value=ast.Name(id=other), attr=field)]):
            return sum(isinstance(v, Decimal) for v in row.column(other, field))
        case ast.Call(func=ast.Name(id="typed"), args=[ast.Name(id=name)]):
            return int(isinstance(row.typed(name), Decimal))
        case ast.Call(func=ast.Name(id="shown"), args=[ast.Name(id=name)]):
            return int(isinstance(row.shown(name), Decimal))
        case ast.BinOp(left=left, op=ast.Add() | ast.Sub(), right=right):
            a, b = tally(form, table, left, row), tally(form, table, right, row)
            return None if a is None or b is None else a + b
    return None


def live_tally(scope: Scope, node: ast.expr) -> str | None:
    """The same in Excel's words."""
    match node:
        case ast.Constant():
            return "0"
        case ast.Name(id=name):
            inner = _of(scope.form, scope.table, name)
            if inner:
                return live_tally(Scope(scope.form, inner[0], scope.row, scope.places), inner[1])
            return _count(scope.cell(name))
        case ast.Call(func=ast.Name(id="sum"), args=[ast.Attribute(value=ast.Name(id=other), attr=field)]):
            return _count(scope.places.column(other, field))
        case ast.Call(func=ast.Name(id="typed" | "shown"), args=[ast.Name(id=name)]):
            return _count(scope.cell(name))
        case ast.BinOp(left=left, op=ast.Add() | ast.Sub(), right=right):
            a, b = live_tally(scope, left), live_tally(scope, right)
            return None if a is None or b is None else f"{a}+{b}"
    return None


def tolerance(form: Form, figures: int | None) -> Decimal:
    """Half a unit for each figure, at most the edition's cap; the cap where it is not known how many there are."""
    return form.edition.cap if figures is None else min(form.edition.cap, HALF_UNIT * figures)


def _count(address: str | None) -> str | None:
    return f"COUNT({address})" if address else None


def _of(form: Form, table: Table, name: str) -> tuple[Table, ast.expr] | None:
    """What a derived figure is made of."""
    at, field = (table, table.fields[name]) if name in table.fields else form.fields[name]
    formula = form.formula(at, field) if field.kind == "derived" else None
    return (at, formula.tree) if formula else None
