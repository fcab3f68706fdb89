"""The sheets of a workbook as grids of cells, in which the tables of the form are looked for as in a Word report."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from itertools import pairwise

from xlprocess.books.book import Ref, Scalar, Sheet
from xlprocess.typed import read_number
from xlprocess.word.document import Cell, Grid, Origin, Paragraph
from xlprocess.word.labels import Labels, key

LARGEST = 50_000
"""Cells of a sheet, blank ones included, that can still be a form; a larger one is none."""


def origin_of(number: int, sheet: str, ref: Ref) -> Origin:
    """The place of a cell; `number` is its sheet's."""
    return Origin(number, ref.row, ref.column, note=f"{sheet}!{ref}")


def shown(value: Scalar, percent: bool = False) -> str:
    """A value as a person sees it in its cell."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, (int, float)):
        number = read_number(value).value
        if number is None:
            return str(value)
        text = format(number * 100 if percent else number, "f")
        text = text.rstrip("0").rstrip(".") if "." in text else text
        return f"{text}%" if percent else text
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat(" ", "minutes")
    return value.isoformat() if isinstance(value, dt.date) else str(value)


def grids_of(sheet: Sheet, number: int, percents: set[Ref], nothing: set[Ref], labels: Labels) -> list[Grid]:
    """The sheet as one grid, or where tables stand side by side as one for each column of them. Merged cells are one cell; a
    label of a group over blank cells reaches over them, whether or not it still is merged."""
    height = len(sheet.rows)
    width = max((len(r) for r in sheet.rows), default=0)
    if not height:
        return []
    lattice = _lattice(sheet, number, percents, nothing, height, width)
    _widen_groups(lattice, labels)
    return [_grid(number, lattice, *block) for block in _blocks(lattice, labels)]


def _lattice(sheet: Sheet, number: int, percents: set[Ref], nothing: set[Ref], height: int, width: int) -> list[list[Cell]]:
    lattice: list[list[Cell]] = []
    for r in range(height):
        line = []
        for c in range(width):
            ref = Ref(sheet.top + r, sheet.left + c)
            value = None if ref in nothing else sheet.value(*ref)
            where = origin_of(number, sheet.name, ref)
            text = shown(value, ref in percents)
            figure = isinstance(value, (int, float)) and not isinstance(value, bool)
            cell = Cell(r, r, c, c, [Paragraph(t, where) for t in text.split("\n")], where)
            cell.number = read_number(value).value if figure else None
            line.append(cell)
        lattice.append(line)
    for first, last in sheet.merged:
        top, left = first.row - sheet.top, first.column - sheet.left
        bottom, right = min(last.row - sheet.top, height - 1), min(last.column - sheet.left, width - 1)
        if not (0 <= top <= bottom and 0 <= left <= right):
            continue
        cell = lattice[top][left]
        if any(not lattice[r][c].is_blank for r in range(top, bottom + 1) for c in range(left, right + 1) if (r, c) != (top, left)):
            continue  # something stands below the block: it is nobody's to hide
        cell.bottom, cell.right = bottom, right
        for r in range(top, bottom + 1):
            lattice[r][left : right + 1] = [cell] * (right + 1 - left)
    return lattice


def _widen_groups(lattice: list[list[Cell]], labels: Labels) -> None:
    for r, line in enumerate(lattice):
        for c, cell in enumerate(line):
            if cell.top == cell.bottom == r and cell.left == cell.right == c and key(cell.text) in labels.groups:
                end = c + 1
                while end < len(line) and line[end].is_blank and line[end].left == line[end].right and _is_open(lattice, r, end):
                    line[end] = cell
                    end += 1
                cell.right = end - 1


def _is_open(lattice: list[list[Cell]], row: int, column: int) -> bool:
    """Something stands below: the column belongs to the table."""
    return any(not lattice[r][column].is_blank for r in range(row + 1, min(row + 4, len(lattice))))


def _blocks(lattice: list[list[Cell]], labels: Labels) -> Iterator[tuple[int, int, int, int]]:
    """Rows and columns, from and behind, of the pieces to be read. A row in which the heading of the names comes twice is cut
    before the second one, up to the next blank row on either side."""
    height, width = len(lattice), len(lattice[0])
    top = 0
    while top < height:
        bottom = top
        while bottom < height and any(not c.is_blank for c in lattice[bottom]):
            bottom += 1
        cuts = _cuts(lattice[top:bottom], labels)
        if cuts:
            edges = [0, *cuts, width]
            for left, right in pairwise(edges):
                yield top, bottom, left, right
            top = bottom
        else:
            end = bottom
            while end < height:
                following = end
                while following < height and any(not c.is_blank for c in lattice[following]):
                    following += 1
                if _cuts(lattice[end:following], labels):
                    break
                end = following + 1
            yield top, min(end, height), 0, width
            top = end
        while top < height and all(c.is_blank for c in lattice[top]):
            top += 1


def _cuts(rows: list[list[Cell]], labels: Labels) -> list[int]:
    for line in rows:
        found: list[int] = []
        for c, cell in enumerate(line):
            if cell.left == c and key(cell.text) in labels.headings:
                found.append(c)
        if len(found) > 1:
            return found[1:]
    return []


def _grid(number: int, lattice: list[list[Cell]], top: int, bottom: int, left: int, right: int) -> Grid:
    """A piece of the lattice with its rows and columns counted anew."""
    for cell in {id(c): c for line in lattice[top:bottom] for c in line[left:right]}.values():
        cell.top, cell.bottom = cell.top - top, min(cell.bottom, bottom - 1) - top
        cell.left, cell.right = max(cell.left - left, 0), min(cell.right, right - 1) - left
    return Grid(number, [list(line[left:right]) for line in lattice[top:bottom]], [1.0] * (right - left))
