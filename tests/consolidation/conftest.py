"""Workbooks of many departments, with what was typed in them."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import pytest

from xlprocess.books.book import Changes
from xlprocess.books.file import FileBook
from xlprocess.form.load import Form, load
from xlprocess.form.template import build
from xlprocess.stamps import ROUND_PROPERTY
from xlprocess.values import Values

FORM = load("yueyang-2021")
Make = Callable[..., Values]
Workbook = Callable[..., bytes]


def department_values(form: Form, number: int, *, summary: dict[str, Any] | None = None, **given: Any) -> Values:
    """What the department of that number hands in: leaves only, exact and different from all others'; totals are left to the form.
    `given`: other values by field; of a grid those of the first organisation, in `summary` those of 汇总."""
    random = Random(number)
    values = Values()
    names = {"name": f"第{number}局", "code": f"0{number:05}", "year": Decimal(form.edition.year)}
    for role, value in names.items():
        at = form.role(role)
        assert at is not None
        values.fields[at.table.id, at.field.id] = given.pop(role, value)
    for row_set in form.row_sets.values():
        rows = [(name, _leaves(form, row_set.id, random)) for name in row_set.items[:2]]
        for field in [f for f in given if form.fields[f].table.rows == row_set.id]:
            rows[0][1][field] = given.pop(field)
        values.rows[row_set.id] = [(row_set.summary, summary or {}), *rows]
    for field, value in given.items():
        values.fields[form.fields[field].table.id, field] = value
    return values


def _leaves(form: Form, row_set: str, random: Random) -> dict[str, Any]:
    fields = [f for t in form.grids(row_set) for f in t.field if f.kind == "input" and f.type == "money"]
    return {f.id: Decimal(random.randint(1, 900_000)) / 100 for f in fields}


@pytest.fixture
def values() -> Make:
    return lambda number, form=FORM, **given: department_values(form, number, **given)


@pytest.fixture
def workbook() -> Workbook:
    """The bytes of a department's workbook; `round`: as stamped into a copy that was returned."""

    def make(number: int, *, form: Form = FORM, round: int | None = None, **given: Any) -> bytes:
        data = build(form, department_values(form, number, **given))
        if round is None:
            return data
        book = FileBook.open(data, "test")
        book.apply(Changes(cells=[], notes={}, results=None, properties={ROUND_PROPERTY: str(round)}))
        return book.to_bytes()

    return make


@pytest.fixture
def single(workbook: Workbook) -> Workbook:
    """The bytes of the workbook of a department with one organisation."""

    def make(number: int, **given: Any) -> bytes:
        values = department_values(FORM, number, **given)
        for row_set, rows in values.rows.items():
            values.rows[row_set] = rows[:2]
        return build(FORM, values)

    return make


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "报来 的表"
    path.mkdir()
    return path
