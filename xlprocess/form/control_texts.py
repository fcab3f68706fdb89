"""What each control cell shows for a report: the stored results of their formulas, so that a viewer that does
not calculate shows them too. What must add up is what `sums` says of the report as Excel sees it."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property

from xlprocess.books.address import quoted
from xlprocess.books.book import Ref
from xlprocess.form.control_blocks import NOTHINGS, block_of, says_something
from xlprocess.form.control_parts import Part, addresses_of
from xlprocess.form.controls import BALANCED, BLANK, OFF, SHOULD_BE, TEXTS, parts_of
from xlprocess.form.layout import Control, Layout, Slot
from xlprocess.form.model import Field, Table
from xlprocess.form.rule_controls import equal_to, limits, tally, tolerance
from xlprocess.identity import Identity, Spot
from xlprocess.printed import rate_tolerance
from xlprocess.report import NO_CELL, Cell, Report, Row, RowScope
from xlprocess.sums import figures, identities
from xlprocess.typed import read_number
from xlprocess.values import write_rate

SIX, EIGHT = Decimal("0.000001"), Decimal("0.00000001")


def gap_text(difference: Decimal, tolerance: Decimal) -> str:
    """平, or 差 and the difference."""
    difference = difference.quantize(SIX, ROUND_HALF_UP)
    if abs(difference) <= tolerance:
        return BALANCED
    whole, _, decimals = format(abs(difference), "f").partition(".")
    return f"{OFF}{'−' if difference < 0 else ''}{whole}.{decimals.rstrip('0').ljust(2, '0')}"


class ControlTexts:
    """`report` is as Excel sees it (`template.seen_by_excel`), `layout` where its cells stand."""

    def __init__(self, report: Report, layout: Layout) -> None:
        self.report = report
        self.form = report.form
        self.figures = figures(report)
        self.layout = layout
        self.texts = list(self._texts())
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
                if table.kind == "list" and not (row and self.says(row.cells, table)):
                    return ""
                raw = str(cell.raw or "").strip(" ")
                blank = cell.figure is None and (not raw or (field.is_number and raw in NOTHINGS))
                return f"{BLANK}{field.label}" if blank else ""
            case "range":
                if cell.number is None or field.minimum is None or field.maximum is None:
                    return ""
                within = field.minimum <= cell.number <= field.maximum
                return BALANCED if within else f"{SHOULD_BE} {field.minimum:f}—{field.maximum:f}"
            case "band":
                return self.band(field, cell.figure)
            case "inserted":
                return ""
            case "within":
                return self.outside(table, field, row, cell) or ""
            case "equal":
                formula, scope = equal_to(self.form, table, field), RowScope(self.report, table, row)
                expected = formula.number(scope) if formula else None
                if formula is None or expected is None or cell.number is None:
                    return ""
                counts = [tally(self.form, table, node, scope) for node in (ast.Name(id=field.id), formula.tree)]
                known = None if None in counts else sum(c or 0 for c in counts)
                return gap_text(cell.number - expected, tolerance(self.form, known))
            case "formula":
                outside = self.outside(table, field, row, cell)
                if outside and outside != BALANCED:
                    return outside
                formula, scope = self.form.formula(table, field), RowScope(self.report, table, row)
                expected = formula.number(scope) if formula else None
                if expected is None or cell.typed_number is None:
                    return BALANCED if expected is not None and cell.number is not None else ""
                parts = tally(self.form, table, formula.tree, scope) if formula else None
                return gap_text(cell.typed_number - expected, tolerance(self.form, None if parts is None else parts + 1))
            case "rate":
                return self.rate(table, field, row, cell)
        return self.sum(control, cell)

    def rate(self, table: Table, field: Field, row: Row | None, cell: Cell) -> str:
        """The cell shows a percentage: what stands in it is the fraction."""
        formula = self.form.formula(table, field)
        given = formula.number(RowScope(self.report, table, row)) if formula else None
        if given is None or not given.is_finite():
            return ""
        typed = read_number(cell.raw).value if cell.typed_number is not None else None
        if typed is None:
            return BALANCED if cell.number is not None else ""
        if abs(typed - given) <= rate_tolerance(typed):
            return BALANCED
        return gap_text(Decimal(write_rate(typed)) - Decimal(write_rate(given)), Decimal(0)) + "%"

    def sum(self, control: Control, cell: Cell) -> str:
        if cell.typed_number is None:
            is_own = cell.number is not None and (control.kind != "organisations" or self.has_organisations(control))
            return BALANCED if is_own else ""
        total = Spot(control.table.id, control.row, control.field.id)
        identity = self.identities.get((control.kind, total))
        if identity is None:
            return ""
        shown = gap_text(identity.difference(self.figures), identity.tolerance)
        return TEXTS if shown != BALANCED and self.has_text(control) else shown

    def _texts(self) -> Iterator[tuple[str, Slot]]:
        """Where a text stands in a number's cell: Excel leaves it out."""
        for sheet, slot in self.layout.slots():
            cell = self._cell(slot)
            if slot.field.is_number and cell.state == "nothing" and says_something(str(cell.raw)):
                yield sheet.name, slot

    def _cell(self, slot: Slot) -> Cell:
        data = self.report.tables[slot.table.id]
        if slot.field is slot.table.total:
            return data.total
        line, _, part = (slot.row or "").partition(".") if slot.table.kind == "list" else (slot.row, "", "")
        row = data.row(line)
        if row is None or not slot.field.part:
            return row.cell(slot.field.id) if row else NO_CELL
        number = int(part or 1) - 1
        return row.parts[number].get(slot.field.id, NO_CELL) if number < len(row.parts) else NO_CELL

    def has_text(self, control: Control) -> bool:
        """A text stands in a cell that the sum is taken from."""
        if not self.texts:
            return False
        if control.kind == "lines":
            table = control.table
            if control.field is table.total:
                return any(s.table is table and s.field.id == control.field.of for _, s in self.texts)
            inner = table.children(control.field)
            of_line = [s for _, s in self.texts if s.table is table and s.field in inner]
            return any((s.row or "").partition(".")[0] == control.row for s in of_line)
        return any(self._uses_text(part, control.sheet) for part in parts_of(self.form, control, self.layout.places(control.sheet)))

    def _uses_text(self, part: Part, home: str) -> bool:
        """The twin of `Part.texts`."""

        def text(address: str | None) -> bool:
            return address is not None and any(_holds(address, home, sheet, slot.first) for sheet, slot in self.texts)

        typed = self._typed(part.cell, home)
        if not part.inner:
            return not (part.others and typed) and (text(part.cell) or text(part.others))
        inner = any(self._uses_text(n, home) for n in part.inner)
        has_inner = any(self._typed(a, home) for a in addresses_of(part.inner))
        if part.first:
            return inner or (not has_inner and self._uses_text(part._replace(inner=()), home))
        return text(part.cell) or (not typed and (inner or (not has_inner and text(part.others))))

    def _typed(self, address: str, home: str) -> bool:
        """A figure was typed there. (What a formula gives is what was typed elsewhere.)"""
        return any(_holds(address, home, sheet, ref) for sheet, ref in self.numbers)

    @cached_property
    def numbers(self) -> list[tuple[str, Ref]]:
        """Where a figure was typed."""
        return [(sheet.name, slot.first) for sheet, slot in self.layout.slots() if self._cell(slot).typed_number is not None]

    def band(self, field: Field, grade: object) -> str:
        score, of = self.report.cell(field.of or "").number, self.form.fields[field.of or ""].field
        if score is None or not isinstance(grade, str) or not (of.minimum or score) <= score <= (of.maximum or score):
            return ""
        name = next((name for name, least in field.bands if score >= least), "")
        if not name:
            return ""
        return BALANCED if [n for n, _ in field.bands if n in grade] == [name] else f"{SHOULD_BE}{name}"

    def outside(self, table: Table, field: Field, row: Row | None, cell: Cell) -> str | None:
        """应为 0—10; 平; or None where nothing is known."""
        found = limits(self.form, table, field)
        if found is None or cell.number is None:
            return None
        least, most = (f.number(RowScope(self.report, table, row)) for f in (found.least, found.most))
        number = cell.typed_number if found.typed else cell.number
        low, high = (
            least is not None and number is not None and number < least,
            most is not None and number is not None and number > most,
        )
        if low or high:
            return f"{SHOULD_BE} {_figure(least)}—{_figure(most)}"
        return BALANCED if least is not None and most is not None else None

    def says(self, cells: Mapping[str, Cell], table: Table) -> bool:
        """Something was typed in a line."""
        return any(c.raw is not None and str(c.raw) for f, c in cells.items() if table.fields[f].kind == "input")

    def has_organisations(self, control: Control) -> bool:
        """Something was typed below 汇总."""
        summary = self.form.rows_of(control.table).summary
        rows = (r for r in self.report.tables[control.table.id].rows if r.key != summary)
        return any(c.typed_number is not None for r in rows for c in r.cells.values())


def _figure(number: Decimal | None) -> str:
    return format(number.quantize(EIGHT).normalize(), "f") if number is not None else ""


def _holds(address: str, home: str, sheet: str, ref: Ref) -> bool:
    block = block_of(address)
    return (block.sheet or f"{quoted(home)}!") == f"{quoted(sheet)}!" and block.holds(ref)
