"""退回: whose workbook must be mended, and for what."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import msgspec

from xlprocess.consolidation.consolidation import Between, Consolidation, Department, File
from xlprocess.consolidation.submission import Flaw, Submission

ACCEPTED, REFUSED = "采纳", "不采纳"
"""What an officer answers to an explanation."""


class Return(msgspec.Struct):
    """A workbook that goes back. `number`: the round (退回轮次) that its copy is stamped with. `flaws`: what must be mended or
    explained, errors first; `refused`: explanations that were not accepted, by the place of their finding in `flaws`. `following`:
    findings that go with one of these; `notices`: those that are for information. `conflicts`: other files of the department, of
    which nobody knows which one is meant."""

    department: Department
    form: str
    check_code: str
    number: int
    flaws: list[Flaw | Between]
    refused: dict[int, str]
    following: int
    notices: int
    conflicts: list[File]

    def count(self, severity: str) -> int:
        return sum(flaw.severity == severity for flaw in self.flaws)


def returns(found: Consolidation, progress: Callable[[int, int], None] | None = None) -> Iterator[Return]:
    """Every department whose workbook has an error or a warning that is neither explained nor accepted, or that sent several
    different workbooks. An explanation waits for the officer's answer; only one that was not accepted goes back.
    `progress` is told how many departments have been looked at, of how many."""
    between: dict[str, list[Between]] = {}
    for finding in found.between:
        between.setdefault(finding.department, []).append(finding)
    for number, (department, submission) in enumerate(found.current(), 1):
        if department.current.is_held:
            continue  # a summary of a lower level has it: whoever made that sends it back
        each = _of(found, department, submission, between.get(department.key, []))
        if each.flaws or each.conflicts:
            yield each
        if progress is not None:
            progress(number, len(found.departments))


def _of(found: Consolidation, department: Department, submission: Submission, between: list[Between]) -> Return:
    every: list[Flaw | Between] = [*submission.flaws, *between]
    flaws = sorted(
        (f for f in every if _must_be_mended(found, department, f, bool(submission.round))), key=lambda f: f.severity != "error"
    )
    refused = {k: f.explanation for k, f in enumerate(flaws) if isinstance(f, Flaw) and f.explanation}
    return Return(
        department=department,
        form=submission.form,
        check_code=submission.check_code,
        number=(submission.round or 0) + 1,
        flaws=flaws,
        refused=refused,
        following=sum(isinstance(f, Flaw) and f.follows is not None and f.severity != "notice" for f in every),
        notices=sum(f.severity == "notice" for f in every),
        conflicts=[f for f in department.others if f.role == "conflicting"],
    )


def _must_be_mended(found: Consolidation, department: Department, flaw: Flaw | Between, again: bool) -> bool:
    """`again`: the department has handed in again. What only several workbooks show goes back once: the department has no place
    of its own to explain it, and what it answers is for the officer to judge."""
    if flaw.severity == "notice":
        return False
    verdict = found.verdict(department, flaw)
    if isinstance(flaw, Flaw) and flaw.follows is not None:
        return False  # it goes with the one that it follows from
    if flaw.explanation if isinstance(flaw, Flaw) else again:
        return verdict == REFUSED
    return verdict != ACCEPTED
