"""What a live workbook needs of LibreOffice beside the engine of xlwings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, suppress
from pathlib import Path
from typing import Any

import uno
import xlwings as xw

from xlprocess.books.book import Ref, ResultList
from xlprocess.desktop.around_notes import put_values
from xlprocess.desktop.dialog import ask
from xlprocess.desktop.formulas import from_libreoffice
from xlprocess.desktop.list_writer import CONTENT, ListWriter
from xlprocess.desktop.native import TITLE, Block, Locked, StillTyping
from xlprocess.desktop.struct import struct

_NOTE_WIDTH = 7500  # hundredths of a millimetre
_PERCENT = 128  # com.sun.star.util.NumberFormat
_NOT_CUSTOM = "AppVersion"  # LibreOffice lists it among the custom properties of a file of Excel


class LibreOffice:
    """`book`: a workbook of the engine in `engine`."""

    def __init__(self, book: xw.Book) -> None:
        self.book = book
        self.document: Any = book.api
        self._status: Any = None

    # reading

    def extent(self, sheet: xw.Sheet) -> Ref:
        areas = sheet.api.queryContentCells(CONTENT).RangeAddresses
        return Ref(max((a.EndRow for a in areas), default=-1) + 1, max((a.EndColumn for a in areas), default=-1) + 1)

    def merged(self, sheet: xw.Sheet) -> list[Block]:
        """The rows are halved until one row is left or none is merged, then its columns. One cursor goes everywhere: a call that
        hands over an object takes ten times as long as one that does not."""
        last = self.extent(sheet)
        cursor = sheet.api.createCursorByRange(sheet.api.getCellByPosition(0, 0))
        at = Ref(1, 1)
        found: list[Block] = []
        parts = [(Ref(1, 1), last)] if last.row else []
        while parts:
            first, end = parts.pop()
            if first != at:
                cursor.gotoOffset(first.column - at.column, first.row - at.row)
                at = first
            height, width = end.row - first.row + 1, end.column - first.column + 1
            cursor.collapseToSize(width, height)
            if not cursor.getIsMerged():
                continue
            if height == width == 1:
                cursor.collapseToMergedArea()
                whole = cursor.RangeAddress
                cursor.collapseToSize(1, 1)
                found.append((first, Ref(whole.EndRow + 1, whole.EndColumn + 1)))
            elif height > 1:
                middle = first.row + height // 2
                parts += [(Ref(middle, first.column), end), (first, Ref(middle - 1, end.column))]
            else:
                middle = first.column + width // 2
                parts += [(Ref(first.row, middle), end), (first, Ref(end.row, middle - 1))]
        return found

    def shows_percent(self, sheet: xw.Sheet, refs: Sequence[Ref]) -> set[Ref]:
        formats, known = self.document.NumberFormats, {}
        found = set()
        for first, last in _runs(refs):
            block = sheet.api.getCellRangeByPosition(first.column - 1, first.row - 1, last.column - 1, last.row - 1)
            parts = block.getUniqueCellFormatRanges()
            for number in range(parts.Count):
                part = parts.getByIndex(number)
                key = part.NumberFormat
                if key not in known:
                    known[key] = bool(formats.getByKey(key).Type & _PERCENT)
                if known[key]:
                    found |= {Ref(r + 1, first.column) for a in part.RangeAddresses for r in range(a.StartRow, a.EndRow + 1)}
        return found & set(refs)

    def names(self) -> dict[str, str]:
        held = self.document.NamedRanges
        return {name: "=" + from_libreoffice(held.getByName(name).Content) for name in held.ElementNames}

    def properties(self) -> dict[str, str]:
        held = self.document.DocumentProperties.UserDefinedProperties.PropertyValues
        return {p.Name: _property_text(p.Value) for p in held if p.Name != _NOT_CUSTOM}

    # changing

    def set_property(self, name: str, value: str | None) -> None:
        held = self.document.DocumentProperties.UserDefinedProperties
        if any(p.Name == name for p in held.PropertyValues):
            held.removeProperty(name)
        if value is not None:
            held.addProperty(name, 128, value)  # com.sun.star.beans.PropertyAttribute.REMOVABLE

    def working(self, what: str) -> AbstractContextManager[None]:
        return _Working(self.book, what)

    def writable(self, sheet: xw.Sheet) -> AbstractContextManager[None]:
        return _Writable(sheet)

    def put_values(self, sheet: xw.Sheet, first: Ref, rows: Sequence[Sequence[str | int | float | None]]) -> None:
        width = max(map(len, rows))
        cells = sheet.api.getCellRangeByPosition(
            first.column - 1, first.row - 1, first.column + width - 2, first.row + len(rows) - 2
        )
        put_values(cells, [["" if v is None else v for v in row] + [""] * (width - len(row)) for row in rows])

    def add_note(self, sheet: xw.Sheet, ref: Ref, text: str) -> None:
        at = struct("table.CellAddress", Sheet=sheet.index - 1, Column=ref.column - 1, Row=ref.row - 1)
        sheet.api.Annotations.insertNew(at, text)
        box = sheet.api.getCellByPosition(at.Column, at.Row).Annotation.AnnotationShape
        box.setSize(struct("awt.Size", Width=_NOTE_WIDTH, Height=1000))  # it grows to hold its text

    def show(self, sheet: xw.Sheet, ref: Ref) -> None:
        controller = self.document.CurrentController
        controller.setActiveSheet(sheet.api)
        controller.select(sheet.api.getCellByPosition(ref.column - 1, ref.row - 1))

    # the person at the window

    @property
    def path(self) -> Path | None:
        url = str(self.document.URL)
        return Path(uno.fileUrlToSystemPath(url)) if url.startswith("file:") else None

    @property
    def is_saved(self) -> bool:
        return bool(self.document.URL)

    @property
    def is_previewed(self) -> bool:
        controller = self.document.CurrentController
        return controller is not None and not hasattr(controller, "ActiveSheet")

    def finish_typing(self) -> None:
        from xlprocess.desktop.typing_state import take_over

        controller = self.document.CurrentController
        if controller is not None and not take_over(self.book.app.impl, controller.Frame):
            raise StillTyping

    @property
    def is_read_only(self) -> bool:
        return bool(self.document.isReadonly())

    def ask_folder(self, title: str) -> Path | None:
        picker = self.book.app.impl.service("com.sun.star.ui.dialogs.FolderPicker")
        picker.setTitle(title)
        return Path(uno.fileUrlToSystemPath(picker.getDirectory())) if picker.execute() == 1 else None

    def ask(self, heading: str, text: str, buttons: Sequence[str]) -> int:
        return ask(self.book.app.impl, self.document.CurrentController, TITLE, heading, text, buttons)

    def progress(self, text: str | None) -> None:
        if self._status is None and text is not None:
            self._status = self.document.CurrentController.Frame.createStatusIndicator()
            self._status.start(text, 0)
        elif self._status is not None and text is not None:
            self._status.setText(text)
        elif self._status is not None:
            self._status.end()
            self._status = None

    def open_file(self, path: Path) -> bool:
        desktop = self.book.app.api
        try:
            opened = desktop.loadComponentFromURL(uno.systemPathToFileUrl(str(path)), "_blank", 0, ())
        except Exception:  # UNO's: a LibreOffice without the module for this kind of file
            opened = None
        return opened is not None

    def write_list(self, sheet: xw.Sheet, results: ResultList, is_new: bool) -> None:
        ListWriter(self.document).write(sheet, results, is_new)


class _Working(AbstractContextManager[None]):
    """A class, as is the next one: Python cannot hand an exception of UNO through a generator."""

    def __init__(self, book: xw.Book, what: str) -> None:
        self.document: Any = book.api
        self.what = what

    def __enter__(self) -> None:
        controller = self.document.CurrentController
        self.shown = controller.ActiveSheet if controller is not None else None
        self.calculated = self.document.isAutomaticCalculationEnabled()
        self.modified = self.document.isModified()
        self.steps = len(self.document.UndoManager.AllUndoActionTitles)
        self.document.UndoManager.enterUndoContext(self.what)
        self.document.lockControllers()
        self.document.enableAutomaticCalculation(False)

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self.document.enableAutomaticCalculation(self.calculated)
        if self.shown is not None and self.document.CurrentController.ActiveSheet.Name != self.shown.Name:
            self.document.CurrentController.setActiveSheet(self.shown)
        self.document.unlockControllers()
        undo = self.document.UndoManager
        undo.leaveUndoContext()
        if kind is not None and len(undo.AllUndoActionTitles) > self.steps:
            undo.undo()  # nothing is left half done
        if kind is not None and not self.modified:
            self.document.setModified(False)


class _Writable(AbstractContextManager[None]):
    def __init__(self, sheet: xw.Sheet) -> None:
        self.sheet = sheet
        self.cells: Any = sheet.api

    def __enter__(self) -> None:
        self.protected = self.cells.isProtected()
        if self.protected:
            with suppress(Exception):  # how LibreOffice says that there is a password; the type is UNO's own
                self.cells.unprotect("")
            if self.cells.isProtected():
                raise Locked(self.sheet.name)

    def __exit__(self, *_: object) -> None:
        if self.protected and self.sheet.book.sheets.impl.api.hasByName(self.sheet.name):
            self.cells.protect("")  # what staff may do on the sheet is remembered by the program


def _runs(refs: Sequence[Ref]) -> Iterator[Block]:
    """Blocks down the columns that hold these cells: one a column, from the first to the last."""
    columns: dict[int, list[int]] = {}
    for ref in refs:
        columns.setdefault(ref.column, []).append(ref.row)
    for column, rows in columns.items():
        yield Ref(min(rows), column), Ref(max(rows), column)


def _property_text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)
