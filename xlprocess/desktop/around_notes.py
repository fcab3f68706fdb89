"""Blocks of cells written in one call, in LibreOffice.

What is written so takes the notes of its cells out with it. Where a note stands, the row is written up to it and behind it, and its
cell alone: that leaves the note."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

_NOTES = 8  # com.sun.star.sheet.CellFlags.ANNOTATION

Block = Sequence[Sequence[Any]]


def put_values(cells: Any, block: Block) -> None:
    """Numbers and texts into a range of the block's shape; "" empties a cell."""

    def one(cell: Any, value: Any) -> None:
        if isinstance(value, str):
            cell.setString(value)
        else:
            cell.setValue(value)

    _put(cells, block, lambda area, values: area.setDataArray(values), one)


def put_formulas(cells: Any, block: Block) -> None:
    """Formulas, and values as a person types them."""
    _put(cells, block, lambda area, values: area.setFormulaArray(values), lambda cell, value: cell.setFormula(value))


def _put(cells: Any, block: Block, many: Callable[[Any, Block], None], one: Callable[[Any, Any], None]) -> None:
    areas = cells.queryContentCells(_NOTES).RangeAddresses
    if not areas:
        many(cells, tuple(map(tuple, block)))
        return
    top, left = cells.RangeAddress.StartRow, cells.RangeAddress.StartColumn
    noted = sorted(
        (row - top, column - left)
        for area in areas
        for row in range(area.StartRow, area.EndRow + 1)
        for column in range(area.StartColumn, area.EndColumn + 1)
    )

    def write(row: int, column: int, part: Block) -> None:
        if part and part[0]:
            area = cells.getCellRangeByPosition(column, row, column + len(part[0]) - 1, row + len(part) - 1)
            many(area, tuple(map(tuple, part)))

    begun = 0
    for row in dict.fromkeys(row for row, _ in noted):
        write(begun, 0, block[begun:row])
        at = 0
        for column in [column for other, column in noted if other == row]:
            write(row, at, [block[row][at:column]])
            one(cells.getCellByPosition(column, row), block[row][column])
            at = column + 1
        write(row, at, [block[row][at:]])
        begun = row + 1
    write(begun, 0, block[begun:])
