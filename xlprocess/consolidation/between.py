"""Findings that only several workbooks together give: between a department and the accounts, last year, its peers.

They have rules of their own numbers: R80x accounts, R81x years, R82x peers. One pass over the departments feeds all."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import msgspec

from xlprocess.consolidation.consolidation import Between, Consolidation, Department
from xlprocess.consolidation.submission import Figure, Flaw, Submission
from xlprocess.finding import Finding, Severity
from xlprocess.rules.rule import Rule

NAMED = 10
"""Departments that a sentence names."""


class BetweenRule(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """A rule of the catalogue that looks at several workbooks; as `rules.rule.Rule`, without a check of one report."""

    id: str
    fault: str
    name: str
    severity: Severity
    basis: str
    remedy: str


class _File(msgspec.Struct, forbid_unknown_fields=True):
    rule: tuple[BetweenRule, ...]


def _rules() -> tuple[BetweenRule, ...]:
    path = Path(__file__).with_name("rules.toml")
    return msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), _File).rule


BETWEEN_RULES = _rules()
"""The catalogue, from rules.toml beside this file."""
_BY_FAULT = {rule.fault: rule for rule in BETWEEN_RULES}


def rule_of(fault: str) -> BetweenRule:
    """The rule of that name."""
    return _BY_FAULT[fault]


class Comparison(Protocol):
    """Something that looks at every department once, and says what it found when all have gone by."""

    def take(self, department: Department, submission: Submission) -> None: ...

    def done(self, found: Consolidation) -> None: ...


def compare(found: Consolidation, comparisons: Sequence[Comparison]) -> None:
    """Every comparison over every department that is counted."""
    if not comparisons:
        return
    for department, submission in found.current():
        for comparison in comparisons:
            comparison.take(department, submission)
    for comparison in comparisons:
        comparison.done(found)
    order = {d.key: k for k, d in enumerate(found.departments)}
    found.between.sort(key=lambda b: (order[b.department], b.rule))


def between(
    rule: BetweenRule,
    department: Department,
    message: str,
    at: Figure | None = None,
    *,
    table: str = "workbook",
    row: str | None = None,
    field: str | None = None,
    sheet: str | None = None,
    cell: str | None = None,
    severity: Severity | None = None,
    actual: str | None = None,
    expected: str | None = None,
    difference: str | None = None,
) -> Between:
    """A finding of `rule` about a department, at a figure of it, or at another place."""
    return Between(
        department=department.key,
        rule=rule.id,
        name=rule.name,
        severity=severity or rule.severity,
        table=at.table if at else table,
        row=at.row if at else row,
        field=at.field if at else field,
        sheet=at.sheet if at else sheet,
        cell=at.cell if at else cell,
        message=message,
        actual=actual,
        expected=expected,
        difference=difference,
        remedy=rule.remedy,
    )


def of_finding(rule: Rule, department: Department, finding: Finding) -> Between:
    """What a rule of one report found when it was given another to compare with."""
    where, follows = finding.where, finding.follows
    return Between(
        department=department.key,
        rule=rule.id,
        name=rule.name,
        severity=finding.severity,
        table=where.table,
        row=where.row,
        field=where.field,
        sheet=where.sheet,
        cell=str(where.ref) if where.ref else None,
        message=finding.message,
        actual=finding.actual,
        expected=finding.expected,
        difference=finding.difference,
        remedy=rule.remedy,
        follows=None if follows is None else (follows.sheet, str(follows.ref) if follows.ref else None),
    )


def flaw_of(found: Between) -> Flaw:
    """The same as a finding of a workbook."""
    return Flaw(
        rule=found.rule,
        name=found.name,
        severity=found.severity,
        sheet=found.sheet,
        cell=found.cell,
        table=found.table,
        row=found.row,
        field=found.field,
        actual=found.actual,
        expected=found.expected,
        difference=found.difference,
        cause=found.cause,
        competing=(),
        follows=found.follows,
        problem=found.message.removesuffix("。"),
        because=None,
        remedy=found.remedy,
        key=found.key,
    )


def of_file(consolidation: Consolidation) -> dict[int, list[Between]]:
    """The findings of each file that is counted, by its key."""
    whose = {d.key: d.current.key for d in consolidation.departments}
    found: dict[int, list[Between]] = {}
    for each in consolidation.between:
        found.setdefault(whose[each.department], []).append(each)
    return found


def place_of(figure: Figure, label: str) -> str:
    """How a sentence speaks of a figure: `汇总“支出合计”`."""
    return f"{figure.row or ''}“{label}”"


def names_of(names: Sequence[str]) -> str:
    """Departments in a sentence, the first of them by name."""
    shown = "、".join(f"“{name}”" for name in names[:NAMED])
    return f"{shown}等 {len(names)} 个部门" if len(names) > NAMED else shown


def blamed(consolidation: Consolidation) -> dict[str, set[tuple[str, str | None, str | None]]]:
    """The places at which an error or a warning of these stands, by department."""
    found: dict[str, set[tuple[str, str | None, str | None]]] = {}
    for each in consolidation.between:
        if each.severity != "notice":
            found.setdefault(each.department, set()).add((each.table, each.row, each.field))
    return found
