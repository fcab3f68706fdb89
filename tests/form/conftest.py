"""What a real office program calculates from a workbook."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from office import Office

from xlprocess.form.load import Form, load

Cleared = list[tuple[str, str]]
Shown = Callable[[bytes, dict[str, list[str]], Cleared], dict[tuple[str, str], Any]]


@pytest.fixture(scope="session")
def form() -> Form:
    return load("yueyang-2021")


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
