"""A column that somebody deleted: what it held is not known, what is still there is checked, and it is said what is not."""

import io
from pathlib import Path

import openpyxl
import pytest
from openpyxl.cell.cell import MergedCell

import xlprocess

SAMPLE = Path(__file__).parents[1] / "workbooks" / "samples" / "应急管理局2021.xlsx"


def without_column(total=None):
    """The sample without 政府基金拨款, as Excel leaves it: the name is gone, formulas hold #REF!."""
    book = openpyxl.load_workbook(SAMPLE)
    sheet = book["收支情况"]
    name = next(n for n in book.defined_names if n.endswith("gov_fund"))
    del book.defined_names[name]
    for row in range(4, 11):
        if not isinstance(sheet.cell(row, 5), MergedCell):
            sheet.cell(row, 5).value = None
        for column in range(2, 10):
            cell = sheet.cell(row, column)
            if isinstance(cell.value, str) and cell.value.startswith("=") and 5 < row < 9:
                cell.value = cell.value.replace(f"E{row}", "#REF!")
    if total is not None:
        sheet["B5"] = sheet["B6"] = total
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def told(data, *rules):
    return [(str(f.where.ref), f.severity, f.message.partition("。")[0]) for f in xlprocess.check(data).findings if f.rule in rules]


def test_a_total_below_what_is_left_of_its_parts_is_still_flagged():
    assert told(without_column(), "R101") == [
        ("B6", "error", "局机关“收入合计” 952.55，各分项之和 1032.52，少 79.97"),
        ("B5", "error", "汇总“收入合计” 952.55，各分项之和 1032.52，少 79.97，与局机关“收入合计”的问题同出一处，请先核对那一处"),
    ]


@pytest.mark.parametrize("total", [1032.52, 1100])
def test_a_total_that_the_lost_column_may_complete_is_not_flagged(total):
    assert told(without_column(total), "R101") == []


def test_the_lost_column_is_an_error_that_names_the_total_that_cannot_be_checked():
    expected = "没有找到“政府基金拨款”一栏，“收入合计”与各分项之和不能完整核对"
    assert [found[1:] for found in told(without_column(1100), "R207")] == [("error", expected)]


def test_formulas_of_the_form_that_lost_their_column_are_not_called_unreadable():
    assert [found for found in told(without_column(), "R202", "R204", "R208") if found[0] in ("B7", "B8", "H7", "H8")] == []
