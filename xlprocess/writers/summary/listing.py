"""A list on one sheet, or on several where it is longer than a sheet: its totals above, its head frozen, filters, print set-up.

`add` takes one line after the other, counts it and adds it up; the lines wait in a temporary file, so that none is held in memory
and the totals can stand above them. `finish` makes the sheets.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from math import isfinite
from typing import Literal, NamedTuple

from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from xlprocess.consolidation.leaves import Mark
from xlprocess.form.styles import HEI
from xlprocess.writers.columns import width
from xlprocess.writers.summary.book import Book, Kind, Link, Look, text_inside
from xlprocess.writers.summary.paper import printed
from xlprocess.writers.summary.spool import Sheet, Spool

Value = str | Decimal | int | Link | None
TALLEST = 200
"""Points; a longer text is read in its cell."""
LONG = 2000
LINE = 15
"""Points of a row with one line."""
_HEAD_LINE, _REMARK_LINE = 13, 13  # points
_REMARK_ROOM = 1.08  # its letters are smaller
FROZEN = 3
"""Columns that stay in sight, on the screen and on every printed page, unless a list has more."""
TOTAL, HEAD, FIRST = 2, 3, 4
"""Rows of the sheet, from 0: the totals, the head, the first line of the list. Title and remark stand above."""


class Rate(NamedTuple):
    """A total that is computed again from the totals of other columns. `formula`: given the addresses of columns by key, in
    Excel's language; `value`: given their totals. `sides`: keys of columns; only lines count that have a figure in one of each."""

    formula: Callable[[Mapping[str, str]], str | None]
    value: Callable[[Mapping[str, Decimal]], Decimal | None]
    sides: tuple[frozenset[str], ...] = ()


class Column(NamedTuple):
    """A column of a list. `key` finds it in formulas. `bar`: with data bars. `optional`: hidden where nobody has anything in it.
    `joined`: printed on the page of the column before it. `on_paper`: False of what is of use on the screen alone; such columns
    stand last."""

    head: str
    width: float
    kind: Kind = "text"
    key: str = ""
    total: Literal["sum", "mean", "count", "departments"] | Rate | None = None
    bar: bool = False
    wrap: bool = False
    hidden: bool = False
    choices: tuple[str, ...] = ()
    optional: bool = False
    joined: bool = False
    on_paper: bool = True


class Row(NamedTuple):
    """A line of a list: a value for each column, and how some cells look."""

    values: Sequence[Value]
    looks: Mapping[int, Look] = {}


class Part(NamedTuple):
    """A sheet of a list and how many lines it has."""

    sheet: str
    lines: int

    def column(self, number: int) -> str:
        """The cells of a column, as another sheet names them."""
        name, letter = self.sheet.replace("'", "''"), xl_col_to_name(number)
        return f"'{name}'!${letter}${FIRST + 1}:${letter}${FIRST + max(self.lines, 1)}"


class Listing:
    """A list. `name`: of its sheet; `remark`: the line beneath its title; `unit`: what the count of its lines counts.
    `sealed`: the columns over which a mark is kept, for each of its sheets one. `copy`: what else takes every line."""

    def __init__(
        self, book: Book, name: str, columns: Sequence[Column], remark: str = "", unit: str = "个部门", frozen: int = FROZEN
    ) -> None:
        self.book = book
        self.name = name
        self.columns = columns
        self.remark = remark
        self.unit = unit
        self.frozen = min(frozen, len(columns))
        self.capacity = book.rows - FIRST
        self.lines = 0
        self.sums: list[list[Decimal]] = []
        self.counts: list[list[int]] = []
        self.heights: list[float] = []
        self.parts: list[Part] = []
        self.sealed: tuple[int, ...] = ()
        self.marks: list[Mark] = []
        self.copy: Callable[[Sequence[Value]], None] | None = None
        self._spools: list[Spool] = []
        self._wrapped = [(k, c.width) for k, c in enumerate(columns) if (c.wrap or c.kind == "number") and not c.hidden]
        self._letters = [xl_col_to_name(k) for k in range(len(columns))]
        self._starts = [f'<c r="{letters}' for letters in self._letters]
        self._blank: list[dict[Look, str]] = [{} for _ in columns]
        self._number: list[dict[Look, str]] = [{} for _ in columns]
        self._text: list[dict[Look, str]] = [{} for _ in columns]
        self._unseen = [k for k, c in enumerate(columns) if c.optional]
        places = {c.key: k for k, c in enumerate(columns) if c.key}
        self._rates = [
            (k, [[places[key] for key in sorted(side)] for side in c.total.sides])
            for k, c in enumerate(columns)
            if isinstance(c.total, Rate) and c.total.sides and all(key in places for side in c.total.sides for key in side)
        ]
        self._apart: list[dict[int, dict[int, Decimal]]] = []
        self._totals = [k for k, c in enumerate(columns) if c.total is not None and not isinstance(c.total, Rate)]

    # ---- row by row

    def add(self, row: Row) -> None:
        """Takes the next line."""
        if self.lines % self.capacity == 0:
            self._begin()
        self.lines += 1
        spool, book, looks, values = self._spools[-1], self.book, row.looks, row.values
        if self.copy is not None:
            self.copy(values)
        if self.sealed:
            self.marks[-1].add(values[k] for k in self.sealed)
        for k in self._totals:
            value = values[k]
            if value is not None:
                self.counts[-1][k] += 1
                if isinstance(value, (Decimal, int)):
                    self.sums[-1][k] += value
        for k, sides in self._rates:
            if not all(any(values[c] is not None for c in side) for side in sides):
                self._set_apart(k, sides, values)
        if self._unseen:
            self._unseen = [k for k in self._unseen if values[k] is None or values[k] == ""]
        height = self._height(values)
        number = str(spool.next + 1)
        cells: list[str] = []
        for k, value in enumerate(values):
            at, look = self._starts[k] + number, looks.get(k, "") if looks else ""
            if value is None or value == "":
                cells.append(at + (self._blank[k].get(look) or self._blank_in(k, look)))
            elif isinstance(value, str):
                cells.append(at + (self._text[k].get(look) or self._text_in(k, look)) + text_inside(value))
            elif isinstance(value, Link):
                column = self.columns[k]
                style, plain = book.style(column.kind, look, column.wrap), book.style("text", look)
                cells.append(book.link_cell(self._letters[k] + number, value, style, plain))
            elif isfinite(shown := float(value)):
                cells.append(f"{at}{self._number[k].get(look) or self._number_in(k, look)}{shown!r}</v></c>")
            else:
                cells.append(at + (self._text[k].get(look) or self._text_in(k, look)) + text_inside(str(value)))
        points = min(14.5 * height + 2, TALLEST) if height > 1 else None
        self.heights[-1] += points or LINE
        spool.put(cells, points)

    def _set_apart(self, rate: int, sides: Sequence[Sequence[int]], values: Sequence[Value]) -> None:
        """A line that has only one side of a rate does not count in it."""
        for c in {c for side in sides for c in side}:
            if isinstance(value := values[c], (Decimal, int)):
                apart = self._apart[-1].setdefault(rate, {})
                apart[c] = apart.get(c, Decimal(0)) + value

    def _blank_in(self, k: int, look: Look) -> str:
        """How a blank cell of a column goes on behind its address."""
        column = self.columns[k]
        return self._blank[k].setdefault(look, f'" s="{self.book.style(column.kind, look, column.wrap)}"/>')

    def _number_in(self, k: int, look: Look) -> str:
        column = self.columns[k]
        return self._number[k].setdefault(look, f'" s="{self.book.style(column.kind, look, column.wrap)}"><v>')

    def _text_in(self, k: int, look: Look) -> str:
        style = self.book.style("text", look, self.columns[k].wrap or self.columns[k].kind == "number")
        return self._text[k].setdefault(look, f'" s="{style}" t="inlineStr"><is>')

    def _begin(self) -> None:
        """The lines of another sheet."""
        self.sums.append([Decimal(0)] * len(self.columns))
        self.counts.append([0] * len(self.columns))
        self._apart.append({})
        self.marks.append(Mark())
        self.heights.append(0.0)
        self._spools.append(Spool(FIRST))

    # ---- and when all have gone by

    def finish(self) -> None:
        """Makes the sheets: at least one, though it be empty."""
        if not self._spools:
            self._begin()
        count = len(self._spools)
        for number, spool in enumerate(self._spools):
            name = self.name if count == 1 else f"{self.name}（{number + 1}）"
            lines = min(self.capacity, self.lines - number * self.capacity)
            self.parts.append(Part(name, lines))
            spool.pour(self._sheet(name, number, count, lines))

    def _sheet(self, name: str, number: int, count: int, lines: int) -> Sheet:
        book = self.book
        sheet = book.sheet(name)
        widths = [0 if c.hidden or (lines and k in self._unseen) else c.width for k, c in enumerate(self.columns)]
        for k, column in enumerate(self.columns):
            sheet.set_column(k, k, column.width, None, {} if widths[k] else {"hidden": True})
        last = len(self.columns) - 1
        end = FIRST + max(lines, 1) - 1
        split = f"一张表放不下全部 {self.lines} 行，分为 {count} 张，这是第 {number + 1} 张。" if count > 1 else ""
        hidden = "”“".join(self.columns[k].head for k in self._unseen) if lines else ""
        hidden = hidden and f"“{hidden}”栏没有内容，已隐藏。"
        self._print(sheet, name, self.remark + split + hidden, widths, number, lines)
        if self._totals:
            self._write_totals(sheet, number, lines)
        sheet.set_row(HEAD, max(_HEAD_LINE * max(map(_head_lines, self.columns)) + 6, 32))
        for k, column in enumerate(self.columns):
            book.write_text(sheet, HEAD, k, column.head, book.head())
        sheet.freeze_panes(FIRST, self.frozen)
        sheet.autofilter(HEAD, 0, HEAD + max(lines, 1), last)
        for k, column in enumerate(self.columns):
            if column.bar and lines:
                bar = {"type": "data_bar", "bar_color": "#9DC3E6", "bar_solid": True, "min_type": "num", "min_value": 0}
                if column.kind == "rate":
                    bar.update(bar_color="#E2EFDA", max_type="num", max_value=1)
                sheet.conditional_format(FIRST, k, end, k, bar)
            if column.choices and lines:
                sheet.data_validation(FIRST, k, end, k, {"validate": "list", "source": list(column.choices)})
        return sheet

    def _print(self, sheet: Sheet, name: str, remark: str, widths: Sequence[float], number: int, lines: int) -> None:
        """The title, the remark, and how all of it is printed: on one page's width, else in blocks that repeat the first columns
        and what is written above them."""
        book = self.book
        upto = max((k for k, c in enumerate(self.columns) if c.on_paper and widths[k]), default=0)
        paper = printed(
            widths[: upto + 1], [c.joined for c in self.columns[: upto + 1]], min(self.frozen, upto), self.heights[number]
        )
        if paper.is_across:
            sheet.set_landscape()
        sheet.repeat_rows(HEAD)
        if paper.breaks:
            sheet.set_print_scale(paper.scale)  # where a page is fitted, breaks between columns are not heeded
            sheet.set_v_pagebreaks(list(paper.breaks))
            sheet.repeat_columns(0, self.frozen - 1)
            sheet.print_across()
        else:
            sheet.fit_to_pages(1, paper.tall)
        sheet.print_area(0, 0, FIRST + max(lines, 1) - 1, upto)
        sheet.set_row(0, 26)
        sheet.write_string(0, 0, name, book.format(font_name=HEI, font_size=15))
        over = self.frozen - 1 if paper.breaks else upto
        taken = _lines(remark, sum(widths[: over + 1]) * _REMARK_ROOM)
        style = book.format(font_size=9, font_color="#404040", **({"text_wrap": True, "valign": "top"} if taken > 1 else {}))
        if taken > 1 and over:
            sheet.set_row(1, _REMARK_LINE * taken + 3)
            sheet.merge_range(1, 0, 1, over, remark, style)
        else:
            sheet.write_string(1, 0, remark, style)

    def _write_totals(self, sheet: Worksheet, number: int, lines: int) -> None:
        """Live totals that follow the filter, with their values."""
        book, sums, counts = self.book, self.sums[number], self.counts[number]
        sheet.set_row(TOTAL, 22)
        addresses = {c.key: xl_rowcol_to_cell(TOTAL, k) for k, c in enumerate(self.columns) if c.key and c.total == "sum"}
        known = {c.key: sums[k] for k, c in enumerate(self.columns) if c.key and c.total == "sum"}
        for k, column in enumerate(self.columns):
            style = book.total(column.kind)
            letter = xl_col_to_name(k)
            area = f"{letter}{FIRST + 1}:{letter}{FIRST + max(lines, 1)}"
            match column.total:
                case None:
                    sheet.write_blank(TOTAL, k, None, style)
                case "departments":
                    shown = f"合计 {counts[k]} {self.unit}"
                    sheet.write_formula(TOTAL, k, f'="合计 "&SUBTOTAL(103,{area})&" {self.unit}"', style, shown)
                case Rate() as rate:
                    apart = self._apart[number].get(k, {})
                    less = {self.columns[c].key: value for c, value in apart.items()}
                    sums_of = {key: value - less.get(key, 0) for key, value in known.items()}
                    places = {**addresses, **self._both(k, lines)} if apart else addresses
                    self._write_rate(sheet, k, rate, places, sums_of)
                case "mean":
                    mean = number_of(sums[k] / counts[k]) if counts[k] else ""
                    sheet.write_formula(TOTAL, k, f'=IFERROR(SUBTOTAL(101,{area}),"")', style, mean)
                case "count":
                    sheet.write_formula(TOTAL, k, f"=SUBTOTAL(102,{area})", style, counts[k])
                case "sum":  # of nothing there is no sum: blank is not zero
                    value = number_of(sums[k]) if counts[k] else ""
                    sheet.write_formula(TOTAL, k, f'=IF(SUBTOTAL(102,{area}),SUBTOTAL(109,{area}),"")', style, value)

    def _both(self, rate: int, lines: int) -> dict[str, str]:
        """The sums that a rate is computed from, in Excel's language: of the lines in sight that have both sides of it."""
        first, last = FIRST + 1, FIRST + max(lines, 1)
        sides = next(sides for k, sides in self._rates if k == rate)
        given = ["+".join(f"ISNUMBER({self._letters[c]}{first}:{self._letters[c]}{last})" for c in side) for side in sides]
        has_both = "*".join(f"(({side})>0)" for side in given)
        found: dict[str, str] = {}
        for c in {c for side in sides for c in side}:
            top, area = f"{self._letters[c]}{first}", f"{self._letters[c]}{first}:{self._letters[c]}{last}"
            found[self.columns[c].key] = f"SUMPRODUCT(SUBTOTAL(109,OFFSET({top},ROW({area})-ROW({top}),0)),{has_both})"
        return found

    def _write_rate(self, sheet: Worksheet, k: int, rate: Rate, addresses: Mapping[str, str], known: Mapping[str, Decimal]) -> None:
        style, formula, value = self.book.total(self.columns[k].kind), rate.formula(addresses), rate.value(known)
        if formula is None:
            sheet.write_blank(TOTAL, k, None, style)
        else:
            sheet.write_formula(TOTAL, k, f'=IFERROR({formula},"")', style, "" if value is None else number_of(value))

    def _height(self, values: Sequence[Value]) -> int:
        """The lines that the longest text of a row takes."""
        height = 1
        for k, room in self._wrapped:
            value = values[k]
            if isinstance(value, Link):
                value = value.text
            if isinstance(value, str) and (2 * len(value) > room or "\n" in value):
                height = max(height, _lines(value[:LONG], room))
        return height


def _head_lines(column: Column) -> int:
    return 1 if column.hidden else _lines(column.head, column.width)


@lru_cache(maxsize=1 << 11)
def _lines(value: str, room: float) -> int:
    return sum(max(math.ceil(width(piece) / room), 1) for piece in value.split("\n"))


def number_of(value: Decimal) -> float:
    """A total as Excel holds it."""
    return float(value)
