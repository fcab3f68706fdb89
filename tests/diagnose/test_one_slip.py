"""A single slip in a table: which cell is said to hold it, by how much, and why."""

from __future__ import annotations

from decimal import Decimal

from broken_tables import (
    ALL,
    FIRST,
    SECOND,
    SEED,
    THREE,
    both,
    but,
    figures,
    found,
    identities,
    in_office,
    in_summary,
    spot,
    three,
    told,
)

from xlprocess.diagnose import diagnose
from xlprocess.identity import Spot


def test_a_table_that_agrees_raises_nothing() -> None:
    assert both() == [] and three() == []


def test_a_gap_within_the_rounding_raises_nothing() -> None:
    assert in_office(income_total="1032.53") == []


def test_the_seed_report_leaves_the_carryover_out_of_its_total_in_both_rows() -> None:
    row = but(FIRST, income_total="952.55")
    typed = figures(局机关=row, 汇总=row)
    first, second = diagnose(typed, identities(typed, THREE))
    assert [told(first), told(second)] == [
        "局机关 income_total -79.97 omitted_addend(carryover_prev)",
        "汇总 income_total -79.97 omitted_addend(carryover_prev) follows 局机关 income_total",
    ]
    assert (first.expected, first.competing) == (Decimal("1032.52"), ())
    totals = [(spot(row, "income_total"), Decimal("1032.52")) for row in ("局机关", "汇总")]
    assert (list(first.mended), list(second.mended)) == (totals, totals[1:])


def test_a_total_that_leaves_two_addends_out() -> None:
    assert in_office(income_total="922.68") == [
        "局机关 income_total -109.84 omitted_addend(carryover_prev, other_income)",
        "汇总 income_total +109.84 follows 局机关 income_total",
    ]


def test_a_total_that_counts_an_addend_twice() -> None:
    assert both(income_total="1112.49") == [
        "局机关 income_total +79.97 counted_twice(carryover_prev)",
        "汇总 income_total +79.97 counted_twice(carryover_prev) follows 局机关 income_total",
    ]


def test_digits_swapped_in_a_total_and_carried_into_the_summary() -> None:
    assert both(exp_total="1061.61") == [
        "局机关 exp_total +45.00 swapped_digits(exp_total)",
        "汇总 exp_total +45.00 swapped_digits(exp_total) follows 局机关 exp_total",
    ]


def test_digits_swapped_in_a_total_of_one_row_only() -> None:
    assert in_office(exp_total="1061.61") == [
        "局机关 exp_total +45.00 swapped_digits(exp_total)",
        "汇总 exp_total -45.00 follows 局机关 exp_total",
    ]


def test_a_digit_mistyped_in_a_part_is_found_by_row_and_column() -> None:
    assert in_office(exp_staff="449.43") == [
        "局机关 exp_staff -100.00 in 局机关 exp_basic mistyped_digit(exp_staff)",
        "汇总 exp_staff -100.00 follows 局机关 exp_staff",
    ]


def test_a_digit_mistyped_in_a_part_of_the_summary() -> None:
    assert in_summary(exp_staff="449.43") == [
        "汇总 exp_staff +100.00 mistyped_digit(exp_staff)",
        "汇总 exp_basic -100.00 follows 汇总 exp_staff",
    ]


def test_a_digit_that_nothing_else_confirms_competes_with_a_missing_item() -> None:
    competing = "perhaps mistyped_digit(exp_total) or missing_item(exp_total) or mistyped_digit(exp_project)"
    assert both(exp_total="1026.61") == [
        f"局机关 exp_total +10.00 {competing}",
        f"汇总 exp_total +10.00 {competing} follows 局机关 exp_total",
    ]


def test_an_equal_amount_elsewhere_tells_which_item_is_missing() -> None:
    row = but(SEED, exp_project="547.51")
    typed = figures(局机关=row, 汇总=row)
    fund, other = Spot("special_funds", "1", "amount"), Spot("special_funds", "2", "amount")
    first, second = diagnose(typed, identities(typed, ("局机关",)), elsewhere={fund: Decimal(10), other: Decimal(70)})
    assert [told(first), told(second)] == [
        "局机关 exp_total +10.00 missing_item(amount)",
        "汇总 exp_total +10.00 missing_item(amount) follows 局机关 exp_total",
    ]
    assert (first.evidence, first.mended) == (fund, ())


def test_an_item_cannot_be_missing_where_the_total_is_too_small() -> None:
    assert both(exp_total="1006.61") == [
        "局机关 exp_total -10.00 mistyped_digit(exp_total)",
        "汇总 exp_total -10.00 mistyped_digit(exp_total) follows 局机关 exp_total",
    ]


def test_a_balance_that_agrees_confirms_a_mistyped_part() -> None:
    assert both(exp_project="547.51", balance_current="-64.06", balance_cumulative="15.91") == [
        "局机关 exp_project +10.00 in 局机关 exp_total mistyped_digit(exp_project)",
        "局机关 balance_current -10.00 follows 局机关 exp_project",
        "汇总 balance_current -10.00 follows 局机关 exp_project",
        "汇总 exp_project +10.00 in 汇总 exp_total mistyped_digit(exp_project) follows 局机关 exp_project",
    ]


def test_a_sum_inside_a_sum_breaks_both() -> None:
    assert both(exp_basic="451.10") == [
        "局机关 exp_basic -8.00 mistyped_digit(exp_basic)",
        "局机关 exp_total +8.00 follows 局机关 exp_basic",
        "汇总 exp_basic -8.00 mistyped_digit(exp_basic) follows 局机关 exp_basic",
        "汇总 exp_total +8.00 follows 局机关 exp_basic",
    ]


def test_a_sum_inside_a_sum_that_was_added_up_on() -> None:
    assert in_office(exp_basic="451.10", exp_total="1008.61") == [
        "局机关 exp_basic -8.00 mistyped_digit(exp_basic)",
        "汇总 exp_basic +8.00 follows 局机关 exp_basic",
        "汇总 exp_total +8.00 follows 局机关 exp_basic",
    ]


def test_a_total_added_up_from_a_wrong_part_is_not_blamed() -> None:
    assert three(second=but(SECOND, public_budget="20.00", income_total="120.25"), summary=ALL) == [
        "二级机构1 public_budget +180.00 in 汇总 public_budget decimal_shift(public_budget, 二级机构1)",
        "汇总 income_total +180.00 follows 二级机构1 public_budget",
    ]


def test_a_total_with_the_wrong_sign() -> None:
    assert in_office(income_total="-1032.52") == [
        "局机关 income_total -2065.04 sign(income_total)",
        "汇总 income_total +2065.04 follows 局机关 income_total",
    ]


def test_a_total_of_the_summary_in_yuan() -> None:
    assert in_summary(exp_total="10166100") == [
        "汇总 exp_total +10165083.39 unit(exp_total)",
        "汇总 exp_total +10165083.39 follows 汇总 exp_total",
    ]


def test_a_row_in_yuan_breaks_every_column() -> None:
    yuan = {field: str(Decimal(value) * 10000) for field, value in SECOND.items()}
    assert three(second=yuan, summary=ALL) == [
        "二级机构1 carryover_prev -501449.85 in 汇总 carryover_prev unit(carryover_prev, 二级机构1)",
        "二级机构1 other_income -500949.90 in 汇总 other_income unit(other_income, 二级机构1)",
        "二级机构1 public_budget -1999800.00 in 汇总 public_budget unit(public_budget, 二级机构1)",
        "汇总 income_total -3002199.75 follows 二级机构1 carryover_prev",
    ]


def test_two_neighbouring_columns_exchanged() -> None:
    assert in_office(exp_public_use="557.51", exp_project="109.67") == [
        "局机关 exp_public_use -447.84 in 局机关 exp_basic exchanged_cells(exp_public_use, exp_project)",
        "局机关 exp_total +447.84 follows 局机关 exp_public_use",
        "汇总 exp_project +447.84 follows 局机关 exp_public_use",
        "汇总 exp_public_use -447.84 follows 局机关 exp_public_use",
    ]


def test_a_column_of_two_neighbouring_organisations_exchanged() -> None:
    assert three(but(FIRST, other_income="50.10"), but(SECOND, other_income="29.87"), ALL) == [
        "局机关 other_income -20.23 in 局机关 income_total exchanged_cells(other_income, 局机关, 二级机构1)",
        "二级机构1 income_total +20.23 follows 局机关 other_income",
    ]


def test_a_figure_in_the_column_beside_its_own() -> None:
    assert in_office(other_income=None, special_account_nontax="29.87") == [
        "局机关 special_account_nontax +29.87 in 汇总 other_income exchanged_cells(special_account_nontax, other_income, 局机关)"
    ]


def test_a_blank_cell_that_row_and_column_miss() -> None:
    assert in_office(other_income=None) == [
        "局机关 other_income +29.87 in 局机关 income_total missing_item(other_income)",
        "汇总 other_income +29.87 follows 局机关 other_income",
    ]


def test_a_blank_cell_that_only_the_row_misses_is_a_guess() -> None:
    assert both(other_income=None) == [
        "局机关 income_total +29.87 perhaps missing_item(income_total)",
        "汇总 income_total +29.87 perhaps missing_item(income_total) follows 局机关 income_total",
    ]


def test_a_total_over_blank_parts() -> None:
    assert both({"tp_total": "22.63"}) == [
        "局机关 tp_total +22.63 missing_item(tp_total)",
        "汇总 tp_total +22.63 missing_item(tp_total) follows 局机关 tp_total",
    ]


def test_a_total_of_zero_was_not_added_up_at_all() -> None:
    assert found(局机关=but(FIRST, income_total="0")) == ["局机关 income_total -1032.52"]


def test_the_summary_leaves_an_organisation_out() -> None:
    assert three(summary=but(ALL, income_total="1107.85")) == [
        "汇总 income_total -300.25 omitted_addend(income_total, 二级机构1)",
        "汇总 income_total -300.25 follows 汇总 income_total",
    ]


def test_the_same_slip_in_every_organisation() -> None:
    typed = [but(FIRST, income_total="952.55"), but(SECOND, income_total="250.10")]
    assert three(*typed) == [
        "局机关 income_total -79.97 omitted_addend(carryover_prev)",
        "二级机构1 income_total -50.15 omitted_addend(carryover_prev)",
        "汇总 income_total -130.12 omitted_addend(carryover_prev) follows 局机关 income_total",
    ]
    assert three(*typed, ALL) == [
        "局机关 income_total -79.97 omitted_addend(carryover_prev)",
        "二级机构1 income_total -50.15 omitted_addend(carryover_prev)",
        "汇总 income_total +130.12 follows 局机关 income_total",
    ]
