"""What a live workbook needs of LibreOffice beside the engine of xlwings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import uno
import xlwings as xw

from xlprocess.books import styles
from xlprocess.books.book import Link, Ref, ResultList, Style
from xlprocess.desktop.formulas import from_libreoffice
from xlprocess.desktop.native import Block, Locked

_CONTENT = 1 | 2 | 4 | 16  # values, dates, texts, formulas: com.sun.star.sheet.CellFlags
_PERCENT = 128  # com.sun.star.util.NumberFormat
_NOT_CUSTOM = "AppVersion"  # LibreOffice lists it among the custom properties of a file of Excel
_LOOK = (
    "BottomBorder",
    "CellBackColor",
    "CellProtection",
    "CharColor",
    "CharFontName",
    "CharFontNameAsian",
    "CharHeight",
    "CharHeightAsian",
    "CharUnderline",
    "CharWeight",
    "CharWeightAsian",
    "HoriJustify",
    "IsTextWrapped",
    "LeftBorder",
    "NumberFormat",
    "RightBorder",
    "TopBorder",
    "VertJustify",
)


class LibreOffice:
    """`book`: a workbook of the engine in `engine`."""

    def __init__(self, book: xw.Book) -> None:
        self.book = book
        self.document: Any = book.api

    # reading

    def extent(self, sheet: xw.Sheet) -> Ref:
        areas = sheet.api.queryContentCells(_CONTENT).RangeAddresses
        return Ref(max((a.EndRow for a in areas), default=-1) + 1, max((a.EndColumn for a in areas), default=-1) + 1)

    def merged(self, sheet: xw.Sheet) -> list[Block]:
        """Cells of one format are merged alike: one of them is asked."""
        found: list[Block] = []
        cells = sheet.api
        formats = cells.getUniqueCellFormatRanges()
        for number in range(formats.Count):
            areas = formats.getByIndex(number).RangeAddresses
            first = cells.getCellByPosition(areas[0].StartColumn, areas[0].StartRow)
            if not first.getIsMerged():
                continue
            cursor = cells.createCursorByRange(first)
            cursor.collapseToMergedArea()
            whole = cursor.RangeAddress
            height, width = whole.EndRow - whole.StartRow, whole.EndColumn - whole.StartColumn
            for area in areas:
                for row in range(area.StartRow + 1, area.EndRow + 2):
                    for column in range(area.StartColumn + 1, area.EndColumn + 2):
                        found.append((Ref(row, column), Ref(row + height, column + width)))
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
        cells.setDataArray(tuple(tuple("" if v is None else v for v in row) + ("",) * (width - len(row)) for row in rows))

    def add_note(self, sheet: xw.Sheet, ref: Ref, text: str) -> None:
        sheet.api.Annotations.insertNew(
            _struct("table.CellAddress", Sheet=sheet.index - 1, Column=ref.column - 1, Row=ref.row - 1), text
        )

    def show(self, sheet: xw.Sheet, ref: Ref) -> None:
        controller = self.document.CurrentController
        controller.setActiveSheet(sheet.api)
        controller.select(sheet.api.getCellByPosition(ref.column - 1, ref.row - 1))

    def ask_folder(self, title: str) -> Path | None:
        picker = self.book.app.impl.service("com.sun.star.ui.dialogs.FolderPicker")
        picker.setTitle(title)
        return Path(uno.fileUrlToSystemPath(picker.getDirectory())) if picker.execute() == 1 else None

    # the list

    def write_list(self, sheet: xw.Sheet, results: ResultList, is_new: bool) -> None:
        cells = sheet.api
        self._empty(cells)
        width = max(map(len, results.rows), default=0)
        if width:
            texts = [[c.value.text if isinstance(c.value, Link) else c.value for c in row] for row in results.rows]
            self.put_values(sheet, Ref(1, 1), [*texts[:-1], texts[-1] + [None] * (width - len(texts[-1]))])
            self._dress(sheet, results)
            self._link(cells, results)
        columns = cells.Columns
        for number, characters in enumerate(results.widths):
            columns.getByIndex(number).Width = round((characters * 7 + 5) * 2540 / 96)
        for number in results.hidden_columns:
            columns.getByIndex(number - 1).IsVisible = False
        for first, last in results.merged:
            cells.getCellRangeByPosition(first.column - 1, first.row - 1, last.column - 1, last.row - 1).merge(True)
        rows = cells.Rows
        for number, height in enumerate(results.heights):
            if height is not None:
                rows.getByIndex(number).Height = round(height * 2540 / 72)
        self._filter(sheet, results)
        if is_new and results.frozen_rows and self.document.CurrentController is not None:
            controller = self.document.CurrentController
            controller.setActiveSheet(cells)
            controller.freezeAtPosition(0, results.frozen_rows)
            controller.ShowGrid = False

    def _empty(self, cells: Any) -> None:
        """What a list writes goes; page setup, conditional formats, validations and people's notes stay."""
        cursor = cells.createCursor()
        cursor.gotoEndOfUsedArea(False)
        end = cursor.RangeAddress
        area = cells.getCellRangeByPosition(0, 0, end.EndColumn, end.EndRow)
        area.merge(False)
        area.clearContents(_CONTENT)
        for name in _LOOK:
            area.setPropertyToDefault(name)
        area.Rows.OptimalHeight = True
        area.Columns.IsVisible = True

    def _dress(self, sheet: xw.Sheet, results: ResultList) -> None:
        """One call a look, wherever its cells lie."""
        areas: dict[Style, list[Any]] = {}
        number = sheet.index - 1
        for row, cells in enumerate(results.rows):
            start = 0
            for column in range(1, len(cells) + 1):
                if column == len(cells) or cells[column].style != cells[start].style:
                    area = _struct(
                        "table.CellRangeAddress", Sheet=number, StartColumn=start, EndColumn=column - 1, StartRow=row, EndRow=row
                    )
                    areas.setdefault(cells[start].style, []).append(area)
                    start = column
        for style, mine in areas.items():
            ranges = self.document.createInstance("com.sun.star.sheet.SheetCellRanges")
            ranges.addRangeAddresses(tuple(mine), True)
            look = self._look(style)
            ranges.setPropertyValues(tuple(look), tuple(look.values()))

    def _look(self, style: Style) -> Mapping[str, Any]:
        look = styles._LOOKS[style]
        line = _struct("table.BorderLine2", Color=0xD5DAE1, OuterLineWidth=26, LineWidth=26) if look.bordered else None
        found = {
            "CellBackColor": int(look.fill[2:], 16) if look.fill else -1,
            "CharColor": int(look.color[2:], 16),
            "CharFontName": styles._FONT,
            "CharFontNameAsian": styles._FONT,
            "CharHeight": float(look.size),
            "CharHeightAsian": float(look.size),
            "CharUnderline": int(look.underlined),
            "CharWeight": 150.0 if look.bold else 100.0,
            "CharWeightAsian": 150.0 if look.bold else 100.0,
            "HoriJustify": uno.Enum("com.sun.star.table.CellHoriJustify", "CENTER" if look.centred else "STANDARD"),
            "IsTextWrapped": look.wrapped,
            "NumberFormat": 100 if look.number_format != "0" else 0,
            "VertJustify": 2 if look.centred or not look.bordered else 1,
        }
        if line is not None:
            found |= dict.fromkeys(("BottomBorder", "LeftBorder", "RightBorder", "TopBorder"), line)
        if look.unlocked:
            found["CellProtection"] = _struct("util.CellProtection", IsLocked=False)
        return dict(sorted(found.items()))

    def _link(self, cells: Any, results: ResultList) -> None:
        for row, line in enumerate(results.rows):
            for column, content in enumerate(line):
                link = content.value
                if not isinstance(link, Link):
                    continue
                cell = cells.getCellByPosition(column, row)
                cell.setString("")
                field = self.document.createInstance("com.sun.star.text.TextField.URL")
                quoted = "'" + link.sheet.replace("'", "''") + "'"
                field.Representation, field.URL = link.text, f"#{quoted}.{link.ref}"
                cell.insertTextContent(cell.createTextCursor(), field, False)

    def _filter(self, sheet: xw.Sheet, results: ResultList) -> None:
        filters, number = self.document.getPropertyValue("UnnamedDatabaseRanges"), sheet.index - 1
        if results.filter is None:
            if filters.hasByTable(number):
                filters.getByTable(number).AutoFilter = False
            return
        first, last = results.filter
        filters.setByTable(
            _struct(
                "table.CellRangeAddress",
                Sheet=number,
                StartColumn=first.column - 1,
                StartRow=first.row - 1,
                EndColumn=last.column - 1,
                EndRow=last.row - 1,
            )
        )
        filters.getByTable(number).AutoFilter = True


class _Working(AbstractContextManager[None]):
    """A class, as is the next one: Python cannot hand an exception of UNO through a generator."""

    def __init__(self, book: xw.Book, what: str) -> None:
        self.document: Any = book.api
        self.what = what

    def __enter__(self) -> None:
        controller = self.document.CurrentController
        self.shown = controller.ActiveSheet if controller is not None else None
        self.calculated = self.document.isAutomaticCalculationEnabled()
        self.document.UndoManager.enterUndoContext(self.what)
        self.document.lockControllers()
        self.document.enableAutomaticCalculation(False)

    def __exit__(self, *_: object) -> None:
        self.document.enableAutomaticCalculation(self.calculated)
        if self.shown is not None and self.document.CurrentController.ActiveSheet.Name != self.shown.Name:
            self.document.CurrentController.setActiveSheet(self.shown)
        self.document.unlockControllers()
        self.document.UndoManager.leaveUndoContext()


class _Writable(AbstractContextManager[None]):
    def __init__(self, sheet: xw.Sheet) -> None:
        self.sheet = sheet
        self.cells: Any = sheet.api

    def __enter__(self) -> None:
        self.protected = self.cells.isProtected()
        if self.protected:
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


def _struct(name: str, **members: Any) -> Any:
    made = uno.createUnoStruct(f"com.sun.star.{name}")
    for key, value in members.items():
        setattr(made, key, value)
    return made
