"""The account of a migration: what goes where and from where, and what stays behind."""

from __future__ import annotations

from typing import NamedTuple

import msgspec

from xlprocess.books.book import Ref, Scalar
from xlprocess.form.load import Form
from xlprocess.identity import Spot
from xlprocess.values import Values
from xlprocess.word.document import Origin
from xlprocess.word.ledger import Placed

NO_FIELD = "没有对应的栏目"
MOVED, NOT_MOVED = "迁移来源", "未迁移"
"""The sheets of the new workbook that tell."""
LEFT_HEADS = (("原位置", 24), ("内容", 50), ("旁边的文字", 44), ("说明", 44))
"""The columns of the sheet 未迁移, and their widths."""
SOURCES = (MOVED, "导入来源")


class Address(NamedTuple):
    """A cell of the old workbook; `sheet` is the number of its sheet, from 1."""

    sheet: int
    row: int
    column: int


def address(origin: Origin) -> Address:
    return Address(origin.table or 0, origin.row or 0, origin.column or 0)


class Reading(msgspec.Struct):
    """What one way of reading gives. `moved`: every value with its place in the form. `rows`: the names of the rows by row set.
    `names`: cells that are used up by them. `used`: headings, and cells with further parts of a text, by the table that it is in.
    `computed`: cells with a figure of the form's own making. `why`: what is known of cells that were not taken. `doubts`: how many
    columns or cells of a table have another label than they should."""

    form: Form
    moved: dict[Spot, Placed]
    rows: dict[str, list[str]]
    names: set[Address] = msgspec.field(default_factory=set)
    used: dict[Address, str | None] = msgspec.field(default_factory=dict)
    computed: set[Address] = msgspec.field(default_factory=set)
    why: dict[Address, str] = msgspec.field(default_factory=dict)
    doubts: dict[str, int] = msgspec.field(default_factory=dict)
    found: int = 0


class Left(NamedTuple):
    """Something that has no place in the new workbook. `near`: what stands before it in its row and over it in its column."""

    sheet: str
    ref: Ref | None
    value: Scalar
    why: str
    near: str = ""

    @property
    def place(self) -> str:
        return f"{self.sheet}!{self.ref}" if self.ref is not None else self.sheet


class Migration(msgspec.Struct):
    """An old workbook as a new one is made of it. `restored`: typed totals that equal what their formula gives: the formula stands
    again. `remarks`: Chinese sentences about the whole."""

    form: Form
    values: Values
    moved: dict[Spot, Placed]
    left: list[Left]
    restored: set[Spot]
    remarks: list[str]
