"""The standard workbook, blank or filled: `build(form, values)` gives its bytes, the same ones every time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Mapping
from decimal import Decimal
from io import BytesIO

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from xlprocess.books.address import absolute, quoted
from xlprocess.books.book import Ref
from xlprocess.books.cells import looks_like_formula
from xlprocess.derive import derive
from xlprocess.errors import Refused
from xlprocess.form.arrange import arrange
from xlprocess.form.control_texts import ControlTexts
from xlprocess.form.controls import control_formula
from xlprocess.form.guide import Guide
from xlprocess.form.layout import Layout, SheetPlan, Slot, Text
from xlprocess.form.live import live_formula
from xlprocess.form.load import Form
from xlprocess.form.model import Field
from xlprocess.form.pages import finish_sheet, write_results
from xlprocess.form.styles import SONG, Styles
from xlprocess.form.validations import validate
from xlprocess.identity import Spot
from xlprocess.report import Cell, Report
from xlprocess.typed import read_date
from xlprocess.values import Given, Values, report_of
from xlprocess.writers.plain_sheet import PlainSheet

LONGEST_TEXT = 32_767
EXACT_DIGITS = 15
CARRIED_OVER = "待核：由上年报表带入"
CREATED = dt.datetime(2022, 1, 1)
"""In the document's properties: a fixed day, so that the same form gives the same bytes."""


def build(
    form: Form,
    values: Values | None = None,
    *,
    marks: Collection[Spot] | Mapping[Spot, str] = (),
    more: Callable[[Workbook, Layout], None] | None = None,
) -> bytes:
    """The workbook of a form. Given figures and texts stand as typed; where none is given, the form's live
    formula stands with its present value. `marks`: cells carried over from last year, which get a note, or the notes
    that cells get. `more` adds sheets of its own behind the form's. Raises
    Refused when a text is too long for a cell."""
    values = values or Values()
    _refuse_what_no_cell_holds(form, values)
    target = BytesIO()
    options = {"in_memory": True, "default_format_properties": {"font_name": SONG, "font_size": 11}}
    book = Workbook(target, options)
    notes = dict(marks) if isinstance(marks, Mapping) else dict.fromkeys(marks, CARRIED_OVER)
    builder = _Builder(book, form, values, notes)
    builder.build()
    if more is not None:
        more(book, builder.layout)
    book.close()
    return target.getvalue()


def _refuse_what_no_cell_holds(form: Form, values: Values) -> None:
    given = [(form.tables[t].fields.get(f), v) for (t, f), v in values.fields.items()]
    for table, lines in values.lines.items():
        for line in lines:
            for part in (line.values, *line.parts):
                given.extend((form.tables[table].fields.get(f), v) for f, v in part.items())
    for rows in values.rows.values():
        for name, row in rows:
            given.append((None, name))
            given.extend((form.fields[f].field, v) for f, v in row.items() if f in form.fields)
    for field, value in given:
        if not isinstance(value, str):
            continue
        label = f"“{field.label}”" if field else "机构名称"
        if len(value.encode("utf-16-le", "replace")) // 2 > LONGEST_TEXT:
            raise Refused(f"无法新建工作簿：{label}有 {len(value)} 字，Excel 一格最多 {LONGEST_TEXT} 字。请精简后重试。")
        if any("\ud800" <= c <= "\udfff" for c in value):
            raise Refused(f"无法新建工作簿：{label}里有无法保存的字符。请删去后重试。")


class NothingShown(str):
    """The empty text as the stored result of a formula. XlsxWriter leaves the type of a plain "" out, and a
    result without a type is none."""

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        return self is other

    def __hash__(self) -> int:
        return id(self)


NOTHING = NothingShown("")


def seen_by_excel(form: Form, values: Values) -> Report:
    """The report of these values with everything derived that Excel's own formulas give: a text in a number
    cell counts as nothing for them, even where it can be read as a number."""
    report = report_of(form, values)
    for _, field, cell in report.spots():
        if (field.is_number or field.type == "year") and cell.state not in ("blank", "typed"):
            cell.state, cell.value = "nothing", None
    derive(report)
    return report


class _Builder:
    def __init__(self, book: Workbook, form: Form, values: Values, marks: Mapping[Spot, str]) -> None:
        self.book = book
        self.form = form
        self.values = values
        self.marks = marks
        self.layout: Layout = arrange(form, values)
        self.report = seen_by_excel(form, values)
        self.styles = Styles(book)
        texts = ControlTexts(self.report, self.layout)
        self.shown = {(c.sheet, c.ref): texts.text(c) for c in self.layout.controls}

    def build(self) -> None:
        edition = self.form.edition
        self.book.set_properties({"title": edition.title, "created": CREATED, "author": "", "comments": ""})
        self.book.set_custom_property("xlprocess.form", edition.id, "text")
        self.book.set_custom_property("xlprocess.version", str(edition.version), "text")
        sheets = {spec.name: self.book.add_worksheet(spec.name, worksheet_class=PlainSheet) for spec in edition.sheet}
        for name, plan in self.layout.sheets.items():
            self.write_sheet(sheets[name], plan)
        Guide(sheets[edition.guide_sheet], self.layout, self.styles, self.shown).write()
        write_results(self.book, sheets[edition.results_sheet], self.form, self.styles)
        self.define_names()

    # ---- a sheet of the form

    def write_sheet(self, sheet: Worksheet, plan: SheetPlan) -> None:
        finish_sheet(sheet, plan, self.form, self.styles)
        for text in plan.texts:
            style = self.styles.role(text.role, **_edges(plan, text))
            _write_text(sheet, text.first, text.last, text.text, style)
        for slot in plan.slots:
            self.write_slot(sheet, plan, slot)
        for stamp in plan.stamps:
            _write_text(sheet, stamp.first, stamp.last, "", self.styles.stamp())
            self.name(stamp.name, plan.name, stamp.first, stamp.first)
        places = self.layout.places(plan.name)
        for control in plan.controls:
            formula = control_formula(self.form, control, places)
            style = self.styles.control(small=control.kind == "organisations")
            row, column = control.ref.row - 1, control.ref.column - 1
            sheet.write_formula(row, column, f"={formula}", style, self.shown[control.sheet, control.ref] or NOTHING)
        validate(sheet, plan, self.layout)

    def write_slot(self, sheet: Worksheet, plan: SheetPlan, slot: Slot) -> None:
        field, given, cell = slot.field, self.given(slot), self.cell(slot)
        formula = live_formula(self.form, slot.table, field, slot.row, self.layout.places(plan.name))
        style = self.styles.field(field, formula is not None, slot.row is None and slot.table.total is not field)
        row, column = slot.first.row - 1, slot.first.column - 1
        if slot.last != slot.first:
            sheet.merge_range(row, column, slot.last.row - 1, slot.last.column - 1, None, style)
        if given is not None:
            if isinstance(given, str) and looks_like_formula(given):
                wide = slot.row is None and slot.table.total is not field
                style = self.styles.field(field, formula is not None, wide, quote_prefix=True)
            _write_given(sheet, row, column, field, given, style)
        elif formula is not None:
            sheet.write_formula(row, column, f"={formula}", style, stored(cell.filled if cell else None))
        else:
            sheet.write_blank(row, column, None, style)
        if _spot(slot) in self.marks:
            options = {"author": "xlprocess", "x_scale": 1.2, "y_scale": 0.4, "font_name": SONG, "font_size": 9}
            sheet.write_comment(row, column, self.marks[_spot(slot)], options)

    def given(self, slot: Slot) -> Given:
        table, field = slot.table, slot.field
        if field.kind == "derived":
            return None
        if table.kind == "fields" or table.total is field:
            return self.values.fields.get((table.id, field.id))
        if table.kind == "grid":
            rows = self.values.rows.get(table.rows or "", [])
            return next((given.get(field.id) for name, given in rows if name == slot.row), None)
        lines = self.values.lines.get(table.id, [])
        number, _, part = (slot.row or "").partition(".")
        if int(number) > len(lines):
            return None
        line, k = lines[int(number) - 1], int(part or 1) - 1
        if field.part:
            return line.parts[k].get(field.id) if k < len(line.parts) else None
        return line.values.get(field.id) if not k else None

    def cell(self, slot: Slot) -> Cell | None:
        data = self.report.tables[slot.table.id]
        if slot.table.total is slot.field:
            return data.total
        row = data.row(slot.row)
        return row.cell(slot.field.id) if row else None

    # ---- names

    def define_names(self) -> None:
        for place in self.layout.tables.values():
            table = place.table
            for field_id, ref in place.cells.items():
                field = table.total if table.total and table.total.id == field_id else table.fields[field_id]
                self.name(self.form.defined_name(table, field), place.sheet, ref, ref)
            for field_id, column in place.columns.items():
                self.name(self.form.defined_name(table, table.fields[field_id]), place.sheet, *place.block(column))
            if place.names:
                self.name(self.form.defined_name(table, None), place.sheet, *place.block(place.names))

    def name(self, name: str, sheet: str, first: Ref, last: Ref) -> None:
        area = absolute(first) if first == last else f"{absolute(first)}:{absolute(last)}"
        self.book.define_name(name, f"={quoted(sheet)}!{area}")


def _spot(slot: Slot) -> Spot:
    return Spot(slot.table.id, slot.row, slot.field.id)


def _edges(plan: SheetPlan, text: Text) -> dict[str, int]:
    """The borders of a text that stands in a box: those that are the box's."""
    for first, last in plan.boxes:
        if first.row <= text.first.row <= last.row:
            return {
                "top": int(text.first.row == first.row),
                "bottom": int(text.last.row == last.row),
                "left": int(text.first.column == first.column),
                "right": int(text.last.column == last.column),
            }
    return {}


def _write_text(sheet: Worksheet, first: Ref, last: Ref, text: str, style: Format) -> None:
    if first != last:
        sheet.merge_range(first.row - 1, first.column - 1, last.row - 1, last.column - 1, None, style)
    if text:
        sheet.write_string(first.row - 1, first.column - 1, text, style)
    else:
        sheet.write_blank(first.row - 1, first.column - 1, None, style)


def _write_given(sheet: Worksheet, row: int, column: int, field: Field, given: Given, style: Format) -> None:
    """A number as a number where Excel keeps all its digits, a date as a date, anything else as the text that it is."""
    if isinstance(given, Decimal):
        if field.type not in ("text", "longtext") and len(given.normalize().as_tuple().digits) <= EXACT_DIGITS:
            sheet.write_number(row, column, float(given), style)
        else:
            sheet.write_string(row, column, format(given, "f"), style)
        return
    text = str(given).replace("\r\n", "\n").replace("\r", "\n")
    day = read_date(text)[0] if field.type == "date" else None
    if day is not None:
        sheet.write_datetime(row, column, dt.datetime(day.year, day.month, day.day), style)
    else:
        sheet.write_string(row, column, text, style)


def stored(value: object) -> float | str:
    """A derived value as the stored result of its formula."""
    if isinstance(value, Decimal):
        return float(value)
    return str(value) if value else NOTHING
