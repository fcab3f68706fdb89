"""The sheet that nobody sees: what the summary carries, so that it can be an input of the next level."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from xlsxwriter.utility import xl_col_to_name

from xlprocess.consolidation import internal
from xlprocess.consolidation.consolidation import Consolidation, Department, File
from xlprocess.consolidation.leaves import SHEET, Leaf, Seal, Sealed, Writer
from xlprocess.consolidation.ledger import rules_version
from xlprocess.consolidation.submission import Submission
from xlprocess.writers.summary.book import Book
from xlprocess.writers.summary.cells import text_cell
from xlprocess.writers.summary.listing import HEAD, Listing
from xlprocess.writers.summary.section import LEADING
from xlprocess.writers.summary.spool import Spool

_FIGURES = ("money", "rate", "count", "score", "number")
_WHOSE = tuple(column.head for column in LEADING[1:])


class Carrier:
    """Writes each file as it goes by. `listings`: the lists of figures, of which a mark is kept that shows a later change."""

    def __init__(self, book: Book, consolidation: Consolidation, program: str, listings: Sequence[Listing]) -> None:
        self.book = book
        self.found = consolidation
        self.program = program
        self.listings = listings
        self.writer = Writer()
        self.spool = Spool(0)
        self._write(self.writer.head())
        self.numbers = {file.key: number for number, file in enumerate(consolidation.files)}
        for listing in listings:
            heads = Counter(column.head for column in listing.columns)
            listing.sealed = tuple(
                k
                for k, c in enumerate(listing.columns)
                if k and heads[c.head] == 1 and (c.kind in _FIGURES or c.head in _WHOSE or (c.kind == "text" and k == len(LEADING)))
            )

    def add(self, department: Department, submission: Submission) -> None:
        self._add(department.current, submission, department.group)

    def end(self) -> None:
        """What is not counted, and the seal. Makes the sheet; the visible ones stand before it."""
        counted = {department.current.key for department in self.found.departments}
        for file in self.found.files:
            if file.key not in counted:
                has_details = file.status == "checked" and file.role != "summary"
                self._add(file, self.found.submission(file) if has_details else None, None)
        sheets = [
            Sealed(part.sheet, HEAD + 1, tuple(listing.columns[k].head for k in listing.sealed), str(mark))
            for listing in self.listings
            for part, mark in zip(listing.parts, listing.marks, strict=True)
        ]
        missing = [(line.code, line.name) for line in self.found.missing]
        dealt = self.found.extra.get(internal.SHEET)
        dealings = [d.dealing for d in dealt.dealt] if isinstance(dealt, internal.Eliminated) else []
        told = (self.program, rules_version(), self.found.started)
        seal = Seal(*told, self.writer.files, self.found.expected, missing, sheets, dealings)
        for row in self.writer.end(seal):
            self._write(row)
        sheet = self.book.bare_sheet(SHEET)
        sheet.very_hidden()
        self.spool.pour(sheet)

    def _add(self, file: File, submission: Submission | None, group: str | None) -> None:
        leaf = Leaf(
            number=self.numbers[file.key],
            path=file.path,
            place="" if file.is_held else self.book.path_of(file.location),
            hash=file.hash,
            size=file.size,
            modified=file.modified,
            status=file.status,
            role=file.role,
            department=file.department,
            code=file.code,
            why=file.why,
            inside=file.inside,
            group=group,
            submission=submission,
            rules=file.rules,
        )
        row = self.writer.add(leaf)
        if row is not None:
            self._write(row)

    def _write(self, row: Sequence[str]) -> None:
        number = self.spool.next + 1
        self.spool.put([text_cell(f"{xl_col_to_name(k)}{number}", "0", text) for k, text in enumerate(row)])
