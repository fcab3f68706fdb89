"""What each control cell shows for a report: the stored results of their formulas, so that a viewer that does
not calculate shows them too."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from xlprocess.form.controls import BALANCED, BLANK, OFF, SHOULD_BE
from xlprocess.form.layout import Control
from xlprocess.form.load import Form
from xlprocess.form.model import Field, Table
from xlprocess.identity import HALF_UNIT
from xlprocess.report import Report, Row, RowScope

SMALL = Decimal("0.0000005")
SIX = Decimal("0.000001")


class ControlTexts:
    """`report` is as Excel sees it (`template.seen_by_excel`)."""

    def __init__(self, report: Report) -> None:
        self.report = report
        self.form: Form = report.form

    def text(self, control: Control) -> str:
        table, field = control.table, control.field
        data = self.report.tables[table.id]
        row = data.row(control.row)
        cell = data.total if table.total is field else row.cell(field.id) if row else None
        if cell is None:
            return ""
        match control.kind:
            case "required":
                return f"{BLANK}{field.label}" if cell.figure is None and not str(cell.raw or "").strip(" ") else ""
            case "range":
                if cell.number is None or field.minimum is None or field.maximum is None:
                    return ""
                within = field.minimum <= cell.number <= field.maximum
                return BALANCED if within else f"{SHOULD_BE} {field.minimum:f}—{field.maximum:f}"
            case "band":
                return self.band(field, cell.figure)
            case _:
                if cell.typed_number is None:
                    return BALANCED if cell.number is not None else ""
        if control.kind == "lines":
            return self.lines(table, field, row, cell.typed_number)
        if row is None:
            return ""
        if control.kind == "formula":
            formula = self.form.formula(table, field)
            expected = formula.number(RowScope(self.report, table, row)) if formula else None
            return "" if expected is None else self.shown(cell.typed_number, [expected])
        own = sum(self.leaves(table, row, field.id, own=True))
        if control.kind != "organisations" and abs(cell.typed_number - own) < SMALL:
            return BALANCED
        if control.kind == "columns":
            parts = [n for f in table.children(field) if (n := self.figure(table, row, f.id)) is not None]
        elif control.kind == "operands":
            formula = self.form.formula(table, field)
            signed = formula.linear() if formula else None
            parts = [sign * n for sign, name in signed or () for n in self.operand(table, row, name)]
        else:
            if not self.has_organisations(table):
                return ""
            if self.form.formula(table, field) and abs(cell.typed_number - own) < SMALL:
                return BALANCED
            rows = [r for r in data.rows if r.key != self.form.rows_of(table).summary]
            parts = [n for r in rows if (n := self.figure(table, r, field.id)) is not None]
        return self.shown(cell.typed_number, parts)

    def shown(self, stated: Decimal, parts: list[Decimal]) -> str:
        difference = (stated - sum(parts)).quantize(SIX, ROUND_HALF_UP)
        if abs(difference) <= min(self.form.edition.cap, HALF_UNIT * (1 + len(parts))):
            return BALANCED
        whole, _, decimals = format(abs(difference), "f").partition(".")
        return f"{OFF}{'−' if difference < 0 else ''}{whole}.{decimals.rstrip('0').ljust(2, '0')}"

    def band(self, field: Field, grade: object) -> str:
        score = self.report.cell(field.of or "").number
        if score is None or not isinstance(grade, str):
            return ""
        name = next((name for name, least in field.bands if score >= least), "")
        if not name:
            return ""
        return BALANCED if grade.strip(" ") == name else f"{SHOULD_BE}{name}"

    def lines(self, table: Table, field: Field, row: Row | None, stated: Decimal) -> str:
        data = self.report.tables[table.id]
        if table.total is field:
            cells = [r.cell(field.of or "") for r in data.rows]
            return self.shown(stated, [n for c in cells if (n := c.typed_number) is not None])
        inner = table.children(field)[0].id
        found = [c.typed_number for part in (row.parts if row else []) if (c := part.get(inner))]
        parts = [n for n in found if n is not None]
        return self.shown(stated, parts) if parts else ""

    # ---- figures

    def leaves(self, table: Table, row: Row, name: str, own: bool = False) -> list[Decimal]:
        """The signed figures that a name comes down to, leaves first; empty when there are none."""
        at, at_row, field = self.find(table, row, name)
        if at_row is None:
            return []
        formula = self.form.formula(at, field)
        linear = formula.linear() if formula else None
        found = [sign * n for sign, inner in linear or () for n in self.leaves(table, row, inner)]
        if found:
            return found
        cell = at_row.cell(field.id)
        if not own and cell.typed_number is not None:
            return [cell.typed_number]
        return self.others(at, at_row, field)

    def others(self, table: Table, row: Row, field: Field) -> list[Decimal]:
        if table.kind != "grid" or field.aggregate != "sum":
            return []
        summary = self.form.rows_of(table).summary
        if row.key != summary:
            return []
        cells = [r.cell(field.id) for r in self.report.tables[table.id].rows if r.key != summary]
        numbers = [n for c in cells if (n := c.number) is not None]
        return [sum(numbers, Decimal(0))] if numbers else []

    def find(self, table: Table, row: Row, name: str) -> tuple[Table, Row | None, Field]:
        if name in table.fields:
            return table, row, table.fields[name]
        at, field = self.form.fields[name]
        key = (self.form.only_row(at, field) or row.key) if at.kind == "grid" else None
        return at, self.report.tables[at.id].row(key), field

    def figure(self, table: Table, row: Row, name: str) -> Decimal | None:
        """What stands in the cell, else the sum of its leaves."""
        _, at_row, field = self.find(table, row, name)
        if at_row is not None and (typed := at_row.cell(field.id).typed_number) is not None:
            return typed
        found = self.leaves(table, row, name, own=True)
        return sum(found, Decimal(0)) if found else None

    def operand(self, table: Table, row: Row, name: str) -> list[Decimal]:
        at, at_row, field = self.find(table, row, name)
        if field.kind == "stated" and not at.children(field) and at_row is not None:
            number = at_row.cell(field.id).number
            return [number] if number is not None else self.leaves(table, row, name, own=True)
        return self.leaves(table, row, name)

    def has_organisations(self, table: Table) -> bool:
        summary = self.form.rows_of(table).summary
        fields = [f.id for f in table.field if f.is_number and f.kind != "derived"]
        rows = [r for r in self.report.tables[table.id].rows if r.key != summary]
        return any(r.cell(f).number is not None for r in rows for f in fields)
