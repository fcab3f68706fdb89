"""One file after the other: whatever happens to one, the rest go on, and each has its outcome."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from xlprocess.books.file import FileBook
from xlprocess.books.guard import read_bytes
from xlprocess.errors import CannotProcess, NotChecked, Unreadable
from xlprocess.jobs.inputs import Input, reach
from xlprocess.jobs.outcome import Outcome
from xlprocess.jobs.targets import Names, Target
from xlprocess.pipeline import annotate_book, check_book, clear_book, is_untouched, open_book, open_values, read_book, stamped
from xlprocess.report import Report


def debugging() -> bool:
    """Whether somebody looks for a mistake of ours: errors that nobody foresaw are raised, not told in a sentence."""
    return bool(os.environ.get("XLPROCESS_DEBUG"))


def read_report(path: Path) -> Report:
    """The report in a file, derived. Raises CannotProcess."""
    try:
        return read_book(open_values(read_bytes(reach(path)), path.name), path.name)
    except CannotProcess:
        raise
    except Exception as error:
        raise _unforeseen(path, error) from error


def check_file(item: Input, previous: Report | None = None) -> Outcome:
    """Checks a file and changes nothing."""

    def work(outcome: Outcome) -> None:
        book = open_values(read_bytes(reach(item.path)), item.path.name)
        outcome.take(check_book(book, item.path.name, previous))

    return _outcome(item, work)


def run_file(
    item: Input,
    names: Names,
    previous: Report | None = None,
    fill_only: bool = False,
    force: bool = False,
    data: bytes | None = None,
    source: str | None = None,
    is_replaceable: Callable[[bytes, str], bool] = is_untouched,
) -> Outcome:
    """Checks, fills and flags a file, and writes the result. `data`: its bytes, where they have been read already.
    `source`: their hash, to be kept in the result. `is_replaceable`: what may be written over without `force`."""

    def work(outcome: Outcome) -> None:
        original = read_bytes(reach(item.path)) if data is None else data
        book, said = writable(original, item.path.name)
        outcome.remarks.extend(said)
        checked = check_book(book, item.path.name, previous)
        outcome.take(checked)
        annotate_book(book, checked, fill_only)
        target = names.give(item, as_new=bool(said))
        result = stamped(book, _is_ours(target, original), source)
        _save(outcome, result, item, target, original, names, force, is_replaceable)

    return _outcome(item, work)


def writable(data: bytes, name: str) -> tuple[FileBook, list[str]]:
    """The workbook to be filled and flagged, and what is to be said of it. Raises CannotProcess."""
    try:
        return open_book(data, name), []
    except Unreadable as refused:
        if refused.kind != "other_format":
            raise
    from xlprocess.migration.workbook import standard
    from xlprocess.writers.migration import moved_sentence

    book, found = standard(data, name)
    return book, [] if found is None else [moved_sentence(found, name)]


def clear_file(item: Input, names: Names, force: bool = False) -> Outcome:
    """Takes our notes and the list out of a file, and writes the result."""

    def work(outcome: Outcome) -> None:
        original = read_bytes(reach(item.path))
        book = open_book(original, item.path.name)
        gone = clear_book(book, item.path.name)
        outcome.status = "checked"
        if gone:
            outcome.remarks.append(f"“检查结果”表中填写的 {gone} 条说明随列表一并清除。")
        target = names.give(item)
        _save(outcome, stamped(book, _is_ours(target, original)), item, target, original, names, force)

    return _outcome(item, work)


def _is_ours(target: Target, original: bytes) -> bool:
    """A result beside its original can be made again. A file changed in place can not, unless nobody but us has changed it."""
    return not target.is_input or is_untouched(original, target.path.name)


def _save(
    outcome: Outcome,
    data: bytes,
    item: Input,
    target: Target,
    original: bytes,
    names: Names,
    force: bool,
    is_replaceable: Callable[[bytes, str], bool] = is_untouched,
) -> None:
    from xlprocess.jobs.save import save

    saved = save(data, target, item.path, original, is_untouched=is_replaceable, is_taken=names.is_taken, force=force)
    names.take(saved.path, item)
    outcome.output = saved.path
    outcome.remarks.extend(r for r in (target.remark, saved.remark) if r)


def _outcome(item: Input, work: Callable[[Outcome], None]) -> Outcome:
    outcome = Outcome(item.path, "not_checked")
    try:
        if item.error is not None:
            raise item.error
        work(outcome)
    except CannotProcess as error:
        outcome.error = error
    except Exception as error:  # a mistake of ours in one file: it has its sentence, and the batch goes on
        outcome.error = _unforeseen(item.path, error)
    if outcome.error is not None and outcome.status != "checked":
        outcome.status = outcome.error.status
    return outcome


def _unforeseen(path: Path, error: Exception) -> NotChecked:
    if debugging():
        raise error
    return NotChecked("internal", f"无法处理 {path.name}：程序内部出错。请把文件交给技术人员查找原因。")
