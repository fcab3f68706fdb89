"""The cells that a control looks at, and the texts among them.

Each cell of a row is named by itself: a block from the first to the last would take in a column that somebody inserts
between them, and what is written there."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from xlprocess.books.book import Ref

NOTHINGS = ("-", "--", "—", "——", "－", "/", "／", "无", "暂无", "没有")
"""The usual ways to write that there is nothing: no such text."""
_SIGNS = "--——－/／暂无没有"
"""All of them in one: a formula must stay short."""
_ADDRESS = re.compile(r"(?P<sheet>.+!)?\$?(?P<left>[A-Z]+)\$?(?P<top>[0-9]+)(?::\$?(?P<right>[A-Z]+)\$?(?P<bottom>[0-9]+))?")


class Block(NamedTuple):
    """A cell or a block of cells. `sheet` as a formula writes it (with `!`, or nothing on its own sheet)."""

    sheet: str
    top: int
    bottom: int
    left: int
    right: int

    def holds(self, ref: Ref) -> bool:
        return self.top <= ref.row <= self.bottom and self.left <= ref.column <= self.right


def block_of(address: str) -> Block:
    """An address of `Places`."""
    at = _ADDRESS.fullmatch(address)
    if at is None:
        raise ValueError(f"not an address: {address}")
    left, top = column_of(at["left"]), int(at["top"])
    return Block(at["sheet"] or "", top, int(at["bottom"] or top), left, column_of(at["right"] or at["left"]))


def column_of(name: str) -> int:
    """A is 1, AA is 27."""
    number = 0
    for letter in name:
        number = number * 26 + ord(letter) - 64
    return number


def down(cell: str, below: str) -> list[str]:
    """A cell and the block below it, as one where nothing stands between them."""
    first, rest = block_of(cell), block_of(below)
    if (first.sheet, first.left, first.right, first.bottom + 1) != (rest.sheet, rest.left, rest.right, rest.top):
        return [cell, below]
    return [f"{cell}:{below.rpartition(':')[2] or below}"]


def says_something(text: str) -> bool:
    """A text in a number's cell is more than a way to write that there is nothing."""
    return text not in _SIGNS


def is_text(cells: str, hint: str | None = None) -> str:
    """1 where a text that says something stands, else 0; of a block, for each of its cells. `hint`: the line that closes a list
    may stand in one. (COUNTIF with a wildcard would find numbers too in LibreOffice; FIND knows no wildcards. Any text is
    more than an empty one, no figure is; LibreOffice does not find an empty one.)"""
    found = f'({cells}>"")*ISERROR(FIND({cells},"{_SIGNS}"))'
    return f'{found}*({cells}<>"{hint}")' if hint else found


def texts_in(addresses: Iterable[str], hint: str | None = None) -> str:
    """How many texts that say something stand in these cells and columns of cells."""
    return "+".join(f"SUMPRODUCT({is_text(a, hint)})" if ":" in a else is_text(a, hint) for a in addresses)
