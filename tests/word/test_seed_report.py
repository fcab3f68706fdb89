"""The seed report, as Word file and as extracted text: every figure at its place."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from xlprocess.checking import check
from xlprocess.derive import derive
from xlprocess.values import report_of, write_values
from xlprocess.word.open_document import open_document
from xlprocess.word.read_form import read_form

SEED = Path(os.environ.get("XLPROCESS_SEED") or Path(__file__).parents[3] / "shared" / "seed")
GOLDEN = Path(__file__).parents[1] / "golden" / "seed.json"
FREE = ("special_funds", "social_items")


@pytest.mark.parametrize("name", ["form.docx", "report.txt"])
def test_every_figure_of_the_seed_report_is_at_its_place(name: str) -> None:
    path = SEED / name
    if not path.exists():
        pytest.skip(f"NOT CHECKED: {name} is not here")
    reading = read_form(open_document(path.read_bytes(), name), name)
    got = write_values(report_of(reading.form, reading.values))
    want: dict[str, Any] = json.loads(GOLDEN.read_text(encoding="utf-8"))
    for key in (k for k in want if k not in FREE):
        assert _told(got[key]) == _told(want[key]), key
    amounts = [(f["year"], f["amount"], [p["amount"] for p in f["parts"]]) for f in got["special_funds"]]
    assert amounts == [(2019, "10.00", ["5.374", "1.50", "3.126"]), (2021, "70.00", ["63.00", "7.00"])]
    assert [i["amount"] for i in got["social_items"]] == ["24.64", "12.32", "8.61", "1.54", "18.48"]
    assert list(got["narrative"]) == [f"s{n}" for n in range(1, 10)]
    assert all(got["narrative"].values())


@pytest.mark.parametrize(("name", "only_here"), [("form.docx", []), ("report.txt", ["R607"])])
def test_the_check_of_an_imported_seed_report_finds_what_is_wrong_and_no_more(name: str, only_here: list[str]) -> None:
    path = SEED / name
    if not path.exists():
        pytest.skip(f"NOT CHECKED: {name} is not here")
    reading = read_form(open_document(path.read_bytes(), name), name)
    report = report_of(reading.form, reading.values)
    derive(report)
    both = ["R101", "R101", "R305", "R401", "R402", "R402", "R403", "R501", "R502", "R503", "R608", "R610"]
    assert sorted(f.rule for f in check(report)) == sorted(both + only_here)


def _told(value: Any) -> Any:
    """Names are free: the golden values have words of their own for the indicators."""
    lines = isinstance(value, list) and value and "level1" in value[0]
    return [(v["level1"], v["level2"], v["target"], v["actual"]) for v in value] if lines else value
