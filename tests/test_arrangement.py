"""Workbooks of one making are arranged alike: what was worked out for one of them is taken for the next, and only where it fits."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from xlprocess import live, locate
from xlprocess.form.load import load
from xlprocess.form.template import build
from xlprocess.pipeline import open_book
from xlprocess.read import read_as
from xlprocess.report import Report
from xlprocess.values import read_values

FORM = load("yueyang-2021")
SEED = Path(__file__).parent / "golden" / "seed.json"


def workbook(change: Callable[[dict[str, Any]], object] = lambda data: None) -> bytes:
    data = json.loads(SEED.read_text(encoding="utf-8"))
    change(data)
    return build(FORM, read_values(FORM, json.dumps(data), "seed.json"))


def read(data: bytes) -> Report:
    return read_as(open_book(data, "填报.xlsx"), FORM, "填报.xlsx")


def other_figures(data: dict[str, Any]) -> None:
    """Everywhere another figure; one that is 0, and one that is not there any more."""
    data["rows"][1].update(public_budget=1.25, other_income=0)
    data["rows"][1].pop("exp_staff")
    data["staff_actual"] = 7


def other_names(data: dict[str, Any]) -> None:
    """Of the organisations below the lead one, which the form knows by name."""
    for number, row in enumerate(data["rows"][2:], 1):
        row["org"] = f"第{number}中心"


@pytest.fixture
def searches(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A mark for every workbook in which the tables had to be looked for."""
    found: list[str] = []
    run = locate._Locator.run

    def counted(self: locate._Locator) -> Any:
        found.append("searched")
        return run(self)

    monkeypatch.setattr(locate, "_ARRANGED", {})
    monkeypatch.setattr(locate._Locator, "run", counted)
    return found


@pytest.mark.parametrize("change", [other_figures, other_names])
def test_tables_are_not_looked_for_again_where_only_what_was_typed_differs(
    searches: list[str], change: Callable[[dict[str, Any]], object]
) -> None:
    first, second = read(workbook()), read(workbook(change))
    assert searches == ["searched"]
    assert first.places is not None and second.places is not None
    assert first.places.tables == second.places.tables and not second.remarks


def test_tables_are_looked_for_again_where_a_label_differs(searches: list[str]) -> None:
    read(workbook())
    book = open_book(workbook(), "填报.xlsx")
    places = locate.locate(book, FORM)
    name, cells = next(iter(locate._ARRANGED[FORM][0].looked_at.items()))
    row, column, _ = next(cell for cell in cells if cell[2])
    sheet = places.sheets[name]
    sheet.rows[row - sheet.top][column - sheet.left] = "另一个栏目"
    assert searches == ["searched"]
    changed = _Changed(book, name, sheet)
    assert [r.kind for r in locate.locate(changed, FORM).remarks] == ["label_altered"]  # type: ignore[arg-type]
    assert searches == ["searched"] * 2


class _Changed:
    """The book with one sheet of it changed."""

    def __init__(self, book: Any, name: str, sheet: Any) -> None:
        self.book, self.name, self.changed = book, name, sheet

    def __getattr__(self, name: str) -> Any:
        return getattr(self.book, name)

    def sheet(self, name: str) -> Any:
        return self.changed if name == self.name else self.book.sheet(name)


def test_the_forms_own_formulas_are_made_once_whatever_the_organisations_are_called(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[object] = []
    make = live.live_formula

    def counted(*rest: Any) -> str | None:
        made.append(rest[:4])
        return make(*rest)

    live._of_arrangement.cache_clear()
    monkeypatch.setattr(live, "live_formula", counted)
    first = read(workbook())
    once = len(made)
    second = read(workbook(other_names))
    assert once and len(made) == once
    states = [[cell.state for _, _, cell in report.spots()] for report in (first, second)]
    assert states[0] == states[1] and "own" in states[0]
