"""Findings that only follow: a judgement over a figure that another finding blames does not stand by itself.

Tried, not guessed: the blamed cells are mended in a copy of the report, and the rules are asked again. What is found no more
follows from that finding. Blamed are the figures of a whole table in yuan, a name that stands twice, the figures of a broken
sum, and what a rule of the edition says that it `follows`: a figure that is blank or out of its range. So no rule needs to know of
another's findings.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

import msgspec

from xlprocess.diagnose import Diagnosis
from xlprocess.finding import RANK, Finding, Where
from xlprocess.identity import Spot
from xlprocess.organisations import absent_name
from xlprocess.report import Cell, Remark, Report
from xlprocess.rules.amounts_look_like_yuan import divided, is_of_whole_table
from xlprocess.rules.rule import Rule, place
from xlprocess.sums import diagnoses
from xlprocess.trial import changed, renamed
from xlprocess.typed import read_number

SUMS = "R1"
WORKBOOK = "R2"
"""What is said of the workbook itself (blank, unreadable, not filled in) follows from no figure, and sums say by themselves what
they follow."""
ROOTS = 4
"""With more sums broken on their own the whole report is in doubt: the rest is not tried."""
MOST = 8
"""Of more findings of one kind the first are tried."""

Key = tuple[str, Where]


def follow(report: Report, findings: Sequence[Finding], rules: Sequence[Rule]) -> list[Finding]:
    """The findings, those marked that only follow from another."""
    found = _after_tables(report, findings, rules)
    found = _after_names(report, found, rules)
    found = _after_sums(report, found, rules)
    return _after_findings(report, found, rules)


def _after_tables(report: Report, findings: Sequence[Finding], rules: Sequence[Rule]) -> Sequence[Finding]:
    """What vanishes, broken sums too, once the tables that are in yuan as a whole are divided."""
    roots = {f.where.table: f for f in findings if is_of_whole_table(f)}
    if not roots:
        return findings
    trial = changed(report, {spot: Cell(state="typed", value=value) for table in roots for spot, value in divided(report, table)})
    asked = {f.rule for f in findings if f.follows is None and not f.rule.startswith((SUMS, WORKBOOK))}
    gone = _gone(trial, findings, [rule for rule in rules if rule.id in asked])
    left = {(d.identity.total, d.identity.addends) for d in diagnoses(trial)}
    broken = {report.where(d.blamed) for d in diagnoses(report) if (d.identity.total, d.identity.addends) in left}

    def follows(f: Finding) -> Finding:
        is_gone = f.where not in broken if f.rule.startswith(SUMS) else _key(f) in gone
        if not is_gone or roots.get(f.where.table) is f:
            return f
        root = roots.get(f.where.table) or next(iter(roots.values()))
        title = report.form.tables[root.where.table].title
        why = f"“{title}”的金额换算为万元后就相符，请先核对这张表的单位"
        return msgspec.structs.replace(f, follows=root.where, because=why, cause=None, competing=())

    return [follows(f) for f in findings]


def _after_names(report: Report, findings: Sequence[Finding], rules: Sequence[Rule]) -> Sequence[Finding]:
    """What vanishes, sums across tables too, once two rows of one name are told apart in another way, if less is found then."""
    for remark in report.remarks:
        if remark.kind != "organisation_repeated":
            continue
        open_ = [f for f in findings if f.follows is None and f.where.ref is not None and f.where != remark.where]
        wanted = [rule for rule in rules if rule.id in {f.rule for f in open_}]
        found = [{_at(f) for rule in wanted for f in rule.findings(trial)} for trial in _told_apart(report, remark)]
        left = min(found, key=len, default=None)
        if left is None or len(left) >= len({_at(f) for f in open_}):
            continue
        why = f"“{remark.detail[0]}”这个名称在这张表中出现不止一次，请先更正机构名称"
        gone = {id(f) for f in open_ if _at(f) not in left}
        findings = [
            msgspec.structs.replace(f, follows=remark.where, because=why, cause=None, competing=()) if id(f) in gone else f
            for f in findings
        ]
    return findings


def _told_apart(report: Report, remark: Remark) -> Iterator[Report]:
    """Two rows of one name told apart in another way: the one is of the organisation that the table lacks, or the other."""
    name, made, *taken_for = remark.detail
    absent = absent_name(report, remark)
    ways: list[dict[str, str]] = []
    if taken_for:
        ways = [{name: taken_for[0], taken_for[0]: name}]
    elif absent is not None:
        ways = [{name: absent, made: name}, {made: absent}]
    yield from (renamed(report, remark.where.table, names) for names in ways)


def _at(finding: Finding) -> tuple[object, ...]:
    """A finding by the cell it stands in: under another name its row is another."""
    where = finding.where
    return finding.rule, where.sheet, where.ref, where.table, where.field


def _after_sums(report: Report, findings: Sequence[Finding], rules: Sequence[Rule]) -> Sequence[Finding]:
    asked = {f.rule for f in findings if f.follows is None and not f.rule.startswith((SUMS, WORKBOOK))}
    broken = diagnoses(report) if asked else []
    roots = [d for d in broken if d.follows is None][:ROOTS]
    if not roots:
        return findings
    wanted = [rule for rule in rules if rule.id in asked]
    due: dict[Key, Diagnosis] = {}
    for root in roots:
        for key in _gone(_mended(report, root, broken), findings, wanted):
            due.setdefault(key, root)
    return [_following(report, f, due[_key(f)].blamed) if _key(f) in due and f.rule in asked else f for f in findings]


def _after_findings(report: Report, findings: Sequence[Finding], rules: Sequence[Rule]) -> list[Finding]:
    """What the edition's rules say that they follow: what is wrong as it should be, or without it where nobody knows that."""
    asked = {f.rule for f in findings if f.follows is None}
    pairs = [(each, each.follows) for each in rules if each.follows] + [
        (each, (lead.id,)) for lead in rules for each in _led(lead, rules)
    ]
    due: dict[Key, Finding] = {}
    for rule, causes in pairs:
        for root in [f for f in findings if f.rule in causes and f.where.field is not None][:MOST] if rule.id in asked else ():
            trial = changed(report, {_spot(root): _as_expected(report, root)})
            for key in _gone(trial, findings, [rule]):
                due.setdefault(key, root)
    return [_following(report, f, _spot(due[_key(f)])) if _key(f) in due else f for f in findings]


def _led(lead: Rule, rules: Sequence[Rule]) -> list[Rule]:
    return [rule for rule in rules if rule.id in lead.leads] if lead.leads else []


def _spot(finding: Finding) -> Spot:
    return Spot(finding.where.table, finding.where.row, finding.where.field or "")


def _as_expected(report: Report, finding: Finding) -> Cell:
    if finding.expected is not None:
        table = report.form.tables[finding.where.table]
        field = (
            table.total if table.total and table.total.id == finding.where.field else table.fields.get(finding.where.field or "")
        )
        value = read_number(finding.expected).value
        if field is not None and field.type in ("money", "score", "number", "count") and value is not None:
            return Cell(state="typed", value=value)
    return Cell(state="unreadable")


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


def _following(report: Report, finding: Finding, blamed: Spot) -> Finding:
    where = report.where(blamed)
    if where == finding.where:
        why = "与这一格的差错同出一处，更正后再看"
    elif report.at(blamed).figure is None and not report.at(blamed).is_unknown:
        why = f"用到的{place(report, blamed)}还没有填，请先补填那一处"
    else:
        why = f"用到的{place(report, blamed)}有差错，请先更正那一处"
    because = f"{finding.because}；{why}" if finding.because else why
    return msgspec.structs.replace(finding, follows=where, because=because)
