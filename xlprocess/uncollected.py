"""Work on one workbook makes thousands of small values and drops them together: looking for cycles among them meanwhile costs a
twentieth of the time and finds nothing. Collection waits until the step is done. Nor is the memory given back in between."""

from __future__ import annotations

import gc
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")

_LARGE = len(bytes(16 << 20))
"""Never touched, and gone at once: glibc learns from it that such blocks come and go, and keeps what a workbook has used for the
next one. Else every workbook has its memory handed out anew, page by page."""


def uncollected(step: Callable[P, R]) -> Callable[P, R]:
    """The same function, during which the garbage collector does not run by itself."""

    @wraps(step)
    def quietly(*rest: P.args, **named: P.kwargs) -> R:
        if not gc.isenabled():  # by somebody else, who will know why
            return step(*rest, **named)
        gc.disable()
        try:
            return step(*rest, **named)
        finally:
            gc.enable()

    return quietly
