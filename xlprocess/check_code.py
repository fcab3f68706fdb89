"""校验码: eight characters over what a department typed, by which a stamped page and the figures of a workbook are matched."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterator
from decimal import Decimal

import msgspec

from xlprocess.report import Report, as_text

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""No 0 and O, no 1 and I: none is taken for another on paper."""
_SHAPE = re.compile("[0-9A-Z]{8}")


def input_digest(report: Report) -> bytes:
    """A hash over everything that somebody typed, by its place in the form: the same in whatever order, format or layout it stands,
    and whatever we have filled or noted."""
    hashed = hashlib.sha256(report.form.id.encode())
    for line in sorted(_typed(report)):
        hashed.update(line + b"\n")
    return hashed.digest()


def check_code(report: Report, digest: bytes | None = None) -> str | None:
    """The code of what was typed; None where nothing was. `digest`: its `input_digest`, where it is known."""
    return code_of(digest or input_digest(report)) if any(_typed(report)) else None


def code_of(digest: bytes) -> str:
    """Seven characters of a hash and one that checks them."""
    number = int.from_bytes(digest[:5], "big") >> 5
    digits = [number >> shift & 31 for shift in range(30, -1, -5)]
    return "".join(ALPHABET[d] for d in (*digits, _checking(digits)))


def is_check_code(text: str) -> bool:
    """A code as we write it: one that was copied with a wrong character, or with two exchanged, is none."""
    if len(text) != 8 or any(c not in ALPHABET for c in text):
        return False
    *digits, last = (ALPHABET.index(c) for c in text)
    return _checking(digits) == last


def looks_like_code(text: str) -> bool:
    """Eight letters and digits: a code, or one that was copied wrongly."""
    return _SHAPE.fullmatch(as_written(text)) is not None


def as_written(text: str) -> str:
    """A code as somebody may have typed it from paper: small letters, full width, spaces."""
    return "".join(unicodedata.normalize("NFKC", text).split()).upper()


def _checking(digits: list[int]) -> int:
    """Σ αᵏ·digit in the field of 32 elements: any one wrong character changes it, and so does any exchange of two."""
    found = 0
    for digit in digits:
        found = _doubled(found ^ digit)
    return found


def _doubled(number: int) -> int:
    number <<= 1
    return number ^ 0b100101 if number & 32 else number


def _typed(report: Report) -> Iterator[bytes]:
    for spot, field, cell in report.spots():
        if field.kind == "derived":
            continue
        value = cell.value
        if value is None and cell.state in ("unreadable", "no_value", "nothing"):
            value = None if cell.raw is None else str(cell.raw)
        if value is not None and value != "":
            said = format(value.normalize(), "f") if isinstance(value, Decimal) else as_text(value) or ""
            yield _line((*spot, said.replace("\r\n", "\n").replace("\r", "\n")))
    for row_set in report.form.row_sets.values():
        for key in report.organisations(row_set):
            if key not in row_set.items:
                yield _line((row_set.id, key))


def _line(values: tuple[str | None, ...]) -> bytes:
    """As JSON, which no later version of anything writes in another way."""
    try:
        return msgspec.json.encode(values)
    except UnicodeEncodeError:  # halves of characters, from a program that cuts texts anywhere
        return _line(tuple(v and v.encode("utf-8", "replace").decode() for v in values))
