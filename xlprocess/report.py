"""A report as the rules see it: figures and texts by table, row and field, each with the cell it stands in. Knows no Excel."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Literal
from weakref import ref

import msgspec

from xlprocess.books.book import Ref, Scalar, Sheet
from xlprocess.diagnose import Diagnosis
from xlprocess.finding import Where
from xlprocess.form.formula import Value
from xlprocess.form.load import Form, Meaning
from xlprocess.form.model import Field, RowSet, Table
from xlprocess.identity import Spot

if TYPE_CHECKING:
    from xlprocess.live import OwnFormulas
    from xlprocess.narrative.passage import Passages
    from xlprocess.rules.indicators import Indicator
    from xlprocess.sums import Sums

State = Literal["blank", "nothing", "typed", "text_number", "unreadable", "no_value", "own"]


class Cell(msgspec.Struct):
    """What stands at a field's place.

    `state`: blank; nothing (—, /, 无: kept as typed, no figure); typed; text_number (a figure read from a text, `how` says how);
    unreadable; no_value (a formula of a person's without a stored result); own (the form's own formula: not typed by anybody).
    `percent`: a rate typed with a percent sign or format: no other reading is possible.
    `value` is what was typed, or None. `filled` is what we derived for a cell in which nothing was typed."""

    sheet: str | None = None
    ref: Ref | None = None
    raw: Scalar = None
    state: State = "blank"
    value: Value = None
    how: str | None = None
    percent: bool = False
    formula: str | None = None
    filled: Value = None

    @property
    def is_typed(self) -> bool:
        return self.value is not None

    @property
    def figure(self) -> Value:
        """What was typed, else what we derived."""
        return self.filled if self.value is None else self.value

    @property
    def number(self) -> Decimal | None:
        figure = self.figure
        return figure if isinstance(figure, Decimal) else None

    @property
    def is_unknown(self) -> bool:
        """Something stands here that is no figure we could read."""
        return self.state in ("unreadable", "no_value")

    @property
    def typed_number(self) -> Decimal | None:
        return self.value if isinstance(self.value, Decimal) else None

    @property
    def text(self) -> str | None:
        return self.value if isinstance(self.value, str) else None


NO_CELL = Cell()
NOTHING_TYPED: frozenset[State] = frozenset(("blank", "own", "nothing"))
UNKNOWN = Decimal("NaN")
"""A figure that could not be read: whatever is computed from it is not known either."""


def in_part(number: int, field: str) -> str:
    """The field of a spot inside a line: `parts[2].amount`."""
    return f"parts[{number}].{field.removeprefix('parts.')}"


class Row(msgspec.Struct):
    """A row of a grid, a line of a list, or the one row of a table of fields (`key` None).

    `name` is the cell with the organisation's name. `parts` are the lines inside a line (用途明细)."""

    key: str | None
    cells: dict[str, Cell]
    name: Cell = msgspec.field(default_factory=Cell)
    parts: list[dict[str, Cell]] = msgspec.field(default_factory=list)

    def cell(self, field: str) -> Cell:
        return self.cells.get(field, NO_CELL)

    @property
    def is_blank(self) -> bool:
        """Nothing was typed in any of its cells."""
        for cell in self.cells.values():
            if cell.state not in NOTHING_TYPED:
                return False
        return not self.parts

    def all_cells(self) -> dict[str, Cell]:
        """Its cells, and those of the lines inside it, by the field of their spots."""
        if not self.parts:
            return self.cells
        return self.cells | {in_part(n, field): cell for n, part in enumerate(self.parts, 1) for field, cell in part.items()}

    def layout(self) -> RowLayout:
        return self.key, tuple(self.cells), tuple([tuple(part) for part in self.parts])


class TableData(msgspec.Struct):
    """A table as it was found: `sheet` is the present name of its sheet; None when the table was not found at all.
    `indexed` is kept by `at`."""

    table: Table
    sheet: str | None
    rows: list[Row]
    total: Cell = msgspec.field(default_factory=Cell)
    indexed: dict[str | None, dict[str, Cell]] | None = None

    def row(self, key: str | None) -> Row | None:
        for row in self.rows:
            if row.key == key:
                return row
        return None

    def at(self, row: str | None, field: str) -> Cell:
        """The cell of a spot. To be asked for once all rows are there."""
        if self.indexed is None:
            self.indexed = {row.key: row.all_cells() for row in self.rows}
            if self.table.total:
                self.indexed[None] = self.indexed.get(None, {}) | {self.table.total.id: self.total}
        cells = self.indexed.get(row)
        return NO_CELL if cells is None else cells.get(field, NO_CELL)


class Found(msgspec.Struct):
    """Where a table stands. `cells`: the value cell of each field of a table of fields, and of a list's total. `columns`: of a grid
    or list. `first` and `last`: its rows, the closing hint row included; `names`: the column of the row names."""

    sheet: str
    cells: dict[str, Ref] = msgspec.field(default_factory=dict)
    columns: dict[str, int] = msgspec.field(default_factory=dict)
    names: int = 0
    first: int = 0
    last: int = 0

    def top_left(self) -> Ref:
        if self.cells and not self.columns:
            return min(self.cells.values())
        return Ref(self.first, min([*self.columns.values(), self.names or 1 << 14]))


RemarkKind = Literal[
    "sheet_missing",
    "table_missing",
    "field_missing",
    "label_altered",
    "found_elsewhere",
    "names_outdated",
    "formulas_outdated",
    "sheet_copied",
    "anchors_disagree",
    "older_version",
    "organisation_differs",
    "organisation_repeated",
    "organisation_order",
    "row_outside_sums",
    "summary_row_missing",
    "subtotal_row",
    "formula_not_calculated",
]


class Remark(msgspec.Struct, frozen=True):
    """Something that reading noticed about the workbook itself; a rule makes a finding of it."""

    kind: RemarkKind
    where: Where
    detail: tuple[str, ...] = ()


class Places(msgspec.Struct):
    """Where everything was found, what is to be said of it, and the sheets that were read for it."""

    tables: dict[str, Found]
    remarks: list[Remark]
    sheets: dict[str, Sheet]


class Report(msgspec.Struct, weakref=True):
    """One department's report. `file` is the name under which messages speak of it; `previous` is last year's report.
    `places` tells where everything was found, when it was read from a book. What is worked out once and asked for often is kept:
    `diagnosed` and `summed` (by `sums`), `layout`, `listed` and `texts` (by `spots` and `all_texts`), `own_formulas` (by `live`),
    `scopes`, `indicators` and `passages` (by the rules about them)."""

    form: Form
    file: str
    tables: dict[str, TableData]
    remarks: list[Remark]
    previous: Report | None = None
    diagnosed: list[Diagnosis] | None = None
    places: Places | None = None
    layout: Layout | None = None
    listed: list[tuple[Spot, Field, Cell]] | None = None
    texts: str | None = None
    own_formulas: OwnFormulas | None = None
    summed: Sums | None = None
    indicators: list[Indicator] | None = None
    passages: Passages | tuple[()] | None = None
    scopes: dict[tuple[str, str | None], RowScope] = msgspec.field(default_factory=dict)

    # ---- finding one's way

    def table(self, table: str) -> TableData:
        return self.tables[table]

    def cell(self, field: str, row: str | None = None) -> Cell:
        """The cell of a field that is unique in the form; `row` for a field of a grid (not where just one row has it)."""
        at = self.form.fields[field]
        data = self.tables[at.table.id]
        if at.field is at.table.total:
            return data.total
        found = data.row(self.form.only_row(at.table, at.field) or row)
        return found.cell(field) if found else NO_CELL

    def at(self, spot: Spot) -> Cell:
        """The cell of a spot: also of a line of a list, of a list's total, and of `parts[n].field` inside a line (n from 1)."""
        data = self.tables.get(spot.table)
        return NO_CELL if data is None else data.at(spot.row, spot.field)

    def where(self, spot: Spot) -> Where:
        cell = self.at(spot)
        return Where(cell.sheet, cell.ref, spot.table, spot.row, spot.field)

    def first_cell(self, table: str, field: str) -> Where:
        """The place of a field that several cells share: of a list its first line, filled or not."""
        data = self.tables[table]
        found = self.places.tables.get(table) if self.places else None
        if data.table.kind == "list" and found is not None and field in found.columns:
            return Where(found.sheet, Ref(found.first, found.columns[field]), table)
        cell = data.rows[0].cell(field) if data.rows else NO_CELL
        return Where(cell.sheet, cell.ref, table)

    def label(self, spot: Spot) -> str:
        """The printed label of a spot's field."""
        return self.label_of(spot.table, spot.field)

    def label_of(self, table_id: str, field_id: str) -> str:
        """The printed label of a field, also of a list's total and of `parts[n].field`."""
        table = self.form.tables[table_id]
        if table.total and field_id == table.total.id:
            return table.total.label
        if field_id.startswith("parts["):
            number, _, field = field_id[6:].partition("].")
            return f"{table.fields[f'parts.{field}'].label}（第{number}项）"
        return table.fields[field_id].label

    def role(self, role: str) -> Cell:
        """The cell of the department's name, code, year, score or grade."""
        at = self.form.role(role)
        return self.cell(at.field.id) if at else NO_CELL

    # ---- rows that tables share

    def row_keys(self, row_set: RowSet) -> list[str]:
        """The rows of a row set in order, 汇总 first."""
        keys: dict[str, None] = {}
        for table in self.form.grids(row_set.id):
            for row in self.tables[table.id].rows:
                if row.key is not None:
                    keys.setdefault(row.key)
        return list(keys)

    def organisations(self, row_set: RowSet) -> list[str]:
        return [k for k in self.row_keys(row_set) if k != row_set.summary]

    def is_blank_row(self, row_set: RowSet, key: str, table: Table | None = None) -> bool:
        """Nothing was typed in this row, in any of the tables that share it (or in `table`)."""
        tables = (table,) if table else self.form.grids(row_set.id)
        rows = (self.tables[t.id].row(key) for t in tables)
        return all(r is None or r.is_blank for r in rows)

    def judged_row(self, row_set: RowSet) -> str:
        """The row that judgements look at: 汇总, or the lead organisation where nothing stands or is filled in 汇总."""
        summary = row_set.summary
        for table in self.form.grids(row_set.id):
            row = self.tables[table.id].row(summary)
            if row and any(c.number is not None for c in row.cells.values()):
                return summary
        return row_set.lead or summary

    def scope(self, table: Table | None, row: Row | None) -> RowScope:
        """What names mean in a row; kept, since what was typed does not change."""
        key = (table.id if table is not None else "", row.key if row is not None else None)
        found = self.scopes.get(key)
        if found is None or found.row is not row:
            found = self.scopes[key] = RowScope(self, table, row)
        return found

    def spots(self) -> list[tuple[Spot, Field, Cell]]:
        """Every cell that has a place in the form, table by table, row by row. To be asked for once all rows are there."""
        if self.listed is None:
            places = self.laid_out().places
            self.listed = [(spot, field, cell) for (spot, field), cell in zip(places, self._cells(), strict=True)]
        return self.listed

    def laid_out(self) -> Layout:
        """Where everything stands, whatever it is."""
        if self.layout is None:
            rows = [(key, tuple([row.layout() for row in data.rows])) for key, data in self.tables.items()]
            self.layout = _layout(self.form, tuple(rows))
        return self.layout

    def all_texts(self) -> str:
        """All that was typed as text, one after the other."""
        if self.texts is None:
            self.texts = "\n".join([text for _, _, cell in self.spots() if isinstance(text := cell.value, str)])
        return self.texts

    def _cells(self) -> Iterator[Cell]:
        for data in self.tables.values():
            for row in data.rows:
                yield from row.cells.values()
                for part in row.parts:
                    yield from part.values()
            if data.table.total:
                yield data.total


class Layout(msgspec.Struct, eq=False):
    """Every place that a report has; one object for all reports of a form whose tables have the same rows."""

    form: Form
    places: list[tuple[Spot, Field]]


RowLayout = tuple[str | None, tuple[str, ...], tuple[tuple[str, ...], ...]]
"""A row's key, its fields, and those of the lines inside it."""


@lru_cache(maxsize=1 << 6)
def _layout(form: Form, tables: tuple[tuple[str, tuple[RowLayout, ...]], ...]) -> Layout:
    places: list[tuple[Spot, Field]] = []
    for table_id, rows in tables:
        table = form.tables[table_id]
        for key, fields, parts in rows:
            places += [(Spot(table_id, key, field), table.fields[field]) for field in fields]
            for number, part in enumerate(parts, 1):
                places += [(Spot(table_id, key, in_part(number, field)), table.fields[field]) for field in part]
        if table.total:
            places.append((Spot(table_id, None, table.total.id), table.total))
    return Layout(form, places)


class RowScope:
    """What names mean in one row of a report, from the leaves up: an input field is what was typed; a field with a formula is
    what its formula gives, and only where that gives nothing, what was typed. In 汇总 an input field in which nothing was typed is
    the sum of the organisations."""

    def __init__(self, report: Report, table: Table | None, row: Row | None) -> None:
        self._report = ref(report)  # which keeps this: no circle, so that a report is freed when nobody holds it
        self._tables = report.tables
        self._form = report.form
        self.table = table
        self.row = row
        self._seen: dict[str, Value] = {}
        self._meanings = report.form.meanings(table)

    def __call__(self, name: str) -> Value:
        if name not in self._seen:
            self._seen[name] = self._find(name)
        return self._seen[name]

    def typed(self, name: str) -> Value:
        """What somebody typed in the cell, whatever its formula gives."""
        return self._typed_in(self._meaning(name))

    def shown(self, name: str) -> Value:
        """What the cell shows: what was typed, and where nothing was, what its formula gives."""
        typed = self.typed(name)
        return self(name) if typed is None else typed

    def column(self, table: str, field: str) -> Sequence[Value]:
        """The figures of a list as its cells show them."""
        data = self._tables[table]
        return [self._scope(data.table, row).shown(field) for row in data.rows]

    def _scope(self, table: Table, row: Row | None) -> RowScope:
        report = self._report()
        if report is None:
            raise ReferenceError("the report of this row is gone")
        return report.scope(table, row)

    def _meaning(self, name: str) -> Meaning:
        return self._meanings.get(name) or self._form.meaning(self.table, name)

    def _home(self, meant: Meaning) -> RowScope:
        """The row in which a field's own formula is meant: elsewhere its names may have no row, or be those of a list."""
        table = meant.table
        data = self._tables[table.id]
        if meant.only is not None:
            return self._scope(table, data.row(meant.only))
        if self.table is not None and self.table.kind == "list" and table.kind == "fields":
            return self._scope(table, data.row(None))
        return self

    def _typed_in(self, meant: Meaning) -> Value:
        cell = self._cell(meant)
        if cell.value is None and cell.is_unknown and (meant.field.is_number or meant.field.type == "year"):
            return UNKNOWN
        return cell.value

    def _find(self, name: str) -> Value:
        meant = self._meaning(name)
        if meant.table is not self.table and (home := self._home(meant)) is not self:
            return home(name)
        if meant.formula is not None:
            value = meant.formula(self)
            if value is not None:
                return value
        value = self._typed_in(meant)
        return self._summed(meant) if value is None and meant.summed_in is not None else value

    def _cell(self, meant: Meaning) -> Cell:
        table, field = meant.table, meant.field
        if self.row is not None and table is self.table:
            return self.row.cells.get(field.id, NO_CELL)
        data = self._tables[table.id]
        if table.total is field:
            return data.total
        row = data.row(meant.only or (self.row.key if self.row is not None and table.kind == "grid" else None))
        return row.cell(field.id) if row else NO_CELL

    def _summed(self, meant: Meaning) -> Value:
        """What the organisations give for a cell of 汇总, where 汇总's own row gives nothing."""
        if self.row is None or self.row.key != meant.summed_in:
            return None
        total: Decimal | None = None
        for row in self._tables[meant.table.id].rows:
            if row.key != meant.summed_in:
                value = self._scope(meant.table, row)(meant.field.id)
                if isinstance(value, Decimal):
                    total = value if total is None else total + value
        return total


def as_text(value: Value) -> str | None:
    """A value as JSON and messages print it; None for blank."""
    if value is None:
        return None
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, dt.datetime):
        return value.date().isoformat()
    if isinstance(value, dt.date):
        return value.isoformat()
    return str(value)
