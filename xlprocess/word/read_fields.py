"""Single values: the cell beside or below a label, and what stands behind a label and a colon."""

from __future__ import annotations

import re

from xlprocess.form.load import At, Form
from xlprocess.word.document import Cell, Document, Grid, Paragraph
from xlprocess.word.figures import given
from xlprocess.word.labels import Labels, key
from xlprocess.word.ledger import Ledger
from xlprocess.word.marks import COVER
from xlprocess.word.read_lines import chosen
from xlprocess.word.report_year import YEAR
from xlprocess.word.units import NOT_UNDERSTOOD, UNKNOWN

_MAKER = re.compile(r".{1,30}(?:局|厅|部)\s*[（(]?(?:印制|监制|编制|制)[）)]?$")


class FieldReader:
    """Reads single values into the ledger."""

    def __init__(self, form: Form, labels: Labels, document: Document, ledger: Ledger) -> None:
        self.form = form
        self.labels = labels
        self.document = document
        self.ledger = ledger

    def read(self, grid: Grid, unit: str) -> None:
        for cell in list(grid.all_cells()):
            if self.ledger.is_used(cell) or cell.is_blank:
                continue
            if cell.typed:
                continue
            at = self.labels.fields.get(key(cell.text))
            if at is None:
                self.read_inline(cell, cell.text)
                continue
            value = self.beside(grid, cell, at)
            self.ledger.use(cell)
            several = self.several(grid, cell) if at.field.column else []
            if several:
                for one in several:
                    self.ledger.reject(one, "后面有几个数，不能确定是哪一个，没有采用", prefix=f"{at.field.label} ")
                continue
            if value is not None:
                self.ledger.use(value)
                self.put(at, value.text, value, unit)

    def beside(self, grid: Grid, label: Cell, at: At) -> Cell | None:
        row = grid.cells[label.top]
        right = row[label.right + 1] if label.right + 1 < len(row) else None
        if right is not None and (self.document.exact or not self.is_label(right)):  # a report of ours has every value there
            return right
        below = grid.cells[label.bottom + 1][label.left] if label.bottom + 1 < grid.height else None
        return below if below is not None and not self.is_label(below) and not self.ledger.is_used(below) else None

    def several(self, grid: Grid, label: Cell) -> list[Cell]:
        """The figures behind the label of a total, where the columns that they stand under are not known and there are several."""
        found: list[Cell] = []
        for cell in grid.row(label.top):
            if cell.left > label.right and not cell.is_blank:
                if not any(ch.isdigit() for ch in cell.text):
                    break
                found.append(cell)
        return found if len(found) > 1 else []

    def is_label(self, cell: Cell) -> bool:
        return not cell.is_blank and not cell.typed and key(cell.text) in self.labels.fields

    def put(self, at: At, text: str, origin: Cell, unit: str) -> None:
        field = at.field
        if field.type == "money" and unit == UNKNOWN and any(ch.isdigit() for ch in text):
            self.ledger.leave(origin.origin, f"{field.label} {text}", NOT_UNDERSTOOD)
            return
        value = given(field, text, origin, unit or self.form.edition.unit, self.form.edition.unit)
        if field.choices and not self.document.exact and text.strip():
            value.given = chosen(field, text)
        if field.kind == "derived" or origin.derived:
            self.ledger.derived.append((at.table.id, None, field.id, value))
        else:
            self.ledger.put(at.table.id, field.id, value)

    def read_inline(self, piece: Cell | Paragraph, text: str) -> bool:
        """`预算编码：507001`, several of them in a line too."""
        found = []
        for match in re.finditer(r"(?:^|[\s　；;，,])([^\s：:；;，,]{2,24}(?:[\s　]?[^\s：:；;，,]{1,8})?)\s*[:：]", text):
            at = self.labels.fields.get(key(match[1]))
            if at is not None:
                found.append((match.start(), match.end(), at))
        if not found or text[: found[0][0]].strip():
            return False
        for k, (_, end, at) in enumerate(found):
            stop = found[k + 1][0] if k + 1 < len(found) else len(text)
            value = text[end:stop].strip()
            value = value.rstrip("，,；;。") if len(found) > 1 else value
            cell = Cell(0, 0, 0, 0, [Paragraph(value, piece.origin)], piece.origin)
            self.put(at, value, cell, self.form.edition.unit)
        self.ledger.use(piece)
        return True

    def read_exact(self, paragraph: Paragraph) -> bool:
        """A line on the cover of a report of ours: a label, a colon, and to the letter what was typed."""
        label, colon, text = paragraph.text.partition("：")
        at = self.labels.fields.get(key(label)) if colon and paragraph.style == COVER else None
        if at is None or at.field.label != label:
            return False
        self.put(
            at, text, Cell(0, 0, 0, 0, [Paragraph(text, paragraph.origin)], paragraph.origin, exact=True), self.form.edition.unit
        )
        self.ledger.use(paragraph)
        return True

    def read_cover(self, paragraph: Paragraph) -> None:
        """The year in the title of the report, and the line of whoever printed the form."""
        year = self.form.role("year")
        text = paragraph.text.strip()
        found = YEAR.search(text)
        title = key(self.form.edition.title)
        rest = key(text[found.end() :]) if found else key(text)
        if (rest and rest in title) or (found and not rest):
            self.ledger.use(paragraph)
            if found and year is not None:
                cell = Cell(0, 0, 0, 0, [], paragraph.origin)
                self.put(year, found["year"], cell, self.form.edition.unit)
        elif _MAKER.fullmatch(text):
            self.ledger.use(paragraph)
