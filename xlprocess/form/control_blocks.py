"""Blocks of cells that a control looks at, and the texts among them."""

from __future__ import annotations

import re
from collections.abc import Iterable

from xlprocess.books.book import letters

NOTHINGS = ("-", "--", "—", "——", "－", "/", "／", "无", "暂无", "没有")
"""The usual ways to write that there is nothing: no such text."""
_ADDRESS = re.compile(r"(?P<sheet>.+!)?\$?(?P<left>[A-Z]+)\$?(?P<top>[0-9]+)(?::\$?(?P<right>[A-Z]+)\$?(?P<bottom>[0-9]+))?")
Block = tuple[str, int, int, int, int]
"""Sheet as a formula writes it (with `!`, or nothing), top, bottom, left, right."""


def blocks(addresses: Iterable[str]) -> list[Block]:
    """Cells and columns of cells, put together to as few blocks as there can be: below each other, then side by side."""
    found: list[Block] = []
    for address in dict.fromkeys(addresses):
        at = _ADDRESS.fullmatch(address)
        if at is not None:
            left, top = column_of(at["left"]), int(at["top"])
            found.append((at["sheet"] or "", top, int(at["bottom"] or top), left, column_of(at["right"] or at["left"])))
    down: list[Block] = []
    for sheet, top, bottom, left, right in sorted(found, key=lambda b: (b[0], b[3], b[4], b[1])):
        if down and (down[-1][0], *down[-1][3:]) == (sheet, left, right) and down[-1][2] >= top - 1:
            down[-1] = (sheet, down[-1][1], max(down[-1][2], bottom), left, right)
        else:
            down.append((sheet, top, bottom, left, right))
    across: list[Block] = []
    for block in sorted(down):
        if across and across[-1][:3] == block[:3] and across[-1][4] >= block[3] - 1:
            across[-1] = (*across[-1][:4], max(across[-1][4], block[4]))
        else:
            across.append(block)
    return across


def written(block: Block) -> str:
    """A block as a formula writes it."""
    sheet, top, bottom, left, right = block
    mark = "$" if sheet else ""
    first, last = (f"{mark}{letters(c)}{mark}{r}" for c, r in ((left, top), (right, bottom)))
    return f"{sheet}{first}" if first == last else f"{sheet}{first}:{last}"


def column_of(name: str) -> int:
    """A is 1, AA is 27."""
    number = 0
    for letter in name:
        number = number * 26 + ord(letter) - 64
    return number


def texts_in(addresses: Iterable[str], hint: str | None = None) -> str:
    """How many texts that say something stand in these blocks. `hint`: the line that closes a
    list may stand in one. (COUNTIF with a wildcard would find numbers too in LibreOffice.)"""
    words = ",".join(f'"{w}"' for w in (*NOTHINGS, *([hint] if hint else ())))
    return "+".join(f"SUMPRODUCT(ISTEXT({b})*(LEN({b})>0))-SUMPRODUCT(COUNTIF({b},{{{words}}}))" for b in addresses)
