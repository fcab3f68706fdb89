"""Values at random, as departments hand them in."""

from __future__ import annotations

from decimal import Decimal
from random import Random

from xlprocess.form.load import Form
from xlprocess.form.model import Field, Table
from xlprocess.values import Given, Line, Values


def random_values(form: Form, random: Random) -> Values:
    """Values as departments hand them in: consistent, slipped, rounded, blank, with dashes and texts with units."""
    return _Random(form, random).values


class _Random:
    def __init__(self, form: Form, random: Random) -> None:
        self.form = form
        self.random = random
        self.values = Values()
        self.blanks = random.choice((0.1, 0.4, 0.8))
        self.texts = random.choice((0.0, 0.0, 0.1))
        for row_set in form.row_sets.values():
            own = tuple(f"单位{k}" for k in range(1, random.randint(2, 5)))
            names = [row_set.summary, *(own if row_set.open else row_set.items)]
            leaves = {n: self.leaves(row_set.id) for n in names[1:]}
            rows = [(n, self.totals(row_set.id, leaves[n])) for n in names[1:]]
            self.values.rows[row_set.id] = [(row_set.summary, self.summary(row_set.id, [r for _, r in rows])), *rows]
        self.lists()
        for table in form.tables.values():
            for field in table.field if table.kind == "fields" else ():
                if field.kind != "derived" and field.is_number:
                    self.values.fields[table.id, field.id] = random.choice(self.figures(field))
                elif field.choices:
                    self.values.fields[table.id, field.id] = random.choice((None, *field.choices, f"{field.choices[0]} "))

    def figures(self, field: Field) -> tuple[Given, ...]:
        if field.type == "score":
            return (None, Decimal(95), Decimal("79.5"), Decimal(120), Decimal(-3), "92分", Decimal(60))
        return (None, Decimal(35), Decimal(0), "30人", Decimal(36), "—") if field.type == "count" else (None, self.amount())

    def amount(self) -> Decimal:
        value = Decimal(self.random.randint(1, 2_000_00)) / 100
        if self.random.random() < 0.15:
            value += Decimal(self.random.randint(1, 9)) / 1000
        return -value if self.random.random() < 0.03 else value

    def typed(self, value: Decimal) -> Given:
        """A figure as somebody may have typed it."""
        chance = self.random.random()
        if chance < self.texts:
            return self.random.choice(("—", "无", f"{value}万元", "见附件"))
        if chance < 0.12:
            return value + self.random.choice((Decimal("0.01"), Decimal("-0.02"), Decimal("0.035"), Decimal("0.05")))
        if chance < 0.2:
            return value + self.amount()
        return Decimal(0) if chance < 0.23 else value

    def leaves(self, row_set: str) -> dict[str, Given]:
        found: dict[str, Given] = {}
        for table in self.form.grids(row_set):
            for field in table.field:
                if field.kind == "input" and self.random.random() > self.blanks:
                    found[field.id] = self.amount() if self.random.random() > self.texts else "—"
        return found

    def totals(self, row_set: str, row: dict[str, Given]) -> dict[str, Given]:
        """Typed totals: mostly the sum of what stands under them, from the bottom up."""
        found = dict(row)
        for table in self.form.grids(row_set):
            for field in reversed(table.field):
                if field.kind == "stated" and self.random.random() > 0.4:
                    parts = [found.get(c.id) for c in table.children(field)]
                    total = sum((p for p in parts if isinstance(p, Decimal)), Decimal(0))
                    found[field.id] = self.typed(total if table.children(field) else self.amount())
        return found

    def summary(self, row_set: str, rows: list[dict[str, Given]]) -> dict[str, Given]:
        found: dict[str, Given] = {}
        for table in self.form.grids(row_set):
            for field in table.field:
                if field.kind != "derived" and self.random.random() > 0.5:
                    numbers = [v for r in rows if isinstance(v := r.get(field.id), Decimal)]
                    found[field.id] = self.typed(sum(numbers, Decimal(0)))
        return found

    def lists(self) -> None:
        for table in self.form.tables.values():
            if table.kind == "list":
                parted = [f for f in table.field for _ in table.children(f)]
                count = self.random.randint(0, 4 if parted else 9)
                self.values.lines[table.id] = [self.line(table, k) for k in range(count)]
            total = table.total
            if total is not None and total.kind != "derived" and self.random.random() < 0.7:
                amounts = [line.values.get(total.of or "") for line in self.values.lines[table.id]]
                known = sum((a for a in amounts if isinstance(a, Decimal)), Decimal(0))
                self.values.fields[table.id, total.id] = self.typed(known)

    def line(self, table: Table, number: int) -> Line:
        line = Line({})
        for field in table.field:
            if field.type in ("text", "longtext") and not field.part:
                line.values[field.id] = field.choices[0] if field.choices else f"第{number}项"
            elif field.is_number and field.kind != "derived" and not field.part:
                line.values[field.id] = self.given(self.amount())
        for field in table.field:
            for child in table.children(field):
                amounts = [self.amount() for _ in range(self.random.randint(0, 4))]
                line.parts = [{child.id: self.given(a)} for a in amounts]
                total = self.typed(sum(amounts, Decimal(0)))
                line.values[field.id] = None if self.random.random() < 0.2 else total
        return line

    def given(self, value: Decimal) -> Given:
        return "无" if self.random.random() < self.texts else None if self.random.random() < 0.1 else value
