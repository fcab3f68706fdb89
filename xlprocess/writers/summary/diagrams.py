"""The charts of 总览 and the sheet 图表数据 from which they are drawn."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from itertools import pairwise
from typing import Any, NamedTuple

from xlsxwriter.chart import Chart

from xlprocess.consolidation.consolidation import Department
from xlprocess.consolidation.submission import Submission
from xlprocess.consolidation.totals import counted
from xlprocess.form.load import Form
from xlprocess.form.model import Diagram
from xlprocess.writers.summary.book import Book

SHEET = "图表数据"
LARGEST = 15
"""Departments that a chart shows: the largest."""
COLOURS = ("#2F5597", "#C55A11", "#7F9F3F", "#BF9000", "#7F7F7F", "#5B7FA6")
RATES = ("0.6", "0.7", "0.8", "0.9", "0.95", "1")
SCORES = ("60", "70", "80", "90", "95", "98")
WIDTH, HEIGHT = 756, 270
"""Pixels: of a chart across the page, and how high it is at least."""
GAP = 8
ROW = 20
STRETCHED = 1.55
"""How much higher a chart is where its page would be half empty."""


class Plot(NamedTuple):
    """What a chart shows: `head` names the series, `lines` are a name and its values. `axis`: what the values are."""

    title: str
    kind: str
    head: tuple[str, ...]
    lines: list[tuple[str, tuple[float, ...]]]
    axis: str
    is_tall: bool = False
    share: float = 1
    """Of the width of a page."""

    @property
    def height(self) -> int:
        return max(HEIGHT, 110 + 22 * len(self.lines)) if self.is_tall else HEIGHT


class Strip(NamedTuple):
    """Charts beside one another, as their number and width. `rows` of the sheet are theirs, each of `ROW` pixels."""

    charts: list[tuple[int, int]]
    rows: int

    @property
    def pixels(self) -> int:
        return self.rows * ROW

    @property
    def height(self) -> float:
        return self.pixels * 0.75


def strips(plots: Sequence[Plot], room: float, whole: float) -> list[Strip]:
    """The charts in their order, as many beside one another as have room, and so high that they fill the pages. `room`: points that
    are left on the first page; `whole`: of each other."""
    found: list[Strip] = []
    at = 0
    while at < len(plots):
        shares = [plots[at].share]
        while at + len(shares) < len(plots) and sum(shares) + plots[at + len(shares)].share <= 1:
            shares.append(plots[at + len(shares)].share)
        widths = [int(WIDTH * share / sum(shares)) for share in shares]
        high = max(plot.height for plot in plots[at : at + len(shares)])
        found.append(Strip(list(enumerate(widths, at)), -(-high // ROW)))
        at += len(shares)
    pages: list[list[Strip]] = [[]]
    left = [room]
    for strip in found:
        if strip.height > left[-1] - sum(s.height for s in pages[-1]):
            pages.append([])
            left.append(whole)
        pages[-1].append(strip)
    return [_stretched(s, have / sum(s.height for s in page)) for page, have in zip(pages, left, strict=True) for s in page]


def _stretched(strip: Strip, times: float) -> Strip:
    return strip._replace(rows=max(int(strip.rows * min(times, STRETCHED)), strip.rows))


class Drawn:
    """Gathers what an edition's charts show while the departments go by."""

    def __init__(self, form: Form) -> None:
        self.form = form
        self.largest: dict[str, list[tuple[Decimal, int, str, tuple[Decimal, ...]]]] = {}
        self.rates: dict[str, list[Decimal]] = {}
        self.number = 0

    def tally(self, department: Department, submission: Submission) -> None:
        if submission.form != self.form.id:
            return
        self.number += 1
        figures = {f.field: f.number for f in counted(self.form, submission)}
        for diagram in self.form.edition.diagram:
            if diagram.kind == "distribution":
                if diagram.fields[0] in figures:
                    self.rates.setdefault(diagram.title, []).append(figures[diagram.fields[0]])
                continue
            values = tuple(figures.get(name, Decimal(0)) for name in diagram.fields)
            size = sum(values, Decimal(0)) if diagram.kind == "stack" else values[0]
            if any(values):
                heap = self.largest.setdefault(diagram.title, [])
                push = heapq.heappush if len(heap) < LARGEST else heapq.heappushpop
                push(heap, (size, -self.number, department.name, values))

    def plots(self) -> list[Plot]:
        return [plot for d in self.form.edition.diagram if (plot := self._plot(d)) is not None]

    def _plot(self, diagram: Diagram) -> Plot | None:
        fields = [self.form.fields[name].field for name in diagram.fields]
        if diagram.kind == "distribution":
            rates = self.rates.get(diagram.title)
            return distribution(diagram.title, rates, RATES, percent) if rates else None
        heap = sorted(self.largest.get(diagram.title, ()), reverse=True)
        if not heap:
            return None
        lines = [(name, tuple(float(v) for v in values)) for _, _, name, values in heap]
        more = f"（最大的 {len(lines)} 个部门，共 {self.number} 个）" if self.number > len(lines) else ""
        head = tuple(f.label for f in fields)
        return Plot(diagram.title + more, diagram.kind, head, lines, self.form.edition.unit, is_tall=True)


def distribution(title: str, values: Sequence[Decimal], steps: Iterable[str], name: Callable[[str], str]) -> Plot:
    """How many values lie in each class: from one step, included, to the next."""
    edges = [Decimal(s) for s in steps]
    known = [name(str(edge)) for edge in edges]
    names = [f"低于{known[0]}", *(f"{a.rstrip('%分')}～{b}" for a, b in pairwise(known)), f"{known[-1]}及以上"]
    counts = [0] * len(names)
    for value in values:
        counts[sum(value >= edge for edge in edges)] += 1
    return Plot(title, "count", ("部门数",), [(n, (float(c),)) for n, c in zip(names, counts, strict=True)], "部门数", share=0.5)


def percent(text: str) -> str:
    return f"{(Decimal(text) * 100).normalize():f}%"


def points(text: str) -> str:
    return text


def write_data(book: Book, plots: Sequence[Plot]) -> list[int]:
    """The sheet 图表数据, hidden: the data of the charts, one below the other. Gives the row of each head, from 0."""
    sheet = book.sheet(SHEET)
    sheet.hide()
    sheet.set_column(0, 0, 40)
    sheet.set_column(1, 8, 16)
    heads: list[int] = []
    row = 0
    for plot in plots:
        book.write_text(sheet, row, 0, plot.title, book.format(bold=True))
        row += 1
        heads.append(row)
        for column, head in enumerate(("", *plot.head)):
            book.write_text(sheet, row, column, head, book.head())
        whole = all(value == int(value) for _, values in plot.lines for value in values)
        kind = book.cell("count") if whole else book.cell("money")
        for name, values in plot.lines:
            row += 1
            book.write_text(sheet, row, 0, name, book.cell("text"))
            for column, value in enumerate(values, 1):
                sheet.write_number(row, column, value, kind)
        row += 2
    return heads


def chart(book: Book, plot: Plot, head: int, width: int, height: int) -> Chart:
    """The chart over its data, so many pixels large."""
    kind: dict[str, Any] = {"type": "bar" if plot.is_tall else "column"}
    if plot.kind == "stack":
        kind["subtype"] = "stacked"
    made = book.book.add_chart(kind)
    last = head + len(plot.lines)
    for column, name in enumerate(plot.head, 1):
        series: dict[str, Any] = {
            "name": [SHEET, head, column],
            "name_data": name,
            "categories": [SHEET, head + 1, 0, last, 0],
            "categories_data": [text for text, _ in plot.lines],
            "values": [SHEET, head + 1, column, last, column],
            "values_data": [values[column - 1] for _, values in plot.lines],
            "fill": {"color": COLOURS[(column - 1) % len(COLOURS)]},
            "gap": 60,
            **({"overlap": 100} if plot.kind == "stack" else {}),
        }
        if not plot.is_tall:
            series["data_labels"] = {"value": True, "font": {"size": 9}}
        made.add_series(series)
    font = {"size": 9 if width > WIDTH / 2 else 8, "bold": False, "name": "宋体"}
    made.set_title({"name": plot.title, "name_font": {"size": 12, "bold": True, "name": "黑体"}, "overlay": False})
    value = {
        "num_font": font,
        "name": plot.axis,
        "name_font": font,
        "major_gridlines": {"visible": True, "line": {"color": "#E0E0E0"}},
    }
    value["num_format"] = "#,##0"
    names = {"num_font": font}
    if plot.is_tall:
        made.set_x_axis({**value, "label_position": "high"})  # of bars that lie, y is the axis of names, read from the top
        made.set_y_axis({**names, "reverse": True})
    else:
        made.set_x_axis(names)
        made.set_y_axis(value)
    if len(plot.head) > 1:
        made.set_legend({"position": "bottom", "font": font})
    else:
        made.set_legend({"none": True})
    made.set_size({"width": width, "height": height})
    made.set_chartarea({"border": {"color": "#BFBFBF"}})
    return made
