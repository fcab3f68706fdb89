"""R217: a row with figures and no name."""

from __future__ import annotations

import io
from pathlib import Path

import openpyxl

import xlprocess
from xlprocess.form.load import load
from xlprocess.form.template import build
from xlprocess.values import read_values

FORM = load("yueyang-2021")
SEED = Path(__file__).parent.parent / "golden" / "seed.json"


def findings(changes):
    book = openpyxl.load_workbook(io.BytesIO(build(FORM, read_values(FORM, SEED.read_bytes(), "seed.json"))))
    for cell, value in changes.items():
        book["收支情况"][cell] = value
    out = io.BytesIO()
    book.save(out)
    wanted = ("R211", "R217")
    return [(f.rule, str(f.where.ref), f.message) for f in xlprocess.check(out.getvalue()).findings if f.rule in wanted]


def test_flags_figures_beside_a_blank_name_once():
    assert findings({"A8": None, "D8": 5}) == [("R217", "A8", "“年度收入情况”中这一行填有数字，“机构名称”却是空白。")]


def test_accepts_a_blank_row_and_a_named_one():
    assert findings({"A8": None}) == []
    assert findings({"A8": "3、二级机构2"}) == []
