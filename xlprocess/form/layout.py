"""Where everything stands in a freshly made workbook: for each sheet its texts, the cells of its fields, its
control cells (校验), and how it is printed. `arrange` computes it. Knows no library. Rows and columns count from 1."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, NamedTuple

import msgspec

from xlprocess.books.address import absolute, quoted
from xlprocess.books.book import Ref
from xlprocess.form.load import Form
from xlprocess.form.model import Field, Table

Role = Literal[
    "title",
    "subtitle",
    "caption",
    "unit",
    "head",
    "derived_head",
    "label",
    "section",
    "group",
    "name",
    "fixed_name",
    "absent",
    "summary",
    "hint",
    "total",
    "control_head",
    "control_name",
    "box",
    "box_sign",
    "box_date",
    "foot",
    "stamp",
]
ControlKind = Literal[
    "columns",
    "operands",
    "formula",
    "rate",
    "organisations",
    "lines",
    "range",
    "within",
    "equal",
    "band",
    "required",
    "inserted",
]


class Text(NamedTuple):
    """A fixed text over one cell or a merged block."""

    text: str
    first: Ref
    last: Ref
    role: Role


class Slot(NamedTuple):
    """The cell of a field, or the merged block whose first cell it is. `row`: organisation, 汇总, line of a
    list, or None. A line that goes on below its first row has `1.2`, `1.3` …"""

    table: Table
    field: Field
    row: str | None
    first: Ref
    last: Ref


class Control(NamedTuple):
    """A control cell: it shows 平 or how much is missing to the identity of this kind that its field is the
    total of."""

    kind: ControlKind
    table: Table
    field: Field
    row: str | None
    sheet: str
    ref: Ref


class Stamp(NamedTuple):
    """A cell of ours that belongs to no field, or the merged block whose first cell it is, under its defined name."""

    name: str
    first: Ref
    last: Ref


class Place(msgspec.Struct):
    """Where a table stands. `rows`: sheet rows by organisation or line; `hint` the row that closes a grid or list."""

    table: Table
    sheet: str
    top: int = 0
    head: int = 0
    first: int = 0
    hint: int = 0
    last: int = 0
    names: int = 0
    columns: dict[str, int] = msgspec.field(default_factory=dict)
    rows: dict[str, int] = msgspec.field(default_factory=dict)
    cells: dict[str, Ref] = msgspec.field(default_factory=dict)

    def block(self, column: int) -> tuple[Ref, Ref]:
        """A column from 汇总 or the first line down to the hint row."""
        return Ref(self.first, column), Ref(self.hint, column)


class SheetPlan(msgspec.Struct):
    """A sheet of the form. `width` columns are printed, `length` rows; controls stand to the right of them."""

    name: str
    landscape: bool
    widths: list[float]
    heights: dict[int, float] = msgspec.field(default_factory=dict)
    texts: list[Text] = msgspec.field(default_factory=list)
    slots: list[Slot] = msgspec.field(default_factory=list)
    boxes: list[tuple[Ref, Ref]] = msgspec.field(default_factory=list)
    controls: list[Control] = msgspec.field(default_factory=list)
    stamps: list[Stamp] = msgspec.field(default_factory=list)
    breaks: list[int] = msgspec.field(default_factory=list)
    repeated_from: int = 1
    repeated: int = 1
    frozen: Ref = Ref(2, 1)
    length: int = 0

    @property
    def width(self) -> int:
        return len(self.widths)

    def control_areas(self) -> list[tuple[Ref, Ref]]:
        """The blocks in which the control cells stand; rows inserted in between belong to them."""
        beside = [c.ref for c in self.controls if c.ref.column > self.width]
        areas: list[tuple[Ref, Ref]] = []
        if beside:
            rows, columns = [r.row for r in beside], [r.column for r in beside]
            areas.append((Ref(min(rows), min(columns)), Ref(max(rows), max(columns))))
        below: dict[int, list[int]] = {}
        for control in self.controls:
            if control.ref.column <= self.width:
                below.setdefault(control.ref.row, []).append(control.ref.column)
        return areas + [(Ref(row, min(columns)), Ref(row, max(columns))) for row, columns in below.items()]


class Layout(msgspec.Struct):
    form: Form
    sheets: dict[str, SheetPlan]
    tables: dict[str, Place]

    @property
    def controls(self) -> list[Control]:
        return [c for s in self.sheets.values() for c in s.controls]

    def places(self, sheet: str) -> SheetPlaces:
        """Addresses as a formula on `sheet` sees them."""
        return SheetPlaces(self, sheet)

    def slots(self) -> Iterator[tuple[SheetPlan, Slot]]:
        for sheet in self.sheets.values():
            for slot in sheet.slots:
                yield sheet, slot


class SheetPlaces:
    """`live.Places` over a layout."""

    def __init__(self, layout: Layout, sheet: str) -> None:
        self.layout = layout
        self.sheet = sheet

    def cell(self, table: str, field: str, row: str | None) -> str | None:
        place = self.layout.tables.get(table)
        if place is None:
            return None
        if field in place.cells:
            return self._address(place, place.cells[field])
        if field not in place.columns or row not in place.rows:
            return None
        return self._address(place, Ref(place.rows[row], place.columns[field]))

    def organisations(self, table: str, field: str) -> str | None:
        return self._block(table, field, 1)

    def column(self, table: str, field: str) -> str | None:
        return self._block(table, field, 0)

    def rest(self, table: str, field: str, row: str, below: int = 0) -> str | None:
        """A list's column from so many rows below a line down to and including the hint row."""
        place = self.layout.tables[table]
        return self._block(table, field, place.rows[row] - place.first + below)

    def _block(self, table: str, field: str, skip: int) -> str | None:
        place = self.layout.tables.get(table)
        if place is None or field not in place.columns:
            return None
        first, last = place.block(place.columns[field])
        first = Ref(first.row + skip, first.column)
        if place.sheet == self.sheet:
            return f"{first}:{last}"
        return f"{quoted(place.sheet)}!{absolute(first)}:{absolute(last)}"

    def _address(self, place: Place, ref: Ref) -> str:
        return str(ref) if place.sheet == self.sheet else f"{quoted(place.sheet)}!{absolute(ref)}"
