"""The departments that a rate of sums is computed from: those that have both sides of it."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from decimal import Decimal

from xlprocess.form.load import Form
from xlprocess.form.model import Field, Table


def sides(form: Form, table: Table, field: Field) -> list[frozenset[str]]:
    """The fields of which a rate needs one each: those that are divided, and those that they are divided by."""
    formula = form.formula(table, field) if field.aggregate == "recompute" else None
    found: list[frozenset[str]] = []
    for node in ast.walk(formula.tree) if formula else ():
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
            for side in (node.left, node.right):
                names = [n.id for n in ast.walk(side) if isinstance(n, ast.Name) and formula and n.id in formula.names]
                found.append(frozenset(form.meaning(table, name).field.id for name in names))
    return [side for side in found if side]


def without(sums: Mapping[str, Decimal], apart: Mapping[str, Decimal]) -> dict[str, Decimal]:
    """Sums less the figures that are set apart."""
    return {field: number - apart.get(field, 0) for field, number in sums.items()}


class Apart:
    """The figures of departments that have only one side of a rate, as reported and as corrected, by field."""

    def __init__(self, sides: Sequence[frozenset[str]]) -> None:
        self.sides = sides
        self.reported: dict[str, Decimal] = {}
        self.corrected: dict[str, Decimal] = {}
        self.departments = 0

    def take(self, own: Mapping[str, tuple[Decimal, Decimal]]) -> None:
        """`own`: the figures of a department by field, as reported and as corrected."""
        if all(any(field in own for field in side) for side in self.sides):
            return
        there = {field for side in self.sides for field in side if field in own}
        self.departments += bool(there)
        for field in there:
            number, parts = own[field]
            self.reported[field] = self.reported.get(field, Decimal(0)) + number
            self.corrected[field] = self.corrected.get(field, Decimal(0)) + parts
