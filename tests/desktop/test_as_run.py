"""A click gives what `xlprocess run` gives on the same workbook, also where somebody filled it in oddly."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from at_screen import differences
from live_office import LiveOffice
from openpyxl.comments import Comment

from xlprocess.books.file import FileBook
from xlprocess.books.live import LiveBook
from xlprocess.errors import Unreadable
from xlprocess.pipeline import annotate_book, check_book, open_book

pytestmark = pytest.mark.office
SAMPLE = Path(__file__).parents[2] / "workbooks" / "samples" / "应急管理局2021.xlsx"
MONEY = "收支情况"
CellValue = str | float | bool


@pytest.fixture
def office_to_use(office: LiveOffice) -> Iterator[LiveOffice]:
    yield office
    office.close_all()


def typed(cells: dict[str, CellValue], sheet: str = MONEY) -> bytes:
    book = openpyxl.load_workbook(SAMPLE)
    for at, value in cells.items():
        book[sheet][at] = value
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def both(office: LiveOffice, data: bytes) -> tuple[LiveBook, FileBook, FileBook]:
    """The open workbook after a click; what is saved then; and what a run gives, calculated and saved by the same program."""
    run = open_book(data, "a.xlsx")
    annotate_book(run, check_book(run, "a.xlsx"))
    opened = office.open(run.to_bytes(), "a.xlsx")
    opened.api.calculateAll()
    calculated = open_book(office.saved(opened), "a.xlsx")
    live = office.live(data, "a.xlsx")
    live.book.api.calculateAll()
    annotate_book(live, check_book(live, "a.xlsx"))
    return live, open_book(office.saved(live.book), "a.xlsx"), calculated


@pytest.mark.parametrize(
    "cells",
    [
        {"D6": "922.68万元"},
        {"D6": "922.68万元", "C6": "７９．９７", "G6": "298700元", "E6": "—", "F6": "无"},
        {"D6": "约100"},
        {"B17": "1016.61万元", "D17": "349.43万元"},
    ],
    ids=["a unit", "many texts", "no figure", "a total"],
)
def test_figures_typed_as_text(office_to_use: LiveOffice, cells: dict[str, CellValue]) -> None:
    _, saved, run = both(office_to_use, typed(cells))
    assert differences(saved, run) == []


def test_the_list_says_what_the_cells_show_where_a_figure_was_typed_as_text(office_to_use: LiveOffice) -> None:
    live, _, _ = both(office_to_use, typed({"D6": "922.68万元"}))
    rows = live.sheet("检查结果").rows
    said = {str(row[2]): str(row[5]) for row in rows if row[5] and "公式不计算" in str(row[5]) and "；" in str(row[5])}
    assert said == {
        "收支情况!H6": "计算得 952.55；公式不计算按文字填的数，格中是 29.87",
        "收支情况!G17": "计算得 -64.06；公式不计算按文字填的数，格中是 -986.74",
        "收支情况!H17": "计算得 15.91；公式不计算按文字填的数，格中是 -906.77",
        "收支情况!I17": "计算得 98.46%；公式不计算按文字填的数，格中是 925.54%",
    }
    sheet = live.book.sheets[MONEY].api
    for at, text in said.items():
        told = text.rpartition(" ")[2]
        value = sheet.getCellRangeByName(at.rpartition("!")[2]).Value * (100 if told.endswith("%") else 1)
        assert f"{value:.2f}" == told.rstrip("%")


def test_rows_that_were_inserted(office_to_use: LiveOffice) -> None:
    """The checks beside the tables show what they then give: a program that opens the result of a run calculates them anew."""
    book = office_to_use.open(SAMPLE.read_bytes())
    sheet = book.sheets[MONEY].api
    was_protected = sheet.isProtected()
    sheet.unprotect("")
    sheet.Rows.insertByIndex(8, 3)
    for row in (9, 10, 11):
        sheet.getCellRangeByName(f"A{row}").String = f"{row - 5}、第{row}单位"
        sheet.getCellRangeByName(f"D{row}").Value = 10.01 * row
    if was_protected:
        sheet.protect("")
    data = office_to_use.saved(book)
    _, saved, run = both(office_to_use, data)
    assert differences(saved, run) == []
    made = open_book(data, "a.xlsx")
    annotate_book(made, check_book(made, "a.xlsx"))
    assert b'fullCalcOnLoad="1"' in zipfile.ZipFile(io.BytesIO(made.to_bytes())).read("xl/workbook.xml")


@pytest.mark.parametrize("value", [True, "=TRUE()", "=FALSE()"])
def test_a_truth_is_no_figure(office_to_use: LiveOffice, value: CellValue) -> None:
    data = typed({"F6": value})
    if isinstance(value, str):  # as a program saves it, with its result
        data = office_to_use.saved(office_to_use.live(data).book)
    live, saved, run = both(office_to_use, data)
    assert differences(saved, run) == []
    note = live.notes()[MONEY, next(ref for sheet, ref in live.notes() if str(ref) == "F6")]
    assert re.search(r"错误 R202 ", note)


@pytest.mark.parametrize("at", ["XFD1048576", "AMJ1048576"])
def test_a_stray_cell_far_away_is_refused_with_the_same_sentence(office_to_use: LiveOffice, at: str) -> None:
    data = typed({at: 5}, "填报说明")
    said = []
    with pytest.raises(Unreadable) as refused:
        open_book(data, "a.xlsx")
    said.append(refused.value)
    live = office_to_use.live(data, "a.xlsx")
    with pytest.raises(Unreadable) as refused:
        check_book(live, "a.xlsx")
    said.append(refused.value)
    assert said[0].message == said[1].message
    assert said[0].message.startswith(f"无法处理 a.xlsx：工作表「填报说明」的内容一直延伸到 {at}，范围过大。")
    assert {error.kind for error in said} == {"over_limit"}


@pytest.mark.parametrize("at", ["A1", "C3", "B9"])
def test_a_person_s_note_on_the_list_stays(office_to_use: LiveOffice, at: str) -> None:
    book = openpyxl.load_workbook(SAMPLE)
    book["检查结果"][at].comment = Comment("看这里", "张三")
    data = io.BytesIO()
    book.save(data)
    _, clicked, ran = both(office_to_use, data.getvalue())
    on_list = {place: text for place, text in clicked.notes().items() if place[0] == "检查结果"}
    assert on_list == {place: text for place, text in ran.notes().items() if place[0] == "检查结果"}
    assert [text.endswith("看这里") for text in on_list.values()] == [True]


def test_people_s_notes_on_cells_that_a_click_writes_stay(office_to_use: LiveOffice) -> None:
    book = openpyxl.load_workbook(SAMPLE)
    for at in ("G16", "H17", "B6"):
        book[MONEY][at].comment = Comment("看这里", "张三")
    book[MONEY]["G16"] = book[MONEY]["H17"] = None
    book["基本概况"]["B14"].comment = Comment("看这里", "张三")
    data = io.BytesIO()
    book.save(data)
    _, clicked, ran = both(office_to_use, data.getvalue())
    assert clicked.notes() == ran.notes()
    assert sum("看这里" in text for text in clicked.notes().values()) == 4
    assert differences(clicked, ran) == []
