"""Numbers in cells: the quick way and the plain one say the same."""

from __future__ import annotations

import math
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xlprocess.consolidation.leaves import _said
from xlprocess.writers.summary.cells import number_text

ODD = (
    "0", "-0", "0.00", "-0.00", "0E+2", "0E-9", "1E+3", "1E-7", "100", "1000000.00", "123456789012345", "1234567890123456",
    "99999999999999.5", "0.0001", "0.00010", "0.00009", "-0.00001234", "1234567890123.456", "0.1", "12345.670", "1E+22", "1.50E+1",
    "NaN", "-NaN", "NaN123", "Infinity", "-Infinity",
)  # fmt: skip


def as_excel_holds_it(value: Decimal | int) -> str | None:
    shown = float(value)
    return repr(shown) if math.isfinite(shown) else None


@pytest.mark.parametrize("text", ODD)
def test_an_odd_number_is_told_as_the_float_is(text: str) -> None:
    value = Decimal(text)
    assert number_text(value) == as_excel_holds_it(value)
    assert _said(value) == f"{float(value):.12g}"


@given(
    st.decimals(allow_nan=True, allow_infinity=True) | st.decimals(min_value=-(10**9), max_value=10**9, places=4) | st.integers()
)
def test_any_number_is_told_as_the_float_is(value: Decimal | int) -> None:
    if isinstance(value, Decimal) and value.is_snan():
        return
    try:
        wanted = as_excel_holds_it(value)
    except OverflowError:
        with pytest.raises(OverflowError):
            number_text(value)
        return
    assert number_text(value) == wanted
    assert _said(value) == f"{float(value):.12g}"
