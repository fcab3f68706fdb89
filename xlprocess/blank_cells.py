"""Blank cells whose amounts are known: what 汇总 has too much in their columns is what their row has too little.

One blank cell is a slip like any other. Of several, each sum alone says only that an item is missing somewhere; together they say
which, and how much."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from decimal import Decimal

from xlprocess.identity import HALF_UNIT, ZERO, Spot, in_print
from xlprocess.mending import Mended, Slip, Table
from xlprocess.whole_rows import share

FEWEST = 2
"""Cells, and one sum more than cells must agree."""


def blank_cells(table: Table) -> list[tuple[int, Mended]]:
    """The broken sums that blank cells explain, one for each cell, with its own share of the mending."""
    rooms = _rooms(table)
    if len(rooms) <= FEWEST:
        return []  # nearly always
    known = _solved(table, rooms)
    inside = {whole: spots for whole in known if (spots := _made_up_of(table, whole, known))}
    found: list[tuple[int, Mended]] = []
    for group in _apart([*rooms.values(), *([whole, *spots] for whole, spots in inside.items())], known):
        cells = _in_their_row(table, rooms, inside, {spot: known[spot] for spot in group})
        if len(cells) < FEWEST:
            continue
        tried = table.mend(Slip("missing_item", next(iter(cells)), (), tuple(cells.items())))
        if tried is None or tried.leaves or len(tried.mends) <= len(cells):
            continue
        taken: set[int] = set()
        for spot in cells:
            own = [index for index in tried.mends if spot in rooms.get(index, ()) and index not in taken]
            if own:
                index = min(own, key=lambda each: (len(cells.keys() & set(rooms[each])), each))
                taken.add(index)
                found.append((index, share(table, index, Slip("missing_item", spot, (spot,), ((spot, cells[spot]),)))))
    return found


def _rooms(table: Table) -> dict[int, list[Spot]]:
    """The sums whose total is too large for its parts, with the cells that are blank in them."""
    found: dict[int, list[Spot]] = {}
    for index in sorted(table.broken):
        if table.difference[index] > 0 and not table.is_balance(index):
            blank = [spot for spot in table.room.get(index, ()) if table.figure(spot) is None]
            if blank:
                found[index] = blank
    return found


def _solved(table: Table, rooms: Mapping[int, Collection[Spot]]) -> dict[Spot, Decimal]:
    """What the cells would hold: a sum in which one of them is not known yet gives it."""
    known: dict[Spot, Decimal] = {}
    waiting = set(rooms)
    while True:
        for index in sorted(waiting):
            open_ = [spot for spot in rooms[index] if spot not in known]
            rest = table.difference[index] - sum((known[spot] for spot in rooms[index] if spot in known), ZERO)
            if not open_ or (len(open_) == 1 and rest <= table.identities[index].tolerance):
                waiting.discard(index)
            elif len(open_) == 1:
                known[open_[0]] = rest
                break
        else:
            return known


def _made_up_of(table: Table, whole: Spot, known: Mapping[Spot, Decimal]) -> list[Spot]:
    """The cells whose amounts make up that of another of them, as they do in other rows."""
    likes = (each for each in table.identities if each.addends == "columns")
    alike = (each for each in likes if (each.total.table, each.total.field) == (whole.table, whole.field))
    spots = [whole._replace(field=field) for field in dict.fromkeys(term.spot.field for each in alike for term in each.parts)]
    amounts = [known.get(spot, table.figure(spot) or ZERO) for spot in spots]
    if abs(sum(amounts, ZERO) - known[whole]) > HALF_UNIT * (1 + len(spots)):
        return []
    return [spot for spot in spots if spot in known]


def _apart(sums: Iterable[Collection[Spot]], known: Mapping[Spot, Decimal]) -> list[list[Spot]]:
    """The cells in groups that no sum joins, each in the order of print."""
    groups: list[set[Spot]] = []
    for spots in sums:
        mine = {spot for spot in spots if spot in known}
        joined = [group for group in groups if group & mine]
        groups = [group for group in groups if not group & mine] + ([mine.union(*joined)] if mine else [])
    return [sorted(group, key=in_print) for group in groups]


def _in_their_row(
    table: Table, rooms: Mapping[int, Collection[Spot]], inside: Mapping[Spot, Collection[Spot]], cells: Mapping[Spot, Decimal]
) -> dict[Spot, Decimal]:
    """Those of the cells that a sum of their own row misses too, or that make up another such cell."""
    missed = {spot for index, spots in rooms.items() if table.identities[index].addends == "columns" for spot in spots}
    sure = [spot for spot in cells if spot in missed]
    for whole in sure:
        sure += [spot for spot in inside.get(whole, ()) if spot not in sure]
    return {spot: value for spot, value in cells.items() if spot in sure}
