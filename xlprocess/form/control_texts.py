"""What each control cell shows for a report: the stored results of their formulas, so that a viewer that does
not calculate shows them too. What must add up is what `sums` says of the report as Excel sees it."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from xlprocess.form.controls import BALANCED, BLANK, OFF, SHOULD_BE
from xlprocess.form.layout import Control
from xlprocess.form.model import Field
from xlprocess.identity import Identity, Spot
from xlprocess.report import Cell, Report, RowScope
from xlprocess.sums import figures, identities

SIX = Decimal("0.000001")


class ControlTexts:
    """`report` is as Excel sees it (`template.seen_by_excel`)."""

    def __init__(self, report: Report) -> None:
        self.report = report
        self.form = report.form
        self.figures = figures(report)
        self.identities: dict[tuple[str, Spot], Identity] = {(i.addends, i.total): i for i in identities(report)}

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
            case "formula":
                formula = self.form.formula(table, field)
                expected = formula.number(RowScope(self.report, table, row)) if formula else None
                if expected is None or cell.typed_number is None:
                    return BALANCED if expected is not None and cell.number is not None else ""
                return self.shown(cell.typed_number - expected, self.form.edition.cap)
        return self.sum(control, cell)

    def sum(self, control: Control, cell: Cell) -> str:
        if cell.typed_number is None:
            is_own = cell.number is not None and (control.kind != "organisations" or self.has_organisations(control))
            return BALANCED if is_own else ""
        total = Spot(control.table.id, control.row, control.field.id)
        identity = self.identities.get((control.kind, total))
        return "" if identity is None else self.shown(identity.difference(self.figures), identity.tolerance)

    def shown(self, difference: Decimal, tolerance: Decimal) -> str:
        difference = difference.quantize(SIX, ROUND_HALF_UP)
        if abs(difference) <= tolerance:
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

    def has_organisations(self, control: Control) -> bool:
        """Something was typed below 汇总."""
        summary = self.form.rows_of(control.table).summary
        rows = (r for r in self.report.tables[control.table.id].rows if r.key != summary)
        return any(c.typed_number is not None for r in rows for c in r.cells.values())
