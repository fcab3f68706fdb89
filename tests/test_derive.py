"""What is computed, from the leaves up, and what is left as it was typed."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from xlprocess.derive import derive, derived, nearest_reading
from xlprocess.form.load import load
from xlprocess.read import read_cell
from xlprocess.report import Report
from xlprocess.values import read_values, report_of

D = Decimal
LEAD = "局机关"
Build = Callable[..., Report]
DEPARTMENT = json.loads((Path(__file__).parent / "golden" / "general-2022.json").read_text(encoding="utf-8"))


def filled(report: Report, field: str, row: str | None = None) -> Any:
    return report.cell(field, row).filled


# ---- derived cells


def test_derived_cells_are_computed_from_what_was_typed(report: Build) -> None:
    case = report(staff_quota=32, staff_actual=35)
    assert filled(case, "staff_control_rate") == D("1.09375")
    assert filled(case, "current_year_income", LEAD) == D("90.00")
    assert filled(case, "execution_rate", LEAD) == D("0.9")


def test_a_total_that_was_typed_wrong_is_not_built_on(report: Build) -> None:
    case = report(exp_total="9000.00", exp_basic="7000.00")
    assert filled(case, "balance_current", LEAD) == D("0.00")
    assert filled(case, "execution_rate", LEAD) == D("0.9")


def test_a_total_without_parts_stands_for_them(report: Build) -> None:
    case = report(exp_staff=None, exp_public_use=None, exp_basic="60.00", exp_total=None)
    assert filled(case, "exp_total", LEAD) == D("80.00")
    assert filled(case, "balance_current", LEAD) == D("10.00")


def test_what_was_typed_is_left_alone(report: Build) -> None:
    case = report(income_total="90.00", balance_current="1.00")
    assert case.cell("income_total", LEAD).value == D("90.00")
    assert filled(case, "income_total", LEAD) is None
    assert filled(case, "balance_current", LEAD) is None
    assert filled(case, "balance_cumulative", LEAD) == D("10.00")


def test_a_zero_was_typed(report: Build) -> None:
    assert filled(report(income_total="0"), "income_total", LEAD) is None


@pytest.mark.parametrize("text", ["—", "/", "无"])
def test_nothing_written_out_is_left_alone(report: Build, text: str) -> None:
    case = report(typed={("income", LEAD, "income_total"): text})
    assert filled(case, "income_total", LEAD) is None
    assert case.cell("income_total", LEAD).state == "nothing"


def test_what_cannot_be_read_leaves_unknown_what_is_computed_from_it(report: Build) -> None:
    case = report(public_budget="九十多", income_total=None)
    assert filled(case, "income_total", LEAD) is None
    assert filled(case, "current_year_income", LEAD) is None
    assert filled(case, "current_year_income", "汇总") is None
    assert filled(case, "fa_use_rate", LEAD) == D(1)


def test_nothing_is_divided_by_nothing(report: Build) -> None:
    assert filled(report(staff_quota=None), "staff_control_rate") is None
    assert filled(report(staff_quota=0), "staff_control_rate") is None


# ---- 汇总 and lists


def test_a_blank_summary_is_the_sum_of_the_organisations(report: Build) -> None:
    rows = [{"org": LEAD, "public_budget": "90.00"}, {"org": "监察大队", "public_budget": "10.5", "other_income": "1"}]
    case = report(rows=rows)
    assert filled(case, "public_budget", "汇总") == D("100.50")
    assert filled(case, "other_income", "汇总") == D(1)
    assert filled(case, "income_total", "汇总") == D("101.50")
    assert filled(case, "gov_fund", "汇总") is None


def test_rates_of_the_summary_come_from_its_own_row(report: Build) -> None:
    rows = [{"org": LEAD, "fa_in_use": "10", "fa_other": "10"}, {"org": "监察大队", "fa_in_use": "60"}]
    assert filled(report(rows=rows), "fa_use_rate", "汇总") == D("0.875")


def test_an_empty_row_derives_nothing(report: Build) -> None:
    case = report(rows=[{"org": LEAD, "public_budget": "90.00"}, {"org": "二级机构1"}])
    assert [c.filled for r in case.tables["income"].rows if r.key == "二级机构1" for c in r.cells.values()] == [None] * 7


def test_the_foot_of_a_list_is_the_sum_of_its_lines(report: Build) -> None:
    lines = [{"name": "养老", "amount": "24.64"}, {"name": "医疗", "amount": None}, {"name": "工伤", "amount": "1.54"}]
    assert filled(report(social_items=lines), "social_total") == D("26.18")
    assert filled(report(social_items=[*lines, {"name": "失业", "amount": "几万"}]), "social_total") is None
    assert filled(report(social_items=[]), "social_total") is None


# ---- bands


@pytest.mark.parametrize(("score", "grade"), [("100", "优"), ("90", "优"), ("89.99", "良"), ("60", "中"), ("0", "差")])
def test_a_blank_grade_is_that_of_the_score(report: Build, score: str, grade: str) -> None:
    assert filled(report(score=score, grade=None), "grade") == grade


def test_no_grade_without_a_score(report: Build) -> None:
    assert filled(report(score=None, grade=None), "grade") is None
    assert filled(report(score="-1", grade=None), "grade") is None
    assert filled(report(score="九十多", grade=None), "grade") is None


# ---- rates that were typed


@pytest.mark.parametrize(
    ("raw", "typed", "given", "expected"),
    [
        (0.9716, "0.9716", "0.9716", "0.9716"),
        (97.16, "97.16", "0.9716", "0.9716"),
        ("97.16", "97.16", "0.9716", "0.9716"),
        ("97.16%", "0.9716", "0.9716", "0.9716"),
        (1, "1", "1.02", "1"),
        (1, "1", "0.012", "0.01"),
        (120, "120", "1.2", "1.2"),
        ("0.5%", "0.005", "0.9", "0.005"),
        ("百分之九十七", "0.97", "0.0097", "0.97"),
        (0, "0", "0.5", "0"),
    ],
)
def test_the_reading_nearer_to_its_figures_is_taken(raw: Any, typed: str, given: str, expected: str) -> None:
    cell = read_cell(load("general-2022").fields["budget_rate"].field, raw, percent=False)
    assert cell.value == D(typed)
    assert nearest_reading(cell, D(given)) == D(expected)


def test_a_typed_rate_is_a_fraction_from_then_on() -> None:
    form = load("general-2022")
    report = report_of(form, read_values(form, json.dumps(DEPARTMENT), "测试"))
    cell = report.cell("budget_rate", "年度资金总额")
    cell.raw, cell.value = 97.16, D("97.16")
    for _ in range(2):
        derive(report)
        assert (cell.value, cell.raw) == (D("0.9716"), 97.16)


def test_a_rate_without_figures_stays_as_it_was_typed() -> None:
    form = load("general-2022")
    report = report_of(form, read_values(form, json.dumps({"funds": []}), "测试"))
    cell = report.cell("budget_rate", "年度资金总额")
    cell.raw, cell.value, cell.state = 97.16, D("97.16"), "typed"
    derive(report)
    assert cell.value == D("97.16")


# ---- what is told of it


def test_tells_what_was_filled_and_whether_somebody_should_have(report: Build) -> None:
    case = report(income_total=None)
    told = {(d.where.row, d.where.field): (d.value, d.was_blank) for d in derived(case) if d.where.table == "income"}
    assert told[LEAD, "income_total"] == ("100.00", True)
    assert told[LEAD, "current_year_income"] == ("90.00", False)
    assert [d.value for d in derived(case) if d.where.field == "staff_control_rate" and d.is_rate] == ["100.00"]


def test_a_second_time_changes_nothing(report: Build) -> None:
    case = report(income_total=None)
    first = list(derived(case))
    derive(case)
    assert list(derived(case)) == first
