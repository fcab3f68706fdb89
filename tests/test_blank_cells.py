"""Several blank cells of one organisation: each is named, with the amount that its column and its row miss."""

from __future__ import annotations

from collections.abc import Callable

from xlprocess.checking import check
from xlprocess.report import Report

Build = Callable[..., Report]
Found = Callable[[Report], list[str]]
OFFICE, TEAM = "局机关", "执法大队"


def test_three_organisations_that_agree_raise_nothing_about_sums(three: Build, found: Found) -> None:
    assert [line for line in found(three()) if line.startswith("R1")] == []


def test_two_blank_leaves_are_named_each_with_its_amount(three: Build, found: Found) -> None:
    case = three((OFFICE, "exp_staff", None), (OFFICE, "exp_public_use", None))
    assert [line for line in found(case) if line.startswith("R1")] == [
        "R103 局机关 exp_public_use expected 109.67 missing_item(exp_public_use)",
        "R103 局机关 exp_staff expected 349.43 missing_item(exp_staff)",
        "R101 局机关 exp_basic 459.10 expected 0.00 follows 局机关 exp_public_use",
    ]
    assert check(case)[0].message == "汇总“公用支出” 213.12，各机构之和 103.45，多 109.67，局机关“公用支出”可能漏填了 109.67。"


def test_blank_leaves_and_the_blank_total_inside_the_typed_one(three: Build, found: Found) -> None:
    blank = [(OFFICE, field, None) for field in ("exp_staff", "exp_public_use", "exp_basic", "exp_project")]
    assert [line for line in found(three(*blank)) if line.startswith("R1")] == [
        "R103 局机关 exp_basic expected 459.10 missing_item(exp_basic)",
        "R103 局机关 exp_project expected 557.51 missing_item(exp_project)",
        "R103 局机关 exp_public_use expected 109.67 missing_item(exp_public_use)",
        "R103 局机关 exp_staff expected 349.43 missing_item(exp_staff)",
        "R101 局机关 exp_total 1016.61 expected 0.00 follows 局机关 exp_basic",
    ]


def test_balances_follow_the_blank_leaves(three: Build, found: Found) -> None:
    case = three((OFFICE, "public_budget", None), (OFFICE, "gov_fund", None))
    assert [line for line in found(case) if line.startswith("R1")] == [
        "R103 局机关 gov_fund expected 31.45 missing_item(gov_fund)",
        "R103 局机关 public_budget expected 922.68 missing_item(public_budget)",
        "R101 局机关 income_total 1063.97 expected 109.84 follows 局机关 gov_fund",
        "R104 局机关 balance_current -32.61 expected -986.74 follows 局机关 gov_fund",
    ]


def test_a_balance_follows_a_single_blank_leaf(three: Build, found: Found) -> None:
    assert [line for line in found(three((OFFICE, "exp_staff", None))) if line.startswith("R1")] == [
        "R101 局机关 exp_staff expected 349.43 missing_item(exp_staff)",
        "R103 汇总 exp_staff 635.00 expected 285.57 follows 局机关 exp_staff",
        "R104 局机关 balance_current -32.61 expected 316.82 follows 局机关 exp_staff",
    ]


def test_a_column_blank_in_two_organisations_is_told_apart_by_their_rows(three: Build, found: Found) -> None:
    case = three((OFFICE, "fa_rented_out", None), (TEAM, "fa_rented_out", None))
    assert [line for line in found(case) if line.startswith("R1")] == [
        "R101 局机关 fa_rented_out expected 57.36 missing_item(fa_rented_out)",
        "R101 执法大队 fa_rented_out expected 12.16 missing_item(fa_rented_out)",
        "R103 汇总 fa_rented_out 75.81 expected 6.29 follows 局机关 fa_rented_out",
    ]


def test_blank_cells_that_their_row_does_not_miss_are_not_named(three: Build, found: Found) -> None:
    """汇总 has more in two columns than the organisations; that an organisation has nothing there may be right."""
    case = three((OFFICE, "gov_fund", None), (OFFICE, "other_income", None), (OFFICE, "income_total", None))
    assert [line for line in found(case) if line.startswith("R103")] == [
        "R103 汇总 gov_fund 53.78 expected 22.33 competing missing_item(gov_fund)",
        "R103 汇总 income_total 1687.69 expected 1626.37",
        "R103 汇总 other_income 36.63 expected 6.76 competing missing_item(other_income)",
    ]
