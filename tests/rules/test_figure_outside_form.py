"""R219: figures in columns and rows that are none of the form's."""

from __future__ import annotations

import io
from pathlib import Path

import openpyxl
import pytest

import xlprocess
from xlprocess.form.load import load
from xlprocess.form.template import build
from xlprocess.values import read_values

GOLDEN = Path(__file__).parent.parent / "golden"
MONEY = "收支情况"


def workbook(edition="yueyang-2021", name="seed.json"):
    form = load(edition)
    return build(form, read_values(form, (GOLDEN / name).read_bytes(), name))


def findings(do=None, data=None):
    book = openpyxl.load_workbook(io.BytesIO(data or workbook()))
    if do:
        do(book)
    out = io.BytesIO()
    book.save(out)
    return [(str(f.where.ref), f.message) for f in xlprocess.check(out.getvalue()).findings if f.rule == "R219"]


def typed(**cells):
    return findings(lambda book: [book[MONEY].__setitem__(cell, value) for cell, value in cells.items()])


def test_flags_a_column_beside_the_table_once():
    assert typed(I3="代管资金", I5=12.5, I6=12.5) == [
        ("I5", "“年度收入情况”中I列“代管资金”不是表样的栏目，I5 的 12.50 等 2 格数字，没有计入合计，也没有检查。")
    ]


def test_flags_a_row_below_the_table_and_figures_in_the_hint():
    assert typed(A11="代管户", D11="3.00") == [
        ("D11", "“年度收入情况”下方第 11 行“代管户”不是表样中填数的地方，D11 的 3.00，没有计入合计，也没有检查。")
    ]


def test_flags_a_row_without_a_name_between_two_tables():
    assert [ref for ref, _ in typed(C22=7)] == ["C22"]


@pytest.mark.parametrize(
    "cells",
    [
        {},
        {"A39": "填表日期：", "B39": "2022-06-30", "C39": "联系电话：", "D39": 87654321},
        {"A41": "审核年度", "B41": 2021},
        {"I4": "备注", "I6": 2021},
        {"I3": "备注", "I6": "含代管资金 12.5 万元", "I7": "见附件"},
        {"J6": "=B6-C6", "I3": "核对", "I6": "=C6+D6"},
        {"A11": "注：以上数字取自 2021 年决算", "C11": "—"},
        {"P6": 12.5},  # somebody's reckoning far beside the table
        {"I3": "序号", "I5": 1, "I6": 2, "I7": 3, "I8": 4},
    ],
)
def test_accepts_remarks_and_reckonings(cells):
    assert typed(**cells) == []


@pytest.mark.parametrize("form", [("yueyang-2021", "seed.json"), ("yueyang-2021", "yueyang-2021.json"), ("general-2022",) * 2])
def test_accepts_what_the_form_itself_holds(form):
    edition, name = form
    data = workbook(edition, name if name.endswith(".json") else f"{name}.json")
    assert [f for f in xlprocess.check(data).findings if f.rule == "R219"] == []
    assert findings(data=data) == []
