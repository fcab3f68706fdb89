"""A first draft of the long texts that nobody has written yet: sentences of the edition, filled with what the cells show. It agrees
with the tables by construction; what a person wrote is never touched."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal

from xlprocess.books.book import CellWrite
from xlprocess.form.formula import Formula, Scope, Value, placeholders
from xlprocess.form.load import Form
from xlprocess.form.model import Draft, Table
from xlprocess.identity import Spot
from xlprocess.printed import shown_figure, shown_value
from xlprocess.report import Cell, Report, Row, RowScope

MARK = "【初稿】"
ITEMS = "{items}"
_NO_NAME = re.compile(r"[0-9０-９，。；：、！？,;:!?%％\n]")
"""A name that holds one of these could be read as a figure, or break the sentence."""
_LONGEST_NAME = 40


def drafts(report: Report) -> dict[Spot, str]:
    """The draft of every long text that is blank and of which the edition knows a sentence that can be written, by its place. The
    report must have been derived. Every draft begins with the mark."""
    found: dict[Spot, str] = {}
    for table in report.form.tables.values():
        data = report.tables[table.id]
        for field in table.field if table.kind == "fields" else ():
            if not field.draft or (data.rows and not _is_blank(data.rows[0].cell(field.id))):
                continue
            text = "".join(_sentences(report, field.draft))
            if text:
                found[Spot(table.id, None, field.id)] = MARK + text.strip("\n")
    return found


def write_drafts(report: Report) -> list[Spot]:
    """Puts the drafts where they belong, as if somebody had typed them. Gives their places."""
    made = drafts(report)
    for spot, text in made.items():
        cell = report.tables[spot.table].rows[0].cells[spot.field]
        cell.raw, cell.state, cell.value = text, "typed", text
    return list(made)


def draft_cells(report: Report) -> list[CellWrite]:
    """The drafts as they are written into the cells of the workbook that the report was read from."""
    cells = ((report.at(spot), text) for spot, text in drafts(report).items())
    return [CellWrite(c.sheet, c.ref, text) for c, text in cells if c.sheet is not None and c.ref is not None]


def still_blank(report: Report) -> list[str]:
    """The labels of the texts for which the edition has drafts in their table, and that are blank all the same."""
    found: list[str] = []
    for table in report.form.tables.values():
        if table.kind == "fields" and any(f.draft for f in table.field) and report.tables[table.id].rows:
            row = report.tables[table.id].rows[0]
            found += [f.label for f in table.field if f.type == "longtext" and _is_blank(row.cell(f.id))]
    return found


def _is_blank(cell: Cell) -> bool:
    return cell.state == "blank" and not str(cell.raw or "").strip()


class _ShownScope:
    """Names mean what the cells show, typed or derived."""

    def __init__(self, scope: RowScope) -> None:
        self.scope = scope
        self.typed = scope.typed
        self.shown = scope.shown
        self.column = scope.column

    def __call__(self, name: str) -> Value:
        return self.scope.shown(name)


def _sentences(report: Report, drafted: Sequence[Draft]) -> Iterator[str]:
    form = report.form
    row_set = next(iter(form.row_sets.values()), None)
    grid = next((t for t in form.tables.values() if t.kind == "grid"), None)
    judged = report.tables[grid.id].row(report.judged_row(row_set)) if grid is not None and row_set is not None else None
    for draft in drafted:
        table = form.tables[draft.each] if draft.each is not None else grid
        rows = report.tables[draft.each].rows if draft.each is not None else [judged]
        for row in rows:
            scope = _ShownScope(report.scope(table, row))
            text = _Sentence(form, table, scope, draft, row if draft.each is not None else None).text()
            if text is not None:
                yield text


class _Sentence:
    """One sentence over one scope. `table`: whose names come first; `row`: the line of a list that it is written for."""

    def __init__(self, form: Form, table: Table | None, scope: Scope, draft: Draft, row: Row | None) -> None:
        self.form = form
        self.table = table
        self.scope = scope
        self.draft = draft
        self.row = row

    def text(self) -> str | None:
        """The sentence; None where it cannot be written."""
        draft = self.draft
        if draft.when is not None and Formula(draft.when)(self.scope) is not True:
            return None
        items = self.items() if ITEMS in draft.text else ""
        text = _filled(draft.text.replace(ITEMS, items), self.told) if items is not None else None
        return _filled(draft.otherwise, self.told) if text is None and draft.otherwise is not None else text

    def told(self, piece: str) -> str | None:
        formula = Formula(piece)
        value = formula(self.scope)
        return _told(value, shown_value(self.form, self.table, formula, value))

    def items(self) -> str | None:
        """The items joined; None where one cannot be told, where they are not what makes up the whole, and where there is but one
        of several."""
        items = self.parts() if self.row is not None else self.sums()
        if items is None or not items:
            return None
        if self.draft.whole is not None and sum((amount for _, amount in items), Decimal(0)) != self.value(self.draft.whole):
            return None
        return "、".join(text for text, _ in items) if len(items) > 1 or self.row is not None else None

    def sums(self) -> list[tuple[str, Decimal]] | None:
        """The items of the sentence that are there and not zero, each with its amount."""
        found: list[tuple[str, Decimal]] = []
        for pattern in self.draft.items:
            values = [self.value(piece) for piece in placeholders(pattern)]
            amount = sum((v for v in values if isinstance(v, Decimal)), Decimal(0))
            if all(v is None for v in values) or amount == 0:
                continue
            text = _filled(pattern, self.told)
            if text is None:
                return None
            found.append((text, amount))
        return found

    def parts(self) -> list[tuple[str, Decimal]] | None:
        """The lines inside a line of a list, each with its amount."""
        found: list[tuple[str, Decimal]] = []
        for part in self.row.parts if self.row is not None else ():
            cells = {name.removeprefix("parts."): cell for name, cell in part.items()}
            text = _filled(self.draft.part or "", lambda name, cells=cells: self.told_part(name, cells))  # type: ignore[misc]
            amounts = [n for c in cells.values() if (n := c.number) is not None]
            if text is None:
                return None
            found.append((text, sum(amounts, Decimal(0))))
        return found

    def told_part(self, name: str, cells: dict[str, Cell]) -> str | None:
        value = cells[name].figure if name in cells else None
        field = self.table.fields.get(f"parts.{name}") if self.table is not None else None
        return _told(value, shown_figure(field, value) if isinstance(value, Decimal) else str(value))

    def value(self, piece: str) -> Value:
        return Formula(piece)(self.scope)


def _filled(pattern: str, told: Callable[[str], str | None]) -> str | None:
    """The sentence with its figures; None where one of them cannot be told."""
    for piece in placeholders(pattern):
        text = told(piece)
        if text is None:
            return None
        pattern = pattern.replace("{" + piece + "}", text)
    return pattern


def _told(value: Value, text: str) -> str | None:
    """A figure that a plain sentence can tell: not blank, not below zero, a name that cannot be read as anything else."""
    if isinstance(value, Decimal):
        return text if not value.is_nan() and value >= 0 else None
    if isinstance(value, str):
        name = value.strip()
        return name if 0 < len(name) <= _LONGEST_NAME and not _NO_NAME.search(name) else None
    return None if value is None else text
