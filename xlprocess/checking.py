"""The catalogue run over a report: all findings, the ones to mend first before those that only follow."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

import msgspec

from xlprocess.finding import RANK, Finding
from xlprocess.follow import at_most, follow
from xlprocess.form_rules import gaps_of, rules_of
from xlprocess.identity import Spot
from xlprocess.report import Report
from xlprocess.rules import CATALOGUE
from xlprocess.rules.rule import Rule
from xlprocess.sums import figures, identities


class Rounding(msgspec.Struct, frozen=True):
    """A gap within the tolerance (尾差): listed, never flagged."""

    spot: Spot
    difference: Decimal


def catalogue(report: Report) -> tuple[Rule, ...]:
    """The rules that a report is checked by: the program's, then the edition's own."""
    return (*CATALOGUE, *rules_of(report.form))


def check(report: Report) -> list[Finding]:
    """Every finding of every rule. A rule that crashes crashes the check: it must never look like a pass."""
    rules = catalogue(report)
    found = once(at_most(follow(report, [finding for rule in rules for finding in rule.findings(report)], rules)))
    sheets = {s.name: k for k, s in enumerate(report.form.edition.sheet)}
    tables = {t: k for k, t in enumerate(report.form.tables)}

    def order(finding: Finding) -> tuple[int, int, int, int, int, int, str]:
        where = finding.where
        table = report.form.tables.get(where.table)
        row, column = where.ref or (0, 0)
        return (
            RANK[finding.severity],
            finding.follows is not None,
            sheets.get(table.sheet, -1) if table else -1,
            tables.get(where.table, -1),
            row,
            column,
            finding.rule,
        )

    return sorted(found, key=order)


def once(findings: Sequence[Finding]) -> list[Finding]:
    """A cell that breaks several sums is told once by a rule, where each of them says the same of it."""
    said: set[tuple[object, ...]] = set()
    kept: list[Finding] = []
    for f in sorted(findings, key=lambda f: f.follows is not None and f.follows == f.where):
        said_of = (f.rule, f.where, f.actual, f.expected, f.severity)
        if f.follows is None or f.follows != f.where or said_of not in said:
            kept.append(f)
        said.add(said_of)
    return kept


def roundings(report: Report) -> Iterator[Rounding]:
    """The gaps that two printed decimals leave between a total and its parts."""
    typed = figures(report)
    least = Decimal("0.005")
    for identity in identities(report):
        gap = identity.difference(typed)
        if abs(gap) >= least and abs(gap) <= identity.tolerance:
            yield Rounding(identity.total, gap)
    for spot, gap in gaps_of(report):
        yield Rounding(spot, gap)
