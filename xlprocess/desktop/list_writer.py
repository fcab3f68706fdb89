"""The sheet 检查结果 in an open workbook of LibreOffice."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import uno
import xlwings as xw

from xlprocess.books import styles
from xlprocess.books.book import Link, ResultList, Style
from xlprocess.desktop.around_notes import put_formulas, put_values
from xlprocess.desktop.links import MOST_REAL, formula_blocks, links, quoted
from xlprocess.desktop.struct import struct

CONTENT = 1 | 2 | 4 | 16  # values, dates, texts, formulas: com.sun.star.sheet.CellFlags
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
    "ParaIndent",
    "RightBorder",
    "TopBorder",
    "VertJustify",
)
INDENT = 353  # hundredths of a millimetre: what Excel calls one


class ListWriter:
    """Writes the list of one document."""

    def __init__(self, document: Any) -> None:
        self.document = document

    def write(self, sheet: xw.Sheet, results: ResultList, is_new: bool) -> None:
        cells = sheet.api
        length = self._empty(cells)
        # rows whose height is given are not measured anew at every change
        rows = cells.getCellRangeByPosition(0, 0, 0, max(length, len(results.rows)) - 1).Rows
        rows.OptimalHeight = False
        width = max(map(len, results.rows), default=0)
        if width:
            texts = [["" if isinstance(c.value, Link) else c.value for c in row] for row in results.rows]
            area = cells.getCellRangeByPosition(0, 0, width - 1, len(texts) - 1)
            put_values(area, [[t or "" for t in row] + [""] * (width - len(row)) for row in texts])
            self._dress(sheet, results)
            self._link(cells, results)
        rows.OptimalHeight = True  # the program measures its own texts; merged ones it leaves out
        for first, last in results.merged:
            block = cells.getCellRangeByPosition(first.column - 1, first.row - 1, last.column - 1, last.row - 1)
            block.merge(True)
            if (height := results.heights[first.row - 1]) is not None:
                block.Rows.Height = round(height * 2540 / 72)
        self._filter(sheet, results)
        if is_new:
            self._set_up(cells, results)

    def _set_up(self, cells: Any, results: ResultList) -> None:
        """What a sheet keeps, once it has it."""
        columns = cells.Columns
        for number, characters in enumerate(results.widths):
            columns.getByIndex(number).Width = round((characters * 7 + 5) * 2540 / 96)
        for number in results.hidden_columns:
            columns.getByIndex(number - 1).IsVisible = False
        if results.frozen_rows and self.document.CurrentController is not None:
            controller = self.document.CurrentController
            controller.setActiveSheet(cells)
            controller.freezeAtPosition(0, results.frozen_rows)
            controller.ShowGrid = False

    def _empty(self, cells: Any) -> int:
        """What a list writes goes; page setup, conditional formats, validations and people's notes stay. Gives how many rows were
        in use."""
        cursor = cells.createCursor()
        cursor.gotoEndOfUsedArea(False)
        end = cursor.RangeAddress
        area = cells.getCellRangeByPosition(0, 0, end.EndColumn, end.EndRow)
        area.merge(False)
        area.clearContents(CONTENT)
        for name in _LOOK:
            area.setPropertyToDefault(name)
        return int(end.EndRow) + 1

    def _dress(self, sheet: xw.Sheet, results: ResultList) -> None:
        """One call a look, wherever its cells lie."""
        areas: dict[Style, list[Any]] = {}
        number = sheet.index - 1
        for row, cells in enumerate(results.rows):
            start = 0
            for column in range(1, len(cells) + 1):
                if column == len(cells) or cells[column].style != cells[start].style:
                    area = struct(
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
        line = struct("table.BorderLine2", Color=0xD5DAE1, OuterLineWidth=26, LineWidth=26) if look.bordered else None
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
            "HoriJustify": uno.Enum(
                "com.sun.star.table.CellHoriJustify", "CENTER" if look.centred else "LEFT" if look.indent else "STANDARD"
            ),
            "IsTextWrapped": look.wrapped,
            "NumberFormat": 100 if look.number_format != "0" else 0,
            "ParaIndent": INDENT * look.indent,
            "VertJustify": 2 if look.centred or not look.bordered else 1,
        }
        if line is not None:
            found |= dict.fromkeys(("BottomBorder", "LeftBorder", "RightBorder", "TopBorder"), line)
        if look.unlocked:
            found["CellProtection"] = struct("util.CellProtection", IsLocked=False)
        return dict(sorted(found.items()))

    def _link(self, cells: Any, results: ResultList) -> None:
        found = links(results)
        if len(found) > MOST_REAL:
            for first, formulas in formula_blocks(found, ";"):
                last = first.row - 1 + len(formulas) - 1
                block = cells.getCellRangeByPosition(first.column - 1, first.row - 1, first.column - 1, last)
                put_formulas(block, [[formula] for formula in formulas])
            return
        for ref, link in found:
            cell = cells.getCellByPosition(ref.column - 1, ref.row - 1)
            field = self.document.createInstance("com.sun.star.text.TextField.URL")
            field.Representation, field.URL = link.text, f"#{quoted(link)}.{link.ref}"
            cell.insertTextContent(cell.createTextCursor(), field, False)

    def _filter(self, sheet: xw.Sheet, results: ResultList) -> None:
        filters, number = self.document.getPropertyValue("UnnamedDatabaseRanges"), sheet.index - 1
        if results.filter is None:
            if filters.hasByTable(number):
                filters.getByTable(number).AutoFilter = False
            return
        first, last = results.filter
        filters.setByTable(
            struct(
                "table.CellRangeAddress",
                Sheet=number,
                StartColumn=first.column - 1,
                StartRow=first.row - 1,
                EndColumn=last.column - 1,
                EndRow=last.row - 1,
            )
        )
        filters.getByTable(number).AutoFilter = True
