"""`consolidate`: what goes back to the departments, and what an officer answered in the summary before."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from xlprocess.doors.output import Output

if TYPE_CHECKING:
    from xlprocess.consolidation.consolidation import Consolidation
    from xlprocess.consolidation.earlier_summary import EarlierSummary


def earlier_summaries(out: Path, given: Path | None, force: bool) -> list[EarlierSummary]:
    """The summaries before, the one that will be replaced first. Raises CannotProcess when the target is not ours to replace, and
    for a given file that is no summary."""
    from xlprocess.consolidation.earlier_summary import EarlierSummary
    from xlprocess.errors import CannotProcess
    from xlprocess.jobs.inputs import reach, real
    from xlprocess.jobs.save import InTheWay, refuse_taken
    from xlprocess.pipeline import is_our_file

    found: list[EarlierSummary] = []
    if reach(out).is_file():
        with suppress(CannotProcess):
            found.append(EarlierSummary.at(out))
    try:
        refuse_taken(out, is_our_file, force=force)
    except InTheWay as refused:
        if not found:
            raise
        count = sum(line.verdict is not None for line in found[0].noted)
        kept = f"填写的意见（{count} 处）会读回新的汇总，其他改动不会保留" if count else "改动不会保留"
        sentence = f"没有写入 {out.name}：上次的汇总被人改过。加 --force 再运行，{kept}；要留底的请先另存一份。"
        raise InTheWay(refused.path, sentence) from None
    if given is not None and real(given) != real(out):
        found.append(EarlierSummary.at(given))
    return found


def results_line(found: Consolidation) -> list[str]:
    """What became of the findings that went back before."""
    counts = Counter(answered.became for department in found.departments for answered in department.answered)
    return [f"上次退回的问题：已改 {counts['已改']}，已说明 {counts['已说明']}，未改 {counts['未改']}。"] if counts else []


def send_back(output: Output, found: Consolidation, folder: Path, force: bool, processes: int | None) -> tuple[list[str], bool]:
    """Writes what goes back to the departments. Gives what is to be said of it, and whether some could not be written."""
    from xlprocess.consolidation.feedback import write_feedback, write_notes_on_unread
    from xlprocess.consolidation.returns import returns
    from xlprocess.doors.progress import counting
    from xlprocess.writers.columns import plain

    every = written = 0
    wrong: list[str] = []
    with counting("正在写退回件") as progress:
        for done in write_feedback(found, returns(found, progress), folder, force=force, processes=processes):
            every += 1
            written += done.workbook is not None
            wrong += done.wrong
    held = sum(department.current.is_held for department in found.departments)
    below = [f"下级汇总中的 {held} 个部门没有退回，由汇总它们的下级退回。"] if held else []
    notes = list(write_notes_on_unread(found, folder, force=force))
    wrong += [sentence for sentence in notes if sentence]
    for sentence in wrong:
        output.message(sentence)
    if not every and not notes:
        return [*below, "没有需要退回的工作簿。"], False
    unread = f"，另写无法读取的文件的说明 {notes.count(None)} 份" if notes else ""
    return [*below, f"退回 {written} 个部门的工作簿，连同退回说明写入 {plain(str(folder))}{unread}"], bool(wrong)
