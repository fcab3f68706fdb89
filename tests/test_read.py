"""Reading workbooks that people have worked on, in a real office program."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from office import Office

import xlprocess
from xlprocess.errors import NotAForm
from xlprocess.form.load import load
from xlprocess.form.template import build
from xlprocess.pipeline import check_book, open_book
from xlprocess.values import read_values, write_values

FORM = load("yueyang-2021")
SEED = Path(__file__).parent / "golden" / "seed.json"
pytestmark = pytest.mark.office


@pytest.fixture
def changed(office: Office, tmp_path: Path) -> Callable[..., Path]:
    """The workbook of the seed figures, as an office program saves it after a person did something to it."""

    def change(do: Callable[[Office], object], data: dict[str, Any] | None = None) -> Path:
        values = read_values(FORM, json.dumps(data) if data else SEED.read_bytes(), "seed.json")
        before, after = tmp_path / "填报.xlsx", tmp_path / "改动后 的.xlsx"
        before.write_bytes(build(FORM, values))
        office.open(path=str(before))
        try:
            office.unprotect()
            do(office)
            office.recalculate()
            office.save(path=str(after))
        finally:
            office.close()
        return after

    return change


def findings(source: Path | bytes) -> list[str]:
    return [
        f"{f.rule} {f.where.row or '-'} {f.where.field or f.where.table} {f.cause.kind if f.cause else ''}".rstrip()
        for f in xlprocess.check(source).findings
    ]


def places(source: Path) -> dict[str, str]:
    return {f"{f.rule} {f.where.row}": f"{f.where.sheet}!{f.where.ref}" for f in xlprocess.check(source).findings}


SEED_FINDINGS = [
    "R101 局机关 income_total omitted_addend",
    "R101 汇总 income_total omitted_addend",
    "R212 - basics",
    "R212 - evaluation",
    "R212 - reviewers",
    "R212 - narrative",
    "R305 汇总 balance_current",
    "R403 - score",
    "R401 - target",
    "R402 3 actual",
    "R402 4 actual",
    "R502 1 year",
    "R501 - special_funds",
    "R503 - social_total",
]


def test_an_office_program_that_saves_the_workbook_changes_nothing(changed: Callable[..., Path]) -> None:
    saved = changed(lambda office: None)
    assert findings(saved) == SEED_FINDINGS
    exported = write_values(xlprocess.check(saved).report)
    seed = json.loads(SEED.read_bytes())
    assert [{k: row[k] for k in given} for row, given in zip(exported["rows"], seed["rows"], strict=True)] == seed["rows"]
    assert [{k: line[k] for k in given} for line, given in zip(exported["indicators"], seed["indicators"], strict=True)] == (
        seed["indicators"]
    )


def test_rows_and_columns_inserted_anywhere_move_the_findings_along(changed: Callable[..., Path]) -> None:
    def insert(office: Office) -> None:
        office.insert_rows(sheet="收支情况", row=1, count=2)
        office.insert_columns(sheet="收支情况", column=3, count=1)
        office.insert_columns(sheet="收支情况", column=1, count=1)
        office.insert_rows(sheet="绩效自评", row=1, count=3)
        office.insert_rows(sheet="报告综述", row=20, count=1)

    moved = changed(insert)
    assert findings(moved) == SEED_FINDINGS
    assert places(moved)["R101 局机关"] == "收支情况!C8"
    assert places(moved)["R101 汇总"] == "收支情况!C7"


def test_figures_in_a_column_that_a_clerk_inserted_are_told_once(changed: Callable[..., Path]) -> None:
    def insert(office: Office) -> None:
        office.insert_columns(sheet="收支情况", column=5, count=1)
        office.set(sheet="收支情况", cells={"E4": "代管资金", "E5": 3, "E6": 3})

    found = findings(changed(insert))
    assert [f for f in found if f not in SEED_FINDINGS] == ["R219 - income"]
    assert [f for f in SEED_FINDINGS if f not in found] == []


def test_a_renamed_sheet_is_read_and_said(changed: Callable[..., Path]) -> None:
    def rename(office: Office) -> None:
        office.rename(sheet="收支情况", name="2021年 收支'表")
        office.move_sheet(sheet="绩效自评", position=0)

    renamed = changed(rename)
    assert [f for f in findings(renamed) if f not in SEED_FINDINGS] == ["R210 - workbook"]
    assert places(renamed)["R101 局机关"] == "2021年 收支'表!B6"


def test_a_third_subordinate_in_an_inserted_row_is_read(changed: Callable[..., Path]) -> None:
    def add(office: Office) -> None:
        for table in FORM.grids("organisations"):
            top = next(
                int(row)
                for row in range(1, 80)
                if office.get(sheet="收支情况", cells=[f"A{row}"])[f"A{row}"][2].startswith("3、")
                and str(office.get(sheet="收支情况", cells=[f"A{row + 1}"])[f"A{row + 1}"][2]).startswith("二级机构多于")
            )
            office.insert_rows(sheet="收支情况", row=top + 1, count=1)
            office.set(sheet="收支情况", cells={f"A{top + 1}": "4、安监大队"})
            if table.id == "income":
                office.set(sheet="收支情况", cells={f"B{top + 1}": 4.37, f"D{top + 1}": 4.37})

    added = changed(add)
    report = xlprocess.check(added).report
    assert report.row_keys(FORM.row_sets["organisations"]) == ["汇总", "局机关", "二级机构1", "二级机构2", "安监大队"]
    assert [f for f in findings(added) if f not in SEED_FINDINGS] == [
        "R103 汇总 income_total omitted_addend",
        "R103 汇总 public_budget omitted_addend",
        "R216 安监大队 income",
    ]
    assert [f for f in SEED_FINDINGS if f not in findings(added)] == []


def test_labels_find_the_form_when_its_names_are_gone(changed: Callable[..., Path]) -> None:
    assert findings(changed(lambda office: office.remove_names(prefix="xlp_"))) == SEED_FINDINGS


def test_a_table_moved_down_the_sheet_is_read_and_said(changed: Callable[..., Path]) -> None:
    def move(office: Office) -> None:
        office.move(sheet="收支情况", block="A1:J12", to="A70")

    moved = changed(move)
    assert [f for f in findings(moved) if f not in SEED_FINDINGS] == ["R210 - income"]
    assert [f for f in SEED_FINDINGS if f not in findings(moved)] == []


def test_the_last_table_moved_down_the_sheet_is_read_and_said(changed: Callable[..., Path]) -> None:
    moved = changed(lambda office: office.move(sheet="收支情况", block="A33:I42", to="A60"))
    assert [f for f in findings(moved) if f not in SEED_FINDINGS] == ["R210 - fixed_assets"]
    assert places(moved)["R210 None"] == "收支情况!A63"
    assert [f for f in SEED_FINDINGS if f not in findings(moved)] == []


def test_a_few_rows_inserted_between_tables_are_not_worth_a_word(changed: Callable[..., Path]) -> None:
    def insert(office: Office) -> None:
        office.insert_rows(sheet="收支情况", row=33, count=4)
        office.insert_rows(sheet="收支情况", row=1, count=20)

    assert findings(changed(insert)) == SEED_FINDINGS


def test_a_missing_sheet_is_an_error_and_the_rest_is_checked(changed: Callable[..., Path]) -> None:
    found = findings(changed(lambda office: office.remove_sheet(sheet="评价人员")))
    assert "R205 - workbook" in found
    assert "R101 局机关 income_total omitted_addend" in found


def test_an_altered_label_is_said_and_the_figure_still_read(changed: Callable[..., Path]) -> None:
    def alter(office: Office) -> None:
        cells = office.get(sheet="收支情况", cells=["D3", "D4"])
        label = next(name for name, (_, _, shown) in cells.items() if shown == "公共财政拨款")
        office.set(sheet="收支情况", cells={label: "财政补助"})

    altered = changed(alter)
    assert [f for f in findings(altered) if f not in SEED_FINDINGS] == ["R207 - public_budget"]
    assert [f for f in SEED_FINDINGS if f not in findings(altered)] == []


def test_exchanged_headers_are_said_and_no_formula_is_accused(changed: Callable[..., Path]) -> None:
    def exchange(office: Office) -> None:
        cells = office.get(sheet="收支情况", cells=[f"{c}{r}" for c in "CDEFG" for r in (3, 4)])
        at = {shown: name for name, (_, _, shown) in cells.items()}
        office.set(sheet="收支情况", cells={at["上年结转"]: "公共财政拨款", at["公共财政拨款"]: "上年结转"})

    found = findings(changed(exchange))
    assert [f for f in found if f.startswith("R208")] == []
    assert sorted(f for f in found if f.startswith("R207")) == ["R207 - carryover_prev", "R207 - public_budget"]


def test_a_row_below_the_hint_is_read_and_said(changed: Callable[..., Path]) -> None:
    def add(office: Office) -> None:
        office.insert_rows(sheet="收支情况", row=10, count=1)
        office.set(sheet="收支情况", cells={"A10": "4、安监大队", "B10": 5, "D10": 5})

    saved = changed(add)
    found = findings(saved)
    assert "R215 - income" in found
    assert [f for f in found if f.startswith("R208")] == []
    assert "安监大队" in xlprocess.check(saved).report.row_keys(FORM.row_sets["organisations"])


TYPED = {
    "1,016.61": ("1016.61", "R203"),
    "１０１６．６１": ("1016.61", "R203"),
    "952.55万元": ("952.55", "R203"),
    "9525500元": ("952.55", "R203"),
    "¥952.55": ("952.55", "R203"),
    "(64.06)": ("-64.06", "R203"),
    "2477·1": ("2477.10", "R203"),
    "—": (None, None),
    "/": (None, None),
    "无": (None, None),
    "约952": ("约952", "R202"),
    29.870000000000001: ("29.87", None),
}


@pytest.mark.parametrize("typed", TYPED)
def test_what_people_type_in_a_money_cell(changed: Callable[..., Path], typed: str | float) -> None:
    saved = changed(lambda office: office.set(sheet="收支情况", cells={"E6": typed}))
    result = xlprocess.check(saved)
    value, rule = TYPED[typed]
    row = write_values(result.report)["rows"][1]
    assert row["gov_fund"] == value
    of_the_cell = [f.rule for f in result.findings if f.where.field == "gov_fund" and f.where.row == "局机关"]
    assert [r for r in of_the_cell if r in ("R202", "R203")] == ([rule] if rule else [])
    if rule == "R202":
        assert not [f for f in result.findings if f.rule == "R101" and f.where.row == "局机关"]


def test_a_workbook_of_something_else_is_not_this_form() -> None:
    import io

    import xlsxwriter

    held = io.BytesIO()
    with xlsxwriter.Workbook(held) as book:
        book.add_worksheet("收支情况").write_row(0, 0, ["机构名称", "收入合计", "其他"])
    with pytest.raises(NotAForm) as refused:
        check_book(open_book(held.getvalue(), "别的.xlsx"), "别的.xlsx")
    assert refused.value.kind == "not_this_form"
    assert refused.value.message == (
        "无法处理 别的.xlsx：不是部门整体支出绩效自评工作簿。"
        "请用财政部门下发的工作簿填报；自制的表可先用 migrate 命令转为标准工作簿。"
    )
