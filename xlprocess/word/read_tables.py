"""The tables of a form in a document: what stands over them, their headers, and where their rows end. What a table says of itself
— a unit, a year, 预算 — is found here."""

from __future__ import annotations

import re

from xlprocess.form.load import Form
from xlprocess.form.model import Table
from xlprocess.word.document import Cell, Document, Grid
from xlprocess.word.find_tables import Finder, Header
from xlprocess.word.labels import TOTALS, Labels, key
from xlprocess.word.ledger import TWICE, Ledger
from xlprocess.word.periods import OWN, is_heading, is_prose, period_of
from xlprocess.word.read_lines import LineReader, is_foot
from xlprocess.word.read_rows import RowReader
from xlprocess.word.units import UNKNOWN, unit_below, unit_of, unit_of_label

_NEAR = 4
"""So many lines over a table can say something of its year."""
_SINGLE = re.compile(r"[）)】\]]\s*(?:[:：]\s*\S|[0-9０-９,.]+\s*(?:$|[^0-9０-９,.年\s]))")
"""A label with a unit, and its figure behind it: 人均支出（元）：5000."""
_GOES_ON = re.compile(r"^\s*[（(]?(?:续表|接上表|续上表)|[（(]续表?[)）]\s*$|[（(]续[0-9一二三四五六七八九十]{0,2}[)）]")
"""Over the rest of a table that goes on after a page."""


class TableReader:
    """Reads what stands below headers into the ledger. `year` of the report, where the document tells it; `unit` of the last table,
    `UNKNOWN` where it could not be understood."""

    def __init__(self, form: Form, labels: Labels, document: Document, ledger: Ledger, year: int | None) -> None:
        self.form = form
        self.labels = labels
        self.document = document
        self.ledger = ledger
        self.year = year
        self.finder = Finder(form, labels, year)
        self.unit: str = form.edition.unit
        self.done: set[str] = set()
        self.heads: list[Cell] = []
        self.lines: list[str] = []
        """What stands over the next table, from the top."""
        self.told_unit = False
        """It tells its unit itself."""
        self.noted = False
        """A note below the last table told its unit: it says nothing of the next one."""
        self.over_several: str | None = None
        """What a heading over several tables says of their year."""

    def read(self, grid: Grid, above: list[str], below: str | None = None) -> None:
        """The tables of a grid. `above`: the lines between it and the grid before; `below`: the unit that a note below it tells."""
        self.lines = [*self.lines, *above]
        row = 0
        caption = "\n".join(above[-2:])
        for text in above:
            if not (self.noted and unit_below(text) is not None):
                self.take_unit(text, brackets=_SINGLE.search(text) is None)
        while row < grid.height:
            new = [c for c in grid.row(row) if c.top == row and not c.is_blank]
            for cell in new:
                if self.labels.is_title(cell.text):
                    caption = cell.text
            header = self.finder.header(grid, row, caption)
            if header is None:
                for cell in () if self.document.exact else new:  # in a report of ours it is what somebody typed
                    self.lines.append(cell.text)
                    if not (self.noted and unit_below(cell.text, inside=True) is not None):
                        self.take_unit(cell.text, brackets=len(new) == 1 or self.labels.is_layout(cell.text))
                row += 1
                continue
            if self.document.exact and all(t.kind == "list" for t in header.tables):
                header.bottom = header.top  # one row in a report of ours, whatever stands in the first line
            row = self.body(grid, header, below)
            caption = ""

    def begin(self) -> None:
        """A new sheet: nothing that was said before holds here."""
        self.unit, self.told_unit, self.lines, self.over_several = self.form.edition.unit, False, [], None

    def take_unit(self, text: str, brackets: bool = True) -> None:
        """`brackets`: the text stands over what follows; elsewhere a unit in brackets is that of a single figure beside it."""
        told = unit_of(text, brackets)
        if told is not None:
            self.unit, self.told_unit = told, True

    def body(self, grid: Grid, header: Header, below: str | None) -> int:
        """Reads the rows below a header; gives the row behind them."""
        first = header.bottom + 1
        last = first
        while last < grid.height and not self.ends(grid, last, header):
            last += 1
        why = self.not_ours(header.tables)
        self.lines = []
        self.use_header(grid, header)
        self.find_units(grid, header, last, below)
        if why is not None:
            self.ledger.recognised += last - first
            for number in range(first, last):
                for cell in grid.row(number):
                    if cell.top == number:
                        self.ledger.reject(cell, why)
            return last
        grids = [t for t in header.tables if t.kind == "grid"]
        for table in header.tables:
            self.done.add(table.id)
            if table.kind == "list":
                LineReader(self.form, self.labels, self.document, self.ledger, header, table).read(grid, first, last)
        if grids:
            RowReader(self.form, self.labels, self.document, self.ledger, header, grids).read(grid, first, last)
        return last

    def not_ours(self, tables: list[Table]) -> str | None:
        """Why a table is not taken: another year's, the budget's, or a second one; None where it is taken."""
        told: str | None = None
        named = False  # the caption of the table itself stands below the line that is looked at
        for line in self.lines[: -_NEAR - 1 : -1]:
            if is_prose(line):
                break
            said = period_of(line, self.year)
            titled = any(self.finder.is_titled(t, line) for t in tables)
            if said is not None and (titled or is_heading(line)):
                told = said
                self.over_several = said if named else None
                break
            if not titled and self.labels.is_title(line):  # a part of the form begins
                self.over_several = None
                break
            named = named or titled
        told = self.over_several if told is None else told
        if told:
            return f"“{tables[0].title}”{told}"
        if any(_GOES_ON.search(line) for line in self.lines[: -_NEAR - 1 : -1]):
            return None
        repeated = next((t for t in tables if t.id in self.done), None)
        return f"“{repeated.title}”{TWICE}" if repeated is not None else None

    def use_header(self, grid: Grid, header: Header) -> None:
        parts = [(column, self.finder.pieces(column.head, column.above)) for column in header.columns]
        broken = [c for column, found in parts for c in found]
        broken += [column.head for column, _ in parts if column.field is not None]
        self.heads += broken
        for number in range(header.top, header.bottom + 1):
            for cell in grid.row(number):
                known = self.finder.is_head(cell) or key(cell.text) in TOTALS or self.labels.is_layout(cell.text)
                if known or self.finder.period(cell) == OWN or any(cell is c for c in broken):
                    self.ledger.use(cell)

    def ends(self, grid: Grid, row: int, header: Header) -> bool:
        cells = [c for c in grid.row(row) if c.top == row]
        filled = [c for c in cells if not c.is_blank]
        if not filled or any(c.typed for c in filled):
            return False
        if len(grid.row(row)) == 1:
            return True
        first = filled[0]
        if not self.document.exact and self.labels.is_box(first.text):  # in a report of ours it is a table of its own
            return True
        lists = [t for t in header.tables if t.kind == "list"]
        if any(is_foot(self.form, self.labels, grid, header, t, cells) for t in lists):
            return False
        if self.document.exact and lists:
            return not first.typed and key(first.text) in self.labels.fields  # whatever somebody typed in a line of ours
        label = next((c for c in filled if key(c.text) not in self.labels.groups), first)
        word = key(label.text)
        if word in self.labels.fields and not any(
            self.form.row_sets[t.rows or ""].named(label.text) for t in header.tables if t.rows
        ):
            return True
        if self.labels.is_title(first.text) and all(self.labels.is_layout(c.text) for c in filled[1:]):
            return True
        return self.is_other_header(grid, row)

    def is_other_header(self, grid: Grid, row: int) -> bool:
        found = self.finder.header(grid, row, "")
        return found is not None and found.top == row and len([c for c in found.columns if c.field]) > 1

    # ---- units

    def find_units(self, grid: Grid, header: Header, last: int, below: str | None) -> None:
        """The unit of every column: its own, that of the corner or the caption, that of a note below, or that of the table before.
        Where only some columns tell one, and another than the table before, nobody knows that of the others."""
        money = [c for c in header.columns if c.field is not None and c.field.type == "money"]
        known = min((c.head.left for c in header.columns if c.field is not None), default=0)
        for column in header.columns:
            if column.field is not None:
                told = (unit_of_label(c.text) for c in (column.head, *column.above))
                column.unit = next((t for t in told if t is not None), None)
            elif column.head.right < known:
                self.take_unit(column.head.text)
        notes = [
            below,
            *(unit_below(c.text, inside=True) for r in range(header.bottom + 1, min(last + 2, grid.height)) for c in grid.row(r)),
        ]
        self.noted = any(n is not None for n in notes)
        for note in (n for n in notes if n is not None):
            self.unit = note if not self.told_unit or note == self.unit else UNKNOWN
            self.told_unit = True
        told_by = {c.unit for c in money if c.unit is not None}
        bare = [c for c in money if c.unit is None]
        base = self.unit
        if not self.told_unit and told_by and (bare or len(told_by) > 1):
            base = self.unit if told_by == {self.unit} else UNKNOWN
        elif not self.told_unit and told_by:
            base = self.unit = next(iter(told_by))
        for column in header.columns:
            column.unit = base if column.unit is None else column.unit
        self.told_unit = False
