"""Sizes: how wide columns are, how many lines a text takes, and where pages end."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from math import ceil

from xlprocess.form.heads import header
from xlprocess.form.layout import SheetPlan
from xlprocess.form.model import Table

PAGE = {False: (88.0, 740.0), True: (130.0, 480.0)}
"""Characters across and points down a printed A4 page, upright and lengthwise, at full size."""
WIDTHS = {"money": 13.0, "rate": 12.0, "count": 11.0, "number": 11.0, "score": 11.0, "year": 11.0, "date": 15.0}
NAMES = 24.0
FOUR = (17.0, 27.0, 17.0, 27.0)
LINE = 15.0


def text_lines(text: object, width: float) -> int:
    """How many lines a text takes in a cell so many characters wide, at the size that forms are printed in, with its indent."""
    room = max(width * 1.1 - 2.8, 2.0)
    return sum(max(1, ceil(_extent(line) / room)) for line in str(text).splitlines() or [""])


def _extent(line: str) -> float:
    return sum(2.0 if unicodedata.east_asian_width(c) in "WFA" else 1.05 for c in line)


def column_widths(landscape: bool, tables: Iterable[Table]) -> list[float]:
    """Columns wide enough for every table of the sheet, filling the page."""
    widths: list[float] = []
    for table in tables:
        if table.kind == "fields":
            continue
        wanted = [f.width or WIDTHS.get(f.type, 18.0) for f in header(table).columns]
        if table.kind == "grid":
            wanted.insert(0, NAMES)
        widths = [max(a, b) for a, b in zip(_to(widths, len(wanted)), _to(wanted, len(widths)), strict=True)]
    widths = widths or list(FOUR)
    across = PAGE[landscape][0]
    stretch = max(1.0, across / sum(widths))
    return [round(w * stretch, 1) for w in widths]


def _to(widths: list[float], count: int) -> list[float]:
    return widths + [0.0] * (count - len(widths))


def page_breaks(plan: SheetPlan, blocks: Sequence[tuple[int, int]]) -> list[int]:
    """The rows after which a new page begins: a block that does not fit on what is left of a page goes to the next,
    unless no page holds it: that one begins where a line of it still stands below its heading."""
    across, down = PAGE[plan.landscape]
    down /= min(1.0, across / sum(plan.widths))
    repeated = _height(plan.heights, plan.repeated_from, plan.repeated)
    breaks: list[int] = []
    used, row = 0.0, 1
    for first, last in blocks:
        for above in range(row, first):  # a row that does not fit goes to the next page as a whole
            height = plan.heights.get(above, LINE)
            used = (repeated if used + height > down else used) + height
        row = first
        needed = _height(plan.heights, first, last)
        if needed > down - repeated:
            needed = _height(plan.heights, first, min(first + 1, last))
        if used + needed > down and first > 1 + plan.repeated and needed <= down - repeated:
            breaks.append(first - 1)
            used = repeated
    return breaks


def _height(heights: Mapping[int, float], first: int, last: int) -> float:
    return sum(heights.get(r, LINE) for r in range(first, last + 1))
