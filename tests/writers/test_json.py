"""The JSON of `check`, `run` and `consolidate`."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

from tests.conftest import build_three
from xlprocess.doors.cli import execute
from xlprocess.form.load import load
from xlprocess.form.template import build
from xlprocess.values import read_values, write_values


def written(path: Path) -> Path:
    """A total that breaks the sum of its own row and that of its column: two findings in its cell."""
    form = load("yueyang-2021")
    report = build_three(("汇总", "exp_total", "1478.27"))
    path.write_bytes(build(form, read_values(form, json.dumps(write_values(report)), "test")))
    return path


def pointing(findings: list[dict[str, Any]]) -> Counter[tuple[str, str, str | None]]:
    return Counter((f["rule"], f["cell"], f["follows"] and f["follows"]["cell"]) for f in findings if f["rule"].startswith("R1"))


TWO = Counter([("R101", "B16", None), ("R103", "B16", "B16")])


def test_what_a_slip_breaks_besides_at_its_cell_follows_from_that_cell(tmp_path, capfdbinary):
    execute(["check", str(written(tmp_path / "甲局.xlsx")), "--json"])
    assert pointing(json.loads(capfdbinary.readouterr().out)["reports"][0]["findings"]) == TWO


def test_so_it_does_in_a_consolidation(tmp_path, capfdbinary):
    written(tmp_path / "甲局.xlsx")
    execute(["consolidate", str(tmp_path / "甲局.xlsx"), "-o", str(tmp_path / "汇总.xlsx"), "--no-ledger", "--json"])
    assert pointing(json.loads(capfdbinary.readouterr().out)["reports"][0]["findings"]) == TWO
