"""Addresses as formulas write them."""

from __future__ import annotations

import re

from xlprocess.books.book import Ref, letters

_WORD = re.compile(r"\w+")
_LOOKS_LIKE_A_CELL = re.compile(r"[A-Za-z]{1,3}[0-9]+|[Rr][0-9]*[Cc]?[0-9]*|[Cc][0-9]*")


def absolute(ref: Ref) -> str:
    return f"${letters(ref.column)}${ref.row}"


def quoted(sheet: str) -> str:
    """A sheet's name as a formula writes it."""
    if _WORD.fullmatch(sheet) and _begins_a_name(sheet[0]) and not _LOOKS_LIKE_A_CELL.fullmatch(sheet):
        return sheet
    return "'" + sheet.replace("'", "''") + "'"


def _begins_a_name(sign: str) -> bool:
    return sign == "_" or (sign.isascii() and sign.isalpha()) or "\u3400" <= sign <= "\u9fff"
