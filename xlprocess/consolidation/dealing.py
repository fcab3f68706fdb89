"""A dealing between two departments of one consolidation: a value."""

from __future__ import annotations

from decimal import Decimal

import msgspec

from xlprocess.consolidation.matching import without_zeros
from xlprocess.form.model import normal


class Dealing(msgspec.Struct, frozen=True):
    """A line of 内部往来: `amount` in 万元 went from the payer to the receiver. `paid` and `received`: the labels of the fields in
    which they report it, where they are said. `number`: the row it stands in."""

    number: int
    payer_code: str
    payer: str
    receiver_code: str
    receiver: str
    amount: Decimal
    paid: str = ""
    received: str = ""
    note: str = ""

    def same(self) -> tuple[object, ...]:
        """What makes it the same dealing in another list."""
        sides = tuple(
            without_zeros(c) or normal(n) for c, n in ((self.payer_code, self.payer), (self.receiver_code, self.receiver))
        )
        return (*sides, self.amount, normal(self.paid), normal(self.received))
