"""A workbook that a Python program holds open in openpyxl. The program loads and saves it; here it is read and changed.

openpyxl keeps a formula or its value, never both: loaded as usual, a formula has no value (`has_value` is False and the
cell reads as blank); loaded with `data_only`, there are values and no formulas. A formula that is written has no value
until an office program opens the file. A user's file is better changed as a file: openpyxl drops what it does not know.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from copy import copy
from decimal import Decimal
from typing import Any, TypeAlias

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, MergedCell
from openpyxl.cell.rich_text import CellRichText
from openpyxl.comments import Comment
from openpyxl.packaging.custom import StringProperty
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.utils import get_column_letter, quote_sheetname, range_boundaries
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.filters import AutoFilter
from openpyxl.worksheet.formula import ArrayFormula, DataTableFormula
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.views import Selection

from xlprocess.books import mark, styles
from xlprocess.books.book import Area, CellWrite, Changes, Formula, Link, ListCell, Ref, ResultList, Scalar, Sheet
from xlprocess.books.cells import looks_like_formula
from xlprocess.books.limits import WIDEST_EXTENT
from xlprocess.books.note_text import merge
from xlprocess.errors import Unreadable

Worksheet: TypeAlias = Any  # the stubs of openpyxl lag behind it
Cell: TypeAlias = Any

_ADDED = "xlprocess.added"  # a hidden name of the sheet: we added it, so it may go when there is no list any more
_LAST_ROW, _LAST_COLUMN = 1_048_576, 16_384
_THREAD_AUTHOR = "tc={"
_THREAD_TEXTS = ("[Threaded comment]", "[线程批注]")
_POINTS_AT = re.compile(
    r"(?:'((?:[^']|'')+)'|([^'!:()\[\]{}\",;=<>*/+&^%#\s]+))!(\$?[A-Z]{1,3}\$?[0-9]{1,7}(?::\$?[A-Z]{1,3}\$?[0-9]{1,7})?)"
)


class OpenpyxlBook:
    """A book over an open openpyxl workbook. `name` is what messages call it."""

    tells_formulas = True

    def __init__(self, workbook: Workbook, name: str = "工作簿") -> None:
        self.workbook: Any = workbook
        self.name = name

    # reading

    def sheet_names(self) -> list[str]:
        return [sheet.title for sheet in self.workbook.worksheets]

    def sheet(self, name: str) -> Sheet:
        """KeyError for a sheet that is not there; Unreadable (over_limit) when its cells lie too far apart."""
        worksheet = self._worksheet(name)
        values: dict[Ref, Scalar] = {}
        formulas: dict[Ref, Formula] = {}
        for ref, cell in _cells(worksheet):
            formula = _formula(cell)
            if formula is not None:
                formulas[ref] = formula
            elif (value := _scalar(cell.value)) is not None:
                values[ref] = value
        merged = sorted(
            (Ref(block.min_row, block.min_col), Ref(block.max_row, block.max_col)) for block in worksheet.merged_cells.ranges
        )
        top = min((ref.row for ref in values), default=1)
        left = min((ref.column for ref in values), default=1)
        height = max((ref.row for ref in values), default=0) - top + 1
        width = max((ref.column for ref in values), default=0) - left + 1
        if height * width > WIDEST_EXTENT:
            sentence = f"工作表「{name}」的内容相距太远，范围过大。请删除填报内容以外多余的单元格后再运行。"
            raise Unreadable("over_limit", f"无法处理 {self.name}：{sentence}")
        rows: list[list[Scalar]] = [[None] * width for _ in range(height)]
        for ref, value in values.items():
            rows[ref.row - top][ref.column - left] = value
        return Sheet(name, top, left, rows, formulas, merged, worksheet.sheet_state != "visible")

    def names(self) -> Mapping[str, Area]:
        by_case = {name.lower(): name for name in self.sheet_names()}
        found = {}
        for name, defined in self.workbook.defined_names.items():
            match = _POINTS_AT.fullmatch((defined.attr_text or "").strip())
            sheet = by_case.get((match[1] or match[2]).replace("''", "'").lower()) if match else None
            if match is None or sheet is None:
                continue
            left, top, right, bottom = (int(bound or 0) for bound in range_boundaries(match[3]))
            if bottom <= _LAST_ROW and right <= _LAST_COLUMN:
                found[name] = Area(sheet, Ref(top, left), Ref(bottom, right))
        return found

    def properties(self) -> Mapping[str, str]:
        return {held.name: _property_text(held.value) for held in self.workbook.custom_doc_props.props}

    def percent_cells(self, sheet: str, refs: Sequence[Ref]) -> set[Ref]:
        cells = self._worksheet(sheet)._cells
        return {ref for ref in refs if ref in cells and styles.is_percent(cells[ref].number_format)}

    def padded_cells(self, sheet: str, refs: Sequence[Ref]) -> Mapping[Ref, int]:
        cells = self._worksheet(sheet)._cells
        return {ref: n for ref in refs if ref in cells and (n := styles.digits_padded(cells[ref].number_format))}

    def notes(self) -> Mapping[tuple[str, Ref], str]:
        return {place: note.text for place, note in self._all_notes() if not _is_thread(note)}

    def threads(self) -> set[tuple[str, Ref]]:
        """openpyxl drops the threads themselves and keeps the notes that Excel writes behind them: these are told by
        their author and their text."""
        return {place for place, note in self._all_notes() if _is_thread(note)}

    def _all_notes(self) -> list[tuple[tuple[str, Ref], Comment]]:
        return [
            ((worksheet.title, ref), cell.comment)
            for worksheet in self.workbook.worksheets
            for ref, cell in _cells(worksheet)
            if cell.comment is not None
        ]

    def _worksheet(self, name: str) -> Worksheet:
        for worksheet in self.workbook.worksheets:
            if worksheet.title == name:
                return worksheet
        raise KeyError(name)

    # changing

    def apply(self, changes: Changes) -> None:
        """Everything at once, or nothing. ValueError for a note that could not be told from a person's; KeyError for a
        sheet that is not there. A formula is stored without its value, which openpyxl cannot keep beside it."""
        for sheet in {write.sheet for write in changes.cells}:
            self._worksheet(sheet)
        listed = changes.results.sheet if changes.results is not None else None
        for (sheet, _), text in changes.notes.items():
            if text is not None:
                mark.checked(text)
                if sheet != listed:
                    self._worksheet(sheet)
        for write in changes.cells:
            self._write(write)
        if changes.results is not None:
            self._list(changes.results)
        present = set(self.sheet_names())
        for (sheet, ref), text in changes.notes.items():
            if sheet in present:
                self._note(self._worksheet(sheet), ref, text)
        for name, value in changes.properties.items():
            self._property(name, value)

    def _write(self, write: CellWrite) -> None:
        cell = _cell(self._worksheet(write.sheet), write.ref)
        if write.formula is not None:
            _put(cell, "=" + write.formula, "f")
        elif isinstance(write.value, Decimal):
            _put(cell, _number(write.value), "n")
        elif isinstance(write.value, str):
            _put(cell, ILLEGAL_CHARACTERS_RE.sub("", write.value), "s")
        else:
            _put(cell, write.value, "n")

    def _note(self, worksheet: Worksheet, ref: Ref, ours: str | None) -> None:
        if ours is None and ref not in worksheet._cells:
            return
        cell = _cell(worksheet, ref)
        existing = cell.comment
        if existing is not None and _is_thread(existing):
            return
        before = None if existing is None else existing.text
        text = merge(before, ours)
        if text == before:
            return
        if text is None:
            cell.comment = None
        elif existing is None:
            cell.comment = Comment(text, mark.AUTHOR, *_note_size(text))
        else:
            existing.text = text

    def _property(self, name: str, value: str | None) -> None:
        held = self.workbook.custom_doc_props
        there = name in held.names
        if there and (value is None or _property_text(held[name].value) != value):
            del held[name]
            there = False
        if value is not None and not there:
            held.append(StringProperty(name=name, value=value))

    # the sheet 检查结果

    def _list(self, results: ResultList) -> None:
        if results.sheet in self.sheet_names():
            worksheet = self._worksheet(results.sheet)
            if not results.rows and _ADDED in worksheet.defined_names:
                self._remove(worksheet)
                return
        elif not results.rows:
            return
        else:
            worksheet = self.workbook.create_sheet(results.sheet)
            worksheet.sheet_view.showGridLines = False
            worksheet.page_setup.orientation = "landscape"
            worksheet.page_setup.paperSize = 9
            worksheet.page_setup.fitToHeight = 0
            worksheet.sheet_properties.pageSetUpPr.fitToPage = True
            worksheet.defined_names[_ADDED] = DefinedName(_ADDED, hidden=True, attr_text="1")
        _empty(worksheet)
        _fill(worksheet, results)
        for name, (first, last) in results.names.items():
            for known in [known for known in self.workbook.defined_names if known.lower() == name.lower()]:
                del self.workbook.defined_names[known]
            text = f"{quote_sheetname(results.sheet)}!{_range(first, last, '$')}"
            self.workbook.defined_names[name] = DefinedName(name, attr_text=text)

    def _remove(self, worksheet: Worksheet) -> None:
        for name, area in self.names().items():
            if area.sheet == worksheet.title:
                del self.workbook.defined_names[name]
        self.workbook.remove(worksheet)
        self.workbook.active = min(self.workbook._active_sheet_index, len(self.workbook._sheets) - 1)


def _cells(worksheet: Worksheet) -> list[tuple[Ref, Cell]]:
    """The cells that are there, in their order: going through rows and columns would create all others."""
    held = worksheet._cells
    return [(Ref(*place), held[place]) for place in sorted(held) if not isinstance(held[place], MergedCell)]


def _cell(worksheet: Worksheet, ref: Ref) -> Cell:
    """The cell at a place; within a merged block its first cell, which is the one that holds anything."""
    cell = worksheet.cell(ref.row, ref.column)
    if isinstance(cell, MergedCell):
        for block in worksheet.merged_cells.ranges:
            if (ref.row, ref.column) >= (block.min_row, block.min_col) and str(ref) in block:
                return worksheet.cell(block.min_row, block.min_col)
    return cell


def _put(cell: Cell, value: str | int | float | None, kind: str) -> None:
    if cell.value != value or cell.data_type != kind:
        cell.value = value
        cell.data_type = kind  # a text stays a text, whatever it begins with
        if kind == "s" and isinstance(value, str) and looks_like_formula(value):
            cell.quotePrefix = True


def _formula(cell: Cell) -> Formula | None:
    value: object = cell.value
    if isinstance(value, ArrayFormula):
        return Formula((value.text or "").removeprefix("="), has_value=False)
    if isinstance(value, DataTableFormula):
        return Formula("", has_value=False)
    if cell.data_type == "f" and isinstance(value, str):
        return Formula(value.removeprefix("="), has_value=False)
    return None


def _scalar(value: Any) -> Scalar:
    if isinstance(value, CellRichText):
        value = str(value)
    elif isinstance(value, Decimal):
        value = _number(value)
    elif hasattr(value, "item"):  # a number of numpy, put there by a program
        value = value.item()
    if isinstance(value, (str, int, float, dt.date, dt.time, dt.timedelta)):
        return None if value == "" else value
    return None


def _number(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() and abs(value) < 10**15 else float(value)


def _property_text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def _is_thread(note: Comment) -> bool:
    return (note.author or "").startswith(_THREAD_AUTHOR) or (note.text or "").startswith(_THREAD_TEXTS)


def _note_size(text: str) -> tuple[int, int]:
    """Height and width in pixels that show the whole note: about eighteen Chinese characters a line."""
    lines = sum(1 + len(line) // 18 for line in text.split("\n"))
    return min(18 * lines + 14, 400), 270


def _range(first: Ref, last: Ref, fixed: str = "") -> str:
    ends = [f"{fixed}{get_column_letter(ref.column)}{fixed}{ref.row}" for ref in (first, last)]
    return ends[0] if first == last else ":".join(ends)


def _empty(worksheet: Worksheet) -> None:
    """What a list writes goes; page setup, protection, conditional formats and people's notes stay."""
    for block in list(worksheet.merged_cells.ranges):
        worksheet.unmerge_cells(str(block))
    for ref, cell in _cells(worksheet):
        if cell.comment is None:
            del worksheet._cells[ref]
        else:
            cell.value, cell.hyperlink, cell.style = None, None, "Normal"
    worksheet.row_dimensions.clear()
    worksheet.column_dimensions.clear()
    worksheet.auto_filter = AutoFilter()
    worksheet.sheet_view.pane = None
    worksheet.sheet_view.selection = [Selection()]  # one for each pane: a new pane would add to them


def _fill(worksheet: Worksheet, results: ResultList) -> None:
    looks: dict[str, Cell] = {}
    for row, cells in enumerate(results.rows, start=1):
        for column, content in enumerate(cells, start=1):
            cell = worksheet.cell(row, column)
            _fill_cell(cell, content)
            if content.style in looks:
                cell._style = copy(looks[content.style]._style)
            else:
                _dress(cell, styles._LOOKS[content.style])
                looks[content.style] = cell
    for row, height in enumerate(results.heights, start=1):
        if height is not None:
            worksheet.row_dimensions[row].height = height
    for column, width in enumerate(results.widths, start=1):
        worksheet.column_dimensions[get_column_letter(column)].width = width
    for column in results.hidden_columns:
        worksheet.column_dimensions[get_column_letter(column)].hidden = True
    for first, last in results.merged:
        worksheet.merge_cells(_range(first, last))
    if results.filter is not None:
        worksheet.auto_filter.ref = _range(*results.filter)
    if results.rows and results.frozen_rows:
        worksheet.freeze_panes = f"A{results.frozen_rows + 1}"


def _fill_cell(cell: Cell, content: ListCell) -> None:
    value = content.value
    if isinstance(value, Link):
        place = f"{quote_sheetname(value.sheet)}!{value.ref}"
        cell.hyperlink = Hyperlink(ref=cell.coordinate, location=place, display=value.text)
        value = value.text
    if value:
        _put(cell, ILLEGAL_CHARACTERS_RE.sub("", value), "s")


def _dress(cell: Cell, look: styles._Look) -> None:
    cell.font = Font(
        name=styles._FONT,
        size=look.size,
        bold=look.bold,
        underline="single" if look.underlined else None,
        color=look.color,
        family=2,
        charset=134,
    )
    if look.fill:
        cell.fill = PatternFill("solid", fgColor=look.fill)
    if look.bordered:
        line = Side("thin", color="FFD5DAE1")
        cell.border = Border(line, line, line, line)
    vertical = "center" if look.centred or not look.bordered else "top"
    horizontal = "center" if look.centred else "left" if look.indent else None
    cell.alignment = Alignment(horizontal=horizontal, vertical=vertical, wrap_text=look.wrapped or None, indent=look.indent)
    if look.unlocked:
        cell.protection = Protection(locked=False)
    if look.number_format != "0":
        cell.number_format = "@"
