"""Functions of the formula language that know what indicators mean."""

from __future__ import annotations

from decimal import Decimal

from xlprocess.form.completion import shown_completion
from xlprocess.form.formula import Value, function


@function("completion", 2)
def completion(target: Value, actual: Value) -> Value:
    """actual/target, or target/actual where less is better; blank unless both hold one number above zero,
    written so that the formula in the cell can read it."""
    return shown_completion(_text(target), _text(actual))


def _text(value: Value) -> str | None:
    if isinstance(value, Decimal):
        return format(value, "f")
    return value if isinstance(value, str) else None
