"""What a live workbook needs of Excel for Windows beside xlwings: its object model, over COM."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import xlwings as xw

from xlprocess.books.book import Ref, ResultList
from xlprocess.books.boxes import wrapped_lines
from xlprocess.books.styles import is_percent
from xlprocess.desktop.excel_list import write_list
from xlprocess.desktop.native import TITLE, Block, Locked, StillTyping

_MANUAL = -4135  # XlCalculation
_BY_ROWS, _BY_COLUMNS, _BACKWARDS, _IN_FORMULAS, _PART = 1, 2, 2, -4123, 2  # of Range.Find
_TEXT = 4  # MsoDocProperties
_FOLDERS = 4  # MsoFileDialogType
_MODEST = 200_000
"""So many cells are read as they are; a larger used range, which formats alone can make, is looked into."""
_ALLOWED = (
    "AllowFormattingCells",
    "AllowFormattingColumns",
    "AllowFormattingRows",
    "AllowInsertingColumns",
    "AllowInsertingRows",
    "AllowInsertingHyperlinks",
    "AllowDeletingColumns",
    "AllowDeletingRows",
    "AllowSorting",
    "AllowFiltering",
    "AllowUsingPivotTables",
)
"""In the order in which Protect takes them: names of arguments are not always known over COM."""
_NOTE_WIDTH, _NOTE_LINE = 44, 14.0  # characters; points


class Excel:
    """`book`: a workbook that is open in Excel. `errors`: what a call that Excel refuses raises."""

    def __init__(self, book: xw.Book, errors: type[Exception] | None = None) -> None:
        self.book = book
        self.workbook: Any = book.api
        self.application: Any = book.app.api
        self.errors = errors or _com_error()

    # reading

    def extent(self, sheet: xw.Sheet) -> Ref:
        used = sheet.api.UsedRange
        last = Ref(used.Row + used.Rows.Count - 1, used.Column + used.Columns.Count - 1)
        if last == (1, 1):
            return Ref(0, 0) if used.Formula in ("", None) else last
        if last.row * last.column <= _MODEST:
            return last
        row, column = (self._last(sheet, order) for order in (_BY_ROWS, _BY_COLUMNS))
        return Ref(row.Row, column.Column) if row is not None else Ref(0, 0)

    def _last(self, sheet: xw.Sheet, order: int) -> Any:
        cells = sheet.api.Cells
        return cells.Find("*", cells(1, 1), _IN_FORMULAS, _PART, order, _BACKWARDS)

    def merged(self, sheet: xw.Sheet) -> list[Block]:
        """Halved until a part holds no merged cell, or lies in one block."""
        last = self.extent(sheet)
        found: dict[Ref, Ref] = {}
        parts = [(Ref(1, 1), last)] if last.row else []
        while parts:
            first, end = parts.pop()
            block = _block(sheet, first, end)
            if block.MergeCells is False:
                continue
            whole = _block(sheet, first, first).MergeArea
            start = Ref(whole.Row, whole.Column)
            stop = Ref(start.row + whole.Rows.Count - 1, start.column + whole.Columns.Count - 1)
            if start != stop:
                found[start] = stop
            if stop.row >= end.row and stop.column >= end.column:
                continue
            parts += _halves(first, end)
        return list(found.items())

    def shows_percent(self, sheet: xw.Sheet, refs: Sequence[Ref]) -> set[Ref]:
        """Down each column, halved where Excel says that the formats differ."""
        columns: dict[int, list[int]] = {}
        for ref in refs:
            columns.setdefault(ref.column, []).append(ref.row)
        found: set[Ref] = set()
        for column, rows in columns.items():
            parts = [(Ref(min(rows), column), Ref(max(rows), column))]
            while parts:
                first, end = parts.pop()
                code = _block(sheet, first, end).NumberFormat
                if code is None:
                    parts += _halves(first, end)
                elif is_percent(code):
                    found |= {Ref(row, column) for row in range(first.row, end.row + 1)}
        return found & set(refs)

    def names(self) -> dict[str, str]:
        told = {name.Name: name.RefersTo for name in self.workbook.Names}
        return {name: text for name, text in told.items() if "!" not in name}

    def properties(self) -> dict[str, str]:
        return {p.Name: _property_text(p.Value) for p in self.workbook.CustomDocumentProperties}

    # changing

    def set_property(self, name: str, value: str | None) -> None:
        held = self.workbook.CustomDocumentProperties
        for known in [p for p in held if p.Name == name]:
            known.Delete()
        if value is not None:
            held.Add(name, False, _TEXT, value)

    @contextmanager
    def working(self, what: str) -> Iterator[None]:
        application = self.application
        names = ("ScreenUpdating", "EnableEvents", "Calculation")
        before = {name: getattr(application, name) for name in names}
        shown = self.workbook.ActiveSheet
        view = _view(self.workbook)
        try:
            for name, value in zip(names, (False, False, _MANUAL), strict=True):
                setattr(application, name, value)
            yield
        finally:
            application.Calculation = before["Calculation"]
            if self.workbook.ActiveSheet.Name != shown.Name:
                shown.Activate()
            _look_at(self.workbook, view)
            application.EnableEvents = before["EnableEvents"]
            application.ScreenUpdating = before["ScreenUpdating"]

    @contextmanager
    def writable(self, sheet: xw.Sheet) -> Iterator[None]:
        cells = sheet.api
        if not (cells.ProtectContents or cells.ProtectDrawingObjects):
            yield
            return
        kinds = [bool(getattr(cells, f"Protect{kind}")) for kind in ("DrawingObjects", "Contents", "Scenarios")]
        allowed = [bool(getattr(cells.Protection, name)) for name in _ALLOWED]
        selectable = cells.EnableSelection
        try:
            cells.Unprotect("")  # without a word Excel would ask the person for one
        except self.errors:
            raise Locked(sheet.name) from None
        try:
            yield
        finally:
            if any(s.name == sheet.name for s in self.book.sheets):
                cells.Protect("", *kinds, False, *allowed)
                cells.EnableSelection = selectable

    def put_values(self, sheet: xw.Sheet, first: Ref, rows: Sequence[Sequence[str | int | float | None]]) -> None:
        width = max(map(len, rows))
        block = _block(sheet, first, Ref(first.row + len(rows) - 1, first.column + width - 1))
        block.Value = tuple(tuple(map(as_typed, row)) + (None,) * (width - len(row)) for row in rows)

    def add_note(self, sheet: xw.Sheet, ref: Ref, text: str) -> None:
        box = _block(sheet, ref, ref).AddComment(text).Shape
        box.Width = 6.0 * _NOTE_WIDTH
        box.Height = _NOTE_LINE * (sum(wrapped_lines(line, _NOTE_WIDTH) for line in text.split("\n")) + 1)

    def write_list(self, sheet: xw.Sheet, results: ResultList, is_new: bool) -> None:
        write_list(self, sheet, results, is_new)

    def show(self, sheet: xw.Sheet, ref: Ref) -> None:
        self.application.Goto(_block(sheet, ref, ref))

    # the person at the window

    @property
    def path(self) -> Path | None:
        full = str(self.workbook.FullName)
        return Path(full) if self.workbook.Path and "://" not in full else None

    @property
    def is_saved(self) -> bool:
        return bool(self.workbook.Path)

    @property
    def is_previewed(self) -> bool:
        return False  # no button can be clicked meanwhile

    def finish_typing(self) -> None:
        """Excel's buttons cannot be clicked while somebody types in a cell; who begins after the click is asked to end: Excel says
        that it is not ready, or refuses every question."""
        try:
            ready = bool(self.application.Ready)
        except self.errors:
            ready = False
        if not ready:
            raise StillTyping

    @property
    def is_read_only(self) -> bool:
        return bool(self.workbook.ReadOnly)

    def ask(self, heading: str, text: str, buttons: Sequence[str]) -> int:
        """Windows' own message box over the window of Excel: its buttons say 是 and 否, the text says what they do."""
        said = "\n\n".join(part for part in (heading, text) if part)
        if len(buttons) == 1:
            self.book.app.alert(said, TITLE, buttons="ok", mode="info")
            return 0
        said += f"\n\n点“是”：{buttons[0]}；点“否”：{buttons[1]}。"
        return 0 if self.book.app.alert(said, TITLE, buttons="yes_no", mode="info") == "yes" else 1

    def ask_folder(self, title: str) -> Path | None:
        dialog = self.application.FileDialog(_FOLDERS)
        dialog.Title = title
        return Path(dialog.SelectedItems(1)) if dialog.Show() == -1 else None

    def progress(self, text: str | None) -> None:
        self.application.StatusBar = text if text is not None else False

    def open_file(self, path: Path) -> bool:
        return False


def in_excel(file: str | None, window: str | None = None) -> Excel | None:
    """The open workbook whose full name this is, in any Excel that runs; the one in front where that is None. `window`: the handle
    of the Excel in which somebody clicked: workbooks that were never saved may have the same name in two."""
    for app in sorted(xw.apps, key=lambda app: str(app.hwnd) != window):
        for book in app.books:
            if file is None or str(book.api.FullName).casefold() == file.casefold():
                return Excel(app.books.active if file is None else book)
    return None


def as_typed(value: str | int | float | None) -> str | int | float | None:
    """A text as somebody types it who wants it to stay one, whatever it looks like."""
    return f"'{value}" if isinstance(value, str) and value else value


def _com_error() -> type[Exception]:
    import pywintypes

    found: type[Exception] = pywintypes.com_error
    return found


def _block(sheet: xw.Sheet, first: Ref, last: Ref) -> Any:
    return sheet.api.Range(str(first) if first == last else f"{first}:{last}")


def _halves(first: Ref, end: Ref) -> list[Block]:
    if end.row > first.row:
        middle = (first.row + end.row) // 2
        return [(Ref(middle + 1, first.column), end), (first, Ref(middle, end.column))]
    middle = (first.column + end.column) // 2
    return [(Ref(first.row, middle + 1), end), (first, Ref(end.row, middle))]


def _view(workbook: Any) -> tuple[Any, ...]:
    window = workbook.Windows(1)
    return window.ScrollRow, window.ScrollColumn


def _look_at(workbook: Any, view: tuple[Any, ...]) -> None:
    window = workbook.Windows(1)
    if (window.ScrollRow, window.ScrollColumn) != view:
        window.ScrollRow, window.ScrollColumn = view


def _property_text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)
