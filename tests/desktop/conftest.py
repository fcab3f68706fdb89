"""A LibreOffice that runs for the tests of a file."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from live_office import LiveOffice, why_missing


@pytest.fixture(scope="module")
def office() -> Iterator[LiveOffice]:
    reason = why_missing()
    if reason is not None and os.environ.get("CI", "").lower() == "true":
        pytest.fail(f"{reason} (CI must have it)")
    if reason is not None:
        pytest.skip(f"NOT CHECKED: {reason}")
    running = LiveOffice()
    yield running
    running.stop()
