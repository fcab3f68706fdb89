"""Whether two Excel formulas are the same, whatever an office program changed in the spelling when it saved them."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from functools import cache, lru_cache


@cache
def _pieces() -> re.Pattern[str]:
    """Made when two formulas differ: that is seldom."""
    return re.compile(
        r"""
        (?P<text>"(?:[^"]|"")*")
        | (?P<sheet>'(?:[^']|'')*')(?=!)
        | (?P<number>(?<![\w.])(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?(?![\w.!]))
        | (?P<space>\s+|\$)
        | (?P<future>_xl(?:fn|ws|udf)\.)
        | (?P<truth>(?<![\w.])(?:TRUE|FALSE)\(\s*\))
        | (?P<other>.)
        """,
        re.VERBOSE | re.IGNORECASE | re.DOTALL,
    )


def same_formula(a: str, b: str) -> bool:
    """Equal but for a leading `=`, the case of functions and names, spaces, `$`, quotes around sheet names,
    prefixes of newer functions, and how numbers and truths are written. Texts in it must be equal as they are."""
    return a == b or _plain(a) == _plain(b)


@lru_cache(maxsize=1 << 13)
def _plain(formula: str) -> str:
    return "".join(_piece(match) for match in _pieces().finditer(formula.strip().removeprefix("=")))


def _piece(match: re.Match[str]) -> str:
    piece = match[0]
    match match.lastgroup:
        case "text":
            return piece
        case "sheet":
            return piece[1:-1].replace("''", "'").casefold()
        case "number":
            return _number(piece)
        case "truth":
            return piece.partition("(")[0].casefold()
        case "space" | "future":
            return ""
    return piece.casefold()


def _number(text: str) -> str:
    try:
        return format(Decimal(text).normalize(), "f")
    except InvalidOperation:
        return text
