"""A LibreOffice that runs for the tests of a file."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from live_office import LiveOffice, why_missing


@pytest.fixture(scope="module")
def office(missing: Callable[[str], None]) -> Iterator[LiveOffice]:
    reason = why_missing()
    if reason is not None:
        missing(reason)
    running = LiveOffice()
    yield running
    running.stop()
