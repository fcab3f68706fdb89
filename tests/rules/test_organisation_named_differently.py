"""R211: an organisation whose name stands twice in one table, and what only follows from that."""

from __future__ import annotations

import io
import json

import openpyxl
import pytest

import xlprocess
from tests.conftest import build_three
from xlprocess.form.load import load
from xlprocess.form.template import build
from xlprocess.values import read_values, write_values

FORM = load("yueyang-2021")
TWICE = "机构“{0}”在同一张表中出现不止一次，“{1}”却没有，这一行已按所在位置对应为“{1}”。"
JUDGED = ("R1", "R208", "R211", "R216")


def findings(*changes, cells, exchanged=()):
    """Of a workbook of three organisations that agrees, but for what is typed over, and for two rows whose figures change places:
    rule, cell, what it follows from; and the sentences."""
    values = read_values(FORM, json.dumps(write_values(build_three(*changes))), "test")
    book = openpyxl.load_workbook(io.BytesIO(build(FORM, values)))
    sheet = book["收支情况"]
    if exchanged:
        for one, other in zip(*(sheet[f"B{row}:H{row}"][0] for row in exchanged), strict=True):
            one.value, other.value = other.value, one.value
    for cell, value in cells.items():
        sheet[cell] = value
    out = io.BytesIO()
    book.save(out)
    found = [f for f in xlprocess.check(out.getvalue()).findings if f.rule.startswith(JUDGED)]
    told = sorted((f.rule, str(f.where.ref), str(f.follows.ref) if f.follows else "") for f in found)
    return told, {f"{f.rule} {f.where.ref}": f.message for f in found}


def test_accepts_three_names():
    assert findings(cells={}) == ([], {})


@pytest.mark.parametrize(
    ("cell", "name", "at", "twice", "meant"),
    [
        ("A18", "3、信息中心", "A18", "信息中心", "执法大队"),
        ("A19", "2、执法大队", "A19", "执法大队", "信息中心"),
        ("A7", "3、信息中心", "A7", "信息中心", "执法大队"),
        ("A39", "2、执法大队", "A39", "执法大队", "信息中心"),
    ],
)
def test_a_name_that_stands_twice_is_told_once_and_its_row_is_known_by_its_place(cell, name, at, twice, meant):
    """No formula was changed, no balance is wrong, no organisation is missing anywhere."""
    told, messages = findings(cells={cell: name})
    assert told == [("R211", at, "")]
    assert messages[f"R211 {at}"] == TWICE.format(twice, meant)


def test_where_its_place_is_another_whatever_comes_of_it_follows():
    told, messages = findings(cells={"A18": "3、信息中心"}, exchanged=(18, 19))
    assert told == [
        ("R104", "G18", "A18"),
        ("R104", "G19", "A18"),
        ("R104", "H18", "A18"),
        ("R104", "H19", "A18"),
        ("R211", "A18", ""),
    ]
    assert messages["R104 G18"].endswith("，“信息中心”这个名称在这张表中出现不止一次，请先更正机构名称。")


def test_where_its_place_says_nothing_whatever_comes_of_it_follows():
    """A row of another name stands in between: that none of the two is where the missing one should be."""
    cells = {"A17": "3、信息中心", "A18": "1、局机关", "A19": "3、信息中心"}
    told, messages = findings(cells=cells, exchanged=(17, 18))
    assert messages["R211 A19"] == "机构“信息中心”在同一张表中出现不止一次，“执法大队”却没有，其中一行的名称可能写错了。"
    assert not any(rule == "R208" for rule, _, _ in told)
    assert {(rule, follows) for rule, _, follows in told if rule in ("R104", "R216")} == {("R104", "A19"), ("R216", "A19")}


def test_what_is_wrong_besides_stands_by_itself():
    told, _ = findings(("局机关", "exp_total", "1017.61"), cells={"A18": "3、信息中心"}, exchanged=(18, 19))
    assert ("R101", "B17", "") in told and ("R211", "A18", "") in told


def test_a_name_that_stands_twice_everywhere_lacks_no_other():
    told, messages = findings(cells=dict.fromkeys(("A7", "A18", "A28", "A38"), "3、信息中心"))
    assert [rule for rule, _, _ in told] == ["R211"] * 4
    assert messages["R211 A19"] == "机构“信息中心”在同一张表中出现不止一次。"
