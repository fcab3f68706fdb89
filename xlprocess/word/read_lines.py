"""The lines of a form's lists, read below a header that was found."""

from __future__ import annotations

import re
from itertools import pairwise

from xlprocess.form.load import Form
from xlprocess.form.model import Field, Table, normal
from xlprocess.word.document import Cell, Document, Grid
from xlprocess.word.figures import given, placed
from xlprocess.word.find_tables import Header
from xlprocess.word.labels import TOTALS, Labels, key
from xlprocess.word.ledger import Ledger, LineRead, Placed
from xlprocess.word.row_names import is_whole
from xlprocess.word.units import NOT_UNDERSTOOD, UNKNOWN

_ASIDE = re.compile(r"[（(].*[）)]", re.DOTALL)
"""A remark below a choice."""
_ITEM = re.compile(r"^\s*指标\s*[0-9０-９]*\s*[:：]\s*")
_TARGET = re.compile(r"[；;]\s*目标值\s*[:：]\s*")
_OUR_ITEM, _OUR_TARGET = re.compile(r"^指标[0-9]+："), re.compile("；目标值：")
"""The same in a report of ours, where a blank is what somebody typed."""
_BOXES = re.compile(r"[□☐○☑☒√✓✔■●]")
_TICKS = frozenset("☑☒√✓✔■●")
_DENIED = re.compile(r"[不未非无没]")
NO_LINE = "是合计或小计，表中没有这一行，没有采用"


def feet(form: Form, table: Table) -> list[tuple[Table, Field]]:
    """The single fields that the printed form shows at the foot of a list, each under a column of it."""
    return [(t, f) for t in form.tables.values() if t.kind == "fields" for f in t.field if f.after == table.id and f.column]


def is_sum(text: str) -> bool:
    return key(text) in TOTALS or is_whole(text)


class LineReader:
    """Reads the lines of one list into the ledger."""

    def __init__(self, form: Form, labels: Labels, document: Document, ledger: Ledger, header: Header, table: Table) -> None:
        self.form = form
        self.labels = labels
        self.document = document
        self.ledger = ledger
        self.header = header
        self.table = table
        self.units = {c.field.id: c.unit or UNKNOWN for c in header.columns if c.field is not None and c.table is table}

    def read(self, grid: Grid, first: int, last: int) -> None:
        table, header = self.table, self.header
        lines = self.ledger.lines.setdefault(table.id, [])
        above: dict[str, Cell] = {}
        for number in range(first, last):
            values: dict[str, Cell] = {}
            cells = grid.row(number)
            new = [c for c in cells if c.top == number]
            if all(c.is_blank for c in new):
                self.ledger.use(*new)
                continue
            if table.hint and any(normal(c.text) == normal(table.hint) and not c.typed for c in new):
                self.ledger.use(*new)
                continue
            first_filled = next(c for c in new if not c.is_blank)
            is_last = not first_filled.typed and (
                number == last - 1 or not self.document.exact
            )  # whatever a line of ours is called
            if table.total is not None and is_last and key(first_filled.text) in TOTALS | self.labels.spelled(table.total):
                self.read_total(grid, new, first_filled)
                continue
            if self.is_foot(grid, new):
                self.read_foot(grid, new, first_filled)
                continue
            if not self.document.exact and is_sum(first_filled.text):
                self.reject_row(new, NO_LINE)
                continue
            for cell in cells:
                column = header.over(grid, cell)
                if column is None or column.table is not table or column.field is None:
                    if cell.top == number and column is not None and not self.labels.is_layout(cell.text):
                        why = column.why or "在表样中没有对应的栏目"
                        self.ledger.reject(cell, why)
                    continue
                values.setdefault(column.field.id, cell)
            self.ledger.use(*values.values())
            self.read_line(values, above, number, lines)

    def read_total(self, grid: Grid, cells: list[Cell], label: Cell) -> None:
        """The figure at the foot of a list, under the column that it is the sum of."""
        total = self.table.total
        self.ledger.use(label)
        for cell in cells:
            column = self.header.over(grid, cell)
            if column is None or column.field is None or total is None or column.field.id != total.of:
                continue
            if self.is_unknown(total, cell, self.units.get(column.field.id, UNKNOWN)):
                continue
            self.ledger.use(cell)
            value = placed(total, cell, self.units.get(column.field.id) or self.form.edition.unit, self.form.edition.unit)
            if cell.derived:
                self.ledger.derived.append((self.table.id, None, total.id, value))
            elif not cell.is_blank:
                self.ledger.put(self.table.id, total.id, value)

    # ---- the foot of a list, where single fields of the form are printed under its columns

    def is_foot(self, grid: Grid, cells: list[Cell]) -> bool:
        return is_foot(self.form, self.labels, grid, self.header, self.table, cells)

    def read_foot(self, grid: Grid, cells: list[Cell], label: Cell) -> None:
        self.ledger.use(label)
        under = {f.column: (t, f) for t, f in feet(self.form, self.table)}
        for cell in cells:
            if cell is label or cell.is_blank:
                self.ledger.use(cell)
                continue
            column = self.header.over(grid, cell)
            at = under.get(column.field.id) if column is not None and column.field is not None else None
            if at is None:
                self.ledger.reject(cell, NO_LINE)
                continue
            self.ledger.use(cell)
            table, field = at
            value = placed(field, cell, self.form.edition.unit, self.form.edition.unit)
            if field.kind == "derived" or cell.derived:
                self.ledger.derived.append((table.id, None, field.id, value))
            else:
                self.ledger.put(table.id, field.id, value)

    # ---- lines

    def read_line(self, cells: dict[str, Cell], above: dict[str, Cell], number: int, lines: list[LineRead]) -> None:
        table = self.table
        leading = [f for f in table.field if not f.part and f.id in cells and f.kind != "derived"]
        inner = [f for f in table.field if f.part and f.id in cells]
        own = [f for f in leading if not cells[f.id].is_blank and (cells[f.id].top == number or not f.is_number)]
        telling = [f for f in own if cells[f.id].top == number and not (f.choices and not self.document.exact)]
        part = {f.id: self.value(f, cells[f.id]) for f in inner if not cells[f.id].is_blank and self.is_readable(f, cells[f.id])}
        if not telling and part and lines:
            lines[-1].parts.append(part)
            return
        if not telling and not part:
            above.update({f.id: cells[f.id] for f in own if not _ASIDE.fullmatch(cells[f.id].text)})
            return
        values = {f.id: self.value(f, cells[f.id]) for f in own if self.is_readable(f, cells[f.id])}
        if not self.document.exact:
            for field in leading:
                if field.choices and not cells[field.id].is_blank and not _ASIDE.fullmatch(cells[field.id].text):
                    above[field.id] = cells[field.id]
                elif field.choices and field.id in above:
                    values[field.id] = self.value(field, above[field.id])
        split = self.split(values, cells)
        lines.extend(LineRead(v) for v in split)
        if part:
            lines[-1].parts.append(part)

    def split(self, values: dict[str, Placed], cells: dict[str, Cell]) -> list[dict[str, Placed]]:
        """Several indicators in one cell are several lines; what is printed behind a name goes to its own column."""
        table = self.table
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
        item, target = (_OUR_ITEM, _OUR_TARGET) if self.document.exact else (_ITEM, _TARGET)
        others = [(f, cells[f.id].lines) for f in table.field if f.measure and f.id in cells]
        for field, texts in others:
            if len(named) > 1 and len(texts) not in (1, len(named)) and values.pop(field.id, None) is not None:
                self.ledger.leave(
                    cells[field.id].origin, cells[field.id].text, "与同一格中指标的项数不同，不能确定属于哪一项，没有采用"
                )
        found = []
        for k, text in enumerate(named):
            line = dict(values)
            if not (self.document.exact and goal.id in cells):
                text = item.sub("", text, count=1)
            if goal.id not in cells:
                parted = cells[name.id].parted
                *head, tail = target.split(text) if target.search(text) else [text]
                if parted is not None:
                    text = item.sub("", parted[0], count=1)
                    line[goal.id] = self.given(goal, parted[1], cells[name.id])
                elif head:
                    line[goal.id] = self.given(goal, tail, cells[name.id])
                    text = text[: [m.start() for m in target.finditer(text)][-1]]
            line[name.id] = self.given(name, text, cells[name.id])
            for field, texts in others:
                if len(named) > 1 and len(texts) == len(named):
                    line[field.id] = self.given(field, texts[k], cells[field.id])
            found.append(line)
        return found

    def given(self, field: Field, text: str, cell: Cell) -> Placed:
        return given(field, text, cell, self.form.edition.unit, self.form.edition.unit)

    def value(self, field: Field, cell: Cell) -> Placed:
        value = placed(field, cell, self.units.get(field.id) or self.form.edition.unit, self.form.edition.unit)
        if field.choices and not self.document.exact:
            value.given = chosen(field, cell.text)
        return value

    def is_readable(self, field: Field, cell: Cell) -> bool:
        """An amount whose unit nobody knows is told, not read."""
        return not self.is_unknown(field, cell, self.units.get(field.id, UNKNOWN))

    def is_unknown(self, field: Field, cell: Cell, unit: str) -> bool:
        if field.type != "money" or unit != UNKNOWN or not any(ch.isdigit() for ch in cell.text):
            return False
        self.ledger.leave(cell.origin, f"（{field.label}） {cell.text}", NOT_UNDERSTOOD)
        self.ledger.use(cell)
        return True

    def reject_row(self, cells: list[Cell], why: str) -> None:
        texts = [c.text.replace("\n", "") for c in cells if not c.is_blank and not self.ledger.is_used(c)]
        if texts:
            self.ledger.leave(cells[0].origin, "　".join(texts), why)
        self.ledger.use(*cells)


def is_foot(form: Form, labels: Labels, grid: Grid, header: Header, table: Table, cells: list[Cell]) -> bool:
    """Whether a row stands at the foot of a list: 总分 or 合计, and below the columns of its figures nothing but figures."""
    filled = [c for c in cells if not c.is_blank]
    found = feet(form, table)
    if not found or not filled:
        return False
    label, *others = filled
    if label.typed:
        return False
    if not (is_sum(label.text) or any(key(label.text) in labels.spelled(f) for _, f in found)):
        return False
    columns = [header.over(grid, c) for c in others]
    under = {f.column for _, f in found}
    return any(c is not None and c.table is table and c.field is not None and c.field.id in under for c in columns)


def chosen(field: Field, text: str) -> str:
    """The choice that a printed text means, also the one that is ticked of those printed; else the text."""
    word = normal(text)
    if word in map(normal, field.choices):
        return next(c for c in field.choices if normal(c) == word)
    if _BOXES.search(text):
        return _ticked(field, text) or text
    near = [c for c in field.choices if normal(c) in word or (len(word) >= 2 and word in normal(c))]
    return near[0] if len(near) == 1 and not _DENIED.search(word) else text


def _ticked(field: Field, text: str) -> str | None:
    """The only choice with a tick, all boxes standing before their choices, or all behind them."""
    pieces = [p for p in re.split(rf"({_BOXES.pattern})", text.strip()) if p.strip()]
    if len(pieces) % 2 or any(bool(_BOXES.fullmatch(p)) == bool(_BOXES.fullmatch(q)) for p, q in pairwise(pieces)):
        return None
    before = bool(_BOXES.fullmatch(pieces[0]))
    pairs = [(pieces[k + before], pieces[k + (not before)]) for k in range(0, len(pieces), 2)]
    ticked = [name for name, box in pairs if box in _TICKS]
    return chosen(field, ticked[0].strip()) if len(ticked) == 1 and not _BOXES.search(ticked[0]) else None
