"""Where cells live: what every kind of book offers. Batches only: one call reads a sheet, one call writes all changes.

Rows and columns count from 1, as Excel prints them. A cell is named by `Ref` (row, column); a place by sheet and Ref.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Literal, NamedTuple, Protocol

import msgspec

Scalar = str | int | float | bool | dt.datetime | dt.date | dt.time | dt.timedelta | None


class Ref(NamedTuple):
    """Row and column of a cell, both from 1."""

    row: int
    column: int

    def __str__(self) -> str:
        return f"{letters(self.column)}{self.row}"


@lru_cache(maxsize=1 << 10)
def letters(column: int) -> str:
    """Column 1 is A, 27 is AA."""
    name = ""
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


class Formula(msgspec.Struct, frozen=True):
    """What stands behind a cell's value. `text` without the leading `=`; the text of a cell that shares a formula is
    translated to the cell itself. `has_value` is False when no result is stored (no calculator has opened the file)."""

    text: str
    has_value: bool


class Sheet(msgspec.Struct):
    """The values of one worksheet: `rows[0][0]` stands at (`top`, `left`); blank and the empty text are both None."""

    name: str
    top: int
    left: int
    rows: list[list[Scalar]]
    formulas: Mapping[Ref, Formula]
    merged: Sequence[tuple[Ref, Ref]]
    hidden: bool = False

    def row(self, row: int) -> list[Scalar]:
        """The values of a row from `left` on; empty where there are none."""
        r = row - self.top
        return self.rows[r] if 0 <= r < len(self.rows) else []

    def values(self, row: int, columns: Iterable[int]) -> list[Scalar]:
        """The values of a row in these columns."""
        r, left = row - self.top, self.left
        values = self.rows[r] if 0 <= r < len(self.rows) else []
        width = len(values)
        return [values[c - left] if 0 <= c - left < width else None for c in columns]

    def value(self, row: int, column: int) -> Scalar:
        r, c = row - self.top, column - self.left
        if 0 <= r < len(self.rows) and 0 <= c < len(self.rows[r]):
            return self.rows[r][c]
        return None


class Area(NamedTuple):
    """Where a defined name points: a cell or a block of one sheet."""

    sheet: str
    first: Ref
    last: Ref


class CellWrite(msgspec.Struct, frozen=True):
    """A value to be written, with the live formula it comes from (or None for a plain value). A text value is written as a text,
    whatever character it begins with. The cell's style stays. None as value with a formula means: the formula shows nothing."""

    sheet: str
    ref: Ref
    value: Decimal | int | str | None
    formula: str | None = None


class Link(NamedTuple):
    """A cell that jumps to a cell of the same workbook."""

    text: str
    sheet: str
    ref: Ref


Style = Literal["title", "subtitle", "head", "text", "error", "warning", "notice", "filled", "link", "input", "muted", "section"]


class ListCell(NamedTuple):
    """One cell of the sheet 检查结果."""

    value: str | Link | None
    style: Style


class ResultList(msgspec.Struct):
    """The whole content of the sheet 检查结果, as the book must show it: replaces what stood there.

    `rows[k]` is Excel row k+1; `heights` in points (None: as the program likes). `widths` in characters.
    `filter` and `names` are row and column bounds on this sheet. `hidden_columns` count from 1."""

    sheet: str
    rows: list[list[ListCell]]
    heights: list[float | None]
    widths: list[float]
    merged: list[tuple[Ref, Ref]]
    filter: tuple[Ref, Ref] | None
    frozen_rows: int
    hidden_columns: list[int]
    names: Mapping[str, tuple[Ref, Ref]]


class Changes(msgspec.Struct):
    """Everything that one run changes in a book.

    `notes`: our text for a cell (begins with the mark), or None: our part of the note goes, a person's stays.
    A cell that is not named keeps its note as it is. `properties`: custom document properties (texts); None removes one."""

    cells: list[CellWrite]
    notes: Mapping[tuple[str, Ref], str | None]
    results: ResultList | None
    properties: Mapping[str, str | None]


class Book(Protocol):
    """A workbook in a file, in memory, or open in an office program. `tells_formulas`: it knows what its formulas say, and not
    only where they stand."""

    tells_formulas: bool

    def sheet_names(self) -> list[str]:
        """Worksheets in workbook order (chart sheets and the like left out)."""
        ...

    def sheet(self, name: str) -> Sheet: ...

    def names(self) -> Mapping[str, Area]:
        """Workbook-wide defined names that point at a cell or block of this workbook; broken ones are left out."""
        ...

    def properties(self) -> Mapping[str, str]:
        """Custom document properties, as texts."""
        ...

    def percent_cells(self, sheet: str, refs: Sequence[Ref]) -> set[Ref]:
        """Those of `refs` whose number format shows a percentage."""
        ...

    def padded_cells(self, sheet: str, refs: Sequence[Ref]) -> Mapping[Ref, int]:
        """Those of `refs` whose number format writes zeros before a number (000000), with how many digits it writes at least."""
        ...

    def notes(self) -> Mapping[tuple[str, Ref], str]:
        """The plain text of every note (not of threaded comments)."""
        ...

    def threads(self) -> set[tuple[str, Ref]]:
        """Cells that carry a threaded comment: Excel owns the note behind it, nothing is written there."""
        ...

    def apply(self, changes: Changes) -> None: ...
