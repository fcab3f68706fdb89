"""Where tables stood in a workbook before, and whether another one is of the same making."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from xlprocess.books.book import Area, Scalar, Sheet
from xlprocess.form.load import Form
from xlprocess.form.model import normal
from xlprocess.report import Found


class Arranged(NamedTuple):
    """Where everything stands in a workbook that was found by its names alone, and the cells that were looked at to know: the
    workbooks of a batch are of one making, and where these say the same, so does the rest. Of a cell in which there is no label
    it matters only whether something stands there."""

    present: list[str]
    names: Mapping[str, Area]
    looked_at: Mapping[str, Sequence[tuple[int, int, Said]]]
    tables: Mapping[str, Found]


Said = str | None
"""A label as it is printed; "" for anything else that stands in a cell."""


def said(form: Form, value: Scalar) -> Said:
    if isinstance(value, str):
        return value if normal(value) in printed_labels(form) else ""
    return None if value is None else ""


def says(form: Form, sheet: Sheet, cells: Sequence[tuple[int, int, Said]]) -> bool:
    value = sheet.value
    return all((found := value(row, column)) == known or said(form, found) == known for row, column, known in cells)


@lru_cache(maxsize=8)
def field_labels(form: Form) -> frozenset[str]:
    return frozenset(label for table in form.tables.values() for field in table.field for label in field.known_labels)


@lru_cache(maxsize=8)
def printed_labels(form: Form) -> frozenset[str]:
    """The labels of fields, of figures at the foot of a list, of 汇总, and the hints that close the rows."""
    totals = (label for table in form.tables.values() if table.total for label in table.total.known_labels)
    hints = (normal(row_set.hint) for row_set in form.row_sets.values() if row_set.hint is not None)
    return field_labels(form).union(totals, hints, *(row_set.summary_labels for row_set in form.row_sets.values()))
