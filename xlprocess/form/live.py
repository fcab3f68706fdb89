"""The live Excel formulas of the form, wherever its cells stand.

A formula is a pure function of the form and of the addresses: reading regenerates it to recognise the form's
own formula, and a run writes it where a cell is blank. What it gives is what `RowScope` gives, from the leaves
up; blank is not zero, so where nothing is filled it shows nothing. Texts in number cells (—, 无, 2000万) count
as nothing: COUNT, SUM and N pass them over. Only functions that Excel 2010, WPS and LibreOffice share, no array entry.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple, Protocol

from xlprocess.form.completion import completion_formula
from xlprocess.form.load import Form
from xlprocess.form.model import Field, Table
from xlprocess.form.same import same_formula

__all__ = ["Places", "Scope", "Term", "live_formula", "same_formula"]


class Places(Protocol):
    """Addresses as a formula on one sheet sees them: plain on that sheet, with the sheet's name elsewhere."""

    def cell(self, table: str, field: str, row: str | None) -> str | None:
        """A field's cell; None where it is not found."""
        ...

    def organisations(self, table: str, field: str) -> str | None:
        """A grid's column below 汇总, down to and including the hint row."""
        ...

    def column(self, table: str, field: str) -> str | None:
        """A list's column, down to and including the hint row."""
        ...


class Term(NamedTuple):
    """A figure in a sum: the cell that may hold it, in 汇总 else what the organisations give (`others`).
    It counts only where none of `unless` holds a figure: a typed total stands back behind what it is made of."""

    sign: int
    cell: str | None
    others: str | None = None
    unless: tuple[str, ...] = ()

    @property
    def addresses(self) -> tuple[str, ...]:
        return tuple(a for a in (self.cell, self.others) if a)

    def value(self) -> str:
        if self.cell and self.others:
            value = f"IF(COUNT({self.cell}),{self.cell},SUM({self.others}))"
        else:
            value = f"N({self.cell})" if self.cell else f"SUM({self.others})"
        return f"IF(COUNT({','.join(self.unless)}),0,{value})" if self.unless else value

    def tally(self) -> str:
        """1 where the figure is there, else 0."""
        found = f"COUNT({','.join(self.addresses)})"
        found = found if self.others is None else f"MIN(1,{found})"
        return f"IF(COUNT({','.join(self.unless)}),0,{found})" if self.unless else found

    @property
    def is_plain(self) -> bool:
        return self.others is None and not self.unless


def addresses(terms: Iterable[Term]) -> tuple[str, ...]:
    """The cells in which the figures of a sum may stand, each once."""
    return tuple(dict.fromkeys(a for t in terms for a in t.addresses))


def any_figure(terms: Iterable[Term]) -> str:
    """More than 0 where a figure of the sum is there. (A term that stands back stands back behind another figure.)"""
    return f"COUNT({','.join(addresses(terms))})"


def total(terms: Sequence[Term], known: bool = True) -> str:
    """The sum. `known`: it is used only where there is a figure in it, so that a single cell can stand for itself."""
    if known and len(terms) == 1 and terms[0].is_plain and terms[0].sign > 0:
        return terms[0].cell or "0"
    text = ""
    for sign, mark in ((1, "+"), (-1, "-")):
        plain = [t.cell for t in terms if t.is_plain and t.sign == sign and t.cell]
        if plain:
            text += f"{mark}{'SUM' if len(plain) > 1 else 'N'}({','.join(plain)})"
    text += "".join(f"{'+' if t.sign > 0 else '-'}{t.value()}" for t in terms if not t.is_plain)
    return text.removeprefix("+") or "0"


def number_of(terms: Sequence[Term]) -> str:
    """How many figures the sum has."""
    plain = [t.cell for t in terms if t.is_plain and t.cell]
    pieces = [f"COUNT({','.join(plain)})"] if plain else []
    return "+".join(pieces + [t.tally() for t in terms if not t.is_plain]) or "0"


class _Text(NamedTuple):
    """An expression: Excel's truth of whether it is known, and its value where it is."""

    known: str
    value: str


class Scope:
    """What names mean in one row, as cells: the twin of `RowScope`."""

    def __init__(self, form: Form, table: Table, row: str | None, places: Places) -> None:
        self.form = form
        self.table = table
        self.row = row
        self.places = places

    def find(self, name: str) -> tuple[Table, Field, str | None]:
        if name in self.table.fields:
            return self.table, self.table.fields[name], self.row
        table, field = self.form.fields[name]
        if table.kind != "grid":
            return table, field, None
        return table, field, self.form.only_row(table, field) or self.row

    def home(self, name: str) -> Scope:
        """The row in which a name's own formula is meant: elsewhere its names may have no row, or be those of a
        list."""
        table, field, row = self.find(name)
        if table is self.table:
            return self
        if self.form.only_row(table, field) or (self.table.kind == "list" and table.kind == "fields"):
            return Scope(self.form, table, row, self.places)
        return self

    def cell(self, name: str) -> str | None:
        table, field, row = self.find(name)
        return self.places.cell(table.id, field.id, row)

    def others(self, name: str) -> str | None:
        """The organisations that stand in for a cell of 汇总 in which nothing was typed."""
        table, field, row = self.find(name)
        if table.kind != "grid" or field.aggregate != "sum" or row != self.form.rows_of(table).summary:
            return None
        return self.places.organisations(table.id, field.id)

    def terms(self, name: str, own: bool = False) -> list[Term] | None:
        """The figures that a name comes down to, leaves first; None when its formula does more than add up.
        `own`: the formula is for the name's own cell, which then holds no typed figure."""
        table, field, _ = self.find(name)
        formula = self.form.formula(table, field)
        found: list[Term] = []
        if formula is not None:
            inner = self.home(name)._linear(formula.tree, 1)
            if inner is None:
                return None
            found = inner
        cell, others = (None if own else self.cell(name)), self.others(name)
        if cell or others:
            found.append(Term(1, cell, others, addresses(found)))
        return found

    def _linear(self, node: ast.expr, sign: int) -> list[Term] | None:
        match node:
            case ast.Name(id=name):
                found = self.terms(name)
                return None if found is None else [t._replace(sign=t.sign * sign) for t in found]
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return self._linear(operand, -sign)
            case ast.BinOp(left=left, op=ast.Add() | ast.Sub() as op, right=right):
                first = self._linear(left, sign)
                second = self._linear(right, sign if isinstance(op, ast.Add) else -sign)
                return None if first is None or second is None else first + second
        return None

    def expression(self, node: ast.expr) -> _Text | None:
        """An expression of the formula language in Excel's; None where Excel has none that means the same."""
        terms = self._linear(node, 1)
        if terms is not None:
            return _Text(any_figure(terms), total(terms)) if terms else _Text("FALSE", "0")
        match node:
            case ast.Constant(value=int() | float() as number) if not isinstance(number, bool):
                return _Text("TRUE", str(number))
            case ast.Name(id=name):
                return self._not_linear(name)
            case ast.BinOp(left=left, op=op, right=right):
                return self._arithmetic(op, self.expression(left), self.expression(right))
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                inner = self.expression(operand)
                return inner and _Text(inner.known, f"-{_held(inner.value)}")
            case ast.Call(func=ast.Name(id="sum"), args=[ast.Attribute(value=ast.Name(id=table), attr=field)]):
                column = self.places.column(table, field)
                return _Text(f"COUNT({column})", f"SUM({column})") if column else None
            case ast.Call(func=ast.Name(id="shown" | "typed"), args=[ast.Name(id=name)]):
                cell = self.cell(name)
                return _Text(f"COUNT({cell})", cell) if cell else None
            case ast.Call(func=ast.Name(id="round"), args=[inner_node, ast.Constant(value=int() as places)]):
                rounded = self.expression(inner_node)
                return rounded and _Text(rounded.known, f"ROUND({rounded.value},{places})")
            case ast.Call(func=ast.Name(id="min" | "max" as called), args=[left, right]):
                a, b = self.expression(left), self.expression(right)
                if a is None or b is None:
                    return None
                return _Text(f"AND({a.known},{b.known})", f"{called.upper()}({a.value},{b.value})")
        return None

    def _not_linear(self, name: str) -> _Text | None:
        """A name whose formula multiplies or divides: the formula, and where that gives nothing, what was typed."""
        table, field, _ = self.find(name)
        formula, cell = self.form.formula(table, field), self.cell(name)
        inner = self.home(name).expression(formula.tree) if formula else None
        if inner is None or cell is None:
            return inner
        return _Text(f"OR({inner.known},COUNT({cell}))", f"IF({inner.known},{inner.value},{cell})")

    def _arithmetic(self, op: ast.operator, a: _Text | None, b: _Text | None) -> _Text | None:
        if a is None or b is None:
            return None
        match op:
            case ast.Div():
                known = f"AND({a.known},{b.known},IF({b.known},{_held(b.value)}<>0))"
                return _Text(known, f"{_held(a.value)}/{_held(b.value)}")
            case ast.Mult():
                return _Text(f"AND({a.known},{b.known})", f"{_held(a.value)}*{_held(b.value)}")
            case ast.Add() | ast.Sub():
                mark = "+" if isinstance(op, ast.Add) else "-"
                left, right = (f"IF({x.known},{x.value},0)" for x in (a, b))
                return _Text(f"OR({a.known},{b.known})", f"{left}{mark}{right}")
        return None


def _held(value: str) -> str:
    """An operand, in brackets unless it is one cell or one function."""
    return value if re.fullmatch(r"[^-+*/() ]+(\([^-+*/()]*\))?", value) else f"({value})"


def live_formula(form: Form, table: Table, field: Field, row: str | None, places: Places) -> str | None:
    """The form's own formula for a cell, without `=`: of a stated or derived field, of an input field in 汇总,
    of the figure at the foot of a list. None where the form has none, or where something that it needs was not
    found."""
    if field.only and row not in field.only and table.kind == "grid":
        return None
    if table.total is field:
        column = places.column(table.id, field.of or "")
        return f'IF(COUNT({column}),SUM({column}),"")' if column else None
    scope = Scope(form, table, row, places)
    if field.bands:
        score = scope.cell(field.of or "")
        return f'IF(COUNT({score}),{band(field, score)},"")' if score else None
    if field.kind == "input":
        others = scope.others(field.id) if field.is_number else None
        return f'IF(COUNT({others}),SUM({others}),"")' if others else None
    return _of_formula(scope, field)


def band(field: Field, score: str) -> str:
    """The name of the band that holds a score."""
    text = '""'
    for name, least in reversed(field.bands):
        text = f'IF({score}>={least},"{name}",{text})'
    return text


def _of_formula(scope: Scope, field: Field) -> str | None:
    formula = scope.form.formula(scope.table, field)
    if formula is None:
        return None
    match formula.tree:
        case ast.Call(func=ast.Name(id="completion"), args=[ast.Name(id=target), ast.Name(id=actual)]):
            wanted, reached = scope.cell(target), scope.cell(actual)
            return completion_formula(wanted, reached) if wanted and reached else None
    terms = scope.terms(field.id, own=True)
    if terms is not None:
        return f'IF({any_figure(terms)},{total(terms)},"")' if terms else None
    match formula.tree:
        case ast.BinOp(left=left, op=ast.Div(), right=right):
            above, below = scope.expression(left), scope.expression(right)
            if above is None or below is None:
                return None
            return f'IF(AND({above.known},{below.known}),IFERROR({_held(above.value)}/{_held(below.value)},""),"")'
    text = scope.expression(formula.tree)
    return f'IF({text.known},{text.value},"")' if text else None
