"""Texts that begin with `= + - @` stay texts in all that we write, also after somebody has opened their cell and pressed Enter."""

import io
import json
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest

import xlprocess
from xlprocess.books.cells import looks_like_formula

SAMPLE = Path(__file__).parents[1] / "workbooks" / "samples" / "应急管理局2021.json"


@pytest.fixture(scope="module")
def checked(tmp_path_factory):
    folder = tmp_path_factory.mktemp("texts")
    values = json.loads(SAMPLE.read_text(encoding="utf-8"))
    values["eval_body"], values["indicators"][0]["name"] = "@SUM(A1)", "-2+3"
    values["rows"][1]["org"], values["staff_quota"] = '=HYPERLINK("x")', "=1+1"
    (folder / "a.json").write_text(json.dumps(values, ensure_ascii=False), encoding="utf-8")
    command = [sys.executable, "-m", "xlprocess", "new", str(folder / "a.xlsx"), "--data", str(folder / "a.json")]
    subprocess.run(command, check=True, capture_output=True)
    return xlprocess.run(folder / "a.xlsx").data


def test_each_such_text_carries_the_mark_of_a_typed_apostrophe(checked):
    book = openpyxl.load_workbook(io.BytesIO(checked))
    texts = [c for sheet in book for row in sheet.iter_rows() for c in row if c.data_type == "s" and looks_like_formula(c.value)]
    assert {c.value for c in texts} >= {"@SUM(A1)", "-2+3", "=1+1", '=HYPERLINK("x")'}
    assert [(c.parent.title, c.coordinate) for c in texts if not c.quotePrefix] == []


def test_a_second_run_changes_no_byte(checked):
    assert xlprocess.run(checked).data == checked


def test_a_workbook_held_by_a_program_gets_the_same_mark():
    book = openpyxl.load_workbook(SAMPLE.with_suffix(".xlsx"))
    book["基本概况"]["B6"] = "+1+1人"
    xlprocess.run(book)
    listed = [c for row in book["检查结果"].iter_rows() for c in row if c.data_type == "s" and looks_like_formula(c.value or "")]
    assert [c.value for c in listed if not c.quotePrefix] == []


@pytest.mark.parametrize("text", ["-79.97", "+12", "-1,016.61", "-5%", "−79.97", "无", ""])
def test_a_signed_number_is_no_formula(text):
    assert not looks_like_formula(text)
