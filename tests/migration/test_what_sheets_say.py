"""What a home-made workbook says of its tables — the unit, the year, what a row is — holds as in a Word report."""

from __future__ import annotations

from decimal import Decimal
from io import BytesIO
from typing import Any

import openpyxl
import pytest

from xlprocess.migration.moved import Migration
from xlprocess.migration.workbook import migrated

Line = tuple[Any, ...]
HEADS: Line = ("机构名称", "收入合计", "上年结转", "公共财政拨款", "其他收入")
FIGURES: Line = (5000, 1000, 3000, 1000)
OTHERS: Line = (701, 702, 703, 704)
SPENDING = [("机构名称", "支出合计", "基本支出", "项目支出"), ("汇总", 800, 801, 802)]


def moved(*sheets: tuple[str, list[Line]]) -> Migration:
    book = openpyxl.Workbook()
    first: Any = book.active
    first.title = "封面"
    for line in (("2021年度部门整体支出绩效评价自评报告",), ("部门（单位）名称", "某局"), ("预算编码", "001002"), ("人员编制", 35)):
        first.append(line)
    for name, lines in sheets:
        sheet = book.create_sheet(name)
        for line in lines:
            sheet.append(line)
    target = BytesIO()
    book.save(target)
    return migrated(target.getvalue(), "自制.xlsx")[0]


def income(found: Migration, name: str = "汇总") -> list[Any]:
    return [p.given for s, p in found.moved.items() if s.table == "income" and s.row == name]


def left(found: Migration) -> list[Any]:
    return [x.value for x in found.left if isinstance(x.value, (int, float))]


def in_ten_thousands(power: int) -> list[Decimal]:
    return [Decimal(v).scaleb(power) for v in FIGURES]


@pytest.mark.parametrize(("unit", "power"), [("千元", -1), ("百万元", 2), ("元", -4)])
def test_units(unit: str, power: int) -> None:
    for line in ((f"单位：{unit}",), ("年度收入情况", None, f"金额单位为{unit}"), (f"年度收入情况（{unit}）",)):
        assert income(moved(("收支", [line, HEADS, ("汇总", *FIGURES)]))) == in_ten_thousands(power)


def test_units_of_columns_of_rows_below_and_of_notes() -> None:
    heads = ("机构名称", "收入合计（万元）", "上年结转（元）", "公共财政拨款（千元）", "其他收入（元）")
    assert income(moved(("收支", [heads, ("汇总", *FIGURES)]))) == [5000, Decimal("0.1"), 300, Decimal("0.1")]
    assert income(moved(("收支", [HEADS, ("", *["元"] * 4), ("汇总", *FIGURES)]))) == in_ten_thousands(-4)
    assert income(moved(("收支", [HEADS, ("汇总", *FIGURES), ("注：以上金额单位为元",)]))) == in_ten_thousands(-4)


def test_a_unit_that_is_not_understood_moves_nothing() -> None:
    found = moved(("收支", [("年度收入情况（单位：美元）",), HEADS, ("汇总", *FIGURES)]))
    assert (income(found), left(found)) == ([], list(FIGURES))
    assert {x.why for x in found.left if isinstance(x.value, (int, float))} == {"金额单位没有看懂或不能确定，没有采用"}


def test_the_unit_at_the_head_of_a_sheet_holds_for_tables_side_by_side() -> None:
    lines: list[Line] = [("单位：元",), (), (*HEADS, None, *SPENDING[0]), ("汇总", *FIGURES, None, *SPENDING[1])]
    found = moved(("收支", lines))
    assert income(found) == in_ten_thousands(-4)
    assert [p.given for s, p in found.moved.items() if s.field == "exp_total"] == [Decimal("0.08")]


@pytest.mark.parametrize("name", ["总计", "全局合计", "合计（1+2）"])
def test_the_whole_under_any_name_is_the_summary(name: str) -> None:
    found = moved(("收支", [HEADS, ("局机关", 3000, 500, 2000, 500), ("信息中心", 2000, 500, 1000, 500), (name, *FIGURES)]))
    assert (income(found), left(found)) == ([Decimal(v) for v in FIGURES], [])
    assert {s.row for s in found.moved if s.table == "income"} == {"汇总", "局机关", "信息中心"}


@pytest.mark.parametrize("name", ["其中：人员经费拨款", "栏次", "二级机构小计", "本年预算数"])
def test_a_row_that_is_no_organisation_is_listed(name: str) -> None:
    found = moved(("收支", [HEADS, ("汇总", *FIGURES), ("局机关", *FIGURES), (name, *OTHERS)]))
    assert {s.row for s in found.moved if s.table == "income"} == {"汇总", "局机关"}
    assert left(found) == list(OTHERS)


@pytest.mark.parametrize("caption", ["2020年度收入情况", "上年度收入情况", "年初预算收入情况"])
@pytest.mark.parametrize("on_its_own", [True, False])
def test_tables_of_another_year_and_of_the_budget_are_listed(caption: str, on_its_own: bool) -> None:
    other: list[Line] = [HEADS, ("汇总", *OTHERS)]
    own: list[Line] = [("2021年度收入情况",), HEADS, ("汇总", *FIGURES)]
    found = moved((caption, other), ("本年", own)) if on_its_own else moved(("收支", [(caption,), *other, (), *own]))
    assert (income(found), left(found)) == ([Decimal(v) for v in FIGURES], list(OTHERS))


def test_of_two_groups_of_columns_the_reports_own_is_taken() -> None:
    over = ("", "上年数", None, None, None, "本年数", None, None, None)
    found = moved(("收支", [over, (*HEADS, *HEADS[1:]), ("汇总", *OTHERS, *FIGURES)]))
    assert (income(found), left(found)) == ([Decimal(v) for v in FIGURES], list(OTHERS))


@pytest.mark.parametrize("total", ["总分", "合计"])
@pytest.mark.parametrize("merged", [True, False])
def test_side_labels_and_the_row_of_totals_of_the_other_edition(total: str, merged: bool) -> None:
    book = openpyxl.Workbook()
    sheet: Any = book.active
    funds = [("年度资金总额：", 500, 600, 588, 10, 0.98, 9.8), ("其中：当年财政拨款", 400, 480, 470), ("其他资金", 100, 120, 118)]
    lines: list[Line] = [
        ("部门整体支出绩效自评表",), ("（2022年度）",), ("部门（单位）名称", "某县水利局"),
        ("部门整体支出资金（万元）", None, None, "年初预算数", "全年预算数", "全年执行数", "分值", "执行率", "得分"),
        *((None, name, None, *figures) for name, *figures in funds),
        ("年度总体目标", "预期目标", None, None, None, "实际完成情况"), (None, "完成水毁修复。", None, None, None, "全部修复。"),
        ("绩效指标", "一级指标", "二级指标", "三级指标", "年度指标值", "实际完成值", "分值", "得分", "偏差原因分析及改进措施"),
        (None, "产出指标", "数量指标", "巡堤里程", "≥50公里", "55公里", 40, 40),
        (None, "效益指标", "社会效益指标", "受益人口", "1万人", "0.9万人", 50, 46),
        (total, None, None, None, None, None, 100, 95.8),
    ]  # fmt: skip
    for line in lines:
        sheet.append(line)
    for block in ("A4:A7", *(f"B{r}:C{r}" for r in range(4, 8)), "A8:A9", "B8:E8", "F8:I8", "A10:A12", "A13:F13") if merged else ():
        sheet.merge_cells(block)
    target = BytesIO()
    book.save(target)
    found = migrated(target.getvalue(), "自制.xlsx")[0]
    got = {(s.row, s.field): p.given for s, p in found.moved.items()}
    assert (found.form.id, got[None, "score"], found.left) == ("general-2022", Decimal("95.8"), [])
    assert [got["1", "score"], got["2", "score"], got["2", "weight"], ("3", "weight") in got] == [40, 46, 50, False]
    assert [got[r, "executed"] for r in ("年度资金总额", "当年财政拨款", "其他资金")] == [588, 470, 118]
    assert (got[None, "goal_text"], got[None, "goal_result"]) == ("完成水毁修复。", "全部修复。")
