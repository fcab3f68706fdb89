"""Findings that only follow: a judgement over a figure that a broken sum blames does not stand by itself.

Tried, not guessed: the blamed cells are mended in a copy of the report, and the rules are asked again. What is found no more
follows from that sum. So no rule needs to know of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from decimal import Decimal

import msgspec

from xlprocess.derive import derive
from xlprocess.diagnose import Diagnosis
from xlprocess.finding import RANK, Finding, Where
from xlprocess.form.model import Table
from xlprocess.identity import Spot
from xlprocess.report import Cell, Report, Row, TableData, in_part
from xlprocess.rules.rule import Rule, place
from xlprocess.sums import diagnoses

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
        return _changed(report, {root.blamed: Cell(state="unreadable")})
    return _changed(report, {spot: Cell(state="typed", value=value) for spot, value in mends.items()})


def _changed(report: Report, cells: Mapping[Spot, Cell]) -> Report:
    """A copy of the report in which other figures stand in some cells; where they were found and what words tell is shared."""
    is_fed = any(_feeds(report, spot) for spot in cells)
    tables = {key: _table(report, data, cells, is_fed) for key, data in report.tables.items()}
    trial = Report(
        report.form,
        report.file,
        tables,
        report.remarks,
        report.previous,
        places=report.places,
        passages=report.passages,
        layout=report.layout,
        texts=report.texts,
    )
    if is_fed:
        derive(trial)
    if not any(report.form.tables[spot.table].kind == "list" for spot in cells):
        trial.indicators = report.indicators
    return trial


def _feeds(report: Report, spot: Spot) -> bool:
    """Something may be computed from what stands here. Nothing is from a typed total whose parts are there: what is derived
    comes from the leaves."""
    table = report.form.tables[spot.table]
    field = table.fields.get(spot.field)
    if field is None or field.kind != "stated" or report.form.formula(table, field) is None:
        return True
    return report.scope(table, report.tables[table.id].row(spot.row))(spot.field) is None


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


def _table(report: Report, data: TableData, changes: Mapping[Spot, Cell], is_fed: bool) -> TableData:
    """A table of the trial. What stays as it is is shared, but for the cells that deriving may fill, where it `is_fed`."""
    table = data.table
    mine = {spot: other for spot, other in changes.items() if spot.table == table.id}
    if not mine and not is_fed:
        return data
    summary = report.form.rows_of(table).summary if table.kind == "grid" else None
    rows = [_row(table, row, mine, is_fed, row.key == summary and summary is not None) for row in data.rows]
    total = data.total if table.total is None else _cell(data.total, mine.get(Spot(table.id, None, table.total.id)))
    return TableData(table, data.sheet, rows, total)


def _row(table: Table, row: Row, changes: Mapping[Spot, Cell], is_fed: bool, is_summary: bool) -> Row:
    mine = {spot.field: other for spot, other in changes.items() if spot.row == row.key}
    if not mine and not is_fed:
        return row
    cells, parts = dict(row.cells), row.parts
    for field in table.field:
        if field.id in cells and (field.id in mine or is_summary or field.kind != "input"):
            cells[field.id] = _cell(cells[field.id], mine.get(field.id))
    if parts and mine:
        parts = [
            {field: _cell(cell, mine.get(in_part(number, field))) for field, cell in part.items()}
            for number, part in enumerate(row.parts, 1)
        ]
    return Row(row.key, cells, row.name, parts)


def _cell(cell: Cell, other: Cell | None) -> Cell:
    """A cell of the trial, changed or its own."""
    if other is None or not (other.value or cell.is_typed):  # 0 in a blank cell is no change
        return copy(cell)
    return msgspec.structs.replace(cell, state=other.state, value=other.value, how=None, percent=other.percent)
