"""Values at random, as departments hand them in."""

from __future__ import annotations

from decimal import Decimal
from random import Random

from xlprocess.form.load import Form
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
            names = [row_set.summary, *(f"单位{k}" for k in range(1, random.randint(2, 5)))]
            leaves = {n: self.leaves(row_set.id) for n in names[1:]}
            rows = [(n, self.totals(row_set.id, leaves[n])) for n in names[1:]]
            self.values.rows[row_set.id] = [(row_set.summary, self.summary(row_set.id, [r for _, r in rows])), *rows]
        self.lists()
        score = random.choice((None, Decimal(95), Decimal("79.5"), Decimal(120), Decimal(-3), "92分", Decimal(60)))
        self.values.fields["evaluation", "score"] = score
        self.values.fields["evaluation", "grade"] = random.choice((None, "优", "良", "中 "))
        self.values.fields["basics", "staff_quota"] = random.choice((None, Decimal(35), Decimal(0), "30人"))
        self.values.fields["basics", "staff_actual"] = random.choice((None, Decimal(36), "—"))

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
        funds: list[Line] = []
        for k in range(self.random.randint(0, 4)):
            parts = [self.amount() for _ in range(self.random.randint(0, 4))]
            values: dict[str, Given] = {"name": f"资金{k}", "amount": self.typed(sum(parts, Decimal(0)))}
            if self.random.random() < 0.2:
                values.pop("amount")
            funds.append(Line(values, [{"parts.name": "用途", "parts.amount": self.given(p)} for p in parts]))
        self.values.lines["special_funds"] = funds
        amounts = [self.amount() for _ in range(self.random.randint(0, 9))]
        self.values.lines["social_items"] = [Line({"name": "项目", "amount": self.given(a)}) for a in amounts]
        if self.random.random() < 0.7:
            self.values.fields["social_items", "social_total"] = self.typed(sum(amounts, Decimal(0)))

    def given(self, value: Decimal) -> Given:
        return "无" if self.random.random() < self.texts else None if self.random.random() < 0.1 else value
