"""The rows of a form's grids, read below a header that was found."""

from __future__ import annotations

import re
from collections.abc import Sequence

from xlprocess.form.load import Form
from xlprocess.form.model import Table, normal
from xlprocess.row_name import NUMBERING, row_name
from xlprocess.typed import read_number
from xlprocess.word.document import Cell, Document, Grid
from xlprocess.word.figures import placed
from xlprocess.word.find_tables import Header
from xlprocess.word.labels import NOTE_MARK, Labels, key
from xlprocess.word.ledger import GridRow, Ledger
from xlprocess.word.row_names import is_no_organisation, is_whole
from xlprocess.word.units import NOT_UNDERSTOOD, UNKNOWN, unit_alone

_UNITS = frozenset(("单位", "计量单位", "金额单位", "货币单位"))
"""Over a column that tells the unit row by row."""
_OUR_NUMBER = re.compile(r"^[0-9]+、")
NO_ROW = "表中没有这一行，没有采用"


class RowReader:
    """Reads the rows of the grids that one header heads into the ledger."""

    def __init__(
        self, form: Form, labels: Labels, document: Document, ledger: Ledger, header: Header, tables: Sequence[Table]
    ) -> None:
        self.form = form
        self.labels = labels
        self.document = document
        self.ledger = ledger
        self.header = header
        self.tables = tables
        self.rows = form.rows_of(tables[0])
        self.money = {key(t) for table in tables for f in table.field if f.is_number for t in (f.label, *f.spellings)}

    def read(self, grid: Grid, first: int, last: int) -> None:
        names = self.name_column(grid, first, last)
        seen = {r.name for t in self.tables for r in self.ledger.rows.get(t.id, ())}  # of a table that goes on
        rests: list[Cell] = []
        for number in range(first, last):
            cells = [c for c in grid.row(number) if c.top == number]
            if all(c.is_blank for c in cells):
                self.ledger.use(*cells)
                continue
            name_cell = next((c for c in grid.row(number) if names is not None and grid.overlap(c, names) > 0.5), None)
            printed = "" if name_cell is None or name_cell.top != number else name_cell.text.replace("\n", "")
            if any(name_cell is c for c in rests):
                self.ledger.use(name_cell)
                continue
            if self.is_unit_row(grid, [c for c in cells if c is not name_cell]):
                self.ledger.use(*cells)
                continue
            more = self.rests(grid, number, last, name_cell)
            printed += "".join(c.text.replace("\n", "") for c in more)
            rests += more
            if number in grid.ragged:
                self.reject_row(cells, "这一行的格数与表头不一致，没有采用")
                continue
            if self.rows.hint and normal(printed) == normal(self.rows.hint) and not (name_cell and name_cell.typed):
                self.ledger.use(*cells)
                continue
            name = self.named(printed) if name_cell is None or not name_cell.typed else self.typed(name_cell.text)
            if not name:
                self.reject_row(cells, "这一行没有名称，没有采用" if not printed.strip() else NO_ROW)
            elif name in seen:
                self.reject_row(cells, "前面已有同名的行，没有采用")
            else:
                seen.add(name)
                self.ledger.use(name_cell)
                bottom = max([c.bottom for c in (name_cell, *more) if c is not None], default=number)
                self.read_row(grid, cells, name, name_cell, bottom)

    def named(self, printed: str) -> str | None:
        """The row that a printed name means; none for a row of something else. In a report of ours every name is a name."""
        rows = self.rows
        known = rows.named(printed)
        if known is not None:
            return known
        if self.document.exact:
            return (NUMBERING.sub("", printed, count=1) if rows.numbered else printed) if rows.open else None
        printed = NOTE_MARK.sub("", printed)
        bare = NUMBERING.sub("", printed.strip())
        known = rows.named(bare) or rows.named(row_name(printed))
        if known is not None and (known != rows.summary or not bare.startswith("其中")):
            return known
        if is_whole(bare):
            return rows.summary
        if not rows.open or is_no_organisation(bare) or key(bare) in self.money:
            return None
        return row_name(printed)

    def typed(self, printed: str) -> str:
        """A name in a report of ours, to the letter, behind the number that the report prints."""
        bare = _OUR_NUMBER.sub("", printed, count=1) if self.rows.numbered else printed
        return bare if printed.strip() else ""

    def is_unit_row(self, grid: Grid, cells: list[Cell]) -> bool:
        """A row below the header that tells the unit of every column, and nothing else."""
        filled = [c for c in cells if not c.is_blank]
        told = [(self.header.over(grid, c), unit_alone(c.text)) for c in filled]
        if not told or any(unit is None or column is None for column, unit in told):
            return False
        for column, unit in told:
            if column is not None and unit is not None:
                column.unit = unit
        return True

    def rests(self, grid: Grid, number: int, last: int, name: Cell | None) -> list[Cell]:
        """The further parts of a row's name, where it was broken over rows: below it, beside nothing new, and together a name that
        the form knows."""
        if name is None or name.top != number or name.bottom != number or name.is_blank:
            return []
        found: list[Cell] = []
        text = name.text
        for row in range(number + 1, min(number + 4, last)):
            under = grid.cells[row][name.left]
            new = [c for c in grid.row(row) if c.top == row and not c.is_blank]
            if under is None or under.is_blank or new != [under]:
                break
            found.append(under)
            text += under.text
            if self.rows.named(row_name(text)):
                return found if self.rows.named(row_name(name.text)) is None else []
        return []

    def read_row(self, grid: Grid, cells: list[Cell], name: str, name_cell: Cell | None, bottom: int) -> None:
        """The row of a name whose figures may go on down to `bottom`."""
        found: dict[str, GridRow] = {}
        origin = name_cell.origin if name_cell is not None else cells[0].origin
        for table in self.tables:
            found[table.id] = GridRow(name, origin, {})
            self.ledger.rows.setdefault(table.id, []).append(found[table.id])
        told = self.unit_told(grid, cells, name_cell)
        values = [(c, self.header.over(grid, c)) for c in cells if c is not name_cell and not self.ledger.is_used(c)]
        for cell, column in values:
            if column is None or column.table is None or column.field is None or column.table.kind != "grid":
                label = f"（{column.label}）" if column is not None else ""
                why = column.why if column is not None and column.why else "在表样中没有对应的栏目"
                self.ledger.reject(cell, why, prefix=f"{name}{label} ")
                continue
            field, table = column.field, column.table
            unit = column.unit or UNKNOWN if told is None else told
            if cell.is_blank or (field.only and name not in field.only and read_number(cell.text).state == "nothing"):
                self.ledger.use(cell)
            elif cell.bottom > bottom or sum(o is column and not c.is_blank for c, o in values) > 1:
                self.ledger.reject(cell, "跨行或重复，不能确定属于哪一格", prefix=f"{name}（{field.label}） ")
            elif field.only and name not in field.only:
                self.ledger.reject(cell, "这一行没有这一栏", prefix=f"{name}（{field.label}） ")
            elif field.type == "money" and unit == UNKNOWN and any(ch.isdigit() for ch in cell.text):
                self.ledger.reject(cell, NOT_UNDERSTOOD, prefix=f"{name}（{column.label}） ")
            else:
                self.ledger.use(cell)
                value = placed(field, cell, unit or self.form.edition.unit, self.form.edition.unit, column.label)
                if field.kind == "derived" or cell.derived:
                    self.ledger.derived.append((table.id, name, field.id, value))
                else:
                    found[table.id].values[field.id] = value

    def unit_told(self, grid: Grid, cells: list[Cell], name_cell: Cell | None) -> str | None:
        """The unit that a cell of the row tells of it."""
        for cell in cells:
            column = self.header.over(grid, cell)
            if cell is name_cell or cell.is_blank or column is None or column.field is not None or key(column.label) not in _UNITS:
                continue
            told = unit_alone(cell.text)
            if told:
                self.ledger.use(cell)
            return told or UNKNOWN
        return None

    def name_column(self, grid: Grid, first: int, last: int) -> Cell | None:
        """The cell over the names of the rows: that which says so, unless it goes on down beside them; else what stands left of the
        known columns over the most names, or nothing at all over them."""
        columns = self.header.columns
        for column in columns:
            if column.field is None and key(column.head.text) in self.labels.headings and column.head.bottom < first:
                return column.head
        known = min((c.head.left for c in columns if c.field is not None), default=0)
        plain = [c.head for c in columns if c.field is None and c.head.right < known and c.head.bottom < first]
        taken = {x for c in columns if c.head.right < known for x in range(c.head.left, c.head.right + 1)}
        bare = [x for x in range(known) if x not in taken]
        for left in [x for x in bare if x - 1 not in bare]:
            right = next(x for x in range(left, known) if x + 1 not in bare)
            plain.append(Cell(self.header.top, self.header.bottom, left, right, [], columns[0].head.origin))
        plain.sort(key=lambda c: (self.names_below(grid, c, first, last), c.left))
        return plain[-1] if plain else None

    def names_below(self, grid: Grid, head: Cell, first: int, last: int) -> int:
        below = {id(c): c for r in range(first, last) for c in grid.row(r) if c.top >= first and grid.overlap(c, head) > 0.5}
        return sum(not c.is_blank and self.named(c.text.replace("\n", "")) is not None for c in below.values())

    def reject_row(self, cells: list[Cell], why: str) -> None:
        texts = [c.text.replace("\n", "") for c in cells if not c.is_blank and not self.ledger.is_used(c)]
        if texts:
            self.ledger.leave(cells[0].origin, "　".join(texts), why)
        self.ledger.use(*cells)
