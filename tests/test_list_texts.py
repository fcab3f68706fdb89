"""What people type on the sheet 检查结果 is still there after the next run."""

from __future__ import annotations

import io
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from xlprocess.books.book import CellWrite, Changes, Ref
from xlprocess.books.file import FileBook
from xlprocess.form.load import load
from xlprocess.form.template import build
from xlprocess.pipeline import annotate_book, check_book, clear_book, open_book
from xlprocess.result_list import OTHER
from xlprocess.values import read_values

SEED = Path(__file__).parent / "golden" / "seed.json"
FORM = load("yueyang-2021")


def run(data: bytes) -> bytes:
    book = open_book(data, "x")
    annotate_book(book, check_book(book, "x"))
    return book.to_bytes()


@pytest.fixture(scope="module")
def once() -> bytes:
    return run(build(FORM, read_values(FORM, SEED.read_bytes(), "seed.json")))


def typed(data: bytes, do: Callable[[Worksheet], object]) -> bytes:
    held = openpyxl.load_workbook(io.BytesIO(data))
    do(held["检查结果"])
    saved = io.BytesIO()
    held.save(saved)
    return saved.getvalue()


def texts(data: bytes) -> list[list[str]]:
    sheet = openpyxl.load_workbook(io.BytesIO(data))["检查结果"]
    rows = [[str(c.value) for c in row if c.value is not None] for row in sheet.iter_rows(max_col=10)]
    return [row for row in rows if row]


def at_the_foot(data: bytes) -> list[list[str]]:
    rows = texts(data)
    places = [k for k, row in enumerate(rows) if row[0] == OTHER]
    return rows[places[0] + 1 :] if places else []


def row_of(data: bytes, rule: str) -> int:
    sheet = openpyxl.load_workbook(io.BytesIO(data))["检查结果"]
    return next(r for r in range(1, 60) if sheet.cell(r, 10).value == rule)


def put(row: int, column: int, text: object) -> Callable[[Worksheet], object]:
    return lambda sheet: setattr(sheet.cell(row, column), "value", text)


def test_a_list_in_which_nobody_typed_has_no_such_section(once: bytes) -> None:
    assert at_the_foot(once) == []
    assert at_the_foot(run(typed(once, lambda sheet: None))) == []


def test_what_stands_beside_a_finding_stays_beside_it(once: bytes) -> None:
    again = run(typed(once, put(row_of(once, "R101"), 15, "李科：已核")))
    sheet = openpyxl.load_workbook(io.BytesIO(again))["检查结果"]
    assert sheet.cell(row_of(again, "R101"), 14).value == "李科：已核"
    assert at_the_foot(again) == []
    assert run(again) == again


def test_what_was_typed_over_is_kept_at_the_foot_and_no_run_adds_to_it(once: bytes) -> None:
    again = run(typed(once, put(row_of(once, "R101"), 8, "已改，见 3 月凭证")))
    assert at_the_foot(again) == [["收支情况!B6", "填在“处理”栏", "已改，见 3 月凭证"]]
    assert run(again) == again
    third = run(typed(again, put(2, 1, "王局：周五前改完")))
    assert [row[-1] for row in at_the_foot(third)] == ["王局：周五前改完", "已改，见 3 月凭证"]


def test_texts_below_the_list_and_in_its_free_cells_are_kept(once: bytes) -> None:
    filled = next(
        r for r in range(1, 60) if (openpyxl.load_workbook(io.BytesIO(once))["检查结果"].cell(r, 6).value or "").startswith("填入")
    )

    def do(sheet: Worksheet) -> None:
        sheet.cell(sheet.max_row + 3, 2, "经办：周五复核")
        sheet.cell(filled, 9, "与账面一致")
        sheet.cell(filled, 1, 7)

    again = run(typed(once, do))
    assert [row[-1] for row in at_the_foot(again)] == ["7", "与账面一致", "经办：周五复核"]
    assert run(again) == again


def test_explanations_survive_a_column_that_somebody_inserted(once: bytes) -> None:
    def do(sheet: Worksheet) -> None:
        sheet.cell(row_of(once, "R101"), 9).value = "按决算口径填列"
        for block in list(sheet.merged_cells.ranges):
            sheet.unmerge_cells(str(block))
        sheet.insert_cols(5)
        sheet.cell(row_of(once, "R101"), 5, "甲")

    again = run(typed(once, do))
    sheet = openpyxl.load_workbook(io.BytesIO(again))["检查结果"]
    row = row_of(again, "R101")
    assert (sheet.cell(row, 9).value, sheet.cell(row, 14).value) == ("按决算口径填列", "甲")
    assert at_the_foot(again) == []


def test_a_mended_finding_leaves_what_was_typed_beside_it(once: bytes) -> None:
    data = typed(once, put(row_of(once, "R101"), 15, "李科：已核"))
    book = FileBook.open(data, "x")
    writes = [CellWrite("收支情况", Ref(r, 2), Decimal("1032.52")) for r in (5, 6)]
    book.apply(Changes(cells=writes, notes={}, results=None, properties={}))
    assert [row[-1] for row in at_the_foot(run(book.to_bytes()))] == ["李科：已核"]


def test_clearing_counts_the_explanations_and_leaves_other_texts(once: bytes) -> None:
    def do(sheet: Worksheet) -> None:
        sheet.cell(row_of(once, "R101"), 9).value = "按决算口径填列"
        sheet.cell(sheet.max_row + 2, 2, "经办：周五复核")

    book = open_book(typed(once, do), "x")
    assert clear_book(book, "x") == 1
    assert [row[-1] for row in at_the_foot(book.to_bytes())] == ["经办：周五复核"]
    assert "按决算口径填列" not in str(texts(book.to_bytes()))
    again = open_book(book.to_bytes(), "x")
    assert clear_book(again, "x") == 0
    assert again.to_bytes() == book.to_bytes()
