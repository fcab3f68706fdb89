"""Edition general-2022 through a workbook: made, read, checked, annotated, run a second time, given back."""

from __future__ import annotations

import copy
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

import xlprocess
from xlprocess.books.file import FileBook
from xlprocess.form.load import load
from xlprocess.form.template import build
from xlprocess.values import read_values, write_values

FORM = load("general-2022")
DEPARTMENT = json.loads((Path(__file__).parent / "golden" / "general-2022.json").read_text(encoding="utf-8"))
TOTAL, GRANTS, CARRIED, OTHER = "年度资金总额", "当年财政拨款", "上年结转资金", "其他资金"


def workbook(change: Callable[[dict[str, Any]], None] | None = None) -> bytes:
    document = copy.deepcopy(DEPARTMENT)
    if change:
        change(document)
    return build(FORM, read_values(FORM, json.dumps(document), "general-2022.json"))


def edited(data: bytes, edit: Callable[[Any], None]) -> bytes:
    """The workbook after somebody worked on it in another program."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    edit(book)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def exported(data: bytes) -> Any:
    return without_derived(write_values(xlprocess.check(data).report))


def without_derived(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: without_derived(v) for k, v in value.items() if k != "derived"}
    return [without_derived(v) for v in value] if isinstance(value, list) else value


def numbers(value: Any) -> Any:
    """The document with equal numbers written alike: 99.3 and 99.30."""
    if isinstance(value, dict):
        return {k: numbers(v) for k, v in value.items()}
    if isinstance(value, list):
        return [numbers(v) for v in value]
    if isinstance(value, str) and "." in value and value.replace(".", "", 1).isdecimal():
        return value.rstrip("0").rstrip(".")
    return value


def found(data: bytes) -> list[str]:
    return [f"{f.rule} {f.where.sheet}!{f.where.ref}" for f in xlprocess.check(data).findings]


def notes(data: bytes) -> set[str]:
    return {f"{sheet}!{ref}" for sheet, ref in FileBook.open(data, "x").notes()}


def test_what_was_given_comes_back() -> None:
    data = workbook()
    assert found(data) == []
    assert numbers(exported(data)) == numbers(DEPARTMENT)


def test_a_workbook_in_which_only_the_figures_were_filled_computes_the_rest() -> None:
    def leave_to_formulas(document: dict[str, Any]) -> None:
        for row in document["funds"]:
            row["budget_rate"] = None
        for field in ("budget_initial", "budget_full", "executed", "budget_score"):
            document["funds"][0][field] = None
        document["score"] = document["grade"] = None

    data = workbook(leave_to_formulas)
    assert found(data) == []
    document = write_values(xlprocess.check(data).report)
    assert document["funds"][0]["derived"] == {
        "budget_initial": "1860.00",
        "budget_full": "2045.50",
        "executed": "1987.35",
        "budget_rate": "97.16",
        "budget_score": "9.72",
    }
    assert document["derived"] == {"weight_total": "100", "score": "99.30", "grade": "优"}


def test_formulas_and_what_they_show_agree_with_what_is_derived() -> None:
    book = openpyxl.load_workbook(io.BytesIO(workbook()))
    shown = openpyxl.load_workbook(io.BytesIO(workbook()), data_only=True)
    cell = next(c for row in book["绩效指标"].iter_rows() for c in row if str(c.value).startswith("=") and "SUM(F" in c.value)
    assert shown["绩效指标"][cell.coordinate].value == 100


def test_a_blank_workbook_asks_for_what_is_required_and_nothing_else() -> None:
    rules = [f.rule for f in xlprocess.check(build(FORM)).findings]
    assert sorted(set(rules)) == ["R201", "R212", "R708"]


def test_faults_get_notes_and_a_second_run_changes_nothing() -> None:
    def spoil(document: dict[str, Any]) -> None:
        document["funds"][0]["budget_initial"] = "1740.00"
        document["indicators"][2]["reason"] = None
        document["score"] = "98.30"

    result = xlprocess.run(workbook(spoil))
    assert result.data is not None
    assert sorted(f.rule for f in result.findings) == ["R103", "R706", "R707"]
    assert notes(result.data) == {f"{f.where.sheet}!{f.where.ref}" for f in result.findings}
    again = xlprocess.run(result.data)
    assert again.findings == result.findings
    assert again.data == result.data
    assert numbers(exported(result.data))["score"] == "98.3"


def test_the_workbook_is_known_without_our_marks_by_its_labels() -> None:
    def strip(book: Any) -> None:
        book.defined_names.clear()
        for name in list(book.custom_doc_props.names):
            del book.custom_doc_props[name]

    data = edited(workbook(), strip)
    assert xlprocess.check(data).report.form.id == "general-2022"
    assert numbers(exported(data)) == numbers(DEPARTMENT)


def test_labels_as_others_print_them_are_known() -> None:
    printed = {
        "年初预算数": "年初预算",
        "全年预算数": "全年预算数（A）",
        "全年执行数": "全年执行数（B）",
        "分值": "分值（10分）",
        "执行率": "执行率（B/A）",
        GRANTS: "其中：当年财政拨款",
        CARRIED: "      上年结转资金",
    }

    def rename(book: Any) -> None:
        book.defined_names.clear()
        for row in book["资金执行"].iter_rows():
            for cell in row:
                if cell.value in printed:
                    cell.value = printed[cell.value]

    data = edited(workbook(), rename)
    assert found(data) == []
    assert numbers(exported(data)) == numbers(DEPARTMENT)


@pytest.mark.parametrize(("typed", "shape"), [(0.9716, "General"), (97.16, "General"), (0.9716, "0.00%")])
def test_a_rate_is_read_as_its_figures_give_it(typed: float, shape: str) -> None:
    def retype(book: Any) -> None:
        cell = next(c for row in book["资金执行"].iter_rows() for c in row if c.value == 0.9716)
        cell.value, cell.number_format = typed, shape

    data = edited(workbook(), retype)
    assert found(data) == []
    assert exported(data)["funds"][0]["budget_rate"] == "97.16"


@pytest.mark.parametrize(("shape", "code"), [("000000", "012001"), ("General", "12001"), ("@", "12001")])
def test_a_code_typed_as_a_number_is_read_as_its_cell_shows_it(shape: str, code: str) -> None:
    def retype(book: Any) -> None:
        cell = next(c for row in book["基本概况"].iter_rows() for c in row if c.value == DEPARTMENT["budget_code"])
        cell.value, cell.number_format = 12001, shape

    assert exported(edited(workbook(), retype))["budget_code"] == code


def test_a_copied_sheet_is_said_with_the_one_that_is_read() -> None:
    def copy_sheet(book: Any) -> None:
        book.copy_worksheet(book["资金执行"]).title = "资金执行 (2)"
        book["资金执行 (2)"]["C4"].value = 1
        book.create_sheet("资金执行明细")["A1"].value = "只是名称相近"

    data = edited(workbook(), copy_sheet)
    (told,) = xlprocess.check(data).findings
    assert (told.rule, told.severity, told.where.sheet, str(told.where.ref)) == ("R210", "notice", "资金执行 (2)", "A1")
    assert told.message == "工作表“资金执行 (2)”与“资金执行”的表格相同，读取的是“资金执行”，“资金执行 (2)”里的数字没有读取。"
    assert numbers(exported(data)) == numbers(DEPARTMENT)


def test_lines_that_somebody_inserts_are_read() -> None:
    def insert(book: Any) -> None:
        sheet = book["绩效指标"]
        last = max(row for row in range(1, 60) if sheet.cell(row, 3).value == "项目区农户满意度")
        for column, value in enumerate(("效益指标", "可持续影响指标", "管护机制", "建立", "已建立", 5, 5), 1):
            sheet.cell(last + 1, column).value = value

    data = edited(workbook(), insert)
    lines = exported(data)["indicators"]
    assert (lines[-1]["name"], lines[-1]["weight"], len(lines)) == ("管护机制", "5", 9)
    assert [f.rule for f in xlprocess.check(data).findings] == ["R701", "R706"]
