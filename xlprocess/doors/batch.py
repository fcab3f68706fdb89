"""A batch at the command line: each file's outcome as it comes, what was left out, the counts, the exit status."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TypeVar

from xlprocess.doors.output import Output
from xlprocess.doors.progress import with_progress
from xlprocess.errors import CannotProcess
from xlprocess.jobs.inputs import Search
from xlprocess.jobs.outcome import FailOn, Outcome, exit_status
from xlprocess.jobs.process import read_report
from xlprocess.report import Report
from xlprocess.writers.columns import Look
from xlprocess.writers.json import encoded, outcome_json, reports_document
from xlprocess.writers.text import Tally, attachment_lines, left_out_line

T = TypeVar("T")


class Batch:
    """`work` on each job, its outcome printed by `lines`. `writes`: the work goes on when nobody reads the results
    any more."""

    def __init__(
        self,
        output: Output,
        what: str,
        lines: Callable[[Outcome, Look], Iterator[str]],
        *,
        fail_on: FailOn = "never",
        as_json: bool = False,
        writes: bool = False,
    ) -> None:
        self.output = output
        self.what = what
        self.lines = lines
        self.fail_on = fail_on
        self.as_json = as_json
        self.writes = writes
        self.tally = Tally()
        self.status = 0

    def previous(self, path: Path | None) -> Report | None:
        """Last year's report. What can be done without it is done, and the exit status tells."""
        if path is None:
            return None
        try:
            return read_report(path)
        except CannotProcess as error:
            self.output.message(f"{error.message}本次没有与上年比较。")
            self.status = 2
            return None

    def go(self, search: Search, jobs: Sequence[T], work: Callable[[T], Outcome]) -> None:
        """Does the work and prints everything but the last line."""
        reports: list[bytes] = []
        attachments: list[Outcome] = []
        look = self.output.look
        silent = not self.as_json and look.columns is not None
        for job in with_progress(jobs, self.what, silent=silent):
            outcome = work(job)
            self.status = max(self.status, exit_status([outcome], self.fail_on))
            self.tally.add(outcome)
            if self.as_json:
                reports.append(encoded(outcome_json(outcome)))
                for remark in outcome.remarks:
                    self.output.message(remark)
            elif outcome.status == "attachment":
                attachments.append(outcome)
            else:
                self.output.lines([*self.lines(outcome, look), ""])
            if self.output.closed and not self.writes:
                return
        left_out = left_out_line(search)
        if self.as_json:
            if left_out:
                self.output.message(left_out)
            self.output.data(reports_document(reports))
        else:
            self.output.lines([*attachment_lines(attachments, look), *([left_out] if left_out else [])])
