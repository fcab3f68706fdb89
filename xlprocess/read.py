"""Book + form → Report: every field found by two anchors, its defined name and its printed label, and read once."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from decimal import Decimal

from xlprocess.books.book import Book, Formula, Ref, Scalar, Sheet
from xlprocess.errors import NotAForm
from xlprocess.finding import Where
from xlprocess.form.formula import Value
from xlprocess.form.load import Form, editions, load
from xlprocess.form.model import Field, RowSet, Table, normal
from xlprocess.identity import Spot
from xlprocess.live import own_formula, own_formula_on, same_formula
from xlprocess.locate import CONTROL, locate, tables_found
from xlprocess.organisations import join
from xlprocess.report import Cell, Found, Places, Remark, Report, Row, State, TableData
from xlprocess.row_name import row_name
from xlprocess.typed import Reading, read_count, read_date, read_money, read_number, read_rate, read_year

FORM_PROPERTY = "xlprocess.form"
VERSION_PROPERTY = "xlprocess.version"
_USE = "请用财政部门下发的工作簿填报；自制的表可先用 migrate 命令转为标准工作簿"
_SUMMARY_SHEETS = frozenset(("总览", "报送情况", "问题清单", "数据来源"))


def is_summary(sheets: Iterable[str]) -> bool:
    """Whether these are the sheets of a summary of ours: its tables have the form's labels, but it is no department's. A list that
    took several sheets is `问题清单（1）`, `问题清单（2）`."""
    return {name.partition("（")[0] for name in sheets} >= _SUMMARY_SHEETS


def form_of(book: Book, file: str) -> Form:
    """The edition that a workbook says it is, or, where the mark is gone, whose tables it holds.
    Raises NotAForm when it is none that we know."""
    properties = book.properties()
    stated = properties.get(FORM_PROPERTY)
    if stated in editions():
        form = load(stated)
        if _version(properties) <= form.edition.version:
            return form
        raise NotAForm("unknown_edition", f"无法处理 {file}：表样 {stated} 的版本比本程序新。请升级程序后再运行。")
    if stated:
        raise NotAForm("unknown_edition", f"无法处理 {file}：不认识的表样 {stated}。请升级程序，或改用财政部门下发的工作簿填报。")
    if is_summary(book.sheet_names()):
        what = "这是各部门的汇总，不是一个部门填报的工作簿"
        raise NotAForm("not_this_form", f"无法处理 {file}：{what}。要把它并入上级汇总，请用 consolidate。")
    held = {name: len(list(tables_found(book, load(name)))) for name in editions()}
    best = max(held, key=lambda name: held[name])
    if held[best] >= 2:
        return load(best)
    raise NotAForm("not_this_form", f"无法处理 {file}：不是部门整体支出绩效自评工作簿。{_USE}。")


def _version(properties: object) -> int:
    text = properties.get(VERSION_PROPERTY, "") if hasattr(properties, "get") else ""
    return int(text) if text.isdecimal() else 0


def read(book: Book, file: str) -> Report:
    """The Report of a workbook; `places` of the Report tells where everything was found. Raises NotAForm."""
    return read_as(book, form_of(book, file), file)


def read_as(book: Book, form: Form, file: str) -> Report:
    """The same, for an edition that is known."""
    report = _Reader(book, form, file, locate(book, form)).read()
    version = _version(book.properties())
    if version and version < form.edition.version:
        where = Where(None, None, "workbook")
        report.remarks.append(Remark("older_version", where, (str(version), str(form.edition.version))))
    return report


_TRUTHS = {"TRUE": True, "FALSE": False}


class _Reader:
    def __init__(self, book: Book, form: Form, file: str, places: Places) -> None:
        self.book = book
        self.form = form
        self.places = places
        self.report = Report(form, file, {}, list(places.remarks), places=places)
        self.percents: dict[str, list[tuple[Table, Field, Cell]]] = {}
        self.texts: dict[str, list[Cell]] = {}

    def read(self) -> Report:
        for table in self.form.tables.values():
            found = self.places.tables.get(table.id)
            if found is None:
                rows = [Row(None, {f.id: Cell() for f in table.field})] if table.kind == "fields" else []
                self.report.tables[table.id] = TableData(table, None, rows)
            elif table.kind == "fields":
                self.report.tables[table.id] = self.fields(table, found)
            elif table.kind == "grid":
                self.report.tables[table.id] = self.grid(table, found)
            else:
                self.report.tables[table.id] = self.lines(table, found)
        for row_set in self.form.row_sets.values():
            join(self.report, row_set)
        self.recognise_own_formulas()
        self.read_percentages()
        self.read_leading_zeros()
        return self.report

    def sheet(self, name: str) -> Sheet:
        return self.places.sheets[name]

    def cell(self, table: Table, field: Field, sheet: Sheet, ref: Ref) -> Cell:
        raw, formula = sheet.value(*ref), sheet.formulas.get(ref)
        return Cell(sheet.name, ref) if raw is None and formula is None else self.filled(table, field, sheet, ref, raw, formula)

    def cells(self, table: Table, placed: Iterable[tuple[Field, int]], sheet: Sheet, number: int) -> dict[str, Cell]:
        """The cells of a row, each field in its column."""
        row, left, formulas, name = sheet.row(number), sheet.left, sheet.formulas, sheet.name
        width = len(row)
        found: dict[str, Cell] = {}
        for field, column in placed:
            ref = tuple.__new__(Ref, (number, column))  # half the time of Ref(…)
            raw = row[column - left] if 0 <= column - left < width else None
            formula = formulas.get(ref)
            if formula is not None:
                found[field.id] = self.filled(table, field, sheet, ref, raw, formula)
            elif raw is None:
                found[field.id] = Cell(name, ref)
            elif type(raw) is str and field.type == "text" and raw.strip():
                found[field.id] = Cell(name, ref, raw, "typed", raw)
            else:
                found[field.id] = self.filled(table, field, sheet, ref, raw, None)
        return found

    def filled(self, table: Table, field: Field, sheet: Sheet, ref: Ref, raw: Scalar, formula: Formula | None) -> Cell:
        """The cell at `ref`, in which something stands."""
        if formula is not None and (truth := _TRUTHS.get(formula.text.upper().removesuffix("()"))) is not None:
            raw = truth  # LibreOffice tells a number, and stores the one or the other
        cell = read_cell(field, raw, percent=False)
        cell.sheet, cell.ref = sheet.name, ref
        if formula is not None:
            cell.formula = formula.text
            if not formula.has_value:
                cell.state, cell.value = "no_value", None
        elif isinstance(raw, (int, float)) and not isinstance(raw, bool) and (field.type == "rate" or field.measure):
            self.percents.setdefault(sheet.name, []).append((table, field, cell))
        elif field.type == "text" and type(raw) is not str and cell.text is not None and cell.text.isdecimal():
            self.texts.setdefault(sheet.name, []).append(cell)
        return cell

    def fields(self, table: Table, found: Found) -> TableData:
        sheet = self.sheet(found.sheet)
        cells = {f.id: self.cell(table, f, sheet, found.cells[f.id]) if f.id in found.cells else Cell() for f in table.field}
        return TableData(table, found.sheet, [Row(None, cells)])

    def grid(self, table: Table, found: Found) -> TableData:
        row_set = self.form.rows_of(table)
        sheet = self.sheet(found.sheet)
        placed = [(f, found.columns[f.id]) for f in table.field if f.id in found.columns]
        rows: list[Row] = []
        end = self.end_of(table, found, sheet)
        if end > found.last:
            where = Where(sheet.name, Ref(found.last + 1, found.names), table.id)
            self.report.remarks.append(Remark("row_outside_sums", where, (str(sheet.value(found.last + 1, found.names)),)))
        for number in range(found.first, end + 1):
            printed = sheet.value(number, found.names)
            name = row_name(str(printed)) if printed is not None else ""
            key = _row_key(row_set, printed, name)
            if _is_text(printed, row_set.hint):
                continue
            if name.startswith(CONTROL) and isinstance(printed, str):
                break  # names that a program left behind when it deleted rows reach into what stands below the table
            if normal(name) in SUBTOTALS and key != row_set.summary:
                where = Where(sheet.name, Ref(number, found.names), table.id)
                self.report.remarks.append(Remark("subtotal_row", where, (name, table.title)))
                continue
            here = [(f, c) for f, c in placed if not f.only or key in f.only]
            if not name and all(raw is None or raw == "" for raw in sheet.values(number, [c for _, c in here])):
                continue
            cells = self.cells(table, here, sheet, number)
            at = Cell(sheet.name, Ref(number, found.names), printed, "typed" if name else "blank", name or None)
            rows.append(Row(key, cells, at))
        if rows and all(r.key != row_set.summary for r in rows):
            where = Where(sheet.name, Ref(found.first, found.names), table.id)
            self.report.remarks.append(Remark("summary_row_missing", where, (table.title, row_set.summary)))
        return TableData(table, found.sheet, rows)

    def end_of(self, table: Table, found: Found, sheet: Sheet) -> int:
        """Rows that somebody added below the last one: named, with a figure, and of no other table."""
        others = [f for t, f in self.places.tables.items() if t != table.id and f.sheet == found.sheet]
        limit = min((f.first for f in others if f.first > found.last), default=found.last + 200)
        end = found.last
        while end + 1 < limit:
            name = sheet.value(end + 1, found.names)
            if not isinstance(name, str) or normal(name).startswith(CONTROL):
                break
            if not any(isinstance(v, (int, float)) for v in sheet.values(end + 1, found.columns.values())):
                break
            end += 1
        return end

    def lines(self, table: Table, found: Found) -> TableData:
        sheet = self.sheet(found.sheet)
        leading = [(f, found.columns[f.id]) for f in table.field if f.id in found.columns and not f.part]
        inner = [(f, found.columns[f.id]) for f in table.field if f.id in found.columns and f.part]
        columns = [c for f, c in (*leading, *inner) if f.kind != "derived"]
        computed = {ref.row for ref in sheet.formulas if ref.column in columns}
        over = self.merged_down(sheet, found)
        hint = normal(table.hint) if table.hint is not None else None
        rows: list[Row] = []
        for number in range(found.first, found.last + 1):
            typed = sheet.values(number, columns)
            if typed.count(None) == len(typed) and number not in computed:
                continue  # nothing at all stands in what a person fills (most lines of a list)
            if hint is not None and any(isinstance(value, str) and normal(value) == hint for value in typed):
                continue
            if _are_labels(table, typed):
                continue  # a line of the header, where a program inserted rows and left the names behind
            cells = self.cells(table, leading, sheet, number)
            part = self.cells(table, inner, sheet, number)
            if over:
                self.merge_down(table, leading, sheet, number, over, cells)
                self.merge_down(table, inner, sheet, number, over, part)
            begins = any(_is_filled(f, cells[f.id]) for f, _ in leading)
            goes_on = any(_is_filled(f, part[f.id]) for f, _ in inner)
            if begins or (goes_on and not rows):
                rows.append(Row(str(len(rows) + 1), cells))
            if goes_on:
                rows[-1].parts.append(part)
        data = TableData(table, found.sheet, rows)
        if table.total and table.total.id in found.cells:
            data.total = self.cell(table, table.total, sheet, found.cells[table.total.id])
        return data

    def merged_down(self, sheet: Sheet, found: Found) -> dict[Ref, Ref]:
        """The cells below the first one of every block that was merged within the lines of a table, with that first one."""
        return {
            Ref(r, first.column): first
            for first, last in sheet.merged
            if last.row > first.row >= found.first
            for r in range(first.row + 1, last.row + 1)
        }

    def merge_down(
        self,
        table: Table,
        placed: Iterable[tuple[Field, int]],
        sheet: Sheet,
        number: int,
        merged: Mapping[Ref, Ref],
        cells: dict[str, Cell],
    ) -> None:
        """Where somebody merged a text down over several lines, each of them has it."""
        for field, column in placed:
            ref = Ref(number, column)
            over = merged.get(ref)
            if over is not None and not field.is_number:
                cells[field.id] = self.cell(table, field, sheet, over)
                cells[field.id].ref = ref

    # ---- formulas and formats

    def recognise_own_formulas(self) -> None:
        """A cell that holds the form's own formula holds nothing that somebody typed."""
        if not self.book.tells_formulas:
            for spot, field, cell in self.report.spots():
                has_own = cell.formula is not None and own_formula(self.report, spot, field) is not None
                if field.kind == "derived" or has_own:
                    cell.state, cell.value, cell.how = "own" if cell.raw is not None else "blank", None, None
            return
        rearranged = any(r.kind in REARRANGED for r in self.report.remarks)
        is_older = 0 < _version(self.book.properties()) < self.form.edition.version
        is_cut = any(r.kind == "field_missing" for r in self.report.remarks)
        beside: list[tuple[Spot, Field, Cell]] = []
        for spot, field, cell in self.report.spots():
            if cell.formula is None or cell.sheet is None:
                continue
            own = own_formula_on(self.report, cell.sheet, spot, field)
            if own == cell.formula or (
                own is not None
                and (
                    same_formula(own, cell.formula)
                    or (rearranged and _alike(own, cell.formula))
                    or (is_older and field.kind == "derived")  # what an earlier version computed there: the run puts it right
                )
            ):
                cell.state, cell.value, cell.how = "own", None, None
            elif own is not None and is_cut and "#REF!" in cell.formula:
                cell.state, cell.value, cell.how = "own", None, None  # the column that it is computed from is gone: that is said
            elif own is not None and _alike(own, cell.formula):
                beside.append((spot, field, cell))
            elif field.kind == "stated" and cell.state == "no_value":
                self.stand_in(spot, cell)
        if len(beside) >= LEFT_BEHIND:
            for _, _, cell in beside:
                cell.state, cell.value, cell.how = "own", None, None
            spot, _, cell = beside[0]
            where = Where(cell.sheet, cell.ref, spot.table, spot.row, spot.field)
            self.report.remarks.append(Remark("formulas_outdated", where, (str(len(beside)),)))
            return
        for spot, field, cell in beside:
            if field.kind == "stated" and cell.state == "no_value":
                self.stand_in(spot, cell)

    def stand_in(self, spot: Spot, cell: Cell) -> None:
        """Somebody's own formula, not calculated yet: what the form gives stands in for it, and it is said."""
        cell.state = "own"
        where = Where(cell.sheet, cell.ref, spot.table, spot.row, spot.field)
        self.report.remarks.append(Remark("formula_not_calculated", where, (cell.formula or "",)))

    def read_percentages(self) -> None:
        """A number that its cell shows as a percentage: asked for once a sheet, and only where it matters."""
        for name, asked in self.percents.items():
            wanted = [c.ref for _, _, c in asked if c.ref is not None]
            shown = self.book.percent_cells(name, wanted)
            for _, field, cell in asked:
                if cell.ref in shown and cell.state != "own":
                    read = read_cell(field, cell.raw, percent=True)
                    cell.state, cell.value, cell.how, cell.percent = read.state, read.value, read.how, read.percent

    def read_leading_zeros(self) -> None:
        """A number in a cell of a text (a code), as its cell shows it: asked for once a sheet, and only where there is one."""
        for name, asked in self.texts.items():
            padded = self.book.padded_cells(name, [c.ref for c in asked if c.ref is not None])
            for cell in asked:
                if cell.ref is not None and cell.ref in padded and cell.state != "own" and cell.text is not None:
                    cell.value = cell.text.zfill(padded[cell.ref])


REARRANGED = (
    "anchors_disagree",
    "names_outdated",
    "organisation_order",
    "organisation_differs",
    "organisation_repeated",
    "row_outside_sums",
)
"""Where columns or rows no longer stand as the form has them, its own formulas point elsewhere: that is said, and once."""
LEFT_BEHIND = 3
"""So many of the form's formulas that point beside their cells were left behind by a program; fewer, somebody changed."""
_REFERENCE = re.compile(r"\$?[A-Z]{1,3}\$?[0-9]+(?::\$?[A-Z]{1,3}\$?[0-9]+)?")


SUBTOTALS = frozenset(("小计", "合计", "总计", "共计"))
"""Names of rows that add up others: no organisation is called so."""


def _are_labels(table: Table, values: list[Scalar]) -> bool:
    """A line of the table's own labels and nothing else."""
    said = [value for value in values if value is not None]
    labels = table.labels
    return len(said) > 1 and all(isinstance(value, str) and normal(value) in labels for value in said)


def _alike(a: str, b: str) -> bool:
    """Equal but for the cells that they point at."""
    return same_formula(_REFERENCE.sub("A1", a), _REFERENCE.sub("A1", b))


def _row_key(row_set: RowSet, printed: object, name: str) -> str:
    return (row_set.named(printed) if isinstance(printed, str) else None) or row_set.named(name) or name


def _is_text(value: object, text: str | None) -> bool:
    return text is not None and isinstance(value, str) and normal(value) == normal(text)


def _is_filled(field: Field, cell: Cell) -> bool:
    return field.kind != "derived" and cell.state not in ("blank", "own")


_PLAIN = ("money", "count", "score")
"""Types whose numbers say by themselves what they mean."""


def read_cell(field: Field, raw: Scalar | Decimal, percent: bool) -> Cell:
    """What stands in a cell, read as its field's type says. `percent`: the cell's number format shows a percentage."""
    kind = field.type
    if (type(raw) is float or type(raw) is int) and kind in _PLAIN:
        reading = read_number(raw)
        return Cell(raw=raw, state=_state(reading.state), value=reading.value)
    if raw is None or raw == "":
        return Cell()
    if isinstance(raw, Decimal):
        return Cell(raw=str(raw), state="typed", value=raw)
    if kind == "text" or kind == "longtext":
        return _text(field, raw, percent)
    if kind == "money":
        return _from_reading(field, raw, read_money(raw))
    if kind == "count":
        return _from_reading(field, raw, read_count(raw))
    if kind == "rate":
        return _from_reading(field, raw, read_rate(raw, percent))
    if kind == "year":
        year, state = read_year(raw)
        return Cell(raw=raw, state=_state(state), value=None if year is None else Decimal(year))
    if kind == "date":
        date, state = read_date(raw)
        return Cell(raw=raw, state=_state(state), value=date)
    return _from_reading(field, raw, read_number(raw))


def _from_reading(field: Field, raw: Scalar, reading: Reading) -> Cell:
    return Cell(
        raw=raw,
        state=_state(reading.state),
        value=reading.value,
        how=reading.how,
        percent=field.type == "rate" and reading.value is not None and not reading.open,
    )


def _state(state: str) -> State:
    return "typed" if state == "number" else state  # type: ignore[return-value]


def _text(field: Field, raw: Scalar, percent: bool) -> Cell:
    """A text as typed. A number in a text cell is written the way the cell shows it: 0.95 in a percent format is 95%."""
    if isinstance(raw, str):
        return Cell(raw=raw, state="typed", value=raw) if raw.strip() else Cell(raw=raw)
    value: Value
    if isinstance(raw, bool):
        value = "是" if raw else "否"
    elif isinstance(raw, (int, float)):
        number = read_number(raw).value
        value = str(raw) if number is None else _shown(number * 100 if percent else number) + ("%" if percent else "")
    elif isinstance(raw, dt.datetime) and raw.time() == dt.time():
        value = f"{raw.year}年{raw.month}月{raw.day}日"
    else:
        value = str(raw)
    return Cell(raw=raw, state="typed", value=value)


def _shown(number: Decimal) -> str:
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
