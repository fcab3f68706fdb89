"""The organisations of tables that share their rows: the same one is one row in all of them, by its name, else by its position.

A name that stands twice in one table belongs to another organisation in one of the two rows, whose name the table lacks: which one,
its position says, as it says of any name that no other table has."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from xlprocess.finding import Where
from xlprocess.form.model import RowSet
from xlprocess.report import NOTHING_TYPED, Remark, Report, Row, TableData


def join(report: Report, row_set: RowSet) -> None:
    """The same organisation is one row in all tables that share the row set: by name, else by position."""
    grids = [report.tables[t.id] for t in report.form.grids(row_set.id) if report.tables[t.id].rows]
    if not grids:
        return
    repeated = [found for data in grids for found in make_unique(data)]
    report.remarks += [each.told_apart(grids) for each in repeated]
    canonical = [r.key for r in grids[0].rows]
    for data in grids[1:]:
        here = [r for r in data.rows if r.key in canonical]
        there = [k for k in canonical if k in {r.key for r in here}]
        astray = next((r for r, key in zip(here, there, strict=True) if r.key != key), None)
        if astray is not None:
            where = Where(astray.name.sheet, astray.name.ref, data.table.id, astray.key)
            report.remarks.append(Remark("organisation_order", where, (data.table.title, grids[0].table.title)))
        taken = {r.key for r in data.rows}
        for position, row in enumerate(data.rows):
            if row.key in canonical:
                continue
            other = canonical[position] if position < len(canonical) else None
            if other is None or other in taken:
                continue
            if row.key and not (row.key in row_set.placeholders and _is_blank(data, row)):
                where = Where(row.name.sheet, row.name.ref, data.table.id, other)
                report.remarks.append(Remark("organisation_differs", where, (row.key, other, grids[0].table.title)))
            taken.discard(row.key)
            row.key = other
            taken.add(other)


def _is_blank(data: TableData, row: Row) -> bool:
    """Nothing was typed in the row. What a total's formula gives does not count: nobody knows yet whose formula it is."""
    computed = {field.id for field in data.table.computed}
    return all(c.state in NOTHING_TYPED or (c.formula is not None and f in computed) for f, c in row.cells.items())


class Repeated(NamedTuple):
    """A row of a name that an earlier row (`first`) of its table bears: it has got a name of its own (`made`)."""

    data: TableData
    name: str
    first: Row
    row: Row
    made: str

    def told_apart(self, grids: Sequence[TableData]) -> Remark:
        """What is to be said of it: the name, the made one, and where position tells it the organisation that one of the two rows
        is taken for. That row then has its name, the other the one that both bear."""
        absent = _absent(self.data, [row.key for data in grids for row in data.rows])
        for other in grids:
            at = next((k for k, row in enumerate(other.rows) if row.key == absent), None) if absent is not None else None
            if at is None or absent is None or len(other.rows) != len(self.data.rows):
                continue
            there = self.data.rows[at]
            if there is self.first or there is self.row:
                self.first.key = self.row.key = self.name
                there.key = absent
                return self._remark(there, absent)
        return self._remark(self.row)

    def _remark(self, at: Row, *taken_for: str) -> Remark:
        where = Where(at.name.sheet, at.name.ref, self.data.table.id, at.key if taken_for else self.name)
        return Remark("organisation_repeated", where, (self.name, self.made, *taken_for))


def make_unique(data: TableData) -> list[Repeated]:
    """Gives every row of a table a key of its own; the rows of a name that another bears."""
    found: list[Repeated] = []
    seen: dict[str, list[Row]] = {}
    for row in data.rows:
        name = row.key or "未填名称"
        alike = seen.setdefault(name, [])
        alike.append(row)
        made = f"{name}（{len(alike)}）" if len(alike) > 1 else name
        if len(alike) > 1 and row.key:
            found.append(Repeated(data, name, alike[0], row, made))
        row.key = made
    return found


def absent_name(report: Report, remark: Remark) -> str | None:
    """The one organisation that other tables have and the table of a repeated name lacks; None where there are more, or none."""
    row_set = report.form.rows_of(report.form.tables[remark.where.table])
    return _absent(report.tables[remark.where.table], report.organisations(row_set))


def _absent(data: TableData, keys: Sequence[str | None]) -> str | None:
    here = {row.key for row in data.rows}
    absent = [key for key in dict.fromkeys(keys) if key is not None and key not in here]
    return absent[0] if len(absent) == 1 else None
