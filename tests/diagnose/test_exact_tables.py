"""Three organisations whose figures agree to the last digit: what fits exactly comes before what nearly fits."""

from __future__ import annotations

from decimal import Decimal

from broken_tables import BALANCED, BALANCES, BRANCH, CENTRE, OFFICE, THREE, but, exact, figures, identities, spot, told

from xlprocess.diagnose import diagnose
from xlprocess.identity import Identity


def test_the_exact_table_agrees() -> None:
    assert exact(balances=True) == []


def test_a_total_whose_own_mend_breaks_another_sum_is_neither_blamed_nor_named() -> None:
    competing = "perhaps mistyped_digit(exp_public_use) or mistyped_digit(exp_staff)"
    assert exact(branch=but(BRANCH, exp_staff="131.83"), summary=but(BALANCED, exp_staff="645.00")) == [
        f"二级机构1 exp_basic -10.00 {competing}",
        f"汇总 exp_basic -10.00 {competing} follows 二级机构1 exp_basic",
    ]


def test_a_balance_wrong_by_little_leaves_the_right_summary_alone() -> None:
    typed = figures(局机关=but(OFFICE, balance_current="-5.19"), 二级机构1=BRANCH, 二级机构2=CENTRE, 汇总=BALANCED)
    told_of = diagnose(typed, identities(typed, THREE))
    assert [told(each) for each in told_of] == [
        "局机关 balance_current +0.06",
        "局机关 balance_cumulative -0.06 follows 局机关 balance_current",
        "汇总 balance_current -0.06 follows 局机关 balance_current",
    ]
    assert told_of[0].mended == ((spot("局机关", "balance_current"), Decimal("-5.25")),)
    for value, difference in ("-5.18", "0.07"), ("-5.31", "-0.06"):
        first, *rest = exact(office=but(OFFICE, balance_current=value), balances=True)
        assert first == f"局机关 balance_current {Decimal(difference):+}"
        assert len(rest) == 2 and all(each.endswith("follows 局机关 balance_current") for each in rest)


def test_what_fits_to_the_last_digit_does_not_compete_with_what_nearly_fits() -> None:
    assert exact(office=but(OFFICE, income_total="1011.36"), summary=None) == [
        "局机关 income_total -79.97 omitted_addend(carryover_prev)"
    ]
    assert exact(summary=but(BALANCED, tp_total="36.10")) == [
        "汇总 tp_total +0.09 swapped_digits(tp_total)",
        "汇总 tp_total +0.09 follows 汇总 tp_total",
    ]


def test_a_digit_that_only_nearly_fits_is_not_named() -> None:
    typed = figures(局机关=but(OFFICE, exp_total="1016.10"), 二级机构1=BRANCH, 二级机构2=CENTRE, 汇总=BALANCED)
    told_of = diagnose(typed, identities(typed, THREE))
    assert [told(each) for each in told_of] == ["局机关 exp_total -0.51", "汇总 exp_total +0.51 follows 局机关 exp_total"]
    assert told_of[0].mended == ((spot("局机关", "exp_total"), Decimal("1016.61")),)


def test_a_small_error_does_not_accuse_a_summary_whose_own_row_is_exact() -> None:
    assert exact(office=but(OFFICE, income_total="1091.36")) == [
        "局机关 income_total -0.03 in 汇总 income_total mistyped_digit(income_total, 局机关)"
    ]
    assert exact(office=but(OFFICE, exp_total="1016.64")) == [
        "局机关 exp_total +0.03 mistyped_digit(exp_total)",
        "汇总 exp_total -0.03 follows 局机关 exp_total",
    ]


def test_one_cell_that_mends_all_is_blamed_whatever_it_should_be() -> None:
    typed = figures(
        **{row: but(each, balance_current=None, balance_cumulative=None) for row, each in (("局机关", OFFICE), ("汇总", BALANCED))},
        二级机构1=but(BRANCH, balance_current=None, balance_cumulative=None),
        二级机构2=but(CENTRE, exp_staff="121.83", balance_current=None, balance_cumulative=None),
    )
    first, second = diagnose(typed, identities(typed, THREE))
    staff = spot("二级机构2", "exp_staff")
    assert [told(first), told(second)] == [
        "二级机构2 exp_staff +41.91 in 二级机构2 exp_basic",
        "汇总 exp_staff +41.91 follows 二级机构2 exp_staff",
    ]
    assert (first.mended, second.mended) == (((staff, Decimal("163.74")),), ())


def test_a_blank_cell_that_its_sums_do_not_name_is_missed_by_row_and_column() -> None:
    """Sums over what was typed only: that a cell is blank is known from the other rows and organisations."""
    typed = figures(局机关=OFFICE, 二级机构1=but(BRANCH, exp_public_use=None), 二级机构2=CENTRE, 汇总=BALANCED)
    typed = {each: value for each, value in typed.items() if each.field not in BALANCES}
    known = [
        Identity(each.total, tuple(term for term in each.parts if term.spot in typed), each.addends, each.tolerance)
        for each in identities(typed, THREE)
    ]
    first, second = diagnose(typed, known)
    blank = spot("二级机构1", "exp_public_use")
    assert [told(first), told(second)] == [
        "二级机构1 exp_public_use +45.29 in 二级机构1 exp_basic missing_item(exp_public_use)",
        "汇总 exp_public_use +45.29 follows 二级机构1 exp_public_use",
    ]
    assert first.mended == ((blank, Decimal("45.29")),)


def test_an_organisation_left_blank_in_a_table() -> None:
    centre = {field: value for field, value in CENTRE.items() if not field.startswith("tp_")}
    assert exact(centre=centre) == [
        f"二级机构2 {field} +{CENTRE[field]} in 汇总 {field} missing_item({field}, 二级机构2)"
        for field in ("tp_abroad", "tp_reception", "tp_total", "tp_vehicle_operation")
    ]


def test_an_organisation_left_blank_that_its_sums_do_not_name() -> None:
    """The cell may not be there at all: what is said stands at 汇总."""
    centre = {field: value for field, value in CENTRE.items() if not field.startswith("tp_")}
    typed = figures(局机关=OFFICE, 二级机构1=BRANCH, 二级机构2=centre, 汇总=BALANCED)
    known = [
        Identity(each.total, tuple(term for term in each.parts if term.spot in typed), each.addends, each.tolerance)
        for each in identities(typed, THREE)
    ]
    assert [told(each) for each in diagnose(typed, known)] == [
        f"汇总 {field} +{CENTRE[field]} missing_item({field}, 二级机构2)"
        for field in ("tp_abroad", "tp_reception", "tp_total", "tp_vehicle_operation")
    ]


def test_two_organisations_left_blank_are_not_told_apart() -> None:
    branch = {field: value for field, value in BRANCH.items() if not field.startswith("tp_")}
    centre = {field: value for field, value in CENTRE.items() if not field.startswith("tp_")}
    told_of = exact(branch=branch, centre=centre)
    assert len(told_of) == 4 and all("missing_item" not in each or "perhaps" in each or "tp_abroad" in each for each in told_of)
