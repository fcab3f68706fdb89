"""Whatever a home-made workbook looks like, every number of it is at its place in the new one or on the sheet 未迁移."""

from __future__ import annotations

import random
from decimal import Decimal
from io import BytesIO

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from migration.homemade import GRIDS, SWITCHES, HomeMade

from xlprocess.errors import CannotProcess
from xlprocess.migration import migrate
from xlprocess.migration.workbook import migrated
from xlprocess.pipeline import open_book, read_book

FIELDS = {field for columns in GRIDS.values() for _, field, _ in columns}


def judge(made: HomeMade) -> tuple[int, int, list[str]]:
    """How many figures are at their place, how many are listed, and what is wrong."""
    found, data = migrated(made.data(), "自制.xlsx")
    report = read_book(open_book(data, "新.xlsx"), "新.xlsx")
    wrong: list[str] = []
    from_there: set[tuple[str, str]] = set()
    for spot, value in found.moved.items():
        sheet, _, cell = str(value.origin).rpartition("!")
        from_there.add((sheet, cell))
        if spot.field in FIELDS:
            truth = made.truth.get((spot.row or "", spot.field))
            got = report.at(spot).figure
            if got != truth:
                wrong.append(f"{spot.row} {spot.field}: {got}, not {truth}")
    sheet = openpyxl.load_workbook(BytesIO(data))["未迁移"]
    listed: dict[tuple[str, str], object] = {}
    for place, value, *_ in sheet.iter_rows(min_row=4, values_only=True):
        name, _, cell = str(place).rpartition("!")
        listed[name, cell] = value
    for where, number in made.numbers.items():
        if where in from_there:
            continue
        told = listed.get(where)
        if told is None or Decimal(str(told).replace(",", "")) != number:
            wrong.append(f"{where} {number} is lost (listed: {told})")
    return len(from_there), len(listed), wrong


@pytest.mark.parametrize("switch", ["", *SWITCHES])
def test_each_way_alone(switch: str) -> None:
    made = HomeMade({switch}, 1)
    moved, _, wrong = judge(made)
    assert wrong == []
    assert moved >= len(made.truth), f"{moved} of {len(made.truth)} figures are at their place"


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sets(st.sampled_from(SWITCHES)), st.integers(0, 1000))
def test_all_ways_together(switches: set[str], seed: int) -> None:
    assert judge(HomeMade(switches, seed))[2] == []


def test_nearly_everything_finds_its_place() -> None:
    """Safe is not enough: over fifteen random workbooks few figures of the form may be left to a person."""
    shares = []
    for seed in range(15):
        choice = random.Random(seed)
        made = HomeMade({s for s in SWITCHES if choice.random() < 0.4}, seed)
        found, _ = migrated(made.data(), "自制.xlsx")
        moved = sum(spot.field in FIELDS for spot in found.moved)
        shares.append(moved / len(made.truth))
    assert sum(shares) / len(shares) > 0.95, shares


def test_a_large_ledger_beside_the_form_is_listed_and_a_larger_one_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(migrate, "MOST_LEFT", 700)
    book = openpyxl.load_workbook(BytesIO(HomeMade({"one sheet"}, 1).data()))
    other = book.create_sheet("明细账", 0)
    for row in range(40):
        other.append([row + 0.5] * 20)
        target = BytesIO()
        if row == 29:
            book.save(target)
            found, _ = migrated(target.getvalue(), "自制.xlsx")
            assert sum(isinstance(item.value, float) for item in found.left) == 600
            assert {spot.field for spot in found.moved} >= FIELDS
    book.save(target)
    with pytest.raises(CannotProcess) as refused:
        migrated(target.getvalue(), "自制.xlsx")
    assert refused.value.message == ("无法处理 自制.xlsx：不属于表样的内容有 801 处，过多。请先删去与自评表无关的工作表，再运行。")


def test_of_two_copies_of_a_table_the_first_is_taken_and_the_other_listed_and_said() -> None:
    made = HomeMade({"one sheet"}, 1)
    book = openpyxl.load_workbook(BytesIO(made.data()))
    other = book.copy_worksheet(book["自评表"])
    other.title = "上年"
    for row in other.iter_rows(min_row=8):
        for cell in row:
            if isinstance(cell.value, float):
                cell.value += 0.005
    target = BytesIO()
    book.save(target)
    found, _ = migrated(target.getvalue(), "自制.xlsx")
    assert {str(v.origin).partition("!")[0] for s, v in found.moved.items() if s.field in FIELDS} == {"自评表"}
    assert sum(item.sheet == "上年" and isinstance(item.value, float) for item in found.left) == len(made.truth) + 2
    assert found.remarks == ["有的表不止一份，采用的是靠前的一份，请对照“迁移来源”核对是不是本年的。"]


def test_a_formula_that_nobody_has_calculated_is_told() -> None:
    book = openpyxl.load_workbook(BytesIO(HomeMade({"one sheet"}, 1).data()))
    sheet = book["自评表"]
    sheet["C10"] = "=C11+C12"
    target = BytesIO()
    book.save(target)
    found, _ = migrated(target.getvalue(), "自制.xlsx")
    assert [(x.place, x.value, x.why) for x in found.left if str(x.value).startswith("=")] == [
        ("自评表!C10", "=C11+C12", "公式没有存储的结果：请在 Excel 中打开、保存后再迁移")
    ]
