"""What became of one file: a value that the writers print."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Literal

import msgspec

from xlprocess.derive import Derived
from xlprocess.errors import CannotProcess
from xlprocess.finding import RANK, Finding, Where
from xlprocess.pipeline import Checked

FailOn = Literal["error", "warning", "never"]


class Gap(msgspec.Struct, frozen=True):
    """A gap within the tolerance (尾差), and its cell."""

    where: Where
    difference: str


class Outcome(msgspec.Struct):
    """What became of one file. `error`: why it, or its result, could not be had. `output`: where the result stands.
    `remarks`: Chinese sentences about where it went."""

    file: Path
    status: str
    error: CannotProcess | None = None
    output: Path | None = None
    findings: Sequence[Finding] = ()
    derived: Sequence[Derived] = ()
    gaps: Sequence[Gap] = ()
    remarks: list[str] = msgspec.field(default_factory=list)

    @property
    def failed(self) -> bool:
        """It could not be processed, or its result could not be written."""
        return self.error is not None and self.status != "attachment"

    def take(self, checked: Checked) -> None:
        """Keeps what was found, and not the report: a batch is long."""
        self.status = "checked"
        self.findings = checked.findings
        self.derived = checked.derived
        self.gaps = [Gap(checked.report.where(r.spot), format(r.difference, "f")) for r in checked.roundings]


def exit_status(outcomes: Iterable[Outcome], fail_on: FailOn) -> int:
    """0, 1 when a finding is at or above `fail_on`, 2 when a file failed."""
    status = 0
    for outcome in outcomes:
        if outcome.failed:
            return 2
        if fail_on != "never" and any(RANK[f.severity] <= RANK[fail_on] for f in outcome.findings):
            status = 1
    return status
