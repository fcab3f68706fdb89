"""Drives a LibreOffice that listens on a pipe: run by the Python that has `uno`. One JSON command a line
in, one answer a line out."""

from __future__ import annotations

import json
import sys
import time
from typing import Any

import uno  # type: ignore[import-not-found]
from com.sun.star.beans import PropertyValue  # type: ignore[import-not-found]
from com.sun.star.table import CellAddress, CellRangeAddress  # type: ignore[import-not-found]
from com.sun.star.table.CellContentType import EMPTY, FORMULA, TEXT, VALUE  # type: ignore[import-not-found]

FILTERS = {"xlsx": "Calc MS Excel 2007 XML", "xlsm": "Calc MS Excel 2007 VBA XML", "pdf": "calc_pdf_Export", "ods": "calc8"}


def prop(name: str, value: object) -> Any:
    made = PropertyValue()
    made.Name, made.Value = name, value
    return made


def divide(cell: str) -> tuple[int, int]:
    """Row and column of an address, from 0."""
    letters = cell.rstrip("0123456789")
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - 64
    return int(cell[len(letters) :]) - 1, column - 1


class Driver:
    def __init__(self, pipe: str) -> None:
        context = uno.getComponentContext()
        resolver = context.ServiceManager.createInstance("com.sun.star.bridge.UnoUrlResolver")
        for _ in range(300):
            try:
                self.context = resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
                break
            except Exception:
                time.sleep(0.2)
        self.desktop = self.context.ServiceManager.createInstance("com.sun.star.frame.Desktop")
        self.book: Any = None

    def sheet(self, name: str) -> Any:
        return self.book.Sheets.getByName(name)

    def open(self, path: str) -> None:
        url = uno.systemPathToFileUrl(path)
        self.book = self.desktop.loadComponentFromURL(url, "_blank", 0, (prop("Hidden", True),))
        if self.book is None:
            raise RuntimeError(f"LibreOffice does not open {path}")

    def close(self) -> None:
        self.book.close(True)
        self.book = None

    def save(self, path: str) -> None:
        kind = FILTERS[path.rsplit(".", 1)[1]]
        self.book.storeToURL(uno.systemPathToFileUrl(path), (prop("FilterName", kind),))

    def recalculate(self) -> None:
        self.book.calculateAll()

    def unprotect(self) -> None:
        for sheet in self.book.Sheets:
            sheet.unprotect("")

    def sheets(self) -> list[str]:
        return list(self.book.Sheets.ElementNames)

    def rename(self, sheet: str, name: str) -> None:
        self.sheet(sheet).Name = name

    def move_sheet(self, sheet: str, position: int) -> None:
        self.book.Sheets.moveByName(sheet, position)

    def remove_sheet(self, sheet: str) -> None:
        self.book.Sheets.removeByName(sheet)

    def insert_rows(self, sheet: str, row: int, count: int) -> None:
        self.sheet(sheet).Rows.insertByIndex(row - 1, count)

    def insert_columns(self, sheet: str, column: int, count: int) -> None:
        self.sheet(sheet).Columns.insertByIndex(column - 1, count)

    def remove_rows(self, sheet: str, row: int, count: int) -> None:
        self.sheet(sheet).Rows.removeByIndex(row - 1, count)

    def move(self, sheet: str, block: str, to: str, target: str | None = None) -> None:
        """Cuts a block and pastes it, as a person would; to another sheet too."""
        source = self.sheet(sheet).getCellRangeByName(block).RangeAddress
        end = self.sheet(target or sheet).getCellRangeByName(to).RangeAddress
        address = CellAddress()
        address.Sheet, address.Column, address.Row = end.Sheet, end.StartColumn, end.StartRow
        moved = CellRangeAddress()
        for key in ("Sheet", "StartColumn", "EndColumn", "StartRow", "EndRow"):
            setattr(moved, key, getattr(source, key))
        self.sheet(sheet).moveRange(address, moved)

    def set(self, sheet: str, cells: dict[str, Any]) -> None:
        """Numbers as values, a text beginning with = as a formula, None clears, any other text as a text."""
        for name, value in cells.items():
            cell = self.sheet(sheet).getCellRangeByName(name)
            if value is None:
                cell.setString("")
                cell.clearContents(1 | 2 | 4 | 16)
            elif isinstance(value, str) and value.startswith("="):
                cell.setFormula(value)
            elif isinstance(value, str):
                cell.setString(value)
            else:
                cell.setValue(float(value))

    def get(self, sheet: str, cells: list[str]) -> dict[str, Any]:
        """What cells hold: [value or text, formula or None, text as shown]."""
        found: dict[str, Any] = {}
        for name in cells:
            cell = self.sheet(sheet).getCellRangeByName(name)
            kind = cell.Type
            value: Any = None
            if kind == VALUE or (kind == FORMULA and cell.FormulaResultType2 == 1):
                value = cell.Value
            elif kind in (TEXT, FORMULA):
                value = cell.String
            found[name] = [value if kind != EMPTY else None, cell.Formula if kind == FORMULA else None, cell.String]
        return found

    def values(self, cells: dict[str, list[str]]) -> dict[str, dict[str, Any]]:
        """What many cells hold, sheet by sheet: numbers and texts; an empty text where there is nothing."""
        found: dict[str, dict[str, Any]] = {}
        for name, wanted in cells.items():
            sheet = self.sheet(name)
            cursor = sheet.createCursor()
            cursor.gotoEndOfUsedArea(False)
            end = cursor.RangeAddress
            rows = sheet.getCellRangeByPosition(0, 0, end.EndColumn, end.EndRow).DataArray
            places = {cell: divide(cell) for cell in wanted}
            found[name] = {c: rows[r][k] if r < len(rows) and k < len(rows[r]) else "" for c, (r, k) in places.items()}
        return found

    def remove_names(self, prefix: str) -> int:
        names = self.book.NamedRanges
        gone = [n for n in names.ElementNames if n.startswith(prefix)]
        for name in gone:
            names.removeByName(name)
        return len(gone)

    def note(self, sheet: str, cell: str, text: str) -> None:
        target = self.sheet(sheet)
        target.Annotations.insertNew(target.getCellRangeByName(cell).CellAddress, text)

    def notes(self, sheet: str) -> dict[str, str]:
        found = {}
        for note in self.sheet(sheet).Annotations:
            at = note.Position
            found[f"{at.Row + 1},{at.Column + 1}"] = note.String
        return found


def main() -> None:
    driver = Driver(sys.argv[1])
    for line in sys.stdin:
        command = json.loads(line)
        try:
            answer = {"ok": getattr(driver, command.pop("do"))(**command)}
        except Exception as error:
            answer = {"error": repr(error)}
        print(json.dumps(answer, ensure_ascii=True), flush=True)


if __name__ == "__main__":
    main()
