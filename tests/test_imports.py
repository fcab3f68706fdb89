"""The core knows no Excel: of all about workbooks it imports the protocol and how addresses are written, and no library that
reads or writes them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
CORE = ("report", "derive", "checking", "diagnose", "sums", "rules", "identity", "finding", "form.load", "form_rules", "values")
LIBRARIES = {"lxml", "python_calamine", "openpyxl", "xlsxwriter", "xlwings", "pandas", "docx", "click", "rich"}


@pytest.mark.parametrize("module", CORE)
def test_the_core_knows_no_excel(module: str) -> None:
    code = f"import sys, xlprocess.{module}; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=True)
    loaded = set(done.stdout.decode().split())
    assert {n for n in loaded if n.startswith("xlprocess.books.")} <= {"xlprocess.books.book", "xlprocess.books.address"}
    assert not {n.partition(".")[0] for n in loaded} & LIBRARIES
    assert not {n for n in loaded if n.startswith(("xlprocess.doors", "xlprocess.jobs", "xlprocess.writers"))}
