"""A part of the summary that is a list: its rows come from the departments one after the other, or all at once at the end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from xlprocess.consolidation.consolidation import Department
from xlprocess.consolidation.submission import Figure, Submission
from xlprocess.form.model import Field, Table
from xlprocess.writers.summary.book import Kind, Link
from xlprocess.writers.summary.listing import Column, Listing, Row

KINDS: dict[str, Kind] = {"money": "money", "count": "count", "rate": "rate", "number": "number", "score": "score"}
LEADING = (Column("序号", 6, "count"), Column("预算编码", 11, total=None), Column("部门名称", 26, total="departments", wrap=True))


class Section:
    """`listing` holds the rows; None when it has no sheet."""

    listing: Listing
    number = 0

    def rows(self, department: Department, submission: Submission) -> Iterator[Row]:
        """The rows of one department."""
        return iter(())

    def rest(self) -> Iterable[Row]:
        """The rows that belong to no department, or that need all of them to have gone by."""
        return ()


def kind_of(field: Field) -> Kind:
    return KINDS.get(field.type, "text")


def label(field: Field, table: Table) -> str:
    """The head of a column: the label, with 其中 before what is part of another."""
    return f"其中：{field.label}" if field.under and field.under in table.fields else field.label


def source(department: Department, figures: Iterable[Figure]) -> Link:
    """Where the figures of a row stand: the first of them."""
    first = next((f for f in figures if f.sheet is not None and f.cell is not None), None)
    if first is None:
        return Link(department.current.path, department.current)
    return Link(f"{first.sheet}!{first.cell}", department.current, first.sheet, first.cell)
