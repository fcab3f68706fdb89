"""The grids and lists of a form, read below the headers that were found."""

from __future__ import annotations

import re

from xlprocess.form.load import Form
from xlprocess.form.model import Field, RowSet, Table, normal
from xlprocess.locate import NUMBERING, row_name
from xlprocess.word.document import Cell, Document, Grid
from xlprocess.word.figures import given, placed
from xlprocess.word.find_tables import Finder, Header
from xlprocess.word.labels import TOTALS, Labels, key, unit_of
from xlprocess.word.ledger import TWICE, GridRow, Ledger, LineRead, Placed

_NO_MEMBER = re.compile(r"(?:备注|注[:：]|说明|校验|上年|比上年|同比|增减|占比|小计|其中[:：]?$)")
_ASIDE = re.compile(r"[（(].*[）)]", re.DOTALL)
"""A remark below a choice."""
_ITEM = re.compile(r"^\s*指标\s*[0-9０-９]*\s*[:：]\s*")
_TARGET = re.compile(r"[；;]\s*目标值\s*[:：]\s*")


class TableReader:
    """Reads what stands below headers into the ledger."""

    def __init__(self, form: Form, labels: Labels, document: Document, ledger: Ledger) -> None:
        self.form = form
        self.labels = labels
        self.document = document
        self.ledger = ledger
        self.finder = Finder(form, labels)
        self.unit: str = form.edition.unit
        self.done: set[str] = set()
        self.heads: list[Cell] = []

    def read(self, grid: Grid, caption: str) -> None:
        row = 0
        self.unit = unit_of(caption) or self.unit
        while row < grid.height:
            for cell in grid.row(row):
                if cell.top == row:
                    self.unit = unit_of(cell.text) or self.unit if self.labels.is_layout(cell.text) else self.unit
                    if self.labels.is_title(cell.text):
                        caption = cell.text
            header = self.finder.header(grid, row, caption)
            if header is None:
                row += 1
                continue
            row = self.body(grid, header)
            caption = ""

    def body(self, grid: Grid, header: Header) -> int:
        """Reads the rows below a header; gives the row behind them."""
        first = header.bottom + 1
        last = first
        while last < grid.height and not self.ends(grid, last, header):
            last += 1
        repeated = [t for t in header.tables if t.id in self.done]
        if repeated:
            for number in range(first, last):
                for cell in grid.row(number):
                    if cell.top == number:
                        self.ledger.reject(cell, f"“{repeated[0].title}”{TWICE}")
        placed = [c for c in header.columns if c.field is not None and key(c.head.text) not in self.labels.columns]
        broken = [c for column in placed for c in self.finder.pieces(column.head, column.above)]
        self.heads += broken
        for number in range(header.top, first):
            for cell in grid.row(number):
                known = self.finder.is_head(cell) or key(cell.text) in TOTALS or self.labels.is_layout(cell.text)
                if known or any(cell is c for c in broken):
                    self.unit = unit_of(cell.text) or self.unit
                    self.ledger.use(cell)
        if not repeated:
            grids = [t for t in header.tables if t.kind == "grid"]
            for table in header.tables:
                self.done.add(table.id)
                if table.kind == "list":
                    self.read_lines(grid, header, table, first, last)
            if grids:
                self.read_rows(grid, header, grids, first, last)
        return last

    def ends(self, grid: Grid, row: int, header: Header) -> bool:
        cells = [c for c in grid.row(row) if c.top == row]
        filled = [c for c in cells if not c.is_blank]
        if not filled:
            return False
        if len(grid.row(row)) == 1:
            return True
        first = filled[0]
        if self.labels.is_box(first.text):
            return True
        word = key(first.text)
        if word in self.labels.fields and not any(
            self.form.row_sets[t.rows or ""].named(first.text) for t in header.tables if t.rows
        ):
            return True
        if self.labels.is_title(first.text) and all(self.labels.is_layout(c.text) for c in filled[1:]):
            return True
        found = self.finder.header(grid, row, "")
        return found is not None and found.top == row and len([c for c in found.columns if c.field]) > 1

    # ---- grids

    def read_rows(self, grid: Grid, header: Header, tables: list[Table], first: int, last: int) -> None:
        row_set = self.form.rows_of(tables[0])
        names = self.name_column(header)
        seen: set[str] = set()
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
            more = self.rests(grid, number, last, name_cell, row_set)
            printed += "".join(c.text.replace("\n", "") for c in more)
            rests += more
            if number in grid.ragged:
                self.reject_row(cells, "这一行的格数与表头不一致，没有采用")
                continue
            if row_set.hint and normal(printed) == normal(row_set.hint):
                self.ledger.use(*cells)
                continue
            if self.document.exact:
                name = row_set.named(printed) or (NUMBERING.sub("", printed, count=1) if row_set.numbered else printed)
            else:
                bare = row_name(printed)
                name = row_set.named(printed) or row_set.named(bare) or bare
            if not name:
                self.reject_row(cells, "这一行没有名称，没有采用")
            elif name in seen:
                self.reject_row(cells, "前面已有同名的行，没有采用")
            elif (not row_set.open or _NO_MEMBER.match(name)) and name not in (row_set.summary, *row_set.items):
                self.reject_row(cells, "表中没有这一行，没有采用")
            else:
                seen.add(name)
                self.ledger.use(name_cell)
                bottom = max([c.bottom for c in (name_cell, *more) if c is not None], default=number)
                self.read_row(grid, header, tables, cells, name, name_cell, bottom)

    def rests(self, grid: Grid, number: int, last: int, name: Cell | None, row_set: RowSet) -> list[Cell]:
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
            if row_set.named(row_name(text)):
                return found if row_set.named(row_name(name.text)) is None else []
        return []

    def read_row(
        self, grid: Grid, header: Header, tables: list[Table], cells: list[Cell], name: str, name_cell: Cell | None, bottom: int
    ) -> None:
        """The row of a name whose figures may go on down to `bottom`."""
        found: dict[str, GridRow] = {}
        origin = name_cell.origin if name_cell is not None else cells[0].origin
        for table in tables:
            found[table.id] = GridRow(name, origin, {})
            self.ledger.rows.setdefault(table.id, []).append(found[table.id])
        taken: set[str] = set()
        for cell in cells:
            if cell is name_cell:
                continue
            column = header.over(grid, cell)
            if column is None or column.table is None or column.field is None or column.table.kind != "grid":
                label = f"（{column.label}）" if column is not None else ""
                self.ledger.reject(cell, "在表样中没有对应的栏目", prefix=f"{name}{label} ")
                continue
            field, table = column.field, column.table
            if cell.is_blank:
                self.ledger.use(cell)
            elif field.id in taken or cell.bottom > bottom:
                self.ledger.reject(cell, "跨行或重复，不能确定属于哪一格", prefix=f"{name} ")
            elif field.only and name not in field.only:
                self.ledger.reject(cell, "这一行没有这一栏", prefix=f"{name}（{field.label}） ")
            else:
                taken.add(field.id)
                self.ledger.use(cell)
                value = placed(field, cell, self.unit, self.form.edition.unit, column.label)
                if field.kind == "derived" or cell.derived:
                    self.ledger.derived.append((table.id, name, field.id, value))
                else:
                    found[table.id].values[field.id] = value

    def name_column(self, header: Header) -> Cell | None:
        for column in header.columns:
            if column.field is None and key(column.head.text) in self.labels.headings:
                return column.head
        known = min((c.head.left for c in header.columns if c.field is not None), default=0)
        plain = [c.head for c in header.columns if c.field is None and c.head.right < known]
        if plain:
            return plain[-1]
        if known > 0:
            first = header.columns[0].head
            return Cell(header.top, header.bottom, 0, known - 1, [], first.origin)
        return None

    def reject_row(self, cells: list[Cell], why: str) -> None:
        texts = [c.text.replace("\n", "") for c in cells if not c.is_blank and not self.ledger.is_used(c)]
        if texts:
            self.ledger.leave(cells[0].origin, "　".join(texts), why)
        self.ledger.use(*cells)

    # ---- lists

    def read_lines(self, grid: Grid, header: Header, table: Table, first: int, last: int) -> None:
        lines = self.ledger.lines.setdefault(table.id, [])
        above: dict[str, Cell] = {}
        for number in range(first, last):
            values: dict[str, Cell] = {}
            cells = grid.row(number)
            new = [c for c in cells if c.top == number]
            if all(c.is_blank for c in new):
                self.ledger.use(*new)
                continue
            if table.hint and any(normal(c.text) == normal(table.hint) for c in new):
                self.ledger.use(*new)
                continue
            first_filled = next(c for c in new if not c.is_blank)
            if table.total is not None and key(first_filled.text) in TOTALS | self.labels.spelled(table.total):
                self.read_total(grid, header, table, new, first_filled)
                continue
            for cell in cells:
                column = header.over(grid, cell)
                if column is None or column.table is not table or column.field is None:
                    if cell.top == number and column is not None and not self.labels.is_layout(cell.text):
                        self.ledger.reject(cell, "在表样中没有对应的栏目")
                    continue
                values.setdefault(column.field.id, cell)
            self.ledger.use(*values.values())
            self.read_line(table, values, above, number, lines)

    def read_total(self, grid: Grid, header: Header, table: Table, cells: list[Cell], label: Cell) -> None:
        """The figure at the foot of a list, under the column that it is the sum of."""
        self.ledger.use(label)
        for cell in cells:
            column = header.over(grid, cell)
            if column is None or column.field is None or table.total is None or column.field.id != table.total.of:
                continue
            self.ledger.use(cell)
            value = placed(table.total, cell, self.unit, self.form.edition.unit)
            if cell.derived:
                self.ledger.derived.append((table.id, None, table.total.id, value))
            elif not cell.is_blank:
                self.ledger.put(table.id, table.total.id, value)

    def read_line(self, table: Table, cells: dict[str, Cell], above: dict[str, Cell], number: int, lines: list[LineRead]) -> None:
        leading = [f for f in table.field if not f.part and f.id in cells and f.kind != "derived"]
        inner = [f for f in table.field if f.part and f.id in cells]
        own = [f for f in leading if not cells[f.id].is_blank and (cells[f.id].top == number or not f.is_number)]
        telling = [f for f in own if cells[f.id].top == number and not (f.choices and not self.document.exact)]
        part = {f.id: self.value(f, cells[f.id]) for f in inner if not cells[f.id].is_blank}
        if not telling and part and lines:
            lines[-1].parts.append(part)
            return
        if not telling and not part:
            above.update({f.id: cells[f.id] for f in own if not _ASIDE.fullmatch(cells[f.id].text)})
            return
        values = {f.id: self.value(f, cells[f.id]) for f in own}
        if not self.document.exact:
            for field in leading:
                if field.choices and not cells[field.id].is_blank and not _ASIDE.fullmatch(cells[field.id].text):
                    above[field.id] = cells[field.id]
                elif field.choices and field.id in above:
                    values[field.id] = self.value(field, above[field.id])
        split = self.split(table, values, cells)
        lines.extend(LineRead(v) for v in split)
        if part:
            lines[-1].parts.append(part)

    def split(self, table: Table, values: dict[str, Placed], cells: dict[str, Cell]) -> list[dict[str, Placed]]:
        """Several indicators in one cell are several lines; what is printed behind a name goes to its own column."""
        goal = next((f for f in table.field if f.measure), None)
        name = next((f for f in table.field if f.type == "text" and not f.choices and not f.measure and not f.part), None)
        if goal is None or name is None or name.id not in cells or name.id not in values:
            return [values]
        named: list[str] = []
        for text in [cells[name.id].text] if self.document.exact else cells[name.id].lines:
            if not named or _ITEM.match(text):
                named.append(text)
            else:
                named[-1] = f"{named[-1]}\n{text}"
        others = [(f, cells[f.id].lines) for f in table.field if f.measure and f.id in cells]
        found = []
        for k, text in enumerate(named):
            line = dict(values)
            if not (self.document.exact and goal.id in cells):
                text = _ITEM.sub("", text, count=1)
            if goal.id not in cells:
                *head, tail = _TARGET.split(text) if _TARGET.search(text) else [text]
                if head:
                    line[goal.id] = given(goal, tail, cells[name.id], self.unit, self.form.edition.unit)
                    text = text[: [m.start() for m in _TARGET.finditer(text)][-1]]
            line[name.id] = given(name, text, cells[name.id], self.unit, self.form.edition.unit)
            for field, texts in others:
                if len(named) > 1 and len(texts) == len(named):
                    line[field.id] = given(field, texts[k], cells[field.id], self.unit, self.form.edition.unit)
            found.append(line)
        return found

    def value(self, field: Field, cell: Cell) -> Placed:
        value = placed(field, cell, self.unit, self.form.edition.unit)
        if field.choices and not self.document.exact:
            value.given = chosen(field, cell.text)
        return value


def chosen(field: Field, text: str) -> str:
    """The choice that a printed text means; else the text."""
    word = normal(text)
    if word in map(normal, field.choices):
        return next(c for c in field.choices if normal(c) == word)
    near = [c for c in field.choices if normal(c) in word or (len(word) >= 2 and word in normal(c))]
    return near[0] if len(near) == 1 else text
