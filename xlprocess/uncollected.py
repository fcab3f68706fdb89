"""Work on one workbook makes thousands of small values and drops them together: looking for cycles among them meanwhile costs a
twentieth of the time and finds nothing. Collection waits until the step is done. Nor is the memory given back in between."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")

_LARGE = len(bytes(16 << 20))
"""Never touched, and gone at once: glibc learns from it that such blocks come and go, and keeps what a workbook has used for the
next one. Else every workbook has its memory handed out anew, page by page."""


_SELDOM = 50_000  # objects more than there were


@contextmanager
def seldom_collected() -> Iterator[None]:
    """For work on many workbooks, whose values go by themselves as well, but in which something may pile up: the garbage collector
    runs, seldom."""
    usual = gc.get_threshold()
    if 0 < usual[0] < _SELDOM:
        gc.set_threshold(_SELDOM, *usual[1:])
    try:
        yield
    finally:
        gc.set_threshold(*usual)


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
