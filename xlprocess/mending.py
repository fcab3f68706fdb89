"""A table of figures as it would be, were a slip mended."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from xlprocess.finding import Cause, CauseKind
from xlprocess.identity import ZERO, Identity, Spot, in_print

PLAIN = ("sign", "decimal_shift", "unit")
"""Kinds that chance does not imitate."""
DIGITS = ("mistyped_digit", "swapped_digits")
"""Kinds that it does: some digit of some cell is nearly always as far off as a small difference."""

Testimony = Callable[[Mapping[Spot, Decimal]], frozenset[Spot]]
"""Figures that were computed from those of the sums (a rate, a score): which of them hold, were some cells changed to this."""


class Slip(NamedTuple):
    """A slip to be tried: what its own cells become, and (a missing item without a cell) how identities move."""

    kind: CauseKind | None
    blamed: Spot
    concerned: tuple[Spot, ...]
    cells: tuple[tuple[Spot, Decimal], ...]
    shifts: tuple[tuple[int, Decimal], ...] = ()
    evidence: Spot | None = None

    def cause(self, identity: Identity) -> Cause | None:
        if self.kind is None:
            return None
        rows = [spot.row for spot in self.concerned]
        if self.kind == "missing_item" or all(row == identity.total.row for row in rows):
            rows = []
        return Cause(
            self.kind,
            fields=tuple(dict.fromkeys(spot.field for spot in self.concerned)),
            rows=tuple(dict.fromkeys(row for row in rows if row is not None)),
        )


class Mended(NamedTuple):
    """A slip as mended: cells as they become and their changes, identities that move, that then hold, that do not."""

    slip: Slip
    cells: dict[Spot, Decimal]
    changes: dict[Spot, Decimal]
    moved: dict[int, Decimal]
    mends: frozenset[int]
    leaves: frozenset[int]
    halfway: bool
    """Some total was added up from the wrong figure, while the next was not added up from that total."""
    exact: bool
    """To the last digit, in every identity that it touches and does not leave broken."""
    heard: frozenset[Spot] = frozenset()
    """What was computed from its cells, does not agree with them, and does once they are mended."""

    @property
    def gains(self) -> frozenset[int | Spot]:
        """What then holds: identities, and what was computed from the cells."""
        return self.mends | self.heard if self.heard else self.mends

    @property
    def worth(self) -> tuple[bool, int, bool]:
        return not self.leaves, len(self.gains), self.exact

    @property
    def spreads(self) -> bool:
        """Mended in its own cells (and their copies in 汇总) alone it would break an identity that held."""
        fields = {spot.field for spot, _ in self.slip.cells}
        return any(spot.field not in fields for spot in self.cells)


class Shape(NamedTuple):
    """What holds for identities whatever the figures: where each spot takes part, which identities it is the total of, how high
    each identity stands above the figures that are no totals, which cells stand side by side, and which are blank."""

    touching: dict[Spot, list[tuple[int, int]]]
    totalling: dict[Spot, list[int]]
    level: list[int]
    neighbours: dict[Spot, list[tuple[Spot, Spot]]]
    room: dict[int, list[Spot]]


@lru_cache(maxsize=1 << 6)  # the workbooks of a batch are of one form: most have the same sums
def _shape(identities: tuple[Identity, ...], filled: frozenset[Spot]) -> Shape:
    touching: dict[Spot, list[tuple[int, int]]] = {}
    totalling: dict[Spot, list[int]] = {}
    for index, each in enumerate(identities):
        totalling.setdefault(each.total, []).append(index)
        touching.setdefault(each.total, []).append((index, 1))
        for term in each.parts:
            touching.setdefault(term.spot, []).append((index, -term.sign))
    room = _rooms(identities, filled)
    for index, spots in room.items():
        named = {term.spot for term in identities[index].parts}
        for spot in spots:
            if spot not in named:
                touching.setdefault(spot, []).append((index, -1))
    for spot, index, sign in _missed_by_balances(identities, filled):
        touching.setdefault(spot, []).append((index, -sign))
    heights: dict[Spot, int] = {}

    def height(spot: Spot, above: tuple[Spot, ...]) -> int:
        if spot not in totalling or spot in above:
            return 0
        if spot not in heights:
            below = [term.spot for index in totalling[spot] for term in identities[index].parts]
            heights[spot] = 1 + max((height(part, (*above, spot)) for part in below), default=0)
        return heights[spot]

    level = [height(each.total, ()) for each in identities]
    return Shape(touching, totalling, level, _neighbours(identities), room)


class Table:
    """Figures and identities, indexed by spot. `after` gives the table as it is once a slip is mended."""

    def __init__(
        self,
        figures: Mapping[Spot, Decimal],
        identities: tuple[Identity, ...],
        summary: str | None,
        elsewhere: Mapping[Spot, Decimal],
        testify: Testimony | None = None,
    ) -> None:
        self.testify = testify
        self.figures, self.identities, self.summary, self.elsewhere = figures, identities, summary, elsewhere
        self.now = figures
        self.difference = [identity.difference(figures) for identity in identities]
        shape = _shape(identities, frozenset(figures))
        self.touching, self.totalling, self.level, self.neighbours, self.room = shape
        self.broken = frozenset([index for index in range(len(identities)) if not self.holds(index)])
        self.tried: dict[Slip, tuple[Mended, ...]] = {}
        self.suspects: dict[int, dict[Spot, int]] = {}

    def figure(self, spot: Spot) -> Decimal | None:
        return self.now.get(spot)

    def holds(self, index: int, move: Decimal = ZERO) -> bool:
        return abs(self.difference[index] + move) <= self.identities[index].tolerance

    def is_balance(self, index: int) -> bool:
        return self.identities[index].addends == "operands"

    def after(self, done: Iterable[Mended]) -> Table:
        table = object.__new__(Table)
        table.__dict__.update(self.__dict__)
        now, table.difference, table.tried = dict(self.now), list(self.difference), {}
        for each in done:
            for spot, change in each.changes.items():
                now[spot] = now.get(spot, ZERO) + change
            for index, move in each.moved.items():
                table.difference[index] += move
        table.now = now
        table.broken = frozenset([index for index in self.broken if not table.holds(index)])
        return table

    def ways(self, slip: Slip) -> tuple[Mended, ...]:
        """The slip mended, with the totals that were added up from it; none where it mends nothing or breaks what held.

        The second way, where something is wrong in 汇总: it took the wrong figure over, even where its column does not show it,
        since something else is wrong in it too, or the slip is as small as the rounding."""
        if slip not in self.tried:
            found, is_unseen = self._mend(slip)
            ways = [found]
            if is_unseen and any(self.identities[index].total.row == self.summary for index in self.broken):
                ways.append(self._mend(slip, carried=True)[0])
            self.tried[slip] = tuple([each for each in ways if each is not None])
        return self.tried[slip]

    def mend(self, slip: Slip) -> Mended | None:
        """As `ways`: only the first."""
        return self._mend(slip)[0]

    def _mend(self, slip: Slip, carried: bool = False) -> tuple[Mended | None, bool]:
        """And whether a column does not show it that could have taken it over: only then `carried` makes a difference."""
        identities, broken, now = self.identities, self.broken, self.now
        cells: dict[Spot, Decimal] = {}
        moved = dict(slip.shifts)
        waiting: list[tuple[int, int]] = []
        is_unseen = False

        def change(spot: Spot, value: Decimal) -> None:
            by = value - (cells[spot] if spot in cells else now.get(spot, ZERO))
            cells[spot] = value
            for index, sign in self.touching.get(spot, ()):
                moved[index] = moved.get(index, ZERO) + (by if sign > 0 else -by)
                heapq.heappush(waiting, (self.level[index], index))

        for spot, value in slip.cells:
            change(spot, value)
        while waiting:
            _, index = heapq.heappop(waiting)
            identity, move = identities[index], moved[index]
            if not move:
                continue
            is_fixed = identity.total in cells or not self._is_added_up(index, cells)
            if index in broken or self.holds(index, move):
                if is_fixed or identity.addends != "organisations":
                    continue
                is_unseen = True
                if not carried:
                    continue
            elif is_fixed:
                return None, is_unseen
            change(identity.total, now.get(identity.total, ZERO) - move)
        mends, leaves, exact = [], [], True
        for index, move in moved.items():
            if not move:
                continue
            left = self.difference[index] + move
            if abs(left) <= identities[index].tolerance:
                exact = exact and not left
                if index in broken:
                    mends.append(index)
            elif index not in broken:
                return None, is_unseen
            elif not self.is_balance(index):
                leaves.append(index)
        if not mends:
            return None, is_unseen
        fields = {spot.field for spot, _ in slip.cells}
        others = {spot for spot in cells if spot.field not in fields}
        halfway = bool(others) and any(
            term.spot in others
            for index in mends
            if identities[index].addends in ("columns", "lines")
            for term in identities[index].parts
        )
        changes = {spot: value - now.get(spot, ZERO) for spot, value in cells.items()}
        found = Mended(slip, cells, changes, moved, frozenset(mends), frozenset(leaves), halfway, exact)
        if not (self._is_sound(found) and self._may_accuse(found)):
            return None, is_unseen
        return found if self.testify is None or not cells else self._heard(found, self.testify), is_unseen

    def _heard(self, found: Mended, testify: Testimony) -> Mended | None:
        """With what was computed from its cells; None where that held and would not any more."""
        before = {spot: value for spot, value in self.now.items() if self.figures.get(spot) != value}
        held, then = testify(before), testify(before | found.cells)
        return found._replace(heard=then - held) if held <= then else None

    def _is_sound(self, found: Mended) -> bool:
        """What was typed into the wrong one of two cells is missed in the other, which is blank."""
        if found.slip.kind != "exchanged_cells":
            return True
        blank = [spot for spot in found.slip.concerned if self.figure(spot) is None]
        return not blank or any(index in found.mends for spot in blank for index, _ in self.touching.get(spot, ()))

    def _is_added_up(self, index: int, cells: Mapping[Spot, Decimal]) -> bool:
        """A total is added up from its parts. A balance is taken from the books, only the next balance from it."""
        if not self.is_balance(index):
            return True
        parts = [term.spot for term in self.identities[index].parts if term.spot in cells]
        return bool(parts) and all(any(self.is_balance(below) for below in self.totalling.get(part, ())) for part in parts)

    def _may_accuse(self, found: Mended) -> bool:
        """Balances differ for good reasons: alone they accuse another cell only of a slip that fits exactly, that is
        more than a digit, and, but for the plainest kinds, that no total was added up from. Where two balances agree,
        it need not be exact."""
        if found.slip.kind in DIGITS and not found.exact and any(self._is_chance(found, index) for index in found.mends):
            return False
        if any(not self.is_balance(index) or self.identities[index].total == found.slip.blamed for index in found.mends):
            return True
        alone = not found.spreads
        twice = len({self.identities[index].total.field for index in found.mends}) > 1
        exact = all(self.difference[index] + found.moved[index] == 0 for index in found.mends)
        if found.slip.kind == "mistyped_digit" or not (alone or found.slip.kind in PLAIN):
            return False
        return exact or (alone and twice)

    def _is_chance(self, found: Mended, index: int) -> bool:
        """What is left of the difference is not small beside what the slip mends: some digit would always do."""
        return abs(self.difference[index] + found.moved[index]) * 10 > abs(found.moved[index])


def _rooms(identities: Sequence[Identity], filled: Set[Spot]) -> dict[int, list[Spot]]:
    """The blank cells that an identity would add up, were they filled: named among its parts, or known from its likes,
    the same sum in another row, the other organisations of its table."""
    fields: dict[tuple[str, str], dict[str, None]] = {}
    rows: dict[str, dict[str | None, None]] = {}
    for each in identities:
        table, row, field = each.total
        if each.addends == "columns":
            alike = (term.spot.field for term in each.parts if term.spot.row == row and term.spot.table == table)
            fields.setdefault((table, field), {}).update(dict.fromkeys(alike))
        elif each.addends == "organisations":
            rows.setdefault(table, {}).update(dict.fromkeys(term.spot.row for term in each.parts))
    room: dict[int, list[Spot]] = {}
    for index, each in enumerate(identities):
        table, row, field = each.total
        found = [term.spot for term in each.parts if term.spot not in filled]
        if each.addends == "columns":
            there = {term.spot.field for term in each.parts}
            for other in fields[table, field]:
                inside = fields.get((table, other), {}).keys()
                around = any(other in fields.get((table, above), ()) for above in there)
                if other not in there and inside.isdisjoint(there) and not around:
                    found.append(Spot(table, row, other))
        elif each.addends == "organisations":
            there_rows = {term.spot.row for term in each.parts}
            found += [Spot(table, other, field) for other in rows[table] if other not in there_rows]
        if found:
            room[index] = [spot for spot in found if spot not in filled]
    return room


def _missed_by_balances(identities: Sequence[Identity], filled: Set[Spot]) -> Iterator[tuple[Spot, int, int]]:
    """The blank cells that a balance would be computed from, were they filled, with their sign: known from the same balance in
    other rows, and no part of what it is computed from instead."""
    alike: dict[tuple[str, str], dict[tuple[str, str], int]] = {}
    inside: dict[tuple[str, str], set[str]] = {}
    for each in identities:
        if each.addends == "operands":
            own = [(term.spot.table, term.spot.field, term.sign) for term in each.parts if term.spot.row == each.total.row]
            signs = alike.setdefault((each.total.table, each.total.field), {})
            signs.update({(table, field): sign for table, field, sign in own})
        elif each.addends == "columns":
            inside.setdefault((each.total.table, each.total.field), set()).update(term.spot.field for term in each.parts)
    for (table, _), fields in inside.items():
        waiting = list(fields)
        while waiting:
            below = inside.get((table, waiting.pop()), set()) - fields
            fields |= below
            waiting += below
    for index, each in enumerate(identities):
        if each.addends != "operands":
            continue
        there = {(term.spot.table, term.spot.field) for term in each.parts if term.spot.row == each.total.row}
        around = {(table, field) for table, name in there for field in inside.get((table, name), ())}
        for (table, field), sign in alike[each.total.table, each.total.field].items():
            spot = Spot(table, each.total.row, field)
            within = {(table, name) for name in inside.get((table, field), ())}
            if spot not in filled and (table, field) not in there | around and within.isdisjoint(there):
                yield spot, index, sign


def _neighbours(identities: Sequence[Identity]) -> dict[Spot, list[tuple[Spot, Spot]]]:
    """Pairs of cells side by side in print: a total and its parts in order, a column in two organisations."""
    under = {each.total: [term.spot for term in each.parts] for each in identities if each.addends in ("columns", "lines")}
    pairs: dict[tuple[Spot, Spot], None] = {}

    def printed(spot: Spot, above: tuple[Spot, ...]) -> list[Spot]:
        if spot not in under or spot in above:
            return [spot]
        return [spot] + [each for part in under[spot] for each in printed(part, (*above, spot))]

    inner = {part for parts in under.values() for part in parts}
    for total, parts in under.items():
        pairs.update(dict.fromkeys(pairwise(parts)))
        if total not in inner:
            line = printed(total, ())
            pairs.update(dict.fromkeys(pairwise(line)))
    rows: dict[str, list[str | None]] = {}
    for each in identities:
        column = [each.total.row, *(term.spot.row for term in each.parts)]
        if each.addends == "organisations" and len(column) > len(rows.get(each.total.table, ())):
            rows[each.total.table] = column
    below = {(table, a): b for table, column in rows.items() for a, b in pairwise(column)}
    for spot in {spot for each in identities for spot in (each.total, *(term.spot for term in each.parts))}:
        if (spot.table, spot.row) in below:
            pairs[spot, spot._replace(row=below[spot.table, spot.row])] = None
    beside: dict[Spot, list[tuple[Spot, Spot]]] = {}
    for pair in sorted(pairs, key=lambda pair: (in_print(pair[0]), in_print(pair[1]))):
        for spot in pair:
            beside.setdefault(spot, []).append(pair)
    return beside
