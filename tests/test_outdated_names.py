"""Programs that insert and delete rows without moving defined names: the labels are believed, nothing is read from a wrong cell."""

import io
import json
from pathlib import Path

import openpyxl
import pytest

import xlprocess
from xlprocess.books.book import Ref
from xlprocess.books.file import FileBook
from xlprocess.values import write_values

SAMPLE = Path(__file__).parents[1] / "workbooks" / "samples" / "档案馆2021.xlsx"
NAMES = {"收支情况", "基本概况", "绩效自评", "报告综述", "评价人员"}
PLACES = [
    *[("基本概况", row) for row in (1, 2, 5, 7)],
    *[("收支情况", row) for row in (1, 2, 4, 5, 6, 9, 12, 14, 15, 17, 25, 36, 37)],
    *[("绩效自评", row) for row in (1, 2, 7, 9, 15, 31, 32)],
    *[("报告综述", row) for row in (1, 4, 12, 25, 26, 30, 42, 45)],
    *[("评价人员", row) for row in (1, 2, 3)],
]


def read(book):
    out = io.BytesIO()
    book.save(out)
    return xlprocess.check(out.getvalue())


def told(result):
    """What was read, and what was found in it, wherever it stands."""
    findings = sorted(
        (f.rule, f.where.table, f.where.row or "", f.where.field or "", f.difference or "")
        for f in result.findings
        if not f.rule.startswith("R2")
    )
    return json.dumps(write_values(result.report), ensure_ascii=False, default=str), findings


@pytest.fixture(scope="module")
def plain():
    return told(read(openpyxl.load_workbook(SAMPLE)))


@pytest.mark.parametrize(("sheet", "row"), PLACES)
@pytest.mark.parametrize("count", [1, 2])
def test_rows_inserted_by_a_program_that_leaves_the_names_behind(plain, sheet, row, count):
    book = openpyxl.load_workbook(SAMPLE)
    book[sheet].insert_rows(row, count)
    assert told(read(book)) == plain


def test_it_is_said_once_that_the_names_are_outdated():
    book = openpyxl.load_workbook(SAMPLE)
    book["收支情况"].insert_rows(2, 3)
    said = [f for f in read(book).findings if f.rule in ("R207", "R210")]
    assert [(f.rule, str(f.where.ref)) for f in said] == [("R210", "A8")]
    titles = "“年度收入情况”“年度支出和结余情况”“三公经费”“固定资产”"
    assert said[0].message.startswith(f"{titles}不在工作簿里记录的位置，可能被别的程序插入或删除过行、列，已按表头的文字读取")


def test_a_table_that_was_deleted_is_missing_and_the_next_is_not_read_for_it():
    book = openpyxl.load_workbook(SAMPLE)
    sheet = book["收支情况"]
    first = next(row for row in range(1, 40) if "支出和结余" in str(sheet.cell(row, 1).value))
    then = next(row for row in range(first + 1, 60) if "三公" in str(sheet.cell(row, 1).value))
    sheet.delete_rows(first, then - first)
    found = read(book)
    assert [f.message.partition("。")[0] for f in found.findings if f.rule == "R206"] == [
        "在工作表“收支情况”中没有找到“年度支出和结余情况”这张表"
    ]
    assert found.report.cell("tp_total", "局机关").value == xlprocess.check(SAMPLE).report.cell("tp_total", "局机关").value


def test_a_run_on_such_a_workbook_overwrites_nothing():
    book = openpyxl.load_workbook(SAMPLE)
    for sheet in NAMES:
        book[sheet].insert_rows(1, 2)
    out = io.BytesIO()
    book.save(out)
    before, after = (FileBook.open(data, "a.xlsx") for data in (out.getvalue(), xlprocess.run(out.getvalue()).data))
    changed = []
    for name in sorted(NAMES):
        sheet, then = before.sheet(name), after.sheet(name)
        for r, row in enumerate(sheet.rows, sheet.top):
            for c, value in enumerate(row, sheet.left):
                if value is not None and Ref(r, c) not in sheet.formulas and then.value(r, c) != value:
                    changed.append((name, str(Ref(r, c)), value, then.value(r, c)))
    assert changed == []


def figures(result):
    return {
        (s.table, s.row, s.field): c.figure
        for s, f, c in result.report.spots()
        if f.kind != "derived" and c.state not in ("blank", "own", "no_value")
    }


DELETED = [("收支情况", 1), ("收支情况", 5), ("收支情况", 6), ("收支情况", 9), ("收支情况", 19), ("收支情况", 29), ("收支情况", 37)]
DELETED += [("基本概况", row) for row in (2, 3, 4, 5, 6, 8, 10)] + [("报告综述", row) for row in (3, 6, 8, 9, 12, 13, 19, 22)]


@pytest.mark.parametrize(("sheet", "row"), DELETED)
def test_a_row_that_such_a_program_deletes_takes_its_own_figures_with_it_and_turns_no_other(sheet, row):
    book = openpyxl.load_workbook(SAMPLE)
    before = figures(read(book))
    book[sheet].delete_rows(row)
    after = figures(read(book))
    assert {spot: after[spot] for spot in after if after[spot] != before.get(spot)} == {}


@pytest.mark.parametrize("column", [1, 2, 3, 5, 7])
def test_columns_that_such_a_program_inserts_also_before_the_names_of_organisations(plain, column):
    book = openpyxl.load_workbook(SAMPLE)
    book["收支情况"].insert_cols(column)
    assert told(read(book)) == plain


def test_an_organisation_below_rows_that_such_a_program_inserted_is_read():
    book = openpyxl.load_workbook(SAMPLE.with_name("应急管理局2021.xlsx"))
    sheet = book["收支情况"]
    last = next(row for row in range(1, 20) if "二级机构2" in str(sheet.cell(row, 1).value))
    sheet.cell(last, 4).value = 12.5
    sheet.insert_rows(last, 4)
    assert str(read(book).report.cell("public_budget", "二级机构2").value) == "12.5"


def test_rows_inserted_within_the_header_of_a_list_are_no_line_of_it(plain):
    book = openpyxl.load_workbook(SAMPLE)
    book["绩效自评"].insert_rows(8, 3)
    assert told(read(book)) == plain


def test_the_row_of_controls_is_no_organisation_when_a_row_above_it_was_deleted():
    book = openpyxl.load_workbook(SAMPLE)
    book["收支情况"].delete_rows(38)
    rows = [row.key for row in read(book).report.tables["fixed_assets"].rows]
    assert [key for key in rows if key.startswith("校验")] == []


def test_a_required_field_whose_label_is_gone_and_whose_name_points_to_another_cell_is_asked_for():
    book = openpyxl.load_workbook(SAMPLE)
    book["基本概况"].delete_rows(2)
    messages = [f.message.partition("。")[0] for f in read(book).findings if f.rule == "R201"]
    assert messages == ["没有找到“部门（单位）名称”一栏，这一项必填", "没有找到“预算编码”一栏，这一项必填"]


def drop_names(book):
    for name in list(book.defined_names):
        del book.defined_names[name]


def break_names(book):
    for name in list(book.defined_names.values()):
        name.attr_text = "#REF!"


def copy_sheets(book):
    for name in ("收支情况", "绩效自评"):
        book.copy_worksheet(book[name])


@pytest.mark.parametrize("change", [drop_names, break_names, copy_sheets])
@pytest.mark.parametrize("rows", [0, 2])
def test_names_that_are_gone_or_broken_and_sheets_that_were_copied(plain, change, rows):
    book = openpyxl.load_workbook(SAMPLE)
    change(book)
    if rows:
        book["收支情况"].insert_rows(4, rows)
    assert told(read(book)) == plain
