"""内部往来: what a superior passes on to its units is taken out of the totals once; what cannot be is told."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from xlprocess.consolidate import consolidate
from xlprocess.consolidation.consolidation import Consolidation
from xlprocess.consolidation.dealing import Dealing
from xlprocess.consolidation.internal import SHEET, Eliminated, joined, read_dealings
from xlprocess.consolidation.ledger import Ledger
from xlprocess.consolidation.totals import less, totals
from xlprocess.errors import Refused
from xlprocess.form.load import load
from xlprocess.jobs.inputs import find
from xlprocess.pipeline import stamped_file
from xlprocess.writers.consolidation_json import consolidation_document
from xlprocess.writers.summary import write_summary

pytestmark = pytest.mark.filterwarnings("ignore:.*extension is not supported")
NONE = ("gov_fund", "special_account_nontax", "tp_vehicle_purchase", "tp_abroad", "tp_reception", "tp_vehicle_operation")
USUAL = {"carryover_prev": "0", "public_budget": "100", "other_income": None, "exp_staff": "50", "exp_public_use": "10"}
SUPERIOR = {**USUAL, "exp_project": "40"}
UNIT = {**USUAL, "other_income": "30", "exp_project": "60"}
Dealings = list[Dealing]


def leaves(given: dict[str, str | None]) -> dict[str, Decimal | None]:
    return {**dict.fromkeys(NONE), **{k: None if v is None else Decimal(v) for k, v in given.items()}}


def dealing(amount: str, payer: str = "000001", receiver: str = "000002", **more: Any) -> Dealing:
    return Dealing(2, payer, "第1局", receiver, "第2局", Decimal(amount), **more)


@pytest.fixture
def consolidated(folder: Path, single: Callable[..., bytes]) -> Callable[..., tuple[Consolidation, dict[str, Any], Eliminated]]:
    """A superior (第1局) and its unit (第2局), their dealings, the document, and what was taken out."""

    def make(dealings: Dealings, summary: Path | None = None) -> tuple[Consolidation, dict[str, Any], Eliminated]:
        (folder / "1.xlsx").write_bytes(single(1, **leaves(SUPERIOR)))
        (folder / "2.xlsx").write_bytes(single(2, **leaves(UNIT)))
        with Ledger(None) as ledger:
            found = consolidate(find([folder]).inputs, ledger, dealings=dealings)
            document = json.loads(b"".join(consolidation_document(found, Path("汇总.xlsx"))))
            if summary is not None:
                write_summary(found, summary)
                summary.write_bytes(stamped_file(summary.read_bytes(), summary.name))
        eliminated = found.extra[SHEET]
        assert isinstance(eliminated, Eliminated)
        return found, document, eliminated

    return make


def test_a_superior_and_its_unit_are_not_counted_twice(consolidated: Callable[..., Any]) -> None:
    found, document, _ = consolidated([dealing("30")])
    before, after = document["totals"], document["totals_without_internal_dealings"]
    changed = {f: (before[f], after[f]) for f in before if before[f] != after[f]}
    assert changed == {
        "income_total": ("230.00", "200.00"),
        "other_income": ("30.00", "0.00"),
        "current_year_income": ("230.00", "200.00"),
        "exp_total": ("220.00", "190.00"),
        "exp_project": ("100.00", "70.00"),
        "execution_rate": ("95.65", "95.00"),
    }
    assert (before["balance_cumulative"], after["balance_cumulative"]) == ("10.00", "10.00")
    assert found.suggestions == ["名单申报内部往来 1 笔，抵销 1 笔共 30.00 万元；抵销前后的合计见“抵销后合计”。"]
    assert found.between == []


def test_the_columns_may_be_said(consolidated: Callable[..., Any]) -> None:
    _, _, eliminated = consolidated([dealing("5", paid="公用经费", received="公共财政拨款")])
    assert eliminated.taken == {
        "public_budget": 5, "income_total": 5, "current_year_income": 5, "exp_public_use": 5, "exp_basic": 5, "exp_total": 5,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("entry", "why"),
    [
        (dealing("30", receiver="000009"), "“第2局”没有计入汇总，没有重复，不必抵销。"),
        (dealing("30", paid="不存在栏"), "表中没有“不存在栏”这一栏，没有抵销。"),
        (Dealing(2, "1", "", "000001", "", Decimal(1)), "拨出和拨入是同一个部门，没有抵销。"),
    ],
)
def test_says_why_a_dealing_is_not_taken_out(consolidated: Callable[..., Any], entry: Dealing, why: str) -> None:
    found, _, eliminated = consolidated([entry])
    assert ([d.why for d in eliminated.dealt], eliminated.taken, found.between) == ([why], {}, [])


def test_flags_a_dealing_that_the_unit_did_not_report(consolidated: Callable[..., Any]) -> None:
    found, _, eliminated = consolidated([dealing("20"), dealing("15")])
    assert [d.why for d in eliminated.dealt] == [None, "大于“第2局”所填的“其他收入”，没有抵销，请核对。"]
    assert [(b.rule, b.severity, b.department, b.sheet, b.cell, b.field, b.actual, b.expected) for b in found.between] == [
        ("R831", "warning", "000002 第2局", "收支情况", "G5", "other_income", "30.00", "15.00")
    ]
    assert found.between[0].message == (
        "汇总“其他收入” 30.00，名单“内部往来”第 2 行申报拨入自“第1局” 15.00 万元，大于所填的数，没有抵销。"
    )


def test_names_the_other_side_of_a_dealing_that_was_declared_by_codes_alone(consolidated: Callable[..., Any]) -> None:
    found, _, _ = consolidated([Dealing(2, "1", "", "2", "", Decimal("99999999"))])
    assert [m for b in found.between for m in ("“第2局”", "“第1局”") if m in b.message] == ["“第2局”", "“第1局”"]


def test_the_sheets_show_every_dealing_and_the_totals_before_and_after(consolidated: Callable[..., Any], tmp_path: Path) -> None:
    consolidated([dealing("30", note="业务经费"), dealing("1", receiver="9")], tmp_path / "汇总.xlsx")
    book = openpyxl.load_workbook(tmp_path / "汇总.xlsx", data_only=True)
    heads = [c.value for c in book[SHEET][4]]
    assert [c.value for c in book[SHEET][5]] == [
        1, "000001", "第1局", "项目支出", "000002", "第2局", "其他收入", 30, 30, None, "业务经费",
    ]  # fmt: skip
    assert [book[SHEET].cell(3, heads.index(h) + 1).value for h in ("金额", "抵销金额")] == [31, 30]
    rows = {r[1].value: [c.value for c in r[2:5]] for r in book["抵销后合计"].iter_rows(min_row=5)}
    assert rows["支出合计"] == [220, 30, 190]
    assert rows["人员支出"] == [100, None, 100]
    assert rows["资金支出率（非预算执行率）"] == ["95.65%", None, "95.00%"]


def test_the_next_level_takes_them_out_too_and_none_twice(consolidated: Callable[..., Any], tmp_path: Path) -> None:
    _, _, eliminated = consolidated([dealing("10"), dealing("10")], tmp_path / "区汇总.xlsx")
    with Ledger(None) as ledger:
        city = consolidate(find([tmp_path / "区汇总.xlsx"]).inputs, ledger, dealings=[dealing("10")])
        sums = totals(city.form, (s for _, s in city.current()))
    found = city.extra[SHEET]
    assert isinstance(found, Eliminated)
    assert found.taken == eliminated.taken
    assert less(city.form, sums, found.taken)["exp_total"] == Decimal(200)


def test_what_several_lists_declare_counts_once() -> None:
    one, two = dealing("10"), dealing("20")
    assert joined([one], [[one, two], [two]]) == [one, two]
    assert joined([], [[one, one]]) == [one, one]


def test_another_edition_has_its_own_columns(folder: Path, workbook: Callable[..., bytes]) -> None:
    form = load("general-2022")
    for number in (1, 2):
        (folder / f"{number}.xlsx").write_bytes(workbook(number, form=form))
    with Ledger(None) as ledger:
        found = consolidate(find([folder]).inputs, ledger, dealings=[dealing("1.50")])
    eliminated = found.extra[SHEET]
    assert isinstance(eliminated, Eliminated)
    assert eliminated.taken == {"executed": Decimal("1.50"), "budget_full": Decimal("1.50")}


# ---- the roster


def roster(path: Path, rows: list[list[Any]]) -> Path:
    book = openpyxl.Workbook()
    book.active.append(["预算编码", "部门名称"])
    book.active.append(["000001", "第1局"])
    sheet = book.create_sheet(SHEET)
    for row in rows:
        sheet.append(row)
    book.save(path)
    return path


def test_reads_the_sheet_of_the_roster(tmp_path: Path) -> None:
    heads = ["拨出编码", "拨出部门", "拨入部门", "金额（元）", "收入栏目", "备注"]
    path = roster(
        tmp_path / "名单.xlsx",
        [["内部往来表"], heads, [1, "第1局", "第2局", 300000, "其他收入", "业务费"], ["合计", "", "", 300000]],
    )
    assert read_dealings(path) == [Dealing(3, "1", "第1局", "", "第2局", Decimal(30), received="其他收入", note="业务费")]


def test_a_roster_without_the_sheet_declares_none(tmp_path: Path) -> None:
    (tmp_path / "名单.csv").write_text("预算编码,部门名称\n1,第1局\n", encoding="gbk")
    assert read_dealings(tmp_path / "名单.csv") == []


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ([["甲", "乙"]], "没有找到标题行。请在第一行写上“拨出部门”“拨入部门”“金额”，每笔一行。"),
        ([["拨出部门", "拨入部门", "金额"], ["第1局", "", 5]], "第 2 行没有写全拨出部门、拨入部门和金额。请补全后再运行。"),
        (
            [["拨出部门", "拨入部门", "金额"], ["第1局", "第2局", "待定"]],
            "第 2 行没有写全拨出部门、拨入部门和金额。请补全后再运行。",
        ),
    ],
)
def test_says_what_is_wrong_with_the_sheet(tmp_path: Path, rows: list[list[Any]], sentence: str) -> None:
    with pytest.raises(Refused) as refused:
        read_dealings(roster(tmp_path / "名单.xlsx", rows))
    assert refused.value.message == f"无法使用名单 名单.xlsx 的“内部往来”：{sentence}"
