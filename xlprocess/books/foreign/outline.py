"""What a file of another format says of its sheets besides their values: how far they reach, which cells hold formulas or
show percentages, what is merged. It is looked through before the reader of values sees the file, which believes every count and
reserves the whole block."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from xlprocess.books.book import Ref
from xlprocess.books.limits import MOST_CELLS, MOST_MERGED, WIDEST_EXTENT


class OutlineError(Exception):
    """The file contradicts itself; the text is for engineers, nobody is shown it."""


class TooLargeError(Exception):
    """More than any form holds. The text is the Chinese clause that says of what."""


class LockedError(Exception):
    """The file has a password."""


class Outline(msgspec.Struct):
    """One sheet. Rows and columns count from 1."""

    cells: int = 0
    first: Ref | None = None
    last: Ref | None = None
    percents: set[Ref] = msgspec.field(default_factory=set)
    formulas: set[Ref] = msgspec.field(default_factory=set)
    merged: list[tuple[Ref, Ref]] = msgspec.field(default_factory=list)
    hidden: bool = False

    def take(self, row: int, column: int, rows: int = 1, columns: int = 1) -> None:
        """A filled cell, or a block of equal ones."""
        self.cells += rows * columns
        low, high = self.first or Ref(row, column), self.last or Ref(row, column)
        self.first = Ref(min(low.row, row), min(low.column, column))
        self.last = Ref(max(high.row, row + rows - 1), max(high.column, column + columns - 1))

    def blocks(self) -> list[tuple[Ref, Ref]]:
        """The merged blocks, as far as something is filled: a file may say that a block is as large as it likes."""
        if self.first is None or self.last is None:
            return []
        end = self.last
        cut = [(first, Ref(min(last.row, end.row), min(last.column, end.column))) for first, last in self.merged]
        return [(first, last) for first, last in cut if first.row <= last.row and first.column <= last.column and first != last]

    @property
    def area(self) -> int:
        if self.first is None or self.last is None:
            return 0
        return (self.last.row - self.first.row + 1) * (self.last.column - self.first.column + 1)


class Outlines(dict[str, Outline]):
    """The sheets of a file by name, in their order."""

    def check(self) -> None:
        """Raises TooLargeError."""
        if sum(o.cells for o in self.values()) > MOST_CELLS:
            raise TooLargeError("内容过多")
        if sum(o.area for o in self.values()) > WIDEST_EXTENT:
            raise TooLargeError("表格范围过大，有内容远离表格")
        if sum(len(o.merged) for o in self.values()) > MOST_MERGED:
            raise TooLargeError("合并的单元格过多")


def shows_percent(format_code: str) -> bool:
    """Whether a number format shows a percentage; what is quoted in it does not count."""
    return "%" in "".join(_bare(format_code))


def _bare(code: str) -> Iterator[str]:
    quoted = escaped = False
    for ch in code:
        if escaped:
            escaped = False
        elif ch == "\\" and not quoted:
            escaped = True
        elif ch == '"':
            quoted = not quoted
        elif not quoted:
            yield ch
