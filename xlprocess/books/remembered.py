"""The workbooks of a batch are of one form: the parts that only list others, and the styles, are the same bytes in most of them.
What a function makes of such bytes is remembered; of a large part nothing is kept."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import Concatenate, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")

KEPT = 32
LARGEST = 1 << 17


def remembered(function: Callable[Concatenate[bytes, P], R]) -> Callable[Concatenate[bytes, P], R]:
    """The same function of a part's bytes. Its result is shared: nobody may change it."""
    keeping = lru_cache(maxsize=KEPT)(function)

    @wraps(function)
    def either(data: bytes, /, *rest: P.args, **named: P.kwargs) -> R:
        return function(data, *rest, **named) if len(data) > LARGEST else keeping(data, *rest, **named)  # type: ignore[arg-type]

    return either
