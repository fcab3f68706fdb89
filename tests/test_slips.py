"""One figure against another."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xlprocess.slips import slips


def found(typed: str, needed: str, slack: str = "0") -> list[str]:
    return [f"{kind} {mended}" for kind, mended in slips(Decimal(typed), Decimal(needed), Decimal(slack))]


@pytest.mark.parametrize(
    ("typed", "needed", "kinds"),
    [
        ("1061.61", "1016.61", ["swapped_digits 1016.61"]),
        ("13.24", "12.34", ["swapped_digits 12.34"]),  # neighbours on either side of the point
        ("912.68", "922.68", ["mistyped_digit 922.68"]),
        ("459.1", "459.7", ["mistyped_digit 459.70"]),
        ("64.06", "-64.06", ["sign -64.06"]),
        ("-29.87", "-28.97", ["swapped_digits -28.97"]),
        ("9525.5", "952.55", ["decimal_shift 952.55"]),
        ("9.5255", "952.55", ["decimal_shift 952.5500"]),
        ("9525500", "952.55", ["unit 952.55"]),
        ("0.50", "5.00", ["decimal_shift 5.00"]),
        ("952.55", "1032.52", []),
    ],
)
def test_a_slip_is_told_by_its_kind(typed: str, needed: str, kinds: list[str]) -> None:
    assert found(typed, needed) == kinds


def test_a_figure_is_no_slip_of_one_with_more_digits() -> None:
    assert found("2.50", "12.50") == [] and found("12.50", "2.50") == []


def test_zero_is_neither_a_slip_nor_the_cause_of_one() -> None:
    assert found("0", "7.00") == [] and found("5.00", "0.00") == [] and found("79.97", "0.00", "0.02") == []


def test_a_point_shifted_to_the_left_may_have_cost_the_last_digits() -> None:
    assert found("9.53", "952.55") == ["decimal_shift 952.55"]
    assert found("9.53", "953.55") == []


def test_the_rounding_of_other_figures_leaves_an_interval() -> None:
    assert found("912.68", "922.69", "0.01") == ["mistyped_digit 922.68"]
    assert found("912.68", "922.70", "0.01") == []
    assert found("0.07", "0.05", "0.01") == [f"mistyped_digit 0.0{digit}" for digit in (5, 4, 6)]


amounts = st.decimals("0.01", "99999.99", places=2, allow_nan=False)


@given(amounts, amounts, st.integers(0, 5))
def test_whatever_is_found_lies_within_the_slack(typed: Decimal, needed: Decimal, cents: int) -> None:
    slack = Decimal(cents).scaleb(-2)
    for _, mended in slips(typed, needed, slack):
        assert mended != typed or abs(typed - needed) <= slack
        assert abs(mended - needed) <= slack


@given(amounts, st.data())
def test_every_mistyped_digit_is_found(right: Decimal, data: st.DataObject) -> None:
    text = str(right)
    place = data.draw(st.sampled_from([place for place, digit in enumerate(text) if digit != "."]))
    typed = text[:place] + data.draw(st.sampled_from("123456789")) + text[place + 1 :]
    if typed != text:
        assert f"mistyped_digit {right}" in found(typed, text)


@given(amounts, st.integers(0, 6))
def test_every_swap_is_found(right: Decimal, place: int) -> None:
    digits = str(right).replace(".", "")
    place %= len(digits) - 1
    swapped = digits[:place] + digits[place + 1] + digits[place] + digits[place + 2 :]
    typed = Decimal(int(swapped)).scaleb(-2)
    if swapped != digits and swapped[0] != "0" and digits[0] != "0":
        assert f"swapped_digits {right}" in found(str(typed), str(right))
