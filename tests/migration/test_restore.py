"""Which typed totals become formulas again."""

from __future__ import annotations

from decimal import Decimal

from xlprocess.form.load import load
from xlprocess.identity import Spot
from xlprocess.migration.restore import restore
from xlprocess.values import Given


def test_a_formula_over_sums_that_stay_as_they_were_typed_is_one_again() -> None:
    """汇总 leaves one organisation out: its sums stay, and what its own formulas give of them is computed."""
    given: dict[Spot, Given] = {
        Spot("income", "汇总", "public_budget"): Decimal(90),
        Spot("income", "局机关", "public_budget"): Decimal(90),
        Spot("income", "救援中心", "public_budget"): Decimal(10),
        Spot("expenditure", "汇总", "exp_project"): Decimal(70),
        Spot("expenditure", "局机关", "exp_project"): Decimal(70),
        Spot("expenditure", "救援中心", "exp_project"): Decimal(9),
        Spot("expenditure", "汇总", "exp_total"): Decimal(70),
        Spot("expenditure", "汇总", "balance_current"): Decimal(20),
        Spot("expenditure", "局机关", "balance_current"): Decimal(21),
    }
    found = restore(load("yueyang-2021"), given, {"organisations": ["汇总", "局机关", "救援中心"]})
    assert {(s.row, s.field) for s in found.spots} == {("汇总", "exp_total"), ("汇总", "balance_current")}
