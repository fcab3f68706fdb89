"""The slips that would let one broken identity hold, judged by that identity alone."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from xlprocess.identity import HALF_UNIT, ZERO, Spot
from xlprocess.mending import Slip, Table
from xlprocess.slips import slips

PAIRS = 12
"""Two addends left out are looked for among so many at most: of more, some pair always fits."""
MANY = 200
"""Of more cells only those are looked at that two broken identities share."""


def _suspects(table: Table, index: int) -> dict[Spot, int]:
    """The cells that move the difference of an identity, with the sign: total, parts, what these were added up from."""
    if index in table.suspects:
        return table.suspects[index]
    identity = table.identities[index]
    found: dict[Spot, int] = {identity.total: 1}
    waiting: list[tuple[Spot, int]] = [(term.spot, -term.sign) for term in reversed(identity.parts)]
    while waiting:
        spot, sign = waiting.pop()
        if spot in found:
            continue
        found[spot] = sign
        for below in table.totalling.get(spot, ()):
            if not table.is_balance(below):
                waiting += [(term.spot, sign * term.sign) for term in table.identities[below].parts]
    table.suspects[index] = found
    return found


def simple_slips(table: Table, index: int) -> Iterator[Slip]:
    """Every slip that would let one identity hold, all but the missing item."""
    identity, difference = table.identities[index], table.difference[index]
    for spot, sign in _suspects(table, index).items():
        typed = table.figure(spot)
        if typed:
            for kind, mended in slips(typed, typed - sign * difference, identity.tolerance):
                if abs(mended) >= HALF_UNIT:  # no slip makes an amount of nothing
                    yield Slip(kind, spot, (spot,), ((spot, mended),))
    yield from _of_addends(table, index)
    signs = {identity.total: 1} | {term.spot: -term.sign for term in identity.parts}
    for pair in dict.fromkeys(pair for spot in signs for pair in table.neighbours.get(spot, ())):
        weight = signs.get(pair[0], 0) - signs.get(pair[1], 0)
        if not weight:
            continue  # exchanged, the two would move nothing
        first, second = table.figure(pair[0]), table.figure(pair[1])
        if (first is None or second is None) and not table.totalling.keys().isdisjoint(pair):
            continue
        gain = ((second or ZERO) - (first or ZERO)) * weight
        if table.holds(index, gain):
            yield Slip("exchanged_cells", pair[0], pair, ((pair[0], second or ZERO), (pair[1], first or ZERO)))


def _of_addends(table: Table, index: int) -> Iterator[Slip]:
    """Addends that the total leaves out or counts twice. A total of nothing was not added up at all."""
    identity = table.identities[index]
    total = table.figure(identity.total) or ZERO
    if abs(total) <= identity.tolerance:
        return
    amounts = [(term.spot, term.sign * (table.figure(term.spot) or ZERO)) for term in identity.parts]
    filled = [(spot, amount) for spot, amount in amounts if amount]
    for spot, amount in filled:
        if table.holds(index, amount):
            yield Slip("omitted_addend", identity.total, (spot,), ((identity.total, total + amount),))
        if table.holds(index, -amount):
            yield Slip("counted_twice", identity.total, (spot,), ((identity.total, total - amount),))
    for (first, one), (second, other) in combinations(filled if len(filled) <= PAIRS else (), 2):
        if table.holds(index, one + other):
            yield Slip("omitted_addend", identity.total, (first, second), ((identity.total, total + (one + other)),))


def missing_items(table: Table, index: int) -> Iterator[Slip]:
    """An item left out of the parts: in a blank cell, or without a cell of its own, in 汇总 as well."""
    identity, difference = table.identities[index], table.difference[index]
    if difference <= 0 or identity.addends == "operands":
        return
    total = identity.total
    parts = {term.spot for term in identity.parts}
    evidence = [
        spot
        for spot, amount in table.elsewhere.items()
        if spot != total and spot not in parts and abs(amount - difference) <= identity.tolerance
    ]
    proof = min(evidence, key=repr, default=None)
    concerned = (proof or total,)
    copies = [
        copy
        for copy in table.totalling.get(total._replace(row=table.summary), ())
        if copy != index and copy in table.broken and table.identities[copy].addends == identity.addends == "columns"
    ]
    for where in ([index, *copies], [index]):
        yield Slip("missing_item", total, concerned, (), tuple((each, -difference) for each in where), proof)
    for spot in table.room.get(index, ()):
        if table.figure(spot) is None:
            copy = spot._replace(row=table.summary)
            both = (spot, copy) if copies and copy != spot and table.figure(copy) is None else (spot,)
            cells = tuple((each, difference) for each in both)
            yield Slip("missing_item", spot, concerned if proof else (spot,), cells, (), proof)


def any_slips(table: Table, index: int) -> Iterator[Slip]:
    """Every cell that would let one identity hold, were it different in any way."""
    suspects = _suspects(table, index)
    for spot, sign in suspects.items():
        typed = table.figure(spot)
        twice = len(suspects) <= MANY or sum(touched in table.broken for touched, _ in table.touching[spot]) > 1
        mended = None if typed is None else typed - sign * table.difference[index]
        if (
            mended is not None and (mended or spot in table.totalling) and twice
        ):  # that an amount should not be there explains nothing
            yield Slip(None, spot, (spot,), ((spot, mended),))
