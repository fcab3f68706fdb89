"""`--previous`: what joins two years and what does not, what changed and by how much, whose workbook of last year it is."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from xlprocess.consolidate import consolidate
from xlprocess.consolidation.consolidation import Consolidation, RosterLine
from xlprocess.consolidation.ledger import Ledger
from xlprocess.form.load import load
from xlprocess.jobs.inputs import find
from xlprocess.writers.summary import write_summary

pytestmark = pytest.mark.filterwarnings("ignore:.*extension is not supported")
NOW = {"carryover_prev": "10", "public_budget": "90", "exp_staff": "50", "exp_public_use": "20", "exp_project": "20"}
NONE = ("gov_fund", "special_account_nontax", "other_income", "tp_vehicle_purchase", "tp_abroad")
THREE = {"tp_reception": "1", "tp_vehicle_operation": "2"}


def leaves(**given: str) -> dict[str, Decimal | None]:
    """Of a department with one organisation: 上年结转 10, 累计结余 10, 三公 3."""
    return {**dict.fromkeys(NONE), **{k: Decimal(v) for k, v in {**NOW, **THREE, **given}.items()}}


@pytest.fixture
def compared(tmp_path: Path, folder: Path) -> Callable[..., Consolidation]:
    """This year's workbooks against last year's, each by file name."""

    def make(now: dict[str, bytes], before: dict[str, bytes], summary: Path | None = None, **options: Any) -> Consolidation:
        last = tmp_path / "上年"
        last.mkdir()
        for place, files in ((folder, now), (last, before)):
            for name, data in files.items():
                (place / name).write_bytes(data)
        with Ledger(None) as ledger:
            found = consolidate(find([folder]).inputs, ledger, previous=find([last]).inputs, **options)
            if summary is not None:
                write_summary(found, summary)
        return found

    return make


def lines(found: Consolidation) -> list[str]:
    """The whole finding, but for its sentence, in one line."""
    follows = {b: f" follows {'!'.join(str(f) for f in b.follows)}" if b.follows else "" for b in found.between}
    return [
        f"{b.rule} {b.severity} {b.sheet}!{b.cell} {b.row} {b.field} {b.actual} expected {b.expected}{follows[b]}"
        for b in found.between
    ]


def test_accepts_two_years_that_join(compared: Callable[..., Consolidation], single: Callable[..., bytes]) -> None:
    now, before = single(1, **leaves(), staff_actual=10), single(1, year=2020, **leaves(), staff_actual=9)
    found = compared({"1.xlsx": now}, {"去年的.xlsx": before})
    assert (lines(found), found.suggestions) == ([], [])


def test_flags_a_carryover_that_is_not_last_years_balance(
    compared: Callable[..., Consolidation], single: Callable[..., bytes]
) -> None:
    found = compared({"1.xlsx": single(1, **leaves())}, {"1.xlsx": single(1, year=2020, **leaves(public_budget="95"))})
    assert lines(found) == [
        "R308 warning 收支情况!C6 局机关 carryover_prev 10.00 expected 15.00",
        "R308 warning 收支情况!C5 汇总 carryover_prev 10.00 expected 15.00 follows 收支情况!C6",
    ]
    assert found.between[0].message.startswith("局机关“上年结转” 10.00，上年报告的“累计结余”为 15.00，少 5.00，")
    assert found.between[0].remedy.startswith("核对两年的数字")


def test_flags_what_grew_and_who_grew_too_much(compared: Callable[..., Consolidation], single: Callable[..., bytes]) -> None:
    now = single(1, **leaves(tp_reception="1.5"), staff_actual=15)
    found = compared({"1.xlsx": now}, {"1.xlsx": single(1, year=2020, **leaves(), staff_actual=10)})
    assert lines(found) == [
        "R811 notice 收支情况!B22 汇总 tp_total 3.50 expected 3.00",
        "R812 notice 基本概况!D6 None staff_actual 15 expected 10",
    ]
    assert [b.message for b in found.between] == [
        "汇总“三公经费合计” 3.50，上年为 3.00，增加 0.50（16.67%）。",
        "“实有人数” 15，上年为 10，增加 5（50.00%）。",
    ]


def test_finds_a_department_again_by_code_and_by_name(compared: Callable[..., Consolidation], single: Callable[..., bytes]) -> None:
    now = {"1.xlsx": single(1, name="新名局", **leaves()), "2.xlsx": single(2, code="777777", **leaves())}
    before = {f"{n}.xlsx": single(n, year=2020, **leaves()) for n in (1, 2, 3)}
    found = compared(now, before)
    assert lines(found) == [
        "R307 warning 基本概况!B2 None dept_name 新名局 expected 第1局",
        "R307 warning 基本概况!D2 None budget_code 777777 expected 000002",
    ]
    assert found.suggestions == ["“第3局”上年报过，今年没有对应的工作簿。"]


def test_takes_the_year_before_of_several(compared: Callable[..., Consolidation], single: Callable[..., bytes]) -> None:
    before = {
        "2019.xlsx": single(1, year=2019, **leaves(public_budget="1")),
        "2020.xlsx": single(1, year=2020, **leaves()),
        "2021.xlsx": single(1, year=2021, **leaves(public_budget="2")),
    }
    assert lines(compared({"1.xlsx": single(1, **leaves())}, before)) == []


def test_says_when_the_year_is_not_the_one_before(compared: Callable[..., Consolidation], single: Callable[..., bytes]) -> None:
    found = compared({"1.xlsx": single(1, **leaves())}, {"1.xlsx": single(1, year=2018, **leaves())})
    assert lines(found) == ["R314 warning 基本概况!B3 None fiscal_year 2018 expected 2020"]


def test_says_whom_last_year_lacks_and_what_could_not_be_read(
    compared: Callable[..., Consolidation], single: Callable[..., bytes]
) -> None:
    found = compared({"1.xlsx": single(1, **leaves())}, {"2.xlsx": single(2, year=2020, **leaves()), "坏.xlsx": b"PK\x03\x04"})
    assert found.suggestions == [
        "上年的工作簿中没有找到“第1局”，没有与上年比较。",
        "“第2局”上年报过，今年没有对应的工作簿。",
        "上年的文件有 1 份无法读取，没有用来比较：坏.xlsx。",
    ]


def test_a_roster_that_knows_the_new_code_finds_the_old_name(
    compared: Callable[..., Consolidation], single: Callable[..., bytes]
) -> None:
    roster = [RosterLine(2, "888888", "第1局")]
    found = compared({"1.xlsx": single(1, code="888888", **leaves())}, {"1.xlsx": single(1, year=2020, **leaves())}, roster=roster)
    assert [b.rule for b in found.between] == ["R307"]


def test_the_sheet_shows_both_years_and_the_change_of_the_totals(
    compared: Callable[..., Consolidation], single: Callable[..., bytes], tmp_path: Path
) -> None:
    now = single(1, name="新名局", **leaves(tp_reception="1.5"), staff_actual=15)
    before = single(1, year=2020, **leaves(public_budget="95"), staff_actual=10)
    compared({"1.xlsx": now}, {"去年的.xlsx": before}, summary=tmp_path / "汇总.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "汇总.xlsx", data_only=True)["上年对比"]
    heads = [c.value for c in sheet[4]]
    assert [c.value for c in sheet[5]][3:6] == [15, 10, -5]
    at = heads.index("上年三公经费合计")
    assert heads[at : at + 3] == ["上年三公经费合计", "本年三公经费合计", "三公经费合计变动率"]
    assert [c.value for c in sheet[5]][at : at + 3] == [3, 3.5, pytest.approx(1 / 6)]
    assert [c.value for c in sheet[3]][at : at + 3] == [3, 3.5, pytest.approx(1 / 6)]
    assert sheet.cell(5, heads.index("名称或编码变化") + 1).value == "“部门（单位）名称”为“新名局”，上年报告为“第1局”。"
    assert sheet.cell(5, heads.index("上年文件") + 1).value == "去年的.xlsx"


def test_another_edition_is_compared_with_last_year(
    compared: Callable[..., Consolidation], workbook: Callable[..., bytes], tmp_path: Path
) -> None:
    form = load("general-2022")
    now, before = workbook(1, form=form), workbook(1, form=form, year=2021)
    compared({"1.xlsx": now}, {"1.xlsx": before}, summary=tmp_path / "汇总.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "汇总.xlsx", data_only=True)["上年对比"]
    heads = [c.value for c in sheet[4]][3:9]
    assert heads[:3] == ["上年全年预算数", "本年全年预算数", "全年预算数变动率"]
    assert heads[3:] == ["上年全年执行数", "本年全年执行数", "全年执行数变动率"]
    assert sheet.cell(5, 6).value == 0


def test_last_year_may_be_a_summary(single: Callable[..., bytes], folder: Path, tmp_path: Path) -> None:
    last = tmp_path / "上年"
    last.mkdir()
    (last / "1.xlsx").write_bytes(single(1, year=2020, **leaves(public_budget="95")))
    with Ledger(None) as ledger:
        write_summary(consolidate(find([last]).inputs, ledger), tmp_path / "上年汇总.xlsx")
    (last / "1.xlsx").unlink()
    (folder / "1.xlsx").write_bytes(single(1, **leaves()))
    with Ledger(None) as ledger:
        found = consolidate(find([folder]).inputs, ledger, previous=find([tmp_path / "上年汇总.xlsx"]).inputs)
    assert [(b.rule, b.row, b.expected) for b in found.between] == [("R308", "局机关", "15.00"), ("R308", "汇总", "15.00")]
