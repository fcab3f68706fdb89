"""A sheet that is written from top to bottom, in captions, remarks and tables, and knows where its printed pages end."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from xlprocess.form.styles import HEI
from xlprocess.writers.columns import width
from xlprocess.writers.summary.book import Book, Kind, Look
from xlprocess.writers.summary.paper import Page, pixels

WIDTHS = (32, 17, 17, 13, 11, 14)
LINE, CAPTION, HEADS = 15, 24, 20
"""Heights of rows in points."""


class TopDown:
    """`row`: the next one, from 0; `page`: where it stands in print."""

    def __init__(self, book: Book, name: str) -> None:
        self.book = book
        self.sheet: Worksheet = book.sheet(name)
        for column, wide in enumerate(WIDTHS):
            self.sheet.set_column(column, column, wide)
        self.row = 0
        self.page = Page(sum(map(pixels, WIDTHS)))

    def _step(self, height: float = LINE) -> None:
        """The next row, of that height in points."""
        self.page.keep(height, self.row)
        self.sheet.set_row(self.row, height)
        self.row += 1
        self.page.take(height)

    def _gap(self) -> None:
        if not self.page.is_fresh:
            self._step()

    def _keep(self, height: float) -> None:
        """What comes next, so high, is not torn apart by the end of a page."""
        self.page.keep(height, self.row)

    def _across(self, text: str, height: float, style: Format) -> None:
        self.sheet.merge_range(self.row, 0, self.row, len(WIDTHS) - 1, "", style)
        self.book.write_text(self.sheet, self.row, 0, text, style)
        self._step(height)

    def _caption(self, text: str) -> None:
        self.book.write_text(self.sheet, self.row, 0, text, self.book.format(font_name=HEI, font_size=12))
        self._step(CAPTION)

    def _remark(self, text: str) -> None:
        style = self.book.format(font_size=9, font_color="#404040", text_wrap=True, valign="top")
        self._across(text, 12 * lines_of(text, 1.08) + 3, style)

    def _heads(self, heads: Sequence[str]) -> None:
        for column, head in enumerate(heads):
            self.book.write_text(self.sheet, self.row, column, head, self.book.head())
        self._step(HEADS)

    def _line(
        self, values: Sequence[tuple[Any, Kind]], looks: Mapping[int, Look] | None = None, style: Format | None = None
    ) -> None:
        """Values, or a formula with its value, as (("=…", value), kind). `style`: of the first, where it is not the usual one."""
        usual = style
        for column, (value, kind) in enumerate(values):
            style = self.book.cell(kind, (looks or {}).get(column, ""), wrap=column == 0)
            if column == 0 and usual is not None:
                style = usual
            if value is None:
                self.sheet.write_blank(self.row, column, None, style)
            elif isinstance(value, tuple):
                self.sheet.write_formula(self.row, column, value[0], style, value[1])
            elif isinstance(value, str):
                self.book.write_text(self.sheet, self.row, column, value, style)
            else:
                self.sheet.write_number(self.row, column, value, style)
        self._step()


def lines_of(text: str, room: float = 1.02) -> int:
    """Lines that a text takes across the sheet; `room`: more where its letters are small."""
    return max(math.ceil(width(text) / (sum(WIDTHS) * room)), 1)
