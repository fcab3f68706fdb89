"""An organisation's row that is wrong as a whole: left out of 汇总, added up twice, or typed in yuan.

Column by column each would be a sum of its own, and a printed balance that agrees with the wrong 汇总 would deny every one of
them. So the row is mended in all its columns at once, and only what then holds is told, column by column.

An organisation that is new often stands in one table only. What 汇总 then has as its balances was computed without it, and its own
are still blank: these move with the row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import combinations
from typing import NamedTuple

from xlprocess.finding import CauseKind
from xlprocess.identity import HALF_UNIT, ZERO, Spot
from xlprocess.mending import Mended, Slip, Table
from xlprocess.slips import UNIT

FEWEST = 2
"""Columns that must agree."""
MOST = 12
"""Of more organisations no two are tried together."""


class _Row(NamedTuple):
    """What an organisation's row adds to each sum of 汇总: the identity, the row's own cells in it, their amount."""

    name: str
    cells: dict[int, tuple[Spot, ...]]
    amounts: dict[int, Decimal]


def whole_rows(table: Table, kinds: Sequence[CauseKind]) -> list[tuple[int, Mended]]:
    """The broken sums that such a row explains, each with its own share of the mending."""
    if not any(table.identities[index].addends == "organisations" for index in table.broken):
        return []  # nearly always
    rows = _rows(table)
    found: list[tuple[int, Mended]] = []
    claimed: set[int] = set()
    for kind in kinds:
        for suspects in (rows, _pairs(rows)) if kind == "omitted_addend" else (rows,):
            claims = [(row, _columns(table, row, kind)) for row in suspects]
            for row, columns in claims:
                others = {index for other, theirs in claims if other is not row for index in theirs}
                if not columns or not claimed.isdisjoint(columns) or not others.isdisjoint(columns):
                    continue
                if not any(table.figure(table.identities[index].total) for index in columns):
                    continue  # nothing was added up at all
                shares = _mended_together(table, row, columns, kind)
                if shares:
                    found += [(index, share(table, index, slip)) for index, slip in shares.items()]
                    claimed |= columns
    return found


def _mended_together(table: Table, row: _Row, columns: frozenset[int], kind: CauseKind) -> dict[int, Slip]:
    """The share of each column, where all of them then hold; nothing otherwise. A single column is a slip like any other, unless
    the balances of 汇总 deny that."""
    shares = dict(_shares(table, row, columns, kind))
    together = [(spot, value) for slip in shares.values() for spot, value in slip.cells]
    if not together:
        return {}
    balances, shifts = _balances(table, row, dict(together)) if kind != "unit" else ((), ())
    if len(columns) < FEWEST and not (balances and shifts):
        return {}
    tried = table.mend(Slip(kind, together[0][0], (), (*together, *balances), shifts))
    if tried is None or not columns <= tried.mends or tried.leaves:
        return {}
    first = next(iter(shares))
    shares[first] = shares[first]._replace(cells=shares[first].cells + balances, shifts=shifts)
    return shares


def _balances(
    table: Table, row: _Row, mended: dict[Spot, Decimal]
) -> tuple[tuple[tuple[Spot, Decimal], ...], tuple[tuple[int, Decimal], ...]]:
    """The balances of 汇总 that agree with its wrong figures, as they become; and how much their columns miss besides, where the
    row's own balance is blank."""
    cells, shifts = dict(mended), []
    for index in sorted(range(len(table.identities)), key=lambda each: table.level[each]):
        identity = table.identities[index]
        total = identity.total
        if not table.is_balance(index) or total.row != table.summary or total in cells or not table.holds(index):
            continue
        change = sum((sign * (cells[spot] - (table.figure(spot) or ZERO)) for sign, spot in identity.parts if spot in cells), ZERO)
        if not change:
            continue
        cells[total] = (table.figure(total) or ZERO) + change
        for column in table.totalling[total]:
            if table.identities[column].addends == "organisations" and column not in row.cells:
                shifts.append((column, -change))
    return tuple((spot, value) for spot, value in cells.items() if spot not in mended), tuple(shifts)


def _rows(table: Table) -> list[_Row]:
    rows: dict[str, _Row] = {}
    for index, identity in enumerate(table.identities):
        if identity.addends != "organisations":
            continue
        for sign, spot in identity.parts:
            amount = sign * (table.figure(spot) or ZERO)
            if amount and spot.row is not None:
                row = rows.setdefault(spot.row, _Row(spot.row, {}, {}))
                row.cells[index] = (*row.cells.get(index, ()), spot)
                row.amounts[index] = row.amounts.get(index, ZERO) + amount
    return list(rows.values())


def _pairs(rows: Sequence[_Row]) -> list[_Row]:
    """Two organisations as one row, where both have amounts in a column."""
    return [
        _Row(
            f"{one.name}+{other.name}",
            {index: (*one.cells.get(index, ()), *other.cells.get(index, ())) for index in one.cells.keys() | other.cells.keys()},
            {
                index: one.amounts.get(index, ZERO) + other.amounts.get(index, ZERO)
                for index in one.cells.keys() | other.cells.keys()
            },
        )
        for one, other in combinations(rows, 2)
        if len(rows) <= MOST and one.cells.keys() & other.cells.keys()
    ]


def _columns(table: Table, row: _Row, kind: CauseKind) -> frozenset[int]:
    """The columns that the row would explain: in a table all in which it has an amount, or none."""
    if kind == "unit" and all(abs(amount) < UNIT * HALF_UNIT for amount in row.amounts.values()):
        return frozenset()  # divided they would be nothing
    by_table: dict[str, list[int]] = {}
    for index, amount in row.amounts.items():
        if amount:
            by_table.setdefault(table.identities[index].total.table, []).append(index)
    return frozenset(
        index
        for columns in by_table.values()
        if all(each in table.broken and table.holds(each, _gain(row.amounts[each], kind)) for each in columns)
        for index in columns
    )


def _gain(amount: Decimal, kind: CauseKind) -> Decimal:
    """How mending moves the difference of a sum."""
    if kind == "unit":
        return amount - amount / UNIT
    return amount if kind == "omitted_addend" else -amount


def _shares(table: Table, row: _Row, columns: frozenset[int], kind: CauseKind) -> Iterator[tuple[int, Slip]]:
    """Each column with the cells that are mended for it: its total, or what the row itself has in it. A cell that stands in several
    sums belongs to the one that has the fewest."""
    taken: set[Spot] = set()
    for index in sorted(columns, key=lambda each: (len(row.cells[each]), each)):
        own = row.cells[index]
        if kind != "unit":
            total = table.identities[index].total
            value = (table.figure(total) or ZERO) + _gain(row.amounts[index], kind)
            yield index, Slip(kind, total, own, ((total, value),))
        elif taken.isdisjoint(own):
            taken.update(own)
            yield index, Slip(kind, own[0], own, tuple((spot, (table.figure(spot) or ZERO) / UNIT) for spot in own))


def share(table: Table, index: int, slip: Slip) -> Mended:
    """One sum's share of a mending in several cells. What it moves besides is put right by the others."""
    cells = dict(slip.cells)
    changes = {spot: value - (table.figure(spot) or ZERO) for spot, value in cells.items()}
    moved = dict(slip.shifts)
    for spot, change in changes.items():
        for touched, sign in table.touching.get(spot, ()):
            moved[touched] = moved.get(touched, ZERO) + sign * change
    return Mended(slip, cells, changes, moved, frozenset([index]), frozenset(), halfway=False, exact=True)
