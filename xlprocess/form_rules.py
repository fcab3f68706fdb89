"""The rules that an edition states as data (`[[rule]]` in its TOML), made rules like any other."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import cache

from xlprocess.finding import Finding
from xlprocess.form.formula import Formula, placeholders
from xlprocess.form.load import Form
from xlprocess.form.model import Field, FormRule, Table
from xlprocess.form.rule_controls import tally
from xlprocess.form.rule_controls import tolerance as interval
from xlprocess.identity import HALF_UNIT, Spot
from xlprocess.printed import plain, shown
from xlprocess.report import Report, Row, RowScope
from xlprocess.rules.rule import Rule, flag
from xlprocess.values import write_plain


@cache
def rules_of(form: Form) -> tuple[Rule, ...]:
    """The edition's own rules."""
    return tuple(_rule(form, spec) for spec in form.edition.rule)


def _rule(form: Form, spec: FormRule) -> Rule:
    stated = _StatedRule(form, spec)
    return Rule(spec.id, spec.fault, spec.name, spec.severity, spec.basis, spec.remedy, stated.check, spec.follows, spec.leads)


def gaps_of(report: Report) -> Iterator[tuple[Spot, Decimal]]:
    """Where figures differ that a rule of the edition wants equal, by no more than rounding makes."""
    for spec in report.form.edition.rule:
        yield from _StatedRule(report.form, spec).gaps(report) if spec.interval else ()


class _StatedRule:
    def __init__(self, form: Form, spec: FormRule) -> None:
        self.spec = spec
        self.table = form.tables[spec.table] if spec.table else None
        self.when = Formula(spec.when) if spec.when else None
        self.require = Formula(spec.require) if spec.require else None
        self.avoid = Formula(spec.avoid) if spec.avoid else None
        self.equal = (Formula(spec.equal[0]), Formula(spec.equal[1])) if spec.equal else None
        self.pieces = {text: Formula(text) for text in placeholders(spec.message)}

    def check(self, report: Report) -> Iterator[Finding]:
        for row in self.rows(report):
            scope = report.scope(self.table, row)
            if self.when is not None and self.when(scope) is not True:
                continue
            kept = self.require is None or self.require(scope) is not False
            avoided = self.avoid is None or self.avoid(scope) is not True
            if not (kept and avoided):
                yield self.finding(report, row, scope)
            yield from self.unequal(report, row, scope)

    def rows(self, report: Report) -> Iterator[Row | None]:
        if self.table is None:
            yield None
            return
        data = report.tables[self.table.id]
        wanted = self.spec.rows
        if "summary" in wanted:
            judged = report.judged_row(report.form.rows_of(self.table))
            wanted = tuple([judged if row == "summary" else row for row in wanted])
        for row in data.rows:
            if not wanted or row.key in wanted:
                yield row

    def unequal(self, report: Report, row: Row | None, scope: RowScope) -> Iterator[Finding]:
        sides = self.sides(scope)
        if sides is not None and abs(sides[0] - sides[1]) > self.tolerance(report, scope):
            yield self.finding(report, row, scope, sides)

    def sides(self, scope: RowScope) -> tuple[Decimal, Decimal] | None:
        """The two figures that must agree, where both are known."""
        if self.equal is None:
            return None
        actual, expected = (side.number(scope) for side in self.equal)
        if actual is None or expected is None or actual.is_nan() or expected.is_nan():
            return None
        return actual, expected

    def tolerance(self, report: Report, scope: RowScope) -> Decimal:
        if not self.spec.interval or self.table is None or self.equal is None:
            return self.spec.tolerance
        counts = [tally(report.form, self.table, side.tree, scope) for side in self.equal]
        return interval(report.form, None if None in counts else sum(c or 0 for c in counts))

    def gaps(self, report: Report) -> Iterator[tuple[Spot, Decimal]]:
        """The differences that rounding may have made."""
        for row in self.rows(report) if self.spec.interval and self.table is not None else ():
            scope = report.scope(self.table, row)
            sides = self.sides(scope) if self.when is None or self.when(scope) is True else None
            if sides is not None and HALF_UNIT <= abs(sides[0] - sides[1]) <= self.tolerance(report, scope):
                table, field = self.at(report)
                yield Spot(table.id, row.key if row is not None and table is self.table else None, field.id), sides[0] - sides[1]

    def finding(self, report: Report, row: Row | None, scope: RowScope, sides: tuple[Decimal, Decimal] | None = None) -> Finding:
        table, field = self.at(report)
        key = row.key if row is not None and table is self.table else None

        def printed(piece: re.Match[str]) -> str:
            """The figure with its unit; 未填 for nothing."""
            formula = self.pieces[piece["what"]]
            if formula(scope) is None:
                return "未填"
            return f"{piece['space']}{shown(report.form, self.table, formula, scope)}{piece['unit'] or ''}"

        message = re.sub(r"(?P<space> ?)\{(?P<what>[^{}]*)\}(?P<unit> (?:分|万元))?", printed, self.spec.message.rstrip("。"))
        if sides is None:
            spot = Spot(table.id, key, field.id)
            stands = report.at(spot).figure
            value = write_plain(field, scope.shown(field.id) if stands is None else stands)
            return flag(report, spot, message, actual=None if value is None else str(value))
        actual, expected = sides
        return flag(
            report,
            Spot(table.id, key, field.id),
            message,
            actual=plain(actual),
            expected=plain(expected),
            difference=plain(actual - expected),
        )

    def at(self, report: Report) -> tuple[Table, Field]:
        if self.table is not None and self.spec.at in self.table.fields:
            return self.table, self.table.fields[self.spec.at]
        return report.form.fields[self.spec.at]
