"""The live formulas give what the derivation gives, wherever the cells stand, in a real office program too."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import openpyxl
import pytest
from office import Office
from random_values import random_values

from xlprocess.form.arrange import arrange
from xlprocess.form.control_texts import ControlTexts
from xlprocess.form.layout import Layout
from xlprocess.form.live import live_formula, same_formula
from xlprocess.form.load import Form, load, load_folder
from xlprocess.form.template import build, seen_by_excel

Shown = Callable[[bytes, dict[str, list[str]], list[tuple[str, str]]], dict[tuple[str, str], Any]]


def formula_at(form: Form, layout: Layout, table: str, field: str, row: str | None) -> str | None:
    at = form.tables[table]
    found = at.total if at.total and at.total.id == field else at.fields[field]
    return live_formula(form, at, found, row, layout.places(at.sheet))


EXP_TOTAL = 'IF(COUNT(D17,E17,C17,F17),SUM(D17,E17,F17)+IF(COUNT(D17,E17),0,N(C17)),"")'
GRADE = 'IF(COUNT(D31),IF(D31>=90,"优",IF(D31>=80,"良",IF(D31>=60,"中",IF(D31>=0,"差","")))),"")'


@pytest.mark.parametrize(
    ("table", "field", "row", "expected"),
    [
        ("income", "income_total", "局机关", 'IF(COUNT(C6,D6,E6,F6,G6),SUM(C6,D6,E6,F6,G6),"")'),
        ("income", "carryover_prev", "汇总", 'IF(COUNT(C6:C9),SUM(C6:C9),"")'),
        ("income", "carryover_prev", "局机关", None),
        ("expenditure", "exp_total", "局机关", EXP_TOTAL),
        ("basics", "staff_control_rate", None, 'IF(AND(COUNT(D6),COUNT(B6)),IFERROR(D6/B6,""),"")'),
        ("evaluation", "grade", None, GRADE),
        ("social_items", "social_total", None, 'IF(COUNT(B42:B50),SUM(B42:B50),"")'),
        ("basics", "dept_name", None, None),
    ],
)
def test_is_a_pure_function_of_form_and_places(form: Form, table: str, field: str, row: str | None, expected: str | None) -> None:
    assert formula_at(form, arrange(form), table, field, row) == expected


def test_a_formula_whose_cells_are_missing_leaves_them_out(form: Form) -> None:
    layout = arrange(form)
    del layout.tables["income"].columns["gov_fund"]
    assert formula_at(form, layout, "income", "income_total", "局机关") == 'IF(COUNT(C6,D6,F6,G6),SUM(C6,D6,F6,G6),"")'


def test_names_another_sheet_in_full(form: Form) -> None:
    layout = arrange(form)
    layout.tables["basics"].sheet = "基本 概况"
    assert layout.places("收支情况").cell("basics", "staff_quota", None) == "'基本 概况'!$B$6"
    layout.tables["basics"].sheet = "基本概况"
    assert layout.places("收支情况").cell("basics", "staff_quota", None) == "基本概况!$B$6"


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        ("=sum(B2:B3)", "SUM($B$2:$B$3)", True),
        ("IF(A1=0, 1,2)", "if(a1=0,1,2)", True),
        ("'收支情况'!B2+1", "收支情况!$B$2+1.0", True),
        ("0.0000001*A1", "1E-07*A1", True),
        ("_xlfn.IFERROR(A1,2)", "IFERROR(A1,2)", True),
        ('A1&" a"', 'A1&" A"', False),
        ('A1&" a"', 'A1&"a"', False),
        ("SUM(B2:B3)", "SUM(B2:B4)", False),
        ("A1+A10", "A1+A1", False),
        ("E1+1", "E1+10", False),
    ],
)
def test_knows_a_formula_again_however_it_was_saved(a: str, b: str, same: bool) -> None:
    assert same_formula(a, b) is same


@pytest.mark.office
def test_an_office_program_saves_every_formula_so_that_it_is_known_again(form: Form, office: Office, tmp_path: Path) -> None:
    given, saved = tmp_path / "given.xlsx", tmp_path / "saved.xlsx"
    given.write_bytes(build(form))
    office.open(path=str(given))
    office.save(path=str(saved))
    office.close()
    ours, theirs = openpyxl.load_workbook(given), openpyxl.load_workbook(saved)
    count = 0
    for sheet in ours:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    count += 1
                    assert same_formula(str(cell.value), str(theirs[sheet.title][cell.coordinate].value))
    assert count > 150


COUNTY = load_folder(Path(__file__).parent / "editions" / "county-2023")


@pytest.mark.office
@pytest.mark.parametrize(
    ("form", "books", "kinds"),
    [(load("yueyang-2021"), 40, "平差应未"), (load("general-2022"), 25, "平差应未"), (COUNTY, 15, "平差未")],
)
def test_live_cells_and_controls_are_what_derivation_says(form: Form, books: int, kinds: str, shown: Shown) -> None:
    """Also where a printed total was cleared: its formula is gone, and what it is made of takes its place."""
    seen: set[str] = set()
    for seed in range(books):
        random = Random(seed)
        values = random_values(form, random)
        layout, report = arrange(form, values), seen_by_excel(form, values)
        wanted: dict[str, list[str]] = {}
        expected: dict[tuple[str, str], Any] = {}
        cleared: list[tuple[str, str]] = []
        for sheet, slot in layout.slots():
            formula = live_formula(form, slot.table, slot.field, slot.row, layout.places(sheet.name))
            data = report.tables[slot.table.id]
            row = data.row(slot.row)
            cell = data.total if slot.field is slot.table.total else row.cell(slot.field.id) if row else None
            if formula is None or cell is None or cell.raw is not None:
                continue
            at = (sheet.name, str(slot.first))
            if slot.field.kind != "derived" and random.random() < 0.15:
                cleared.append(at)
                cell.filled = None
            else:
                expected[at] = cell.filled
        texts = ControlTexts(report, layout)
        for control in layout.controls:
            expected[control.sheet, str(control.ref)] = texts.text(control)
        for sheet_name, address in expected:
            wanted.setdefault(sheet_name, []).append(address)
        found = shown(build(form, values), wanted, cleared)
        for at, value in expected.items():
            got = found[at]
            if isinstance(value, Decimal):
                assert isinstance(got, float) and abs(Decimal(got) - value) <= Decimal("1e-9") * max(1, abs(value)), (
                    seed,
                    at,
                )
            else:
                assert (got or "") == (value or ""), (seed, at, got, value)
        seen |= {str(v)[:1] for v in expected.values() if isinstance(v, str)}
    assert seen >= set(kinds)


@pytest.mark.office
def test_a_row_inserted_above_the_hint_is_added_up(form: Form, office: Office, tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    path.write_bytes(build(form))
    office.open(path=str(path))
    office.unprotect()
    office.insert_rows(sheet="收支情况", row=9, count=1)
    office.set(sheet="收支情况", cells={"A9": "4、新中心", "C9": 5, "C6": 2.5})
    office.recalculate()
    found = office.get(sheet="收支情况", cells=["C5", "B5", "C11"])
    office.close()
    assert (found["C5"][0], found["B5"][0], found["C11"][0]) == (7.5, 7.5, "平")


@pytest.mark.office
def test_an_inserted_row_is_controlled_with_the_others_that_were_inserted(form: Form, office: Office, tmp_path: Path) -> None:
    """Its balances too; what the form's own formula gives there is right by construction."""
    path = tmp_path / "book.xlsx"
    path.write_bytes(build(form))
    office.open(path=str(path))
    office.unprotect()
    office.insert_rows(sheet="收支情况", row=9, count=1)
    office.insert_rows(sheet="收支情况", row=21, count=1)
    office.set(sheet="收支情况", cells={"A9": "4、新中心", "C9": 3, "D9": 30, "B9": 44, "A21": "4、新中心", "D21": 10, "B21": 12})
    office.recalculate()
    found = {c: v[0] for c, v in office.get(sheet="收支情况", cells=["K8", "K11", "K23", "L23"]).items()}
    assert found == {"K8": "", "K11": "差 11.00（插入的行）", "K23": "差 2.00（插入的行）", "L23": ""}
    office.set(sheet="收支情况", cells={"B9": 33, "B21": "=SUM(D21:E21)"})
    office.recalculate()
    found = {c: v[0] for c, v in office.get(sheet="收支情况", cells=["K11", "K23"]).items()}
    office.close()
    assert found == {"K11": "平", "K23": "平"}


@pytest.mark.office
@pytest.mark.parametrize(
    ("edition", "sheet", "cell"),
    [("yueyang-2021", "收支情况", "D7"), ("general-2022", "资金执行", "C5"), ("general-2022", "绩效指标", "F8")],
)
def test_an_error_of_excel_is_counted_on_the_first_page_and_hides_nothing(
    edition: str, sheet: str, cell: str, office: Office, tmp_path: Path
) -> None:
    path = tmp_path / "book.xlsx"
    path.write_bytes(build(load(edition)))
    guide = openpyxl.load_workbook(path)["填报说明"]
    cells = [f"{c}{r}" for r in range(1, guide.max_row + 1) for c in "ABC"]
    office.open(path=str(path))
    office.unprotect()
    office.set(sheet=sheet, cells={cell: "=1/0"})
    office.recalculate()
    found = [str(v[2]) for v in office.get(sheet="填报说明", cells=cells).values() if v[2]]
    office.close()
    assert not [t for t in found if t.startswith(("#", "Err"))]
    assert [t for t in found if t.startswith("有错误值（如 #DIV/0!）") and f"先看“{sheet}”；勾稽关系：" in t]
    assert [t for t in found if t.startswith("必填项：未填")]


@pytest.mark.parametrize("edition", ["yueyang-2021", "general-2022"])
def test_every_sheet_leads_to_the_list_of_findings(edition: str, tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    path.write_bytes(build(load(edition)))
    for sheet in openpyxl.load_workbook(path):
        targets = [cell.hyperlink.location for row in sheet.iter_rows() for cell in row if cell.hyperlink]
        assert ("检查结果!A1" in targets) == (sheet.title != "检查结果")
