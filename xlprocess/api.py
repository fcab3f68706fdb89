"""The Python API: `check` and `run` over a path, the bytes of a file, or an open openpyxl Workbook."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from xlprocess.books.book import Book
from xlprocess.books.file import FileBook
from xlprocess.books.guard import read_bytes
from xlprocess.derive import Derived
from xlprocess.finding import Finding
from xlprocess.pipeline import Checked, annotate_book, check_book, open_values, stamped
from xlprocess.report import Report, as_text
from xlprocess.values import write_plain

if TYPE_CHECKING:
    import pandas as pd
    from openpyxl import Workbook

    from xlprocess.migration.moved import Migration

    Source = str | os.PathLike[str] | bytes | Workbook
else:
    Source = Migration = Any


class Result(msgspec.Struct):
    """What a check or a run found. `data` is the changed file after `run` over a path or bytes; None after `check`, and after
    `run` over an open workbook, which is changed itself and saved by its owner."""

    checked: Checked
    data: bytes | None = None

    @property
    def findings(self) -> Sequence[Finding]:
        return self.checked.findings

    @property
    def report(self) -> Report:
        return self.checked.report

    @property
    def derived(self) -> Sequence[Derived]:
        return self.checked.derived

    def findings_frame(self) -> pd.DataFrame:
        """One row a finding: rule, name, severity, sheet, cell, table, row, field, actual, expected, difference, cause, message."""
        import pandas as pd

        columns = (
            "rule name severity sheet cell table row field actual expected difference cause message".split()  # noqa: SIM905
        )
        rows = [
            (
                f.rule,
                f.name,
                f.severity,
                f.where.sheet,
                str(f.where.ref) if f.where.ref else None,
                f.where.table,
                f.where.row,
                f.where.field,
                f.actual,
                f.expected,
                f.difference,
                f.cause.kind if f.cause else None,
                f.message,
            )
            for f in self.findings
        ]
        return pd.DataFrame(rows, columns=columns)

    def values_frame(self) -> pd.DataFrame:
        """One row a cell of the form: table, row, field, sheet, cell, value (Decimal, text or date), text, derived (it is ours)."""
        import pandas as pd

        rows = [
            (
                spot.table,
                spot.row,
                spot.field,
                cell.sheet,
                str(cell.ref) if cell.ref else None,
                cell.figure,
                as_text(write_plain(field, cell.figure)),
                cell.value is None and cell.filled is not None,
            )
            for spot, field, cell in self.report.spots()
        ]
        return pd.DataFrame(rows, columns=["table", "row", "field", "sheet", "cell", "value", "text", "derived"])


class Migrated(msgspec.Struct):
    """A migrated workbook: `data` are its bytes; `migration` tells what was `moved` from where, and what was `left` without a
    place."""

    data: bytes
    migration: Migration


def check(source: Source, *, previous: Source | None = None) -> Result:
    """Reads, derives and checks; changes nothing. Raises `errors.CannotProcess` with a Chinese sentence."""
    book, name = _book(source)
    return Result(check_book(book, name, _previous(previous)))


def run(source: Source, *, previous: Source | None = None, fill_only: bool = False) -> Result:
    """Checks, fills and flags. The source file is not touched: `data` of the result is the changed workbook; of an .xls, .xlsb or
    .ods it is a standard workbook with its content."""
    book, name = _book(source, to_write=True)
    checked = check_book(book, name, _previous(previous))
    annotate_book(book, checked, fill_only)
    return Result(checked, stamped(book) if isinstance(book, FileBook) else None)


def migrate(source: str | os.PathLike[str] | bytes) -> Migrated:
    """The content of an old, damaged or home-made workbook in a fresh standard one. Raises `errors.CannotProcess`."""
    from xlprocess.migration.workbook import migrated

    data, name = _bytes(source)
    found, made = migrated(data, name)
    return Migrated(made, found)


def _previous(source: Source | None) -> Report | None:
    if source is None:
        return None
    book, name = _book(source)
    return check_book(book, name).report


def _bytes(source: str | os.PathLike[str] | bytes) -> tuple[bytes, str]:
    if isinstance(source, (str, os.PathLike)):
        path = Path(source)
        return read_bytes(path), path.name
    return bytes(source), "工作簿"


def _book(source: Source, to_write: bool = False) -> tuple[Book, str]:
    if isinstance(source, (str, os.PathLike, bytes, bytearray, memoryview)):
        data, name = _bytes(source)
        book = open_values(data, name)
        if to_write and not isinstance(book, FileBook):
            from xlprocess.migration.workbook import standard

            return standard(data, name)[0], name
        return book, name
    if not type(source).__module__.startswith("openpyxl."):
        raise TypeError(f"a path, the bytes of a file or an openpyxl Workbook is wanted, not {type(source).__name__}")
    if source.read_only or source.data_only:
        raise ValueError("the Workbook must be loaded without read_only and data_only: it would hold no formulas")
    from xlprocess.books.openpyxl import OpenpyxlBook

    return OpenpyxlBook(source), "工作簿"
