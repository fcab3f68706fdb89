"""The workbook that is made: what stands in it, how it is protected and printed, and that others can read it."""

from __future__ import annotations

import datetime as dt
import importlib.util
import io
import json
import subprocess
import zipfile
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openxml_audit import OpenXmlValidator

import xlprocess
from xlprocess.errors import Refused
from xlprocess.form.arrange import arrange
from xlprocess.form.load import Form, load, load_folder
from xlprocess.form.template import build
from xlprocess.identity import Spot
from xlprocess.values import Line, Values, read_values, write_values

ROOT = Path(__file__).parents[2]
COUNTY = load_folder(Path(__file__).parent / "editions" / "county-2023")
EDITIONS = [load("yueyang-2021"), load("general-2022"), COUNTY]
SEED = (ROOT / "workbooks" / "samples" / "应急管理局2021.json").read_bytes()


def opened(data: bytes, values: bool = False) -> Any:
    return openpyxl.load_workbook(io.BytesIO(data), data_only=values)


def seed(form: Form) -> Values:
    return read_values(form, SEED, "seed")


# ---- what stands in it


def test_sheets_stand_in_the_order_of_the_edition(form: Form) -> None:
    assert opened(build(form)).sheetnames == [s.name for s in form.edition.sheet]


@pytest.mark.parametrize("form", EDITIONS, ids=lambda f: f.id)
def test_every_field_has_a_name_for_its_cell_or_column(form: Form) -> None:
    names = opened(build(form)).defined_names
    for table in form.tables.values():
        for field in (*table.field, *((table.total,) if table.total else ())):
            assert form.defined_name(table, field) in names
        assert (form.defined_name(table, None) in names) is (table.kind == "grid")


@pytest.mark.parametrize("form", EDITIONS, ids=lambda f: f.id)
def test_no_text_at_the_left_of_its_cell_touches_the_line(form: Form) -> None:
    book, seen = opened(build(form)), 0
    for plan in arrange(form).sheets.values():
        for slot in plan.slots:
            cell = book[plan.name][str(slot.first)]
            if slot.field.type in ("text", "longtext") and cell.alignment.horizontal == "left":
                assert cell.alignment.indent == 1, cell.coordinate
                seen += 1
        for text in plan.texts:
            if text.text and text.role in ("box", "hint", "name", "fixed_name", "summary", "section"):
                assert book[plan.name][str(text.first)].alignment.indent == 1, text
    assert seen


def test_names_reach_from_the_summary_to_the_hint_row(form: Form) -> None:
    names = opened(build(form)).defined_names
    assert names["xlp_income_income_total"].attr_text == "收支情况!$B$5:$B$9"
    assert names["xlp_income_rows"].attr_text == "收支情况!$A$5:$A$9"
    assert names["xlp_basics_dept_name"].attr_text == "基本概况!$B$2"
    assert names["xlp_social_items_social_total"].attr_text == "报告综述!$B$51"
    assert names["xlp_result_keys"].attr_text == "检查结果!$K$1:$K$5000"


def test_says_which_form_it_is(form: Form) -> None:
    properties = {p.name: p.value for p in opened(build(form)).custom_doc_props.props}
    assert properties == {"xlprocess.form": "yueyang-2021", "xlprocess.version": str(form.edition.version)}


def test_what_was_given_stands_as_typed_and_the_rest_is_live(form: Form) -> None:
    live, stored = opened(build(form, seed(form)))["收支情况"], opened(build(form, seed(form)), values=True)["收支情况"]
    assert (live["B6"].value, live["C6"].value) == (952.55, 79.97)
    assert str(live["G17"].value).startswith("=IF(COUNT(")
    assert (stored["G17"].value, stored["H17"].value, round(stored["I17"].value, 4)) == (-64.06, 15.91, 0.9846)
    assert stored["K6"].value == "差 −79.97"


def test_an_empty_result_is_stored_and_not_left_out(form: Form) -> None:
    with zipfile.ZipFile(io.BytesIO(build(form))) as package:
        sheets = b"".join(package.read(n) for n in package.namelist() if n.startswith("xl/worksheets/sheet"))
    assert b"<v></v>" in sheets
    assert sheets.count(b"<f>") == sheets.count(b"</f><v>")
    assert b't="str"><f>' in sheets and b'"><f>IF(COUNT(C6,D6,E6,F6,G6),SUM(C6,D6,E6,F6,G6),"")</f><v></v>' in sheets
    assert all(b't="str"' in cell for cell in sheets.split(b"<c ") if b"<v></v>" in cell)


@pytest.mark.parametrize("text", ["=1+1", "+86", "-见附件", "@张三", "{=1}", "https://example.org", " 空格 ", "_x000D_", "a\nb"])
def test_a_text_stays_a_text(form: Form, text: str) -> None:
    cell = opened(build(form, Values(fields={("basics", "eval_body"): text})))["基本概况"]["B4"]
    assert (cell.value, cell.data_type, cell.hyperlink) == (text, "s", None)


def test_numbers_dates_and_codes_keep_their_kind(form: Form) -> None:
    fields: dict[tuple[str, str], Any] = {
        ("basics", "budget_code"): "007001",
        ("basics", "report_date"): "2022-06-30",
        ("basics", "fiscal_year"): Decimal(2021),
        ("basics", "staff_quota"): "35人",
        ("social_items", "social_total"): Decimal("12345678901234.567"),
    }
    book = opened(build(form, Values(fields=fields)))
    sheet = book["基本概况"]
    assert (sheet["D2"].value, sheet["D2"].number_format) == ("007001", "@")
    assert (sheet["D4"].value, sheet["D4"].number_format) == (dt.datetime(2022, 6, 30), 'yyyy"年"m"月"d"日"')
    assert (sheet["B3"].value, sheet["B6"].value) == (2021, "35人")
    assert book["报告综述"]["B51"].value == "12345678901234.567"  # more digits than Excel keeps


def test_refuses_a_text_that_no_cell_holds(form: Form) -> None:
    for values in (
        Values(fields={("narrative", "s1"): "字" * 32768}),
        Values(fields={("narrative", "s1"): "😀" * 16384}),
        Values(lines={"special_funds": [Line({}, [{"parts.name": "字" * 32768}])]}),
    ):
        with pytest.raises(Refused, match="Excel 一格最多 32767 字"):
            build(form, values)
    assert len(opened(build(form, Values(fields={("narrative", "s1"): "字" * 32767})))["报告综述"]["A3"].value) == 32767
    with pytest.raises(Refused, match="无法保存的字符"):
        build(form, Values(fields={("narrative", "s1"): "\ud800"}))


def test_what_was_carried_over_is_marked_for_a_look(form: Form) -> None:
    values = Values(rows={"organisations": [("局机关", {"carryover_prev": Decimal("15.91")})]})
    sheet = opened(build(form, values, marks=[Spot("income", "局机关", "carryover_prev")]))["收支情况"]
    assert (sheet["C6"].comment.text.strip(), sheet["C6"].comment.author) == ("待核：由上年报表带入", "xlprocess")


# ---- how it behaves


def test_only_what_is_ours_is_locked(form: Form) -> None:
    sheet = opened(build(form))["收支情况"]
    assert sheet.protection.sheet and sheet.protection.password is None
    assert not sheet.protection.insertRows and not sheet.protection.formatCells and not sheet.protection.sort
    locked = {c: sheet[c].protection.locked for c in ("A5", "A6", "B5", "B6", "C6", "H6", "I17", "A9", "B3")}
    assert locked == {
        "A5": True, "A6": False, "B5": False, "B6": False, "C6": False, "H6": True, "I17": True, "A9": True, "B3": True,
    }  # fmt: skip


@pytest.mark.parametrize("form", EDITIONS, ids=lambda f: f.id)
def test_input_limits_warn_and_never_block(form: Form) -> None:
    book = opened(build(form))
    limits = [v for sheet in book for v in sheet.data_validations.dataValidation]
    assert limits and {v.errorStyle for v in limits if v.type} == {"warning"}
    assert all(len(v.formula1 or "") <= 255 and len(v.error or "") <= 255 and len(v.prompt or "") <= 255 for v in limits)


def test_inserted_rows_are_inside_limits_sums_and_highlights(form: Form) -> None:
    sheet = opened(build(form))["收支情况"]
    assert any("C5:C9" in str(v.sqref) for v in sheet.data_validations.dataValidation)
    assert sheet["C5"].value == '=IF(COUNT(C6:C9),SUM(C6:C9),"")'
    assert any("A1:I" in str(r.sqref) for r in sheet.conditional_formatting)


def test_is_printed_on_a4_with_titles_and_page_numbers(form: Form) -> None:
    for sheet in opened(build(form)):
        assert sheet.page_setup.paperSize == 9 and sheet.page_setup.fitToHeight == 0
        assert sheet.print_options.horizontalCentered
        assert "&P" in str(sheet.oddFooter.center.text)
    assert opened(build(form))["收支情况"].page_setup.orientation == "landscape"


# ---- others can read it


@pytest.mark.parametrize("form", EDITIONS, ids=lambda f: f.id)
def test_is_valid(form: Form, tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    path.write_bytes(build(form))
    result = OpenXmlValidator().validate(str(path))
    assert result.is_valid, result.errors


@pytest.mark.validator
@pytest.mark.parametrize("form", EDITIONS, ids=lambda f: f.id)
def test_is_valid_by_microsofts_own_validator(form: Form, tmp_path: Path, validator: str) -> None:
    path = tmp_path / "book.xlsx"
    path.write_bytes(build(form))
    run = subprocess.run([validator, str(path)], capture_output=True, text=True, check=False)
    assert json.loads(run.stdout)["errors"] == []


def test_is_the_same_every_time(form: Form) -> None:
    assert build(form, seed(form)) == build(form, seed(form))


def test_holds_nothing_of_the_machine(form: Form) -> None:
    with zipfile.ZipFile(io.BytesIO(build(form))) as package:
        core = package.read("docProps/core.xml").decode()
    assert "2022-01-01T00:00:00Z" in core and "<dc:creator></dc:creator>" in core


def test_is_read_as_it_was_filled(form: Form) -> None:
    report = xlprocess.check(build(form, seed(form))).report
    assert report.remarks == []
    given, back = json.loads(SEED), write_values(report)
    assert back["narrative"] == given["narrative"]
    for key in ("dept_name", "budget_code", "fiscal_year", "report_date", "duties", "goal_text", "score", "grade"):
        assert back[key] == given[key]
    for row, wanted in zip(back["rows"], given["rows"], strict=True):
        assert {k: row[k] for k in wanted} == wanted


# ---- the workbooks that are kept


def test_kept_workbooks_are_not_stale() -> None:
    spec = importlib.util.spec_from_file_location("make", ROOT / "workbooks" / "make.py")
    assert spec is not None and spec.loader is not None
    make = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(make)
    paths = []
    for path, data in make.workbooks():
        paths.append(path)
        assert _parts(path.read_bytes()) == _parts(data), f"stale: {path.name} (python workbooks/make.py)"
    assert set(paths) == set((ROOT / "workbooks").rglob("*.xls[xm]"))


def _parts(data: bytes) -> dict[str, bytes]:
    """What is in a package, however it was compressed."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return {name: package.read(name) for name in package.namelist()}


def test_the_clean_sample_raises_nothing() -> None:
    assert xlprocess.check((ROOT / "workbooks" / "samples" / "档案馆2021.xlsx").read_bytes()).findings == []


def test_the_other_sample_has_a_total_without_its_carry_over() -> None:
    findings = xlprocess.check((ROOT / "workbooks" / "samples" / "应急管理局2021.xlsx").read_bytes()).findings
    assert [(f.rule, f.where.row, f.difference) for f in findings if f.severity == "error"] == [
        ("R101", "局机关", "-79.97"),
        ("R101", "汇总", "-79.97"),
    ]
