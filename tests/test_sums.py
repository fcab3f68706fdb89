"""The sums that a report must keep: which there are, over which figures, and within which tolerance."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from xlprocess.checking import roundings
from xlprocess.identity import Identity, Spot
from xlprocess.report import Report
from xlprocess.sums import diagnoses, figures, identities

LEAD = "局机关"
OFFICE = "监察大队"
Build = Callable[..., Report]


def told(identity: Identity) -> str:
    """`局机关 exp_total = exp_basic + exp_project`; the organisation is named where it is another than the total's."""

    def name(spot: Spot) -> str:
        row = spot.row if spot.row != identity.total.row else None
        return f"{row} {spot.field}" if row else spot.field

    text = ""
    for term in identity.parts:
        text += f"{' + ' if term.sign > 0 else ' - '}{name(term.spot)}"
    total = " ".join(x for x in (identity.total.row, identity.total.field) if x)
    return f"{total} = {text.removeprefix(' + ').strip()}"


def sums(report: Report, field: str, row: str | None = LEAD) -> list[str]:
    return [told(i) for i in identities(report) if (i.total.row, i.total.field) == (row, field)]


def one(report: Report, field: str, row: str | None = LEAD) -> Identity:
    (identity,) = [i for i in identities(report) if (i.total.row, i.total.field) == (row, field)]
    return identity


# ---- header trees


def test_a_total_is_the_sum_of_what_stands_under_it(report: Build) -> None:
    full = report(gov_fund="0", special_account_nontax="0", other_income="0")
    assert sums(full, "income_total") == [
        "局机关 income_total = carryover_prev + public_budget + gov_fund + special_account_nontax + other_income"
    ]
    assert sums(full, "exp_basic") == ["局机关 exp_basic = exp_staff + exp_public_use"]
    assert one(full, "income_total").addends == "columns"


def test_a_blank_part_is_nothing(report: Build) -> None:
    assert sums(report(), "income_total") == ["局机关 income_total = carryover_prev + public_budget"]


def test_what_stands_beside_a_total_belongs_to_it(report: Build) -> None:
    case = report(fa_rented_out="0", fa_other="0")
    assert sums(case, "fa_total") == ["局机关 fa_total = fa_in_use + fa_rented_out + fa_other"]


def test_a_part_that_was_typed_counts_as_typed_and_a_blank_one_by_its_own_parts(report: Build) -> None:
    assert sums(report(), "exp_total") == ["局机关 exp_total = exp_basic + exp_project"]
    assert sums(report(exp_basic=None), "exp_total") == ["局机关 exp_total = exp_staff + exp_public_use + exp_project"]


def test_a_blank_total_must_keep_nothing(report: Build) -> None:
    assert sums(report(income_total=None), "income_total") == []
    assert sums(report(typed={("income", LEAD, "income_total"): "—"}), "income_total") == []


def test_a_part_that_could_not_be_read_leaves_the_sum_open(report: Build) -> None:
    assert sums(report(public_budget="九十多"), "income_total") == []


def test_a_total_over_blank_parts_is_the_sum_of_nothing(report: Build) -> None:
    case = report(tp_reception=None, tp_vehicle_operation=None)
    assert one(case, "tp_total").difference(figures(case)) == Decimal("3.00")


# ---- balances


def test_a_printed_balance_is_its_operands_down_to_the_leaves(report: Build) -> None:
    case = report(balance_current="0.00", balance_cumulative="10.00")
    assert sums(case, "balance_current") == ["局机关 balance_current = public_budget - exp_staff - exp_public_use - exp_project"]
    assert sums(case, "balance_cumulative") == ["局机关 balance_cumulative = carryover_prev + balance_current"]
    assert one(case, "balance_current").addends == "operands"


def test_a_blank_balance_stands_for_its_operands(report: Build) -> None:
    case = report(balance_cumulative="10.00")
    assert sums(case, "balance_cumulative") == [
        "局机关 balance_cumulative = carryover_prev + public_budget - exp_staff - exp_public_use - exp_project"
    ]
    assert one(case, "balance_cumulative").holds(figures(case))


# ---- 汇总


@pytest.fixture
def two() -> list[dict[str, Any]]:
    return [
        {"org": LEAD, "income_total": "100.00", "public_budget": "100.00"},
        {"org": OFFICE, "income_total": "50.00", "public_budget": "50.00"},
    ]


def test_the_summary_is_the_sum_of_the_organisations(report: Build, two: list[dict[str, Any]]) -> None:
    case = report(rows=two, summary={"public_budget": "150.00"})
    assert sums(case, "public_budget", "汇总") == ["汇总 public_budget = 局机关 public_budget + 监察大队 public_budget"]
    assert one(case, "public_budget", "汇总").addends == "organisations"
    assert one(case, "public_budget", "汇总").holds(figures(case))


def test_a_total_in_the_summary_keeps_two_sums(report: Build, two: list[dict[str, Any]]) -> None:
    case = report(rows=two, summary={"income_total": "150.00", "public_budget": "150.00"})
    found = [(i.addends, i.holds(figures(case))) for i in identities(case) if i.total == Spot("income", "汇总", "income_total")]
    assert found == [("columns", True), ("organisations", True)]


def test_a_blank_part_of_the_summary_is_what_the_organisations_give(report: Build, two: list[dict[str, Any]]) -> None:
    case = report(rows=two, summary={"income_total": "150.00"})
    columns, _ = (i for i in identities(case) if i.total == Spot("income", "汇总", "income_total"))
    assert told(columns).startswith("汇总 income_total = ")
    assert columns.expected(figures(case)) == Decimal("150.00")


def test_a_summary_over_blank_organisations_is_not_compared_with_them(report: Build) -> None:
    case = report(rows=[{"org": LEAD}], summary={"public_budget": "150.00"})
    assert sums(case, "public_budget", "汇总") == []


# ---- lists


def test_a_line_is_the_sum_of_the_parts_inside_it(report: Build) -> None:
    parts = [{"name": "宣传", "amount": "12"}, {"name": "培训", "amount": "8"}, {"name": "其他"}]
    case = report(special_funds=[{"name": "安全生产资金", "year": 2021, "amount": "20", "parts": parts}])
    assert sums(case, "amount", "1") == ["1 amount = parts[1].amount + parts[2].amount"]


def test_the_foot_is_the_sum_of_the_lines(report: Build) -> None:
    lines = [{"name": "养老", "amount": "24.64"}, {"name": "医疗"}, {"name": "工伤", "amount": "1.54"}]
    case = report(social_items=lines, social_total="26.18")
    assert sums(case, "social_total", None) == ["social_total = 1 amount + 3 amount"]
    assert one(case, "social_total", None).holds(figures(case))
    lost = report(social_items=[*lines, {"name": "失业", "amount": "几万"}], social_total="26.18")
    assert sums(lost, "social_total", None) == []


# ---- tolerance


def test_the_tolerance_is_half_a_unit_for_every_figure_up_to_the_cap(report: Build) -> None:
    assert one(report(), "exp_basic").tolerance == Decimal("0.015")
    assert one(report(), "income_total").tolerance == Decimal("0.015")
    many = [{"org": f"机构{k}", "public_budget": "1.00"} for k in range(20)]
    assert one(report(rows=many, summary={"public_budget": "20.00"}), "public_budget", "汇总").tolerance == Decimal("0.05")


@pytest.mark.parametrize(("total", "broken"), [("70.01", False), ("70.015", False), ("70.016", True), ("69.98", True)])
def test_a_gap_of_rounding_breaks_nothing(report: Build, total: str, broken: bool) -> None:
    case = report(exp_basic=total, exp_total=None)
    assert bool(diagnoses(case)) is broken
    assert [r.spot.field for r in roundings(case)] == ([] if broken else ["exp_basic"])


# ---- what is diagnosed


def test_a_broken_sum_is_diagnosed_once_and_kept(report: Build) -> None:
    case = report(income_total="90.00")
    (found,) = diagnoses(case)
    assert (found.identity.total.field, found.difference) == ("income_total", Decimal("-10.00"))
    assert diagnoses(case) is diagnoses(case)


def test_reports_filled_in_the_same_cells_have_the_same_sums_and_each_its_own_figures(report: Build) -> None:
    first, second, third = report(income_total="90.00"), report(income_total="80.00"), report(income_total=None)
    assert [found.difference for case in (first, second, third) for found in diagnoses(case)] == [
        Decimal("-10.00"),
        Decimal("-20.00"),
    ]
    assert identities(first) is identities(second)
    assert figures(second)[Spot("income", LEAD, "income_total")] == Decimal("80.00")
    assert sums(third, "income_total") == []


def test_figures_are_those_that_somebody_typed(report: Build) -> None:
    case = report(income_total=None)
    typed = figures(case)
    assert Spot("income", LEAD, "income_total") not in typed
    assert Spot("income", LEAD, "current_year_income") not in typed
    assert typed[Spot("income", LEAD, "public_budget")] == Decimal("90.00")
    assert Spot("basics", None, "fiscal_year") not in typed
