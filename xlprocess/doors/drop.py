"""`python -m xlprocess.doors.drop PATH…`: what a drop target calls. Workbooks are checked and filled, and the results open.

Whoever drops a file sees no command line: what went wrong stays on the screen until it was read, and where there is no screen
it opens as a text.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from xlprocess.doors.dropping import dropped, from_typed
from xlprocess.doors.opening import open_in_its_program
from xlprocess.doors.output import Output, is_terminal
from xlprocess.errors import Unreadable
from xlprocess.jobs.inputs import find
from xlprocess.jobs.outcome import Outcome
from xlprocess.jobs.process import debugging, run_file
from xlprocess.jobs.save import InTheWay
from xlprocess.jobs.targets import Names
from xlprocess.writers.columns import plain
from xlprocess.writers.text import Tally, attachment_lines, file_lines, left_out_line

MOST_OPENED = 5
"""More results than that are shown as their folder."""
_HOW = (
    "请把填好的 .xlsx 工作簿（一份或几份）或文件夹拖到“拖到这里检查”的图标上。结果写在原文件旁边的“名称（检查）.xlsx”，并自动打开。"
)
_ASK = "请把 .xlsx 工作簿或文件夹拖到这个窗口里，然后按回车键（直接按回车键结束）："


def main(arguments: Sequence[str] | None = None) -> int:
    """0 when all was checked, 2 when something could not be."""
    output = Output()
    said: list[str] = []
    try:
        paths = dropped(sys.argv[1:] if arguments is None else arguments, os.environ) or _asked(output)
        if not paths:
            return _ended(output, [_HOW], 2)
        status = _run(output, paths, said)
        return _ended(output, said, status)
    except (KeyboardInterrupt, EOFError):
        return 130
    except Exception:  # a mistake of ours: a sentence that stays, not a window that closes
        if debugging():
            raise
        sentence = "程序内部出错，没有做完。请把所用的文件交给技术人员查找原因。"
        output.lines([sentence])
        return _ended(output, [*said, sentence], 2)


def _asked(output: Output) -> list[Path]:
    """From a window that somebody opened with a double click."""
    if not is_terminal(sys.stdin):
        return []
    output.lines([_ASK])
    return from_typed(sys.stdin.readline())


def _run(output: Output, paths: Sequence[Path], said: list[str]) -> int:
    """Checks and fills, says what came of it, opens the results."""
    search = find(paths, copies=False)
    names = Names(search.inputs)
    tally = Tally()
    results: list[Path] = []
    attachments: list[Outcome] = []
    failed = False
    for item in search.inputs:
        outcome = run_file(item, names)
        if isinstance(outcome.error, InTheWay):
            outcome.error = _mended(outcome.error.path)
        tally.add(outcome)
        if outcome.status == "attachment":
            attachments.append(outcome)
            continue
        failed |= outcome.failed
        if outcome.output is not None:
            results.append(outcome.output)
        _say(output, said, [*file_lines(outcome, output.look), ""])
    left_out = left_out_line(search)
    _say(output, said, [*attachment_lines(attachments, output.look), *([left_out] if left_out else []), tally.line()])
    if not _open(results):
        _say(output, said, ["没有找到能打开结果的程序，请自己打开上面写的结果。"])
        failed = True
    return 2 if failed or not results else 0


def _mended(path: Path) -> Unreadable:
    wrong = f"没有覆盖 {path.name}：它已经被人改过。要检查改过的这一份，请把它拖过来；要从原表重新检查，请先把它移走或改名。"
    return Unreadable("no_access", wrong)


def _say(output: Output, said: list[str], lines: list[str]) -> None:
    said.extend(lines)
    output.lines(lines)


def _open(results: Sequence[Path]) -> bool:
    if len(results) <= MOST_OPENED:
        opened = [open_in_its_program(path) for path in results]
        return all(opened)
    folders = [path.absolute().parent for path in results]
    try:
        return open_in_its_program(Path(os.path.commonpath(folders)))
    except ValueError:  # on two drives
        return open_in_its_program(folders[0])


def _ended(output: Output, said: Sequence[str], status: int) -> int:
    if status == 0:
        return 0
    if said == [_HOW]:
        output.lines(said)
    if is_terminal(sys.stdin) and is_terminal(sys.stdout):
        output.lines(["", "按回车键关闭。"])
        sys.stdin.readline()
    else:
        _show(said)
    return status


def _show(lines: Sequence[str]) -> None:
    """Where there is no window to read in, a text opens."""
    try:
        path = Path(tempfile.mkdtemp(prefix="xlprocess-")) / "检查说明.txt"
        path.write_text("".join(f"{plain(line)}\n" for line in lines), encoding="utf-8-sig", newline="\r\n")
    except OSError:
        return
    open_in_its_program(path)


if __name__ == "__main__":
    sys.exit(main())
