"""Formulas as Excel writes them, and as LibreOffice hands them over and takes them: `;` between arguments, `$表.A1`."""

from __future__ import annotations

import re

_REFERENCE = r"\$?[A-Z]{1,3}\$?[0-9]+"
_TOKEN = re.compile(
    r'(?P<text>"(?:[^"]|"")*")'
    r"|\$?(?P<quoted>'(?:[^']|'')+')(?P<q>[.!])"
    r"|\$?(?P<bare>[^\W\d][\w.]*?)(?P<b>[.!])(?=" + _REFERENCE + r"(?![\w(]))"
    r"|(?P<constant>(?:TRUE|FALSE)\(\))"
    r"|(?P<name>[^\W\d][\w.]*)"
    r'|(?P<array>\{(?:[^{}"]|"(?:[^"]|"")*")*\})'
    r"|(?P<mark>[;,~!])"
)
_IN_ARRAY = re.compile(r'"(?:[^"]|"")*"|[;,|]')
_PLAIN = re.compile(r"[^\W\d]\w*")
_LOOKS_LIKE_A_CELL = re.compile(r"[A-Za-z]{1,3}[0-9]+|[Rr][0-9]*[Cc][0-9]*")


def from_libreoffice(formula: str) -> str:
    """A formula (without `=`) as Excel writes it."""
    return _TOKEN.sub(_to_excel, formula)


def to_libreoffice(formula: str) -> str:
    """A formula of Excel (without `=`) as LibreOffice takes it."""
    return _TOKEN.sub(_to_libreoffice, formula)


def sheet_prefix(name: str) -> str:
    """A sheet's name as it stands before the `!` of a reference of Excel."""
    plain = _PLAIN.fullmatch(name) and not _LOOKS_LIKE_A_CELL.fullmatch(name)
    return name if plain else "'" + name.replace("'", "''") + "'"


def _to_excel(found: re.Match[str]) -> str:
    sheet = _sheet(found)
    if sheet is not None:
        return f"{sheet_prefix(sheet)}!"
    if (array := found["array"]) is not None:
        return _IN_ARRAY.sub(lambda m: {";": ",", "|": ";"}.get(m[0], m[0]), array)
    if found["constant"] is not None:
        return found[0][:-2]
    return {";": ",", "~": ",", "!": " "}.get(found[0], found[0]) if found["mark"] else found[0]


def _to_libreoffice(found: re.Match[str]) -> str:
    sheet = _sheet(found)
    if sheet is not None:
        return f"$'{sheet.replace(chr(39), chr(39) * 2)}'."
    if (array := found["array"]) is not None:
        return _IN_ARRAY.sub(lambda m: {";": "|", ",": ";"}.get(m[0], m[0]), array)
    if found["name"] is not None:
        return found[0].removeprefix("_xlfn.").removeprefix("_xlws.")
    return ";" if found[0] == "," else found[0]


def _sheet(found: re.Match[str]) -> str | None:
    if found["quoted"] is not None:
        return found["quoted"][1:-1].replace("''", "'")
    return found["bare"]
