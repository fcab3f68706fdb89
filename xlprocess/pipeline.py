"""The flow: read, derive, check, annotate. The only file that knows the order.

data ─ guard ─► FileBook ─ read ─► Report ─ derive ─ check ─► Result ─ annotate ─► changed bytes
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

import msgspec

from xlprocess.books.book import Book, Changes
from xlprocess.books.file import FileBook
from xlprocess.books.guard import guard
from xlprocess.books.kinds import READ_ONLY, sniff
from xlprocess.checking import Rounding, check, roundings
from xlprocess.derive import Derived, derive, derived
from xlprocess.errors import CannotProcess, NotChecked, Unreadable
from xlprocess.finding import Finding
from xlprocess.read import read
from xlprocess.report import Report
from xlprocess.uncollected import uncollected

if TYPE_CHECKING:
    from xlprocess.books.foreign.book import ForeignBook

CONTENT_PROPERTY = "xlprocess.content"
"""The hash of what we wrote: a file that still has it has been changed by nobody since."""
SOURCE_PROPERTY = "xlprocess.source"
"""The hash of the file that a result was made from, where somebody wants to know it later."""

Status = Literal["checked", "unreadable", "not_a_form", "not_checked", "attachment"]


class Checked(msgspec.Struct):
    """A report with all that was derived and found."""

    report: Report
    findings: Sequence[Finding]
    derived: Sequence[Derived]
    roundings: Sequence[Rounding]


@uncollected
def open_book(data: bytes, name: str) -> FileBook:
    """The workbook in the bytes of a file. Raises Unreadable."""
    parts = guard(data, name)
    return FileBook.open(parts.data, name, parts)


@uncollected
def open_values(data: bytes, name: str) -> FileBook | ForeignBook:
    """The workbook in the bytes of a file that is only read: also of a format that we do not write. Raises Unreadable."""
    try:
        return open_book(data, name)
    except Unreadable as refused:
        if refused.kind != "other_format":
            raise
        from xlprocess.books.foreign.book import ForeignBook

        kind = sniff(data, name)
        if kind not in READ_ONLY:
            raise
        return ForeignBook.open(data, name, kind)


def read_book(book: Book, name: str) -> Report:
    """Read and derive. Raises NotAForm."""
    report = read(book, name)
    derive(report)
    return report


@uncollected
def check_book(book: Book, name: str, previous: Report | None = None) -> Checked:
    """Read, derive, check. Raises CannotProcess: NotChecked when a rule, or anything else of ours, crashed."""
    try:
        report = read_book(book, name)
        report.previous = previous
        return Checked(report, check(report), list(derived(report)), list(roundings(report)))
    except CannotProcess:
        raise
    except Exception as error:  # the one place where a bug of ours becomes a status: never a pass, and the batch goes on
        sentence = f"无法检查 {name}：程序内部出错，这份工作簿没有检查完。请把文件交给技术人员查找原因。"
        raise NotChecked("internal", sentence) from error


@uncollected
def annotate_book(book: Book, checked: Checked, fill_only: bool = False) -> None:
    """Fills and flags the book."""
    from xlprocess.annotate import annotate, fill

    changes = (
        fill(book, checked.report)
        if fill_only
        else annotate(book, checked.report, checked.findings, checked.derived, checked.roundings)
    )
    book.apply(changes)


def clear_book(book: Book, name: str) -> int:
    """Takes our notes and the list out of the book. Gives how many explanations went with the list. Raises NotAForm."""
    from xlprocess.annotate import clear, explained

    report = read(book, name)
    gone = explained(book, report)
    book.apply(clear(book, report))
    return gone


def explanations_in(book: Book, name: str) -> int:
    """How many explanations clearing would take with it. Raises NotAForm."""
    from xlprocess.annotate import explained

    return explained(book, read(book, name))


@uncollected
def stamped(book: FileBook, is_ours: bool = True, source: str | None = None) -> bytes:
    """The bytes of the book, with our mark that tells whether somebody has changed it since. A file that we go on in and that
    somebody has worked on is not ours to replace later (`is_ours` False): it gets no mark. `source`: the hash of the file that
    this is the result of, kept in it."""
    mark = {CONTENT_PROPERTY: book.content_hash() if is_ours else None}
    if source is not None:
        mark[SOURCE_PROPERTY] = source
    book.apply(Changes(cells=[], notes={}, results=None, properties=mark))
    return book.to_bytes()


def is_untouched(data: bytes, name: str) -> bool:
    """We wrote these bytes, and nobody has changed them since."""
    try:
        book = open_book(data, name)
        return book.properties().get(CONTENT_PROPERTY) == book.content_hash()
    except CannotProcess:
        return False


def source_of(data: bytes, name: str) -> str | None:
    """The hash of the file that these bytes are the result of, where it was kept."""
    try:
        return open_book(data, name).properties().get(SOURCE_PROPERTY)
    except CannotProcess:
        return None


def stamped_file(data: bytes, name: str) -> bytes:
    """The bytes of a workbook that we made, however large, with our mark."""
    return stamped(FileBook.open(data, name))


def is_our_file(data: bytes, name: str) -> bool:
    """As `is_untouched`, of a file that may be larger than a department's may be: only its list of parts is looked at."""
    try:
        book = FileBook.open(data, name)
        return book.properties().get(CONTENT_PROPERTY) == book.content_hash()
    except CannotProcess:
        return False
