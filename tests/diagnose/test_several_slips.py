"""Several slips, balances, lists, and figures that explain a gap alike."""

from __future__ import annotations

from decimal import Decimal

from broken_tables import ALL, FIRST, SECOND, both, but, identity, three, told

from xlprocess.diagnose import diagnose
from xlprocess.identity import Spot, Term


def test_two_slips_of_one_column_are_told_apart() -> None:
    first, second = but(FIRST, public_budget="292.68"), but(SECOND, public_budget="2000.0")
    roots = [
        "局机关 public_budget +630.00 in 局机关 income_total swapped_digits(public_budget)",
        "二级机构1 public_budget -1800.00 in 二级机构1 income_total decimal_shift(public_budget)",
    ]
    assert three(first, second) == [*roots, "汇总 income_total -1170.00 follows 局机关 public_budget"]
    assert three(first, second, ALL) == [*roots, "汇总 public_budget -1170.00 follows 局机关 public_budget"]
    assert three(first, second, but(ALL, public_budget="552.90")) == [
        *roots,
        "汇总 public_budget +630.00 in 汇总 income_total swapped_digits(public_budget) follows 局机关 public_budget",
        "汇总 public_budget -1800.00 follows 二级机构1 public_budget",
    ]


def test_two_slips_of_one_row_are_told_apart() -> None:
    assert both(exp_total="1061.61", exp_basic="495.10") == [
        "局机关 exp_basic +36.00 swapped_digits(exp_basic)",
        "局机关 exp_total +9.00 swapped_digits(exp_total)",
        "汇总 exp_basic +36.00 swapped_digits(exp_basic) follows 局机关 exp_basic",
        "汇总 exp_total +9.00 swapped_digits(exp_total) follows 局机关 exp_total",
    ]


def test_a_cell_that_is_wrong_in_no_simple_way_is_blamed_without_a_cause() -> None:
    assert three(second=but(SECOND, public_budget="271.18"), summary=ALL) == [
        "二级机构1 public_budget -71.18 in 二级机构1 income_total",
        "汇总 public_budget -71.18 follows 二级机构1 public_budget",
    ]


def test_a_balance_with_the_wrong_sign() -> None:
    assert both(balance_current="64.06", balance_cumulative="144.03") == [
        "局机关 balance_current +128.12 sign(balance_current)",
        "汇总 balance_current +128.12 sign(balance_current) follows 局机关 balance_current",
    ]


def test_a_balance_that_leaves_the_carryover_out() -> None:
    assert both(balance_current="-64.06", balance_cumulative="-64.06") == [
        "局机关 balance_cumulative -79.97 omitted_addend(carryover_prev)",
        "汇总 balance_cumulative -79.97 omitted_addend(carryover_prev) follows 局机关 balance_cumulative",
    ]


def test_a_balance_that_moved_by_a_round_amount_accuses_no_part_and_only_asks() -> None:
    assert both(balance_current="-54.06", balance_cumulative="25.91") == [
        "局机关 balance_current +10.00 perhaps mistyped_digit(balance_current)",
        "汇总 balance_current +10.00 perhaps mistyped_digit(balance_current) follows 局机关 balance_current",
    ]
    assert both(balance_current="-51.72", balance_cumulative="28.25") == [
        "局机关 balance_current +12.34",
        "汇总 balance_current +12.34 follows 局机关 balance_current",
    ]


def lines(total: str, *amounts: str) -> list[str]:
    spots = [Spot("social_items", str(place), "amount") for place in range(1, len(amounts) + 1)]
    typed = {each: Decimal(amount) for each, amount in zip(spots, amounts, strict=True)}
    whole = Spot("social_items", None, "social_total")
    typed[whole] = Decimal(total)
    return [told(each) for each in diagnose(typed, [identity(whole, [Term(1, each) for each in spots], "lines", typed)])]


def test_lines_of_a_list() -> None:
    amounts = ("24.64", "12.32", "8.61", "1.54", "18.48")
    assert lines("65.59", *amounts) == []
    assert lines("65.59", *amounts[:4]) == ["None social_total +18.48 missing_item(social_total)"]
    assert lines("46.94", *amounts) == ["None social_total -18.65"]
    assert lines("53.27", *amounts) == ["None social_total -12.32 omitted_addend(amount, 2)"]
    assert lines("65.59", "24.64", "12.32", "86.10", *amounts[3:]) == [
        "3 amount -77.49 in None social_total decimal_shift(amount, 3)"
    ]


def test_cells_that_explain_alike_leave_the_total_to_be_blamed() -> None:
    assert lines("47.00", "21.00", "36.00") == ["None social_total -10.00 mistyped_digit(social_total)"]
    assert lines("44.00", "21.00", "32.00") == [
        "None social_total -9.00 perhaps swapped_digits(amount, 1) or swapped_digits(amount, 2)"
    ]


def test_two_equal_addends_are_not_told_apart() -> None:
    assert lines("30.00", "5.55", "24.45", "5.55") == [
        "None social_total -5.55 perhaps omitted_addend(amount, 1) or omitted_addend(amount, 3)"
    ]
