"""The headers of the form's grids and lists, found by their labels wherever they stand."""

from __future__ import annotations

from math import ceil

import msgspec

from xlprocess.form.load import At, Form
from xlprocess.form.model import Field, Table
from xlprocess.word.document import Cell, Grid
from xlprocess.word.labels import TOTALS, Labels, key
from xlprocess.word.periods import period_of_column

_DEEPEST = 5
_ENOUGH = 0.4
"""The part of a table's columns that must be there."""
_SURE = 0.6
"""The part of a figure's width that must stand under its label."""


class Column(msgspec.Struct):
    """A column of a header: the cell over it, and the field that it is, if any; `why` it is none. `unit` of its amounts, "" for one
    that nobody knows."""

    head: Cell
    table: Table | None
    field: Field | None
    above: tuple[Cell, ...] = ()
    unit: str | None = None
    why: str | None = None

    @property
    def label(self) -> str:
        return self.head.text.replace("\n", "")


class Header(msgspec.Struct):
    """A header that was found: its rows, its columns from left to right, and the tables that it heads."""

    top: int
    bottom: int
    columns: list[Column]
    tables: list[Table]

    def over(self, grid: Grid, cell: Cell) -> Column | None:
        """The column that a cell below stands under; None where that is not sure."""
        found = max(self.columns, key=lambda c: grid.overlap(cell, c.head), default=None)
        return found if found is not None and grid.overlap(cell, found.head) >= _SURE else None


class Finder:
    """Finds the headers of one form."""

    def __init__(self, form: Form, labels: Labels, year: int | None = None) -> None:
        self.form = form
        self.labels = labels
        self.year = year

    def header(self, grid: Grid, top: int, caption: str) -> Header | None:
        """The header that begins in this row. `caption` is what stands over it."""
        if not self.begins(grid, top):
            return None
        best: Header | None = None
        most = 0
        for bottom in range(top, min(top + _DEEPEST, grid.height)):
            if bottom > top and not self.goes_on(grid, bottom, top):
                break
            found = self.match(grid, top, bottom, caption)
            count = sum(c.field is not None for c in found.columns) if found else 0
            if found is not None and count >= most:
                best, most = found, count
        return best

    def begins(self, grid: Grid, row: int) -> bool:
        """Whether a header can begin in a row. 单位名称 is over the names of rows, or before the name of the department."""
        new = [c for c in grid.row(row) if c.top == row]
        heads = [c for c in new if self.is_head(c) or self.period(c) is not None or self.is_upper_part(grid, c)]
        singles = [c for c in heads if key(c.text) in self.labels.fields and key(c.text) not in self.labels.columns]
        return bool(heads) and (len(heads) > 1 or not singles)

    def is_head(self, cell: Cell) -> bool:
        word = "" if cell.typed else key(cell.text)
        return bool(word) and (word in self.labels.columns or word in self.labels.headings or word in self.labels.groups)

    def is_upper_part(self, grid: Grid, cell: Cell) -> bool:
        """Whether a label of the form was broken over this cell and the one below it."""
        below = grid.cells[cell.bottom + 1][cell.left] if cell.bottom + 1 < grid.height else None
        if below is None or below.is_blank or cell.is_blank or below.left != cell.left or below.typed or cell.typed:
            return False
        word = self.joined([cell, below])
        return word in self.labels.columns or word in self.labels.headings

    def goes_on(self, grid: Grid, row: int, top: int) -> bool:
        """Whether a row still belongs to a header that begins at `top`: labels, or the rest of some, and no figure."""
        new = [c for c in grid.row(row) if c.top == row and not c.is_blank]
        if not new or any(c.typed for c in new):
            return not new
        words = [key(c.text) for c in new]
        periods = [self.period(c) is not None for c in new]
        known = [
            w
            for w, p in zip(words, periods, strict=True)
            if p or w in self.labels.columns or w in self.labels.groups or w in TOTALS
        ]
        count = len(known) + sum(self.goes_into(grid, c, top) for c, w in zip(new, words, strict=True) if w not in known)
        return 2 * count >= len(words) and not any(ch.isdigit() for w, p in zip(words, periods, strict=True) if not p for ch in w)

    def period(self, cell: Cell) -> str | None:
        """What a label says of the year and the stage of its figures, where it is no column of the form."""
        word = key(cell.text)
        if cell.is_blank or cell.typed or cell.number is not None or word in self.labels.columns or word in self.labels.fields:
            return None
        return period_of_column(cell.text, self.year)

    def not_ours(self, column: Column) -> str | None:
        """Why the figures of a column are not the report's: last year's, or those of the budget."""
        broken = self.pieces(column.head, column.above)  # 上年 over 结转 is no last year
        told = [self.period(c) for c in (column.head, *column.above) if all(c is not b for b in broken)]
        return next((t for t in told if t), None)

    def pieces(self, cell: Cell, above: tuple[Cell, ...]) -> list[Cell]:
        """The cells over which a label was broken that ends in this one, from the top; none where it was not."""
        found = [cell]
        for over in above:
            if over.left != cell.left or over.is_blank:
                break
            found.insert(0, over)
            if self.joined(found) in self.labels.columns or self.joined(found) in self.labels.headings:
                return found
        return []

    def goes_into(self, grid: Grid, cell: Cell, top: int) -> bool:
        """Whether a cell holds the rest of a label above it, or a further part of one that ends below."""
        above = self.above(grid, cell, top)
        if self.pieces(cell, above):
            return True
        over = [cell, *(c for c in above if c.left == cell.left)][::-1]
        word = self.joined(over)
        under = grid.cells[cell.bottom + 1][cell.left] if cell.bottom + 1 < grid.height else None
        if len(over) < 2 or any(c.is_blank for c in over):
            return False
        if word in self.labels.headings:
            return True
        whole = self.joined([*over, under]) if under is not None and not under.is_blank else ""
        return whole in self.labels.columns or whole in self.labels.headings

    def joined(self, cells: list[Cell]) -> str:
        return key("".join(c.text for c in cells))

    def match(self, grid: Grid, top: int, bottom: int, caption: str) -> Header | None:
        columns = [Column(c, None, None, self.above(grid, c, top)) for c in self.leaves(grid, top, bottom)]
        scores: dict[str, int] = {}
        for column in columns:
            column.why = self.not_ours(column)
            for at in self.meant(column):
                scores[at.table.id] = scores.get(at.table.id, 0) + 1
        accepted = [t for t in self.form.tables.values() if scores.get(t.id, 0) >= self.needed(t, caption)]
        accepted.sort(key=lambda t: -scores[t.id])
        taken: set[tuple[str, str]] = set()
        self.tell_doubles(columns, accepted)
        for table in accepted:
            for column in columns:
                own = next((a for a in self.meant(column) if a.table is table), None)
                if column.field is None and own is not None and (table.id, own.field.id) not in taken:
                    column.table, column.field = table, own.field
                    taken.add((table.id, own.field.id))
        kept = [t for t in accepted if sum(c.table is t for c in columns) >= self.needed(t, caption)]
        for column in columns:
            if column.table not in kept:
                column.table = column.field = None
        for table in kept:
            self.find_total(table, columns)
            self.split_group(grid, bottom, table, columns)
        return Header(top, bottom, columns, kept) if kept else None

    def tell_doubles(self, columns: list[Column], accepted: list[Table]) -> None:
        """A field of a grid that several columns could be is none of them."""
        for table in (t for t in accepted if t.kind == "grid"):
            meaning: dict[str, list[Column]] = {}
            for column in columns:
                for at in self.meant(column):
                    if at.table is table:
                        meaning.setdefault(at.field.id, []).append(column)
            for field, several in meaning.items():
                spare = sum(any(a.table is t for c in several for a in self.meant(c)) for t in accepted)
                if len(several) > spare:
                    for column in several:
                        column.table = table
                        column.why = f"有几栏都是“{table.fields[field].label}”，不能确定是哪一栏，没有采用"

    def leaves(self, grid: Grid, top: int, bottom: int) -> list[Cell]:
        """The lowest filled cells of a header, from left to right."""
        found: list[Cell] = []
        for column in range(len(grid.widths)):
            stack = [grid.cells[row][column] for row in range(bottom, top - 1, -1)]
            cell = next((c for c in stack if c is not None and not c.is_blank), None)
            if cell is not None and all(cell is not f for f in found):
                found.append(cell)
        return found

    def above(self, grid: Grid, cell: Cell, top: int) -> tuple[Cell, ...]:
        found: list[Cell] = []
        for row in range(cell.top - 1, top - 1, -1):
            over = grid.cells[row][cell.left]
            if over is not None and over.is_blank:  # a label of a group over several columns, never merged
                over = next((c for c in reversed(grid.cells[row][: cell.left]) if c is not None and not c.is_blank), over)
                is_group = self.period(over) is not None or self.period(cell) is not None
                over = over if is_group and not self.is_upper_part(grid, over) else grid.cells[row][cell.left]
            if over is not None and over is not cell and all(over is not f for f in found):
                found.append(over)
        return tuple(found)

    def meant(self, column: Column) -> list[At]:
        """The fields that a column's label can mean; 小计 or 决算数 under a label means that label."""
        if column.why is not None:
            return []
        word = key(column.head.text)
        if word in TOTALS or self.period(column.head) is not None:
            over = next((c for c in column.above if key(c.text) not in self.labels.groups and not c.is_blank), None)
            if over is not None and key(over.text) in self.labels.columns:
                word = key(over.text)
        word = self.joined(self.pieces(column.head, column.above)) or word
        return list(self.labels.columns.get(word, ()))

    def needed(self, table: Table, caption: str) -> int:
        printed = sum(f.kind != "derived" for f in table.field)
        if table.kind == "list" and printed <= 2:
            return 2 if self.is_titled(table, caption) else 1_000
        return max(2, ceil(_ENOUGH * printed))

    def is_titled(self, table: Table, caption: str) -> bool:
        over = key(caption)
        return any(key(t) in over for t in (table.title, table.caption) if t)

    def find_total(self, table: Table, columns: list[Column]) -> None:
        """The total of a grid may be labelled 合计 alone."""
        if table.kind != "grid":
            return
        roots = [f for f in table.field if table.children(f) and not f.under and not f.beside]
        if len(roots) != 1 or any(c.field is roots[0] for c in columns):
            return
        bare = [c for c in columns if c.field is None and key(c.head.text) in TOTALS and not c.above]
        if len(bare) == 1:
            bare[0].table, bare[0].field = table, roots[0]

    def split_group(self, grid: Grid, bottom: int, table: Table, columns: list[Column]) -> None:
        """One label over several columns of a list: they are told apart by the cells below."""
        for column in list(columns):
            grouped = [f for f in table.field if f.group and key(f.group) == key(column.head.text)]
            if table.kind != "list" or len(grouped) < 2 or column.head.left == column.head.right:
                continue
            lefts = {c.left for r in range(bottom + 1, grid.height) for c in grid.row(r) if c.left >= column.head.left}
            lefts = {x for x in lefts if x <= column.head.right}
            if len(lefts) != len(grouped):
                starts = sorted({c.left for c in grid.row(min(bottom + 1, grid.height - 1))} & lefts)
                if len(starts) != len(grouped):
                    continue
                lefts = set(starts)
            at = columns.index(column)
            edges = [*sorted(lefts), column.head.right + 1]
            pieces = [
                Column(msgspec.structs.replace(column.head, left=edges[k], right=edges[k + 1] - 1), table, field, column.above)
                for k, field in enumerate(grouped)
            ]
            columns[at : at + 1] = pieces
