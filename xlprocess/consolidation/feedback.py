"""Writes what goes back to the departments: for each a folder with the annotated, stamped copy of its workbook and a note."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from itertools import chain, islice
from pathlib import Path
from typing import NamedTuple

from xlprocess.books.guard import read_bytes
from xlprocess.books.kinds import WORKBOOK_SUFFIXES
from xlprocess.consolidation.consolidation import Consolidation, File
from xlprocess.consolidation.pool import finished, pool_of, processors
from xlprocess.consolidation.returns import Return
from xlprocess.consolidation.worker import content_hash
from xlprocess.errors import CannotProcess, Unreadable
from xlprocess.form.load import load
from xlprocess.form.model import normal
from xlprocess.jobs.inputs import COPY, reach
from xlprocess.jobs.process import writable
from xlprocess.jobs.save import renew
from xlprocess.pipeline import annotate_book, check_book, is_untouched, stamped
from xlprocess.stamps import stamp_round

_DAYS = 10
"""Until a department has to hand in again, unless its form says otherwise (`return_days` of its settings)."""
_EARLIER = re.compile(rf"(?:（第\d+轮退回）|{COPY}(?: \(\d+\))?)+\Z")
_FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f]')
_RESERVED = re.compile(r"(?i)(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?\Z")
_LONGEST = 80  # characters of a folder's name
_FEW = 12  # fewer are written sooner than other processes have started


class Returned(NamedTuple):
    """What became of a return: `workbook` as it was written, None where only the note was. `wrong`: sentences."""

    workbook: Path | None
    wrong: Sequence[str]


class _Task(NamedTuple):
    """A return, the folder that it goes to, and the last day for the department to hand in again."""

    each: Return
    home: Path
    due: dt.date
    force: bool


def write_feedback(
    found: Consolidation, returns: Iterable[Return], folder: Path, *, force: bool = False, processes: int | None = None
) -> Iterator[Returned]:
    """Writes every return, in no certain order; the files that were handed in are not touched. A file that we wrote before and
    nobody has changed since is replaced, any other is refused without `force`. `processes`: all processors unless given."""
    day = dt.datetime.fromisoformat(found.started).date()
    names = Folders(folder)

    def task(each: Return) -> _Task:
        days = int(found.form_of(each.form).edition.settings.get("return_days", _DAYS))
        return _Task(each, names.of(each.department.key), deadline(day, days), force)

    tasks = map(task, returns)
    first = list(islice(tasks, _FEW))
    processes = processes or processors()
    if len(first) < _FEW or processes == 1:
        yield from map(_write, chain(first, tasks))
        return
    waiting = chain(first, tasks)
    next_ = next(waiting, None)
    while next_ is not None:
        running: dict[Future[Returned], _Task] = {}
        try:
            with pool_of(processes) as pool:
                while next_ is not None:
                    running[pool.submit(_write, next_)] = next_
                    next_ = next(waiting, None)
                    while len(running) >= 4 * processes:
                        yield from finished(running)
                while running:
                    yield from finished(running)
        except BrokenProcessPool:  # the others go on
            yield from (Returned(None, [_stopped(lost)]) for lost in running.values())


def write_notes_on_unread(found: Consolidation, folder: Path, *, force: bool = False) -> Iterator[str | None]:
    """A note on each file that could not be read, in the folder of the department whose name stands in its path, else in one of its
    own. Gives a sentence for one that could not be written, else None."""
    from xlprocess.writers.return_note import is_our_note, unread_note

    whose = {normal(d.name): (d.key, d.name) for d in found.departments}
    whose.update({normal(line.name): (f"{line.code} {line.name}".strip(), line.name) for line in found.missing})
    names = Folders(folder)
    due = deadline(dt.datetime.fromisoformat(found.started).date(), int(found.form.edition.settings.get("return_days", _DAYS)))
    for file in found.of_role("unreadable", "not_a_form"):
        if file.inside is not None:
            continue
        key, name = max(
            (whose[w] for w in whose if w in normal(file.path)), key=lambda found: len(found[1]), default=(file.location.stem, "")
        )
        path = names.of(key) / f"退回说明（{Folders.plain(file.location.name)}）.docx"
        try:
            renew(path, unread_note(file, name, found.form, due), is_untouched=is_our_note, force=force)
        except CannotProcess as error:
            yield error.message
        else:
            yield None


def _stopped(task: _Task) -> str:
    name = task.each.department.current.path
    return f"没有退回 {name}：处理它的进程意外中止，可能是内存不足。请再运行一次。"


def _write(task: _Task) -> Returned:
    from xlprocess.writers.return_note import is_our_note, return_note

    each, home, due, force = task
    copy = home / returned_name(each.department.current, each.number)
    wrong: list[str] = []
    data = written = None
    try:
        data = annotated(each)
    except CannotProcess as error:  # the note goes alone
        wrong.append(error.message)
    try:
        if data is not None:
            written = renew(copy, data, is_untouched=is_untouched, force=force).path
        note = return_note(each, load(each.form), copy.name if written else None, due)
        renew(home / note_name(each.number), note, is_untouched=is_our_note, force=force)
    except CannotProcess as error:
        wrong.append(f"{each.department.name}：{error.message}")
    return Returned(written, wrong)


def annotated(each: Return) -> bytes:
    """The copy of a workbook with our notes, stamped with its round. Raises CannotProcess."""
    file = each.department.current
    name = file.location.name
    data = read_bytes(reach(file.location))
    if content_hash(data) != file.hash:
        raise Unreadable("no_access", f"没有退回 {name}：汇总期间这个文件被改动了。请再运行一次。")
    book, _ = writable(data, name)
    stamp_round(book, each.number, name, file.hash, each.check_code)
    annotate_book(book, check_book(book, name))
    return stamped(book)


def returned_name(file: File, number: int) -> str:
    """`教育局（第1轮退回）.xlsx`, whatever round or check its name spoke of before."""
    path = file.location
    suffix = path.suffix if path.suffix.lower() in WORKBOOK_SUFFIXES else ".xlsx"
    return f"{_EARLIER.sub('', path.stem) or path.stem}（第{number}轮退回）{suffix}"


def note_name(number: int) -> str:
    return f"退回说明（第{number}轮）.docx"


def deadline(day: dt.date, days: int) -> dt.date:
    """So many days later, or the Monday after."""
    due = day + dt.timedelta(days=days)
    return due + dt.timedelta(days=(7 - due.weekday()) % 7 if due.weekday() > 4 else 0)


class Folders:
    """A folder for each department, under a name that every system takes."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._given: dict[str, str] = {}
        self._taken: set[str] = set()

    def of(self, name: str) -> Path:
        if name not in self._given:
            plain = found = self.plain(name)
            number = 1
            while found.casefold() in self._taken:
                number += 1
                found = f"{plain} ({number})"
            self._taken.add(found.casefold())
            self._given[name] = found
        return self.root / self._given[name]

    @staticmethod
    def plain(name: str) -> str:
        """The name without what some system does not take."""
        plain = _FORBIDDEN.sub("_", name)[:_LONGEST].strip(" .") or "未填名称"
        return f"_{plain}" if _RESERVED.match(plain) else plain
