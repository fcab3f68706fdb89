"""The sheets of a migrated workbook that tell: 迁移来源, of every value the old cell that it came from; 未迁移, what has no place,
number for number, with its old address."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from xlprocess.books.address import quoted
from xlprocess.books.book import Scalar
from xlprocess.form.layout import Layout
from xlprocess.form.styles import SONG
from xlprocess.migration.moved import LEFT_HEADS, MOVED, NOT_MOVED, Migration
from xlprocess.word.sources_sheet import lines

_LONGEST = 200
_MOVED_HEADS = (("位置", 18), ("栏目", 46), ("原工作簿中的内容", 40), ("原位置", 24), ("说明", 46))
_LINKS = 60_000
"""Excel takes some more links than this on a sheet."""


def sheets(migration: Migration, name: str) -> Callable[[Workbook, Layout], None]:
    """What adds the sheets to a workbook that is being made. `name` of the old file."""

    def write(book: Workbook, layout: Layout) -> None:
        looks = _Looks(book)
        _write_left(book.add_worksheet(NOT_MOVED), migration, name, looks)
        _write_moved(book.add_worksheet(MOVED), migration, name, layout, looks)

    return write


class _Looks:
    def __init__(self, book: Workbook) -> None:
        plain = {"font_name": SONG, "font_size": 10, "valign": "top", "text_wrap": True, "border": 1}
        self.body: Format = book.add_format(plain)
        self.head: Format = book.add_format({**plain, "bold": True, "bg_color": "#E7E6E6", "align": "center"})
        self.link: Format = book.add_format({**plain, "font_color": "#0563C1", "underline": 1})
        self.number: Format = book.add_format({**plain, "align": "left", "num_format": "General"})
        self.date: Format = book.add_format({**plain, "align": "left", "num_format": "yyyy-mm-dd"})
        self.loud: Format = book.add_format({**plain, "bg_color": "#FFF2CC"})
        self.title: Format = book.add_format({"font_name": SONG, "font_size": 14, "bold": True})
        self.said: Format = book.add_format({"font_name": SONG, "font_size": 10})


def _begin(sheet: Worksheet, title: str, said: list[str], heads: tuple[tuple[str, int], ...], looks: _Looks) -> int:
    """Writes what stands over a list; gives the row of its first line."""
    sheet.write_string(0, 0, title, looks.title)
    for row, text in enumerate(said, 1):
        sheet.write_string(row, 0, text, looks.said)
    top = 1 + len(said)
    for column, (text, width) in enumerate(heads):
        sheet.set_column(column, column, width)
        sheet.write_string(top, column, text, looks.head)
    sheet.freeze_panes(top + 1, 0)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(top)
    return top + 1


def _write_left(sheet: Worksheet, migration: Migration, name: str, looks: _Looks) -> None:
    count = len(migration.left)
    said = f"以下 {count} 处在标准工作簿中没有位置，请逐条核对，需要的手工填入。" if count else "原工作簿的内容全部有了位置。"
    row = _begin(sheet, f"{NOT_MOVED}：{name}", [said, *migration.remarks], LEFT_HEADS, looks)
    for item in migration.left:
        sheet.write_string(row, 0, item.place, looks.body)
        _write_value(sheet, row, 1, item.value, looks)
        sheet.write_string(row, 2, item.near, looks.body)
        sheet.write_string(row, 3, item.why, looks.body)
        row += 1


def _write_value(sheet: Worksheet, row: int, column: int, value: Scalar, looks: _Looks) -> None:
    """A number stays a number, a date a date."""
    if isinstance(value, bool):
        sheet.write_string(row, column, "是" if value else "否", looks.body)
    elif isinstance(value, (int, float)):
        sheet.write_number(row, column, value, looks.number)
    elif isinstance(value, dt.datetime) and value.time() == dt.time() and value.year >= 1900:
        sheet.write_datetime(row, column, value, looks.date)
    else:
        sheet.write_string(row, column, str(value), looks.body)


def _write_moved(sheet: Worksheet, migration: Migration, name: str, layout: Layout, looks: _Looks) -> None:
    restored = {id(migration.moved[spot]) for spot in migration.restored}
    found = lines(migration.moved, layout)
    said = f"共迁移 {len(migration.moved)} 项，其中 {len(restored)} 项与公式算出的相同，恢复为公式。"
    row = _begin(sheet, f"{MOVED}：{name}", [said], _MOVED_HEADS, looks)
    for value, place, label in found:
        if row < _LINKS:
            sheet.write_url(row, 0, f"internal:{quoted(place[0])}!{place[1]}", looks.link, f"{place[0]}!{place[1]}")
        else:
            sheet.write_string(row, 0, f"{place[0]}!{place[1]}", looks.body)
        remark = "恢复为公式" if id(value) in restored else value.remark or ""
        for column, text in enumerate((label, value.raw, str(value.origin), remark), 1):
            sheet.write_string(row, column, text if len(text) <= _LONGEST else f"{text[:_LONGEST]}……", looks.body)
        row += 1
