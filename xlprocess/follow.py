"""Findings that only follow: a judgement over a figure that a broken sum blames does not stand by itself.

Tried, not guessed: the blamed cells are mended in a copy of the report, and the rules are asked again. What is found no more
follows from that sum. So no rule needs to know of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

import msgspec

from xlprocess.diagnose import Diagnosis
from xlprocess.finding import RANK, Finding, Where
from xlprocess.identity import Spot
from xlprocess.report import Cell, Report
from xlprocess.rules.rule import Rule, place
from xlprocess.sums import diagnoses
from xlprocess.trial import changed

SUMS = "R1"
WORKBOOK = "R2"
"""What is said of the workbook itself (blank, unreadable, not filled in) follows from no figure, and sums say by themselves what
they follow."""
ROOTS = 4
"""With more sums broken on their own the whole report is in doubt: the rest is not tried."""

Key = tuple[str, Where]


def follow(report: Report, findings: Sequence[Finding], rules: Sequence[Rule]) -> list[Finding]:
    """The findings, those marked that only follow from a broken sum."""
    asked = {f.rule for f in findings if f.follows is None and not f.rule.startswith((SUMS, WORKBOOK))}
    broken = diagnoses(report) if asked else []
    roots = [d for d in broken if d.follows is None][:ROOTS]
    if not roots:
        return list(findings)
    wanted = [rule for rule in rules if rule.id in asked]
    due: dict[Key, Diagnosis] = {}
    for root in roots:
        for key in _gone(_mended(report, root, broken), findings, wanted):
            due.setdefault(key, root)
    return [_following(report, f, due[_key(f)]) if _key(f) in due and f.rule in asked else f for f in findings]


def at_most(findings: Sequence[Finding]) -> list[Finding]:
    """What only follows is no graver than what it follows from."""
    gravest: dict[Where, Finding] = {}
    for f in findings:
        if f.follows is None and (f.where not in gravest or RANK[f.severity] < RANK[gravest[f.where].severity]):
            gravest[f.where] = f

    def milder(f: Finding) -> Finding:
        root = gravest.get(f.follows) if f.follows is not None else None
        if root is None or RANK[root.severity] <= RANK[f.severity]:
            return f
        return msgspec.structs.replace(f, severity=root.severity)

    return [milder(f) for f in findings]


def _key(finding: Finding) -> Key:
    return finding.rule, finding.where


def _mended(report: Report, root: Diagnosis, broken: Iterable[Diagnosis]) -> Report:
    """The report with a broken sum mended, and those that follow from it; where it is not known what the blamed figure
    should be, without that."""
    mends: dict[Spot, Decimal] = {}
    for each in broken:
        if each is root or each.follows == root.blamed:
            mends.update(each.mended)
    if not mends:
        return changed(report, {root.blamed: Cell(state="unreadable")})
    return changed(report, {spot: Cell(state="typed", value=value) for spot, value in mends.items()})


def _gone(trial: Report, findings: Sequence[Finding], rules: Sequence[Rule]) -> set[Key]:
    """The findings of these rules that are not found in the trial."""
    left = {(f.rule, f.where) for rule in rules for f in rule.findings(trial)}
    asked = {rule.id for rule in rules}
    return {_key(f) for f in findings if f.rule in asked and f.follows is None} - left


def _following(report: Report, finding: Finding, root: Diagnosis) -> Finding:
    where = report.where(root.blamed)
    if where == finding.where:
        why = "与这一格的差错同出一处，更正后再看"
    else:
        why = f"用到的{place(report, root.blamed)}有差错，请先更正那一处"
    because = f"{finding.because}；{why}" if finding.because else why
    return msgspec.structs.replace(finding, follows=where, because=because)
