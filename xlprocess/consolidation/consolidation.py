"""What a consolidation found: the value from which the summary workbook, the JSON document and the data files are written."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Literal

import msgspec

from xlprocess.consolidation.submission import Flaw, Submission, flaw_key
from xlprocess.finding import Cause, Severity
from xlprocess.form.load import Form

Role = Literal["current", "superseded", "duplicate", "conflicting", "excluded", "unreadable", "not_a_form", "attachment", "summary"]
"""What a file is in the consolidation, as in contracts; `summary`: one of a lower level, whose files are listed behind it.
`not_checked` files are `unreadable` here and keep their own status."""


class RosterLine(msgspec.Struct, frozen=True):
    """A line of the roster (名单). `excused`: why no report is expected here (免报, 涉密, 线下报送), or None."""

    number: int
    code: str
    name: str
    superior: str | None = None
    group: str | None = None
    office: str | None = None
    contact: str | None = None
    phone: str | None = None
    excused: str | None = None


class File(msgspec.Struct):
    """A file that was met. `key` finds its submission. `path` as it is shown: relative to the folder that was searched, else as
    given. `inside`: the summary of a lower level in which it was listed; `group`: of its department there; `is_held`: the file is
    not to be had here, and `location` is that of the summary; `home`: where it lay when that was made. `why`: one Chinese sentence
    on its role, where due. `rules`: the version of forms and rules by which it was checked."""

    key: int
    path: str
    location: Path
    hash: str
    size: int
    modified: float
    status: str
    role: Role
    department: str | None = None
    code: str | None = None
    why: str | None = None
    inside: str | None = None
    group: str | None = None
    is_held: bool = False
    home: str | None = None
    rules: str | None = None


class Change(msgspec.Struct, frozen=True):
    """A figure that a resubmission changed: 旧 → 新."""

    table: str
    row: str | None
    field: str
    old: str | None
    new: str | None


class Answered(msgspec.Struct, frozen=True):
    """A finding that was returned to the department in an earlier round, and what became of it. `verdict`: the officer's
    采纳/不采纳, read back from the last summary."""

    key: str
    rule: str
    severity: Severity
    sheet: str | None
    cell: str | None
    message: str
    became: Literal["已改", "未改", "已说明"]
    explanation: str | None = None
    verdict: str | None = None


class Department(msgspec.Struct):
    """A department that is counted, once. `current` is the file that counts; `others` what else it sent, `changes` from the
    submission before. `line`: its line of the roster, or None when it stands on none. `group`: for comparisons.
    `renamed`: how its name or code differs from the roster or last year, in one sentence."""

    key: str
    name: str
    code: str
    current: File
    others: list[File] = msgspec.field(default_factory=list)
    line: RosterLine | None = None
    group: str | None = None
    renamed: str | None = None
    changes: list[Change] = msgspec.field(default_factory=list)
    answered: list[Answered] = msgspec.field(default_factory=list)


class Between(msgspec.Struct, frozen=True):
    """A finding that only several workbooks together give (between departments, years, accounts). `department`: key of the
    department it is about; the place is a cell of its current file; the rest as a finding."""

    department: str
    rule: str
    name: str
    severity: Severity
    table: str
    row: str | None
    field: str | None
    sheet: str | None
    cell: str | None
    message: str
    actual: str | None = None
    expected: str | None = None
    difference: str | None = None
    remedy: str = ""
    follows: tuple[str | None, str | None] | None = None
    cause: Cause | None = None

    @property
    def key(self) -> str:
        return flaw_key(self.rule, self.table, self.row, self.field)


class Kept(msgspec.Struct, frozen=True):
    """What an officer answered to a finding that is not there any more, or whose department is not."""

    code: str
    name: str
    severity: Severity
    rule: str
    message: str
    key: str
    explanation: str | None
    verdict: str


class Consolidation(msgspec.Struct):
    """Everything of one run. `departments`: in the order of the roster, then by code and name. `missing`: lines of the roster
    from which nothing came that could be read; `suggestions`: Chinese sentences on what might belong together and was not joined.
    `submission(file)` fetches the details of a file (they lie in the ledger, one at a time).
    `between` and `extra` (the data of comparison sheets, by sheet) are filled by steps after reading, each its own."""

    form: Form
    form_of: Callable[[str], Form]
    started: str
    departments: list[Department]
    files: list[File]
    missing: list[RosterLine]
    roster: list[RosterLine] | None
    submission: Callable[[File], Submission]
    between: list[Between] = msgspec.field(default_factory=list)
    suggestions: list[str] = msgspec.field(default_factory=list)
    extra: dict[str, object] = msgspec.field(default_factory=dict)
    verdicts: dict[tuple[str, str, str], str] = msgspec.field(default_factory=dict)
    """意见 of the officer, read back from the summary before: by department, key and sentence (as `said`) of the finding."""
    kept: list[Kept] = msgspec.field(default_factory=list)
    forms: dict[str, int] = {}
    """How many of the departments used which form."""
    rounds: frozenset[int] = frozenset()
    """Keys of the files that were stamped with a round."""
    missing_below: list[tuple[str, str]] = msgspec.field(default_factory=list)
    """Code and name of departments that summaries of a lower level lack."""

    def verdict(self, department: Department, finding: Flaw | Between) -> str | None:
        return self.verdicts.get((department.key, finding.key, said(finding.message)))

    @property
    def expected(self) -> int | None:
        """How many departments should report: the roster's lines that are not excused."""
        return None if self.roster is None else sum(line.excused is None for line in self.roster)

    def current(self) -> Iterator[tuple[Department, Submission]]:
        """Every department that is counted, with what it handed in; one at a time."""
        for department in self.departments:
            yield department, self.submission(department.current)

    def of_role(self, *roles: Role) -> Sequence[File]:
        return [f for f in self.files if f.role in roles]


def said(sentence: str) -> str:
    """A sentence as it is compared, whatever a workbook has made of its white space."""
    return "".join(sentence.split())
