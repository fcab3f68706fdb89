"""`consolidate --feedback`: what goes back to the departments."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from xlprocess.doors.output import Output

if TYPE_CHECKING:
    from xlprocess.consolidation.consolidation import Consolidation


def send_back(output: Output, found: Consolidation, folder: Path, force: bool) -> tuple[list[str], bool]:
    """Writes what goes back to the departments. Gives what is to be said of it, and whether some could not be written."""
    from xlprocess.consolidation.feedback import Feedback
    from xlprocess.consolidation.returns import returns
    from xlprocess.doors.progress import with_progress
    from xlprocess.writers.columns import plain

    found_returns = list(returns(found))
    written, failures = 0, False
    feedback = Feedback(found, folder, force=force)
    for each in with_progress(found_returns, "正在写退回件", silent=False):
        done = feedback.write(each)
        written += done.workbook is not None
        failures |= bool(done.wrong)
        for sentence in done.wrong:
            output.message(sentence)
    if not found_returns:
        return ["没有需要退回的工作簿。"], failures
    return [f"退回 {written} 个部门的工作簿，连同退回说明写入 {plain(str(folder))}"], failures
