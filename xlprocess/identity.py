"""An identity: a total and the signed parts that must add up to it, over figures that were typed."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Literal, NamedTuple

import msgspec

ZERO = Decimal(0)
HALF_UNIT = Decimal("0.005")
"""A figure printed with two decimals stands for ±0.005 (XBRL Calculations 1.1, rounding interval)."""


class Spot(NamedTuple):
    """A figure by its canonical name: table, row (organisation, 汇总, place in a list, or None), field id."""

    table: str
    row: str | None
    field: str


def in_print(spot: Spot) -> tuple[str, bool, str, str]:
    """By what figures are put in order where any order will do: a row may be None, which nothing compares with."""
    return spot.table, spot.row is None, spot.row or "", spot.field


class Term(NamedTuple):
    sign: Literal[1, -1]
    spot: Spot


class Identity(msgspec.Struct, frozen=True):
    """total = Σ sign · part.

    `addends` says what the parts are: the columns under a header (其中), the organisations of a column, the lines of a list,
    or the operands of a printed formula (balances), which may differ for good reasons.
    `tolerance`: half a unit for each figure that is not blank, the total included, at most the edition's cap."""

    total: Spot
    parts: tuple[Term, ...]
    addends: Literal["columns", "organisations", "lines", "operands"]
    tolerance: Decimal

    def expected(self, figures: Mapping[Spot, Decimal]) -> Decimal:
        """What the total should be. A figure that is not in `figures` is blank: exactly nothing."""
        total = ZERO
        for sign, spot in self.parts:
            if spot in figures:
                total = total + figures[spot] if sign > 0 else total - figures[spot]
        return total

    def difference(self, figures: Mapping[Spot, Decimal]) -> Decimal:
        """actual − expected; the total must be stated."""
        return figures[self.total] - self.expected(figures)

    def holds(self, figures: Mapping[Spot, Decimal]) -> bool:
        return abs(self.difference(figures)) <= self.tolerance
