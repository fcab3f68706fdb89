"""The form read from the sheets of any workbook: tables by their header trees, single values beside or below their labels, texts
below their headings. The readers of Word reports do it, over the grids of sheets."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from xlprocess.books.book import Ref, Sheet
from xlprocess.form.controls import BALANCED, BLANK, OFF, SHOULD_BE
from xlprocess.form.load import At, Form
from xlprocess.migration.moved import Address, Reading, address
from xlprocess.migration.sheet_grid import LARGEST, grids_of
from xlprocess.word.document import Cell, Document, Grid, Paragraph
from xlprocess.word.labels import Labels, key
from xlprocess.word.ledger import Ledger, Placed
from xlprocess.word.read_fields import FieldReader
from xlprocess.word.read_form import assembled
from xlprocess.word.read_narrative import NarrativeReader
from xlprocess.word.read_tables import TableReader
from xlprocess.word.report_year import report_year

_MOST = 150_000
_LABEL = 12
"""So many characters can be a part of a label."""
_COVER = 12
"""So many rows of a page can be its cover."""
_FAR = 4
"""So many blank cells may stand between a label and its value."""


class NumberedSheet(NamedTuple):
    """A sheet with its number, the cells in it that show percentages, and those that are to count as blank."""

    number: int
    sheet: Sheet
    percents: set[Ref]
    nothing: set[Ref]


def is_control(text: str) -> bool:
    """What a control cell of the standard workbook shows."""
    return text == BALANCED or text.startswith((OFF, SHOULD_BE, BLANK, "校验"))


def read_sheets(form: Form, labels: Labels, sheets: list[NumberedSheet], file: str) -> Reading:
    """What the sheets give for this form, the most trusted sheet first. A table that comes a second time is not taken."""
    grids = list(_grids(sheets, labels))
    document = Document(file, [g for _, g in grids])
    ledger = Ledger(document)
    tables = TableReader(form, labels, document, ledger, report_year(form, labels, document))
    fields = SheetFields(form, labels, document, ledger)
    used: dict[Address, str | None] = {}
    texts = labels.narrative.id if labels.narrative is not None else None
    before: Sheet | None = None
    for sheet, grid in grids:
        if sheet is not before:
            tables.begin()
        before = sheet
        tables.read(grid, [sheet.name])
        used |= dict.fromkeys(_read_texts(grid, labels, ledger, document), texts)
        fields.read(grid, tables.unit)
        used |= dict.fromkeys(_read_cover(grid, fields))
    found = assembled(form, ledger)
    reading = Reading(form, dict(found.sources), {r: [n for n, _ in rows] for r, rows in found.values.rows.items()})
    reading.used = used | fields.more | {address(c.origin): None for c in tables.heads}
    reading.found = found.found
    for row in (r for rows in ledger.rows.values() for r in rows):
        reading.names.add(address(row.origin))
    reading.computed = {address(v.origin) for _, _, _, v in ledger.derived}
    for item in ledger.unplaced:
        where = address(item.origin)
        reading.why.setdefault(where, item.why)
        reading.computed.discard(where)
    return reading


def _grids(sheets: list[NumberedSheet], labels: Labels) -> Iterator[tuple[Sheet, Grid]]:
    """A sheet that is too large for a form is not looked at, and so many cells in all."""
    cells = 0
    for s in sheets:
        size = len(s.sheet.rows) * max(map(len, s.sheet.rows), default=0)
        if size > LARGEST or cells + size > _MOST:
            continue
        cells += size
        yield from ((s.sheet, grid) for grid in grids_of(s.sheet, s.number, s.percents, s.nothing, labels))


class SheetFields(FieldReader):
    """A value stands right of its label, perhaps behind cells that once were merged with it; below it where it is a heading.
    `more`: cells that hold further lines of a text, or parts of a label."""

    def __init__(self, form: Form, labels: Labels, document: Document, ledger: Ledger) -> None:
        super().__init__(form, labels, document, ledger)
        self.grid: Grid | None = None
        self.more: dict[Address, str | None] = {}

    def read(self, grid: Grid, unit: str) -> None:
        self.grid = grid
        self.join_labels(grid)
        super().read(grid, unit)
        self.grid = None

    def join_labels(self, grid: Grid) -> None:
        """Labels that were broken over rows become one again, in the first of their cells."""
        for cell in list(grid.all_cells()):
            text = cell.text
            if cell.is_blank or len(text) > _LABEL or cell.number is not None or self.ledger.is_used(cell) or self.is_label(cell):
                continue
            pieces: list[Cell] = []
            for row in range(cell.bottom + 1, min(cell.bottom + 4, grid.height)):
                under = grid.cells[row][cell.left]
                if under is None or under.is_blank or under.left != cell.left or under.number is not None:
                    break
                pieces.append(under)
                text += under.text
                if key(text) in self.labels.fields:
                    self.ledger.use(*pieces)
                    self.more |= {address(c.origin): None for c in (cell, *pieces)}
                    cell.paragraphs = [Paragraph(text, cell.origin)]
                    break

    def beside(self, grid: Grid, label: Cell, at: At) -> Cell | None:
        row = grid.cells[label.top]
        for column in range(label.right + 1, min(label.right + 1 + _FAR, len(row))):
            right = row[column]
            if right is None or right.is_blank:
                continue
            if self.is_value(right):
                return right
            break
        below = grid.cells[label.bottom + 1][label.left] if label.bottom + 1 < grid.height else None
        if below is None or below.is_blank or not self.is_value(below):
            return None
        return below if at.field.group or _is_alone(grid, label) else None

    def put(self, at: At, text: str, origin: Cell, unit: str) -> None:
        """A long text whose lines were broken over rows goes on below: in the column of its first line, beside nothing else but its
        label."""
        if at.field.type == "longtext" and self.grid is not None and origin.number is None:
            for cell in self.lines_below(self.grid, origin):
                text = f"{text}\n{cell.text}"
                self.ledger.use(cell)
                self.more[address(cell.origin)] = at.table.id
        super().put(at, text, origin, unit)

    def lines_below(self, grid: Grid, first: Cell) -> Iterator[Cell]:
        for row in range(first.bottom + 1, grid.height):
            cell = grid.cells[row][first.left] if first.left < len(grid.cells[row]) else None
            if cell is None or cell.is_blank or cell.top != row or cell.number is not None or not self.is_value(cell):
                return
            before = [
                c for c in grid.row(row) if c.top == row and c.right < first.left and not c.is_blank and not self.ledger.is_used(c)
            ]
            if before and not all(self.goes_on_beside(grid, c, first) for c in before):
                return
            yield cell

    def goes_on_beside(self, grid: Grid, cell: Cell, first: Cell) -> bool:
        """The lines of another long text, beside this one."""
        over = grid.cells[first.top][cell.left]
        return over is not None and over.number is None and not over.is_blank and self.is_text(over) and self.is_text(cell)

    def is_text(self, cell: Cell) -> bool:
        return cell.number is None and not self.is_label(cell) and not self.labels.is_layout(cell.text)

    def is_value(self, cell: Cell) -> bool:
        text = cell.text
        known = self.is_label(cell) or self.labels.is_layout(text) or is_control(text) or self.labels.is_box(text)
        return not known and not self.ledger.is_used(cell)


def _read_cover(grid: Grid, fields: SheetFields) -> set[Address]:
    """The year in the title of the report, which stands alone in its row. Gives the cell that was used."""
    year = fields.form.role("year")
    if year is None or (year.table.id, year.field.id) in fields.ledger.fields:
        return set()
    for cell in grid.all_cells():
        if cell.top >= _COVER:
            break
        if not cell.is_blank and cell.number is None and not fields.ledger.is_used(cell) and _is_alone(grid, cell):
            fields.read_cover(cell.paragraphs[0])
            if (year.table.id, year.field.id) in fields.ledger.fields:
                return {address(cell.origin)}
    return set()


def _is_alone(grid: Grid, label: Cell) -> bool:
    return all(c is label or c.is_blank for c in grid.row(label.top))


def _read_texts(grid: Grid, labels: Labels, ledger: Ledger, document: Document) -> set[Address]:
    """The sections of the narrative: a heading, and right of it or below it their lines, each perhaps in a row of its own. Gives
    the cells that are used up, the headings and the further lines."""
    narrative = NarrativeReader(labels, document, ledger)
    cells = [c for c in grid.all_cells() if not c.is_blank and not ledger.is_used(c)]
    for cell in cells:
        if narrative.is_narrative(cell.paragraphs):
            narrative.read(cell.paragraphs)
            ledger.use(cell)
            return {address(cell.origin)}
    opened = [(k, found) for k, c in enumerate(cells) if (found := _heading(narrative, c)) is not None]
    taken: set[Address] = set()
    if len(opened) < 2 or labels.narrative is None:
        return taken
    done: set[str] = set()
    for (k, (field, rest)), following in zip(opened, [*(n for n, _ in opened[1:]), len(cells)], strict=True):
        if field in done:
            continue
        done.add(field)
        said = [cells[k]] if rest else []
        for cell in cells[k + 1 : following]:
            if key(cell.text) in labels.fields or labels.is_layout(cell.text) or cell.number is not None:
                break
            if not is_control(cell.text) and not labels.is_box(cell.text):
                said.append(cell)
        lines = [rest] if rest else []
        lines += [c.text for c in said if c is not cells[k]]
        text = "\n".join(lines)
        ledger.use(cells[k], *said)
        taken |= {address(c.origin) for c in (cells[k], *said)}
        if text:
            ledger.put(labels.narrative.id, field, Placed(text, text, (said or [cells[k]])[0].origin))
    return taken


def _heading(narrative: NarrativeReader, cell: Cell) -> tuple[str, str] | None:
    """The section that a cell opens, and what stands behind the heading in the same cell."""
    first, *rest = cell.lines
    if narrative.labels.is_title(first):
        return None
    found = narrative.heading(Paragraph(first, cell.origin))
    return None if found is None else (found[0].id, "\n".join([found[1], *rest] if found[1] else rest))
