"""Which way is better: one parser of targets and results, for the completion of an indicator and for whether it was missed."""

from __future__ import annotations

from decimal import Decimal


def completion_of(target: str | None, actual: str | None) -> Decimal | None:
    """The completion as a fraction; None unless target and actual each hold one number above zero in the same unit."""
    return None
