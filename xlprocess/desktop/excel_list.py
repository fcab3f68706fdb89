"""The sheet 检查结果 in a workbook that is open in Excel."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import xlwings as xw

from xlprocess.books import styles
from xlprocess.books.book import Link, Ref, ResultList, Style
from xlprocess.desktop.links import MOST_REAL, formula_blocks, links, quoted

if TYPE_CHECKING:
    from xlprocess.desktop.excel import Excel

_NONE, _GENERAL, _LEFT, _CENTRE, _TOP, _THIN, _UNDERLINED = -4142, 1, -4131, -4108, -4160, 1, 2
_LONGEST_ADDRESS = 255
"""What Range takes as an address."""


def write_list(excel: Excel, sheet: xw.Sheet, results: ResultList, is_new: bool) -> None:
    """The list in place of what stood there. Page setup, conditional formats, validations and people's notes stay."""
    cells = sheet.api
    _empty(cells)
    if results.rows:
        width = max(map(len, results.rows))
        texts = [[c.value.text if isinstance(c.value, Link) else c.value for c in row] for row in results.rows]
        texts[-1] += [None] * (width - len(texts[-1]))
        excel.put_values(sheet, Ref(1, 1), texts)
        _link(cells, results)
        _dress(cells, results)
    for first, last in results.merged:
        cells.Range(f"{first}:{last}").Merge()
    for first_row, last_row, height in _runs(results.heights):
        rows = cells.Range(f"{first_row}:{last_row}")
        if height is None:
            rows.AutoFit()
        else:
            rows.RowHeight = height
    if cells.AutoFilterMode:
        cells.AutoFilterMode = False
    if results.filter is not None:
        first, last = results.filter
        cells.Range(f"{first}:{last}").AutoFilter()
    if is_new:
        _set_up(excel, cells, results)


def _empty(cells: Any) -> None:
    area = cells.UsedRange
    area.UnMerge()
    area.Hyperlinks.Delete()
    area.ClearContents()
    area.Interior.ColorIndex = _NONE
    area.Borders.LineStyle = _NONE
    area.IndentLevel = 0
    area.HorizontalAlignment = _GENERAL
    area.WrapText = False
    area.Locked = True
    area.NumberFormat = "General"


def _link(cells: Any, results: ResultList) -> None:
    found = links(results)
    if len(found) > MOST_REAL:
        for first, formulas in formula_blocks(found, ","):
            last = Ref(first.row + len(formulas) - 1, first.column)
            cells.Range(f"{first}:{last}").Formula = tuple((formula,) for formula in formulas)
        return
    for ref, link in found:
        cells.Hyperlinks.Add(cells.Range(str(ref)), "", f"{quoted(link)}!{link.ref}")


def _dress(cells: Any, results: ResultList) -> None:
    """A few calls a look, wherever its cells lie."""
    places: dict[Style, list[str]] = {}
    for row, line in enumerate(results.rows, 1):
        start = 0
        for column in range(1, len(line) + 1):
            if column == len(line) or line[column].style != line[start].style:
                places.setdefault(line[start].style, []).append(f"{Ref(row, start + 1)}:{Ref(row, column)}")
                start = column
    for style, addresses in places.items():
        for address in _joined(addresses):
            _look(cells.Range(address), style)


def _joined(addresses: Sequence[str]) -> Iterator[str]:
    """As few addresses as hold them all."""
    said = ""
    for address in addresses:
        if said and len(said) + len(address) >= _LONGEST_ADDRESS:
            yield said
            said = ""
        said = f"{said},{address}" if said else address
    if said:
        yield said


def _look(area: Any, style: Style) -> None:
    look = styles._LOOKS[style]
    font = area.Font
    font.Name = styles._FONT
    font.Size = look.size
    font.Bold = look.bold
    font.Underline = _UNDERLINED if look.underlined else _NONE
    font.Color = _bgr(look.color)
    if look.fill:
        area.Interior.Color = _bgr(look.fill)
    if look.bordered:
        area.Borders.LineStyle = _THIN
        area.Borders.Color = _bgr("FFD5DAE1")
    area.WrapText = look.wrapped
    area.HorizontalAlignment = _CENTRE if look.centred else _LEFT if look.indent else _GENERAL
    area.IndentLevel = look.indent
    area.VerticalAlignment = _CENTRE if look.centred or not look.bordered else _TOP
    area.Locked = not look.unlocked
    area.NumberFormat = "@" if look.unlocked else "General"  # what a person types there is a text


def _bgr(colour: str) -> int:
    """AARRGGBB as Excel counts colours: red first."""
    red, green, blue = (int(colour[at : at + 2], 16) for at in (2, 4, 6))
    return red + 256 * green + 65536 * blue


def _runs(heights: Sequence[float | None]) -> Iterator[tuple[int, int, float | None]]:
    """First and last row of those that follow each other and are of one height."""
    start = 0
    for end in range(1, len(heights) + 1):
        if end == len(heights) or heights[end] != heights[start]:
            yield start + 1, end, heights[start]
            start = end


def _set_up(excel: Excel, cells: Any, results: ResultList) -> None:
    """What a sheet keeps, once it has it."""
    for number, characters in enumerate(results.widths, 1):
        cells.Columns(number).ColumnWidth = characters
    for number in results.hidden_columns:
        cells.Columns(number).Hidden = True
    if results.frozen_rows:
        cells.Activate()
        window = excel.workbook.Windows(1)
        window.DisplayGridlines = False
        window.FreezePanes = False
        window.SplitColumn, window.SplitRow = 0, results.frozen_rows
        window.FreezePanes = True
