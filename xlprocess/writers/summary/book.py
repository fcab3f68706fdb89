"""The summary as a workbook: formats, text of any kind as text, links. Rows go to disk as they are written."""

from __future__ import annotations

import contextlib
import os
import re
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, NamedTuple

from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from xlprocess.consolidation.consolidation import File
from xlprocess.form.styles import BASE, BORDER, HEAD_FILL, HEI, SEVERITY_FILL
from xlprocess.writers.columns import readable
from xlprocess.writers.summary.cells import formula_cell, inside, text_cell
from xlprocess.writers.summary.packing import PackedWorkbook
from xlprocess.writers.summary.paper import BOTTOM, SIDES, TOP
from xlprocess.writers.summary.spool import Sheet

LONGEST = 32767
"""Characters that a cell holds, counted as UTF-16 does."""
_LONGEST_LITERAL = 255
_LIKE_AN_ESCAPE = re.compile(r"%(?=[0-9A-Fa-f]{2})")
_ESCAPED = re.compile("_x[0-9A-Fa-f]{4}_")
_NEVER = re.compile("[\ufffe\uffff]")

MEASURE = {"font_name": "Arial", "font_size": 10, "font_scheme": False}
"""The font by whose digits the widths of columns are measured: one that every system has, or its like."""
Kind = Literal["text", "money", "rate", "count", "score", "number", "link"]
Look = Literal["", "blamed", "error", "warning", "notice"]
FORMATS: dict[Kind, str] = {
    "text": "@",
    "money": "#,##0.00_ ;[Red]-#,##0.00_ ",
    "rate": "0.00%_ ",
    "count": "#,##0_ ",
    "score": "0.00_ ",
    "number": "#,##0.00####_ ",
    "link": "General",
}
LOOKS: dict[Look, dict[str, Any]] = {
    "": {},
    "blamed": {"bg_color": SEVERITY_FILL["错误"]},
    "error": {"bg_color": SEVERITY_FILL["错误"]},
    "warning": {"bg_color": SEVERITY_FILL["警告"]},
    "notice": {"bg_color": SEVERITY_FILL["提示"]},
}


class Link(NamedTuple):
    """A cell that leads to a file, or to a cell of it."""

    text: str
    file: File
    sheet: str | None = None
    cell: str | None = None


class Book:
    """A workbook that is being written. `base`: the folder in which it will stand, from which its links lead. `rows`: how many
    rows a sheet holds."""

    def __init__(self, path: Path, base: Path, rows: int) -> None:
        self.book = PackedWorkbook(
            str(path), {"constant_memory": True, "strings_to_urls": False, "default_format_properties": MEASURE}
        )
        self.base = base
        self.rows = rows
        self._inside = os.path.join(base, "")  # noqa: PTH118
        self._last: tuple[Path | None, str] = None, ""
        self._formats: dict[tuple[tuple[str, Any], ...], Format] = {}
        self._cells: dict[tuple[Kind, Look, bool], Format] = {}
        self._styles: dict[tuple[Kind, Look, bool], str] = {}

    def bare_sheet(self, name: str) -> Sheet:
        sheet: Sheet = self.book.add_worksheet(name, worksheet_class=Sheet)
        return sheet

    def sheet(self, name: str) -> Sheet:
        """A new sheet, with A4 print set-up."""
        sheet = self.bare_sheet(name)
        sheet.set_paper(9)
        sheet.set_margins(left=SIDES, right=SIDES, top=TOP, bottom=BOTTOM)
        sheet.center_horizontally()
        sheet.set_footer("&L&8&A&R&8第 &P 页，共 &N 页")
        sheet.hide_gridlines(2)
        return sheet

    def format(self, **properties: Any) -> Format:
        key = tuple(sorted({**BASE, "font_size": 10, **properties}.items()))
        if key not in self._formats:
            self._formats[key] = self.book.add_format(dict(key))
        return self._formats[key]

    def cell(self, kind: Kind, look: Look = "", wrap: bool = False) -> Format:
        """A cell of a list."""
        key = (kind, look, wrap)
        if key not in self._cells:
            properties: dict[str, Any] = {**BORDER, "border_color": "#BFBFBF", "num_format": FORMATS[kind], "text_wrap": wrap}
            if kind == "link":
                properties.update(font_color="#1F4E79", underline=1)
            elif kind != "text":
                properties.update(align="right", shrink=True)
            elif not wrap:
                properties["align"] = "center"
            self._cells[key] = self.format(**{**properties, **LOOKS[look]})
        return self._cells[key]

    def style(self, kind: Kind, look: Look = "", wrap: bool = False) -> str:
        """The index of the format of a cell of a list."""
        key = (kind, look, wrap)
        found = self._styles.get(key)
        if found is None:
            found = self._styles[key] = str(self.cell(kind, look, wrap)._get_xf_index())
        return found

    def head(self) -> Format:
        return self.format(**BORDER, bg_color=HEAD_FILL, align="center", text_wrap=True, font_name=HEI)

    def total(self, kind: Kind) -> Format:
        look = {"num_format": FORMATS[kind], "align": "right" if kind not in ("text", "link") else "center"}
        return self.format(**BORDER, bg_color="#F0F0F0", bold=True, shrink=True, **look)

    def write_text(self, sheet: Worksheet, row: int, column: int, value: str, style: Format) -> None:
        value = text(value)
        if value:
            sheet._write_string(row, column, value, style)
        else:
            sheet._write_blank(row, column, None, style)

    def link_cell(self, ref: str, link: Link, style: str, plain: str) -> str:
        """A formula, for a sheet holds only 65,530 real hyperlinks; where a formula cannot lead there, its text alone."""
        shown = text(link.text)[:250]
        formula = self.link_formula(link, shown)
        return text_cell(ref, plain, shown) if formula is None else formula_cell(ref, style, formula[1:], shown)

    def link_formula(self, link: Link, shown: str) -> str | None:
        target = self.path_of(link.file.location)
        place = ""
        if link.sheet is not None and not link.file.is_held:
            place = "'{}'!{}".format(link.sheet.replace("'", "''"), link.cell or "A1")
        address = _LIKE_AN_ESCAPE.sub("%25", target).replace("#", "%23")  # a place begins at the first plain one
        whole = f"{address}#{place}" if place else address
        if not (_fits(whole) and _fits(shown)) or _ESCAPED.search(whole + shown):
            return None
        return '=HYPERLINK("{}","{}")'.format(whole.replace('"', '""'), shown.replace('"', '""'))

    def path_of(self, location: Path) -> str:
        """A file as it is found from where the workbook will stand."""
        if location is self._last[0]:
            return self._last[1]
        found = str(location)
        if found.startswith(self._inside) and ".." not in found:
            found = found[len(self._inside) :]
        else:
            with contextlib.suppress(ValueError):  # on another drive
                found = os.path.relpath(location, self.base)
        self._last = location, found.replace(os.sep, "/")
        return self._last[1]


def text(value: str) -> str:
    """A text as a cell can hold it: what no XML can hold is U+FFFD, and what is longer than a cell is cut, and says so."""
    if (2 * len(value) <= LONGEST and value.isprintable()) or (value.isascii() and len(value) <= LONGEST):
        return value
    value = _NEVER.sub("\ufffd", readable(value))
    if _units(value) <= LONGEST:
        return value
    mark = f"……（原文共 {len(value)} 字，单元格放不下，以下从略）"
    cut = value.encode("utf-16-le")[: 2 * (LONGEST - _units(mark))].decode("utf-16-le", "ignore")
    return cut + mark


_OFTEN = 100  # characters: a shorter text may be that of many cells


def text_inside(value: str) -> str:
    """A text as it stands in a cell, and the end of the cell."""
    return _inside_often(value) if len(value) <= _OFTEN else inside(text(value))


@lru_cache(maxsize=1 << 12)
def _inside_often(value: str) -> str:
    return inside(text(value))


def _fits(value: str) -> bool:
    """It can be a text in a formula."""
    return value.isprintable() and (2 * len(value) <= _LONGEST_LITERAL or _units(value) <= _LONGEST_LITERAL)


def _units(value: str) -> int:
    return len(value) if value.isascii() else len(value.encode("utf-16-le", "surrogatepass")) // 2
