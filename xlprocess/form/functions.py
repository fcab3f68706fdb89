"""Functions of the formula language that know what indicators mean."""

from __future__ import annotations

from decimal import Decimal

from xlprocess.form.formula import Value, function
from xlprocess.target import completion_of


@function("completion", 2)
def completion(target: Value, actual: Value) -> Value:
    """actual/target, or target/actual where less is better; blank unless both hold one number above zero."""
    return completion_of(_text(target), _text(actual))


def _text(value: Value) -> str | None:
    if isinstance(value, Decimal):
        return str(value)
    return value if isinstance(value, str) else None
