"""`--reference`: what differs from the accounts, the rates of budget control, and how the file may be written."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from xlprocess.consolidate import consolidate
from xlprocess.consolidation.consolidation import Consolidation
from xlprocess.consolidation.ledger import Ledger
from xlprocess.consolidation.reference import AccountLine, read_accounts
from xlprocess.errors import Refused
from xlprocess.form.load import load
from xlprocess.jobs.inputs import find
from xlprocess.writers.summary import write_summary

pytestmark = pytest.mark.filterwarnings("ignore:.*extension is not supported")
HEAD = "预算编码,部门名称,年初预算,全年预算,决算收入,决算支出,基本,项目,年末结转结余,公用经费预算,三公预算"
LEAVES = {
    "carryover_prev": "10", "public_budget": "90", "gov_fund": None, "special_account_nontax": None, "other_income": None,
    "exp_staff": "50", "exp_public_use": "20", "exp_project": "20",
    "tp_reception": "1", "tp_vehicle_operation": "2", "tp_vehicle_purchase": None, "tp_abroad": None,
}  # fmt: skip
"""Of 局机关; what a department has of others is taken away, so that its totals are known."""


def leaves() -> dict[str, Decimal | None]:
    return {k: None if v is None else Decimal(v) for k, v in LEAVES.items()}


@pytest.fixture
def compared(folder: Path, tmp_path: Path, single: Callable[..., bytes]) -> Callable[..., Consolidation]:
    """A consolidation of one department's workbook with a file of accounts."""

    def make(text: str, name: str = "对照.csv", summary: Path | None = None, **given: str) -> Consolidation:
        typed = {k: Decimal(v) for k, v in given.items()}
        (folder / "一.xlsx").write_bytes(single(1, **leaves(), summary=typed))
        (tmp_path / name).write_text(text, encoding="gbk")
        with Ledger(None) as ledger:
            found = consolidate(find([folder]).inputs, ledger, accounts=read_accounts(tmp_path / name))
            if summary is not None:
                write_summary(found, summary)
        return found

    return make


def lines(found: Consolidation) -> list[str]:
    """The whole finding, but for its sentence, in one line."""
    return [
        f"{b.rule} {b.severity} {b.sheet}!{b.cell} {b.row} {b.field} {b.actual} expected {b.expected} {b.difference}"
        for b in found.between
    ]


def test_accepts_what_agrees(compared: Callable[..., Consolidation]) -> None:
    found = compared(f"{HEAD}\n1,第1局,100,100,90.005,90,70,20,10,20,3\n")
    assert (lines(found), found.suggestions) == ([], [])


def test_flags_what_differs_from_the_accounts_at_its_cell(compared: Callable[..., Consolidation]) -> None:
    found = compared(f"{HEAD}\n000001,第1局,,,100,90.40,70,20,12,,\n")
    assert lines(found) == [
        "R801 error 收支情况!H5 汇总 current_year_income 90.00 expected 100.00 -10.00",
        "R801 error 收支情况!B14 汇总 exp_total 90.00 expected 90.40 -0.40",
        "R801 warning 收支情况!H14 汇总 balance_cumulative 10.00 expected 12.00 -2.00",
    ]
    assert [b.message for b in found.between] == [
        "汇总“本年收入” 90.00，对照表第 2 行的“决算收入”为 100.00，少 10.00，恰等于本表的“上年结转”。",
        "汇总“支出合计” 90.00，对照表第 2 行的“决算支出”为 90.40，少 0.40。",
        "汇总“累计结余” 10.00，对照表第 2 行的“年末结转结余”为 12.00，少 2.00，结余还会因财政收回、结余分配、专用结余等变动。",
    ]


def test_says_when_the_parts_of_a_wrong_total_agree(compared: Callable[..., Consolidation]) -> None:
    found = compared(f"{HEAD}\n1,第1局,,,,90,,,,,\n", exp_total="99")
    assert [b.message for b in found.between] == [
        "汇总“支出合计” 99.00，对照表第 2 行的“决算支出”为 90.00，多 9.00，按本表各分项相加则与对照表一致，更正本表的合计即可。"
    ]


def test_works_out_the_rates_of_budget_control(compared: Callable[..., Consolidation]) -> None:
    found = compared(f"{HEAD}\n1,第1局,50,80,,,,,,16,2.5\n")
    assert lines(found) == [
        "R802 notice 收支情况!B14 汇总 exp_total 112.50% expected 100.00% None",
        "R803 notice 收支情况!B14 汇总 exp_total 60.00% expected 30.00% None",
        "R804 warning 收支情况!E14 汇总 exp_public_use 125.00% expected 100.00% None",
        "R805 warning 收支情况!B22 汇总 tp_total 120.00% expected 100.00% None",
    ]
    assert [b.message for b in found.between] == [
        "汇总“支出合计” 90.00，对照表的“全年预算” 80.00，预算完成率 112.50%，超过 100.00%。",
        "对照表的“全年预算” 80.00、“年初预算” 50.00，预算调整率 60.00%，超过 30.00%。",
        "汇总“公用支出” 20.00，对照表的“公用经费预算” 16.00，公用经费控制率 125.00%，超过 100.00%。",
        "汇总“三公经费合计” 3.00，对照表的“三公预算” 2.50，三公经费控制率 120.00%，超过 100.00%。",
    ]


def test_the_sheet_shows_both_figures_and_rates_of_the_totals(compared: Callable[..., Consolidation], tmp_path: Path) -> None:
    compared(f"{HEAD}\n1,第1局,50,80,90,90.40,70,20,10,16,2.5\n", summary=tmp_path / "汇总.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "汇总.xlsx", data_only=True)["对照"]
    row = {sheet.cell(4, c).value: (sheet.cell(3, c).value, sheet.cell(5, c).value) for c in range(1, sheet.max_column + 1)}
    assert row["支出合计"] == (90, 90)
    assert row["决算支出（对照）"] == (90.4, 90.4)
    assert row["支出合计相差"] == (pytest.approx(-0.4), pytest.approx(-0.4))
    assert row["预算完成率"] == (1.125, 1.125)
    assert row["三公经费控制率"] == (1.2, 1.2)
    assert sheet.cell(5, [c.value for c in sheet[4]].index("支出合计相差") + 1).fill.fgColor.rgb == "FFF8CBC6"


def test_another_edition_is_held_against_its_budget(folder: Path, tmp_path: Path, workbook: Callable[..., bytes]) -> None:
    form = load("general-2022")
    only = {"budget_initial": Decimal(80), "budget_full": Decimal(100), "executed": Decimal(95)}
    (folder / "一.xlsx").write_bytes(workbook(1, form=form, **only, summary=only))
    (tmp_path / "对照.csv").write_text("单位编码,年初预算数,全年预算数,支出决算数\n1,80,100,95.5\n", encoding="utf-8")
    with Ledger(None) as ledger:
        found = consolidate(find([folder]).inputs, ledger, accounts=read_accounts(tmp_path / "对照.csv"))
    assert [(b.rule, b.field, b.actual, b.expected) for b in found.between] == [("R801", "executed", "95.00", "95.50")]


def test_tells_whom_the_accounts_lack_and_whom_they_have_too_many(compared: Callable[..., Consolidation]) -> None:
    found = compared(f"{HEAD}\n7,第7局,1,1,1,1,1,1,1,1,1\n合计,,1,1,1,1,1,1,1,1,1\n")
    assert found.suggestions == [
        "对照表 对照.csv 中没有“第1局”，没有对照。",
        "对照表 对照.csv 中的“第7局”没有可对照的工作簿。",
    ]


# ---- the file


@pytest.mark.parametrize("text", ["单位：元\n预算编码,决算支出\n507001,9525500\n", "预算编码,决算支出（元）\n507001,9525500\n"])
def test_reads_amounts_in_yuan(tmp_path: Path, text: str) -> None:
    (tmp_path / "对照.csv").write_text(text, encoding="utf-8")
    number = text.count("\n")
    assert read_accounts(tmp_path / "对照.csv").lines == [AccountLine(number, "507001", "", {"expenditure": Decimal("952.55")})]


def test_reads_a_workbook_with_numbers_for_codes(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["2021年部门决算对照表"])
    sheet.append(["预算编码", "部门名称", "决算支出（万元）", "三公经费预算"])
    sheet.append([12001, "甲局", "952.55万元", 0.1 + 0.2])
    book.save(tmp_path / "对照.xlsx")
    lines = read_accounts(tmp_path / "对照.xlsx").lines
    assert lines == [AccountLine(3, "12001", "甲局", {"expenditure": Decimal("952.55"), "three_public": Decimal("0.3")})]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            "部门名称,电话\n甲局,1\n",
            "没有找到标题行。请在第一行写上“预算编码”和“年初预算”“全年预算”“决算收入”“决算支出”“决算基本支出”“决算项目支出”"
            "“年末结转结余”“公用经费预算”“三公预算”中的栏目，每个部门一行。",
        ),
        ("预算编码,决算支出\n1,见附件\n", "第 2 行“决算支出”的 见附件 不是金额。请改正后再运行。"),
        ("预算编码,决算支出\n1,5\n0001,6\n", "第 2 行和第 3 行是同一个部门（0001）。请合并为一行后再运行。"),
        ("预算编码,决算支出\n", "标题行下面没有部门。请逐行填入后再运行。"),
    ],
)
def test_says_what_is_wrong_with_the_file(tmp_path: Path, text: str, sentence: str) -> None:
    (tmp_path / "对照.csv").write_text(text, encoding="utf-8")
    with pytest.raises(Refused) as refused:
        read_accounts(tmp_path / "对照.csv")
    assert refused.value.message == f"无法使用对照表 对照.csv：{sentence}"
