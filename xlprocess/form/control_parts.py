"""What a total is made of, in cells: the twin of `sums`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from xlprocess.form.control_blocks import down, texts_in
from xlprocess.form.live import Scope, Term, total
from xlprocess.form.model import Field, Table

IS_FORMULA = "_xlfn.ISFORMULA"
SAME = "0.0000005"
"""Two figures that differ by less are the same."""


class Sum(NamedTuple):
    """What a total is compared with, how many figures it has (None: not known), and how many texts stand among them."""

    value: str
    tally: str | None
    texts: str | None = None


class Part(NamedTuple):
    """A part: its cell, in 汇总 else what the organisations give (`others`), and its own parts (`inner`), which stand in
    where nothing was typed, or, `first`, come before what was typed. `own`: what the form's formula gives in the cell."""

    sign: int
    cell: str
    others: str | None
    inner: tuple[Part, ...]
    first: bool
    own: str

    def term(self) -> Term:
        return Term(self.sign, self.cell, self.others)

    def addresses(self) -> tuple[str, ...]:
        """Where its figures may stand; none holds one when there is none."""
        own = down(self.cell, self.others) if self.others else [self.cell]
        return tuple(dict.fromkeys((*own, *addresses_of(self.inner))))

    def is_there(self) -> str:
        return f"MIN(1,COUNT({','.join(self.addresses())}))"

    def any_inner(self) -> str:
        return f"COUNT({','.join(addresses_of(self.inner))})"

    def is_typed(self) -> str:
        by_whom = f"IF(IFERROR({IS_FORMULA}({self.cell}),0),ABS({self.cell}-({self.own}))>={SAME},TRUE)"
        return f"IF(COUNT({self.cell}),{by_whom})"

    def value(self) -> str:
        """Of a part that has parts, without its sign."""
        inner = value_of(self.inner)
        if self.first:
            return f"IF({self.any_inner()},{inner},{Term(1, self.cell, self.others).value()})"
        if self.others:
            inner = f"IF({self.any_inner()},{inner},SUM({self.others}))"
        return f"IF({self.is_typed()},{self.cell},{inner})"

    def tally(self) -> str:
        """How many typed figures are in it."""
        others = f"COUNT({self.others})" if self.others else "0"
        if not self.inner:
            return f"IF({self.is_typed()},1,{others})" if self.others else f"COUNT({self.cell})"
        inner = tally_of(self.inner)
        if self.first:
            return f"IF({self.any_inner()},{inner},{self._replace(inner=()).tally()})"
        if self.others:
            inner = f"IF({self.any_inner()},{inner},{others})"
        return f"IF({self.is_typed()},1,{inner})"

    def texts(self) -> str:
        """How many texts stand in the cells that its value is taken from, and in those that would come before these if they held a
        figure. A person's own formula counts as the form's: in doubt there is a text."""
        own = texts_in([self.cell])
        typed = f"COUNT({self.cell})*(1-{IS_FORMULA}({self.cell}))"
        if not self.inner:
            return f"IF({typed},0,{texts_in(down(self.cell, self.others))})" if self.others else own
        inner = _texts(self.inner)
        if self.first:
            return f"{inner}+IF({self.any_inner()},0,{self._replace(inner=()).texts()})"
        if self.others:
            inner = f"{inner}+IF({self.any_inner()},0,{texts_in([self.others])})"
        return f"{own}+IF({typed},0,{inner})"


def addresses_of(nodes: Iterable[Part]) -> tuple[str, ...]:
    """Where the figures of the parts may stand, each cell once."""
    return tuple(dict.fromkeys(a for n in nodes for a in n.addresses()))


def value_of(nodes: Sequence[Part]) -> str:
    """The sum of the parts."""
    plain = [n.term() for n in nodes if not n.inner]
    text = f"+{total(plain, known=False)}" if plain else ""
    text += "".join(f"{'+' if n.sign > 0 else '-'}{n.value()}" for n in nodes if n.inner)
    return text.removeprefix("+").replace("+-", "-") or "0"


def tally_of(nodes: Sequence[Part]) -> str:
    """How many figures were typed in the parts."""
    plain = [n.cell for n in nodes if not n.inner and not n.others]
    pieces = [f"COUNT({','.join(plain)})"] if plain else []
    return "+".join(pieces + [n.tally() for n in nodes if n.inner or n.others]) or "0"


def stated(scope: Scope, sign: int, name: str) -> list[Part] | None:
    """A part as it was typed; where it was not, its own parts. None where it is more than a sum."""
    scope, table, field = _at(scope, name)
    children = table.children(field)
    if children:
        return _node(scope, sign, field, all_of(stated(scope, 1, c.id) for c in children))
    formula = scope.form.formula(table, field) if field.formula else None
    linear = formula.linear() or () if formula else ()
    return _node(scope, sign, field, all_of(operand(scope, s, n) for s, n in linear))


def operand(scope: Scope, sign: int, name: str) -> list[Part] | None:
    """An operand of a balance: a derived figure and a header's total from their leaves, a printed balance as it was
    typed."""
    scope, table, field = _at(scope, name)
    children = table.children(field)
    if children:
        return _node(scope, sign, field, all_of(operand(scope, 1, c.id) for c in children), first=True)
    if field.kind == "derived":
        formula = scope.form.formula(table, field)
        linear = formula.linear() if formula else None
        return None if linear is None else all_of(operand(scope, sign * s, n) for s, n in linear)
    return stated(scope, sign, name)


def _at(scope: Scope, name: str) -> tuple[Scope, Table, Field]:
    """A name's field, and the scope of its own row."""
    table, field, row = scope.find(name)
    return type(scope)(scope.form, table, row, scope.places), table, field


def _node(scope: Scope, sign: int, field: Field, inner: list[Part] | None, first: bool = False) -> list[Part] | None:
    cell, others = scope.cell(field.id), scope.others(field.id)
    if inner is None or not cell:
        return inner and [n._replace(sign=n.sign * sign) for n in inner]
    own = own_value(scope, field) if inner else f"SUM({others})"
    return [Part(sign, cell, others, tuple(inner), first, own)]


def all_of(found: Iterable[list[Part] | None]) -> list[Part] | None:
    """All of them, or None where one is not known."""
    nodes: list[Part] = []
    for part in found:
        if part is None:
            return None
        nodes += part
    return nodes


def texts_among(nodes: Iterable[Part]) -> str:
    """How many texts stand in the cells that the sum of the parts is taken from. (Excel 2010, which has no ISFORMULA, takes none
    into account where it takes that to know.)"""
    found = _texts(nodes)
    return f"IFERROR({found},0)" if IS_FORMULA in found else found


def _texts(nodes: Iterable[Part]) -> str:
    return "+".join(n.texts() for n in nodes) or "0"


def own_value(scope: Scope, field: Field) -> str:
    """What the form's own formula gives, 0 where that is nothing."""
    return total(scope.terms(field.id, own=True) or [], known=False)
