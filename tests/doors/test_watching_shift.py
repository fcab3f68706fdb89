"""When `watch` looks: at a notice, once more soon after it, when a file is due, and now and then without any."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence

import pytest

from xlprocess.doors.output import Output
from xlprocess.doors.watching_shift import _Shift


class Folder:
    """A watched folder in which nothing lies; `due` as given. Writes down when it was looked at."""

    def __init__(self, clock: list[float], due: float | None) -> None:
        self.clock, self.due, self.looked = clock, due, []  # type: ignore[var-annotated]
        self.is_quiet = True

    def round(self) -> Iterator[object]:
        self.looked.append(self.clock[0])
        if self.due is not None and self.clock[0] >= self.due:
            self.due = None
        return iter(())


def looks(monkeypatch: pytest.MonkeyPatch, notices: Sequence[float], until: int, due: float | None = None) -> list[float]:
    """The seconds at which it looks, when a notice comes at some of them."""
    clock = [0.0]
    folder = Folder(clock, due)
    monkeypatch.setattr(time, "monotonic", lambda: clock[0])

    def turns() -> Iterator[bool]:
        for half in range(2 * until + 1):
            clock[0] = half / 2
            yield clock[0] in notices

    _Shift(Output(), folder, threading.Event()).go(turns(), once=False)  # type: ignore[arg-type]
    return folder.looked


def test_it_looks_once_more_soon_after_a_notice(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that is dropped into a folder which is only just there makes no notice of its own."""
    assert looks(monkeypatch, notices=[0, 10], until=20) == [0, 2, 10, 12]


def test_notices_that_go_on_are_each_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    assert looks(monkeypatch, notices=[0, 1, 1.5], until=8) == [0, 1, 1.5, 3.5]


def test_without_notices_it_looks_every_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    assert looks(monkeypatch, notices=[], until=125) == [0, 60, 120]


def test_a_file_that_is_due_is_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    assert looks(monkeypatch, notices=[0], until=20, due=5) == [0, 2, 5]
