"""What a rule is: a generator over a Report, with a number, a name that names the fault, 依据 and 处理."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator

import msgspec

from xlprocess.finding import Cause, Finding, Severity, Where
from xlprocess.identity import Spot
from xlprocess.report import Report

WORKBOOK = Spot("workbook", None, "")
"""For findings that say themselves where they stand."""

Check = Callable[[Report], Iterator[Finding]]


class Rule(msgspec.Struct, frozen=True):
    """A rule of the catalogue. `fault` is its English name (file and function), `name` the short Chinese one.
    `basis` (依据) says why it matters, `remedy` (处理) how to mend. `follows`: the rules whose findings it may only follow
    from, `leads` those whose findings may only follow from it."""

    id: str
    fault: str
    name: str
    severity: Severity
    basis: str
    remedy: str
    check: Check
    follows: tuple[str, ...] = ()
    leads: tuple[str, ...] = ()

    def findings(self, report: Report) -> Iterator[Finding]:
        """What the rule finds, under its number, name and severity (a rule may give a finding another severity than its own)."""
        for finding in self.check(report):
            severity = finding.severity if finding.rule else self.severity
            yield msgspec.structs.replace(finding, rule=self.id, name=self.name, severity=severity)


def rule(number: str, severity: Severity) -> Callable[[Check], Rule]:
    """Makes a rule of a generator. Its docstring gives name, 依据 and 处理."""

    def make(check: Check) -> Rule:
        text = inspect.getdoc(check) or ""
        head, _, rest = text.partition("\n")
        parts = {}
        for key in ("依据", "处理"):
            _, found, after = rest.partition(f"{key}：")
            parts[key] = "".join(line.strip() for line in after.split("\n依据：")[0].split("\n处理：")[0].splitlines())
            if not found or not parts[key]:
                raise ValueError(f"rule {number}: its docstring has no {key}")
        name = head.strip().rstrip("。")
        return Rule(number, check.__name__, name, severity, parts["依据"], parts["处理"], check)

    return make


def flag(
    report: Report,
    spot: Spot,
    problem: str,
    because: str | None = None,
    *,
    actual: str | None = None,
    expected: str | None = None,
    difference: str | None = None,
    cause: Cause | None = None,
    competing: tuple[Cause, ...] = (),
    follows: Spot | None = None,
    severity: Severity | None = None,
    where: Where | None = None,
) -> Finding:
    """A finding at the cell of `spot`, or `where` it says. `severity` only where it differs from the rule's own."""
    return Finding(
        where=where or report.where(spot),
        problem=problem,
        because=because,
        actual=actual,
        expected=expected,
        difference=difference,
        cause=cause,
        competing=competing,
        follows=report.where(follows) if follows else None,
        rule="own" if severity else "",
        severity=severity or "notice",
    )


def place(report: Report, spot: Spot) -> str:
    """How a sentence speaks of a figure: `局机关“收入合计”`, `第 3 项“完成情况”`, `“人员编制”`."""
    table = report.form.tables[spot.table]
    label = f"“{report.label(spot)}”"
    if spot.row is None:
        return label
    return f"第 {spot.row} 项{label}" if table.kind == "list" else f"{spot.row}{label}"
