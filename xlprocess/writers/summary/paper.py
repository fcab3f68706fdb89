"""How a list is printed on A4: upright or across, on one page's width, or in blocks of columns beside one another."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

SIDES = 0.35
"""Inches left and right of what is printed."""
TOP, BOTTOM = 0.5, 0.6
UPRIGHT, ACROSS = (8.27 - 2 * SIDES) * 96, (11.69 - 2 * SIDES) * 96
"""Pixels between the margins."""
UPRIGHT_USUAL, UPRIGHT_LEAST = 0.9, 0.7
"""Scale down to which a list is printed upright; and where that takes fewer pages."""
WHOLE_LEAST = 0.62
"""Scale down to which a list is printed on one page's width; smaller, nobody can read it."""
BLOCK_LEAST = 0.72
HIGH, LOW = (11.69 - TOP - BOTTOM) * 72, (8.27 - TOP - BOTTOM) * 72
"""Points between the margins of a page upright, and across."""
_ABOVE = 120  # points of what stands above the lines; of the heads on another page a third
_FEW = 6  # pages, of which the last may be spared
_SPARED = 0.84
LEAST = 78
"""Percent down to which the first page is printed smaller, so that its tables stand together."""
_SAFE, _SAFE_BLOCK = 0.97, 0.92  # no two programs agree on the width of a column
_STEP = 10


class Printed(NamedTuple):
    """`breaks`: columns, from 0, before which another page begins; `scale` in percent; `tall`: onto so many pages all of it is
    fitted, 0 where it takes what it takes."""

    is_across: bool
    scale: int
    breaks: tuple[int, ...] = ()
    tall: int = 0


def pixels(width: float) -> int:
    """How wide a column is."""
    return int(7 * width + 5) if width else 0


def printed(widths: Sequence[float], joined: Sequence[bool], repeated: int, height: float = 0) -> Printed:
    """`widths`: of the columns, 0 where one is hidden; `joined`: whether one stays with the column before it; `repeated`: how many
    columns stand on every page. `height`: points of all lines."""
    sizes = [pixels(w) for w in widths]
    whole = sum(sizes) or 1
    upright, across = _scale(UPRIGHT, whole), _scale(ACROSS, whole)
    if UPRIGHT / whole >= UPRIGHT_USUAL:
        return Printed(False, upright, tall=_tall(height, HIGH, upright))
    if ACROSS / whole >= WHOLE_LEAST:
        tall = _tall(height, LOW, across)
        is_longer = (tall or _pages(height, LOW, across)) > _pages(height, HIGH, upright)
        if is_longer and UPRIGHT / whole >= UPRIGHT_LEAST:
            return Printed(False, upright, tall=_tall(height, HIGH, upright))
        return Printed(True, across, tall=tall)
    lead = sum(sizes[:repeated])
    groups: list[tuple[int, int]] = []  # where one begins, and how wide it is
    for k in range(repeated, len(sizes)):
        if groups and joined[k]:
            groups[-1] = groups[-1][0], groups[-1][1] + sizes[k]
        else:
            groups.append((k, sizes[k]))
    room = ACROSS / BLOCK_LEAST - lead
    most = _blocks(groups, room)
    even = next(
        blocks
        for r in range(int((whole - lead) / len(most)), int(room) + _STEP, _STEP)
        if len(blocks := _blocks(groups, r)) <= len(most)
    )
    widest = max(size for _, size in even)
    return Printed(True, _scale(ACROSS, lead + widest, _SAFE_BLOCK), tuple(begin for begin, _ in even[1:]))


def _blocks(groups: Sequence[tuple[int, int]], room: float) -> list[tuple[int, int]]:
    """As many groups on a page as there is room for."""
    found: list[tuple[int, int]] = []
    for begin, size in groups:
        if found and found[-1][1] + size <= room:
            found[-1] = found[-1][0], found[-1][1] + size
        else:
            found.append((begin, size))
    return found


def _pages(height: float, high: float, scale: float) -> int:
    """Pages that lines take."""
    heads = _ABOVE / 3
    return max(math.ceil((height + _ABOVE - heads) / (high * 100 / scale - heads)), 1)


def _tall(height: float, high: float, scale: int) -> int:
    """One page less, where the last would hold a few lines only and a little smaller all of it stands on the others."""
    pages = _pages(height, high, scale)
    smaller = scale * _SPARED
    return (
        pages - 1 if 1 < pages <= _FEW and smaller >= 100 * WHOLE_LEAST * _SPARED and _pages(height, high, smaller) < pages else 0
    )


def _scale(room: float, whole: float, safe: float = _SAFE) -> int:
    return max(min(math.floor(100 * safe * room / whole), 100), 10)


class Page:
    """Where on the printed pages the rows of a sheet stand, upright; `breaks`: rows before which a page begins. The first tables
    are set to a scale at which they stand on one page, where they can be read."""

    def __init__(self, wide: int) -> None:
        self.scale = _scale(UPRIGHT, wide)
        self.breaks: list[int] = []
        self.used = 0.0

    @property
    def whole(self) -> float:
        """Points of a page, as rows are measured."""
        return HIGH * _SAFE * 100 / self.scale

    @property
    def room(self) -> float:
        return self.whole - self.used

    @property
    def is_fresh(self) -> bool:
        return not self.used

    def take(self, height: float) -> None:
        self.used += height

    def keep(self, height: float, row: int) -> None:
        """A page begins before the row where so much does not fit on this one any more."""
        if self.used and height > self.room and (height <= self.whole or self.room < self.whole / 2):
            self.breaks.append(row)
            self.used = 0.0

    def fit(self, height: float) -> None:
        """Prints the first page smaller where so much more then stands on it."""
        scale = int(HIGH * _SAFE * 100 / (self.used + height))
        if not self.breaks and height > self.room and scale >= LEAST:
            self.scale = scale
