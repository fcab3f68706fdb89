"""The form read from the sheets of any workbook: tables by their header trees, single values beside or below their labels, texts
below their headings. The readers of Word reports do it, over the grids of sheets."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from xlprocess.books.book import Ref, Sheet
from xlprocess.form.controls import BALANCED, BLANK, OFF, SHOULD_BE
from xlprocess.form.load import Form
from xlprocess.migration.moved import Address, Reading, address
from xlprocess.migration.sheet_grid import LARGEST, grids_of
from xlprocess.word.document import Cell, Document, Grid, Paragraph
from xlprocess.word.labels import Labels, key
from xlprocess.word.ledger import Ledger, Placed
from xlprocess.word.read_fields import FieldReader
from xlprocess.word.read_form import assembled
from xlprocess.word.read_narrative import NarrativeReader
from xlprocess.word.read_tables import TableReader

_MOST = 150_000
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
    tables = TableReader(form, labels, document, ledger)
    fields = SheetFields(form, labels, document, ledger)
    headings: set[Address] = set()
    for sheet, grid in grids:
        tables.unit = form.edition.unit
        tables.read(grid, sheet.name)
        headings |= _read_texts(grid, labels, ledger, document)
        fields.read(grid, tables.unit)
    found = assembled(form, ledger)
    reading = Reading(form, dict(found.sources), {r: [n for n, _ in rows] for r, rows in found.values.rows.items()})
    reading.headings = headings
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
    """A value stands right of its label, perhaps behind cells that once were merged with it; below it where it is a heading."""

    def beside(self, grid: Grid, label: Cell) -> Cell | None:
        at = self.labels.fields[key(label.text)]
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

    def is_value(self, cell: Cell) -> bool:
        text = cell.text
        known = self.is_label(cell) or self.labels.is_layout(text) or is_control(text) or self.labels.is_box(text)
        return not known and not self.ledger.is_used(cell)


def _is_alone(grid: Grid, label: Cell) -> bool:
    return all(c is label or c.is_blank for c in grid.row(label.top))


def _read_texts(grid: Grid, labels: Labels, ledger: Ledger, document: Document) -> set[Address]:
    """The sections of the narrative: a heading, and right of it or below it their lines, each perhaps in a row of its own. Gives
    the cells that are used up, the headings and the further lines."""
    narrative = NarrativeReader(labels, document, ledger)
    cells = [c for c in grid.all_cells() if not c.is_blank and not ledger.is_used(c)]
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
            if not is_control(cell.text):
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
