"""Counts what is asked of an office program over UNO: every call, and every attribute that is read or set."""

from __future__ import annotations

from collections import Counter
from typing import Any


class Count:
    """How often anything was asked, and what."""

    def __init__(self) -> None:
        self.asked: Counter[str] = Counter()

    @property
    def total(self) -> int:
        return sum(self.asked.values())


def counted(thing: Any, count: Count) -> Any:
    """The object, counting; so is all that comes out of it."""
    if type(thing).__name__ == "pyuno":
        return _Counted(thing, count)
    if type(thing) is tuple and any(type(part).__name__ == "pyuno" for part in thing):
        return tuple(counted(part, count) for part in thing)
    return thing


class _Counted:
    def __init__(self, thing: Any, count: Count) -> None:
        object.__setattr__(self, "_thing", thing)
        object.__setattr__(self, "_count", count)

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._thing, name)
        if not callable(found):
            self._count.asked[name] += 1
            return counted(found, self._count)

        def call(*arguments: Any) -> Any:
            self._count.asked[name] += 1
            return counted(found(*map(_plain, arguments)), self._count)

        return call

    def __setattr__(self, name: str, value: Any) -> None:
        self._count.asked[name] += 1
        setattr(self._thing, name, _plain(value))


def _plain(value: Any) -> Any:
    return value._thing if isinstance(value, _Counted) else value
