"""What became of the findings that went back to a department, and what the officer answered: read back, and never lost."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Literal

from xlprocess.consolidation.consolidation import Answered, Between, Consolidation, Department, Kept, said
from xlprocess.consolidation.earlier_summary import EarlierSummary, Noted
from xlprocess.consolidation.ledger import Ledger
from xlprocess.consolidation.matching import plain_code
from xlprocess.consolidation.submission import Flaw, Submission
from xlprocess.finding import SEVERITY_WORD, Severity
from xlprocess.form.model import normal

_SEVERITIES: dict[str, Severity] = {SEVERITY_WORD[s]: s for s in ("error", "warning", "notice")}
Became = Literal["已改", "未改", "已说明"]


def answer(found: Consolidation, ledger: Ledger, earlier: Sequence[EarlierSummary] = ()) -> None:
    """Fills `answered` of each department that handed in again, `verdicts`, and `kept`. `earlier`: the summaries before, the latest
    first."""
    whose = _Whose(found.departments)
    noted = [line for summary in earlier if summary.holds_answers for line in summary.noted if line.verdict]
    verdicts: dict[tuple[str, str, str], Noted] = {}
    for line in noted:
        department = whose.department(line)
        if department is not None:
            first = verdicts.setdefault((department.key, line.key, said(line.message)), line)
            if first.verdict != line.verdict:
                found.suggestions.append(_differing(first, line))
    found.verdicts.update({place: line.verdict for place, line in verdicts.items() if line.verdict})
    before = [_Before(summary, whose) for summary in earlier]
    for department in found.departments:
        department.answered = list(_answered(found, department, ledger, before))
    _keep(found, noted, verdicts, whose)


def _differing(first: Noted, other: Noted) -> str:
    return f"“{first.name}”的问题“{first.message}”填有两种意见（{first.verdict}、{other.verdict}），暂取“{first.verdict}”，请确认。"


class _Whose:
    """The department that a line of an earlier summary speaks of: by its code, else by its name."""

    def __init__(self, departments: Iterable[Department]) -> None:
        self.by_code: dict[str, Department] = {}
        self.by_name: dict[str, Department] = {}
        for department in departments:
            if department.code:
                self.by_code.setdefault(plain_code(department.code), department)
            self.by_name.setdefault(normal(department.name), department)

    def department(self, line: Noted) -> Department | None:
        found = self.by_code.get(plain_code(line.code)) if line.code else None
        return found or self.by_name.get(normal(line.name))


class _Before:
    """An earlier summary, its lines by department. It is read when a department needs it."""

    def __init__(self, summary: EarlierSummary, whose: _Whose) -> None:
        self.summary = summary
        self.whose = whose

    @cached_property
    def lines(self) -> dict[str, list[Noted]]:
        found: dict[str, list[Noted]] = {}
        for line in self.summary.noted:
            department = self.whose.department(line)
            if department is not None:
                found.setdefault(department.key, []).append(line)
        return found

    @property
    def counted(self) -> set[str]:
        return self.summary.counted


# ---- 已改, 未改, 已说明


def _answered(found: Consolidation, department: Department, ledger: Ledger, earlier: Sequence[_Before]) -> Iterable[Answered]:
    """What became of each finding of the submission that this one answers; nothing where it answers none."""
    superseded = [f for f in department.others if f.role == "superseded"]
    submission = None
    if superseded or department.current.key in found.rounds:
        submission = found.submission(department.current)
    if submission is None or not submission.round:
        return
    old = _old_submission(found, department, submission, ledger)
    if old is not None:
        yield from _compared(found, department, [f for f in old.flaws if _went_back(f)], submission)
        return
    for summary in earlier:
        mine = summary.lines.get(department.key)
        if mine is None:
            continue
        if department.current.hash in summary.counted:  # it had this submission already
            yield from (_again(line) for line in mine if line.became in ("已改", "未改", "已说明"))
        else:
            lines = [line for line in mine if line.became is None and line.severity != "提示" and not line.follows]
            yield from _compared(found, department, lines, submission)
        return


def _old_submission(found: Consolidation, department: Department, new: Submission, ledger: Ledger) -> Submission | None:
    """What was handed in before: the file that the copy answers, wherever it is, else the nearest one that it replaces."""
    if new.answers_hash:
        file = next((f for f in department.others if f.hash == new.answers_hash and f.status == "checked"), None)
        old = found.submission(file) if file is not None else ledger.get(new.answers_hash)
        if old is not None:
            return old
    replaced = next((f for f in department.others if f.role == "superseded"), None)
    return None if replaced is None else found.submission(replaced)


def _went_back(flaw: Flaw) -> bool:
    return flaw.severity != "notice" and flaw.follows is None


def _compared(found: Consolidation, department: Department, old: Iterable[Flaw | Noted], new: Submission) -> Iterable[Answered]:
    left: dict[str, list[Flaw]] = {}
    for flaw in new.flaws:
        left.setdefault(flaw.key, []).append(flaw)
    for each in old:
        same = left.get(each.key, [])
        now = next((f for f in same if said(f.message) == said(each.message)), same[0] if same else None)
        if now is not None:
            same.remove(now)
        became: Became = "已改" if now is None else "已说明" if now.explanation else "未改"
        severity = each.severity if isinstance(each, Flaw) else _SEVERITIES[each.severity]
        at = now or (each if isinstance(each, Flaw) else None)
        yield Answered(
            key=each.key,
            rule=each.rule,
            severity=severity,
            sheet=at.sheet if at else None,
            cell=at.cell if at else None,
            message=each.message,
            became=became,
            explanation=now.explanation if now else each.explanation,
            verdict=found.verdicts.get((department.key, each.key, said(each.message))),
        )


def _again(line: Noted) -> Answered:
    became: Became = "已改" if line.became == "已改" else "已说明" if line.became == "已说明" else "未改"
    return Answered(
        line.key, line.rule, _SEVERITIES[line.severity], None, None, line.message, became, line.explanation, line.verdict
    )


# ---- nothing that an officer wrote is lost


def _keep(found: Consolidation, noted: Sequence[Noted], verdicts: dict[tuple[str, str, str], Noted], whose: _Whose) -> None:
    """The answers to findings that this summary does not have."""
    shown = {(d.key, a.key, said(a.message)) for d in found.departments for a in d.answered}
    about = {department for department, _, _ in verdicts}
    for department in found.departments:
        if department.key in about:
            between = [b for b in found.between if b.department == department.key]
            flaws: tuple[Flaw | Between, ...] = (*found.submission(department.current).flaws, *between)
            shown.update((department.key, flaw.key, said(flaw.message)) for flaw in flaws)
    kept = [line for place, line in verdicts.items() if place not in shown]
    kept += [line for line in noted if whose.department(line) is None]
    every = [Kept(k.code, k.name, _SEVERITIES[k.severity], k.rule, k.message, k.key, k.explanation, k.verdict or "") for k in kept]
    found.kept = list(dict.fromkeys(every))
