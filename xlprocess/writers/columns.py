"""Text in columns of a terminal, where a Chinese character takes two."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

_CLOSING = frozenset("，。、；：？！）》」』】”’…—％%)]}>,.;:?!")
_OPENING = frozenset("（《「『【“‘([{<")


class Look(NamedTuple):
    """How text is laid out: `columns` to wrap at (None: one line a sentence), and whether there are colours."""

    columns: int | None = None
    colours: bool = False

    def paint(self, text: str, code: str) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if self.colours else text

    def lines(self, text: str, indent: int, hang: int = 0) -> Iterator[str]:
        """A text indented, its further lines by `hang` more."""
        yield from wrapped(" " * indent + plain(text), self.columns, indent + hang)


def width(text: str) -> int:
    """Columns that a text takes. Characters that some terminals print wide count as wide."""
    return len(text) if text.isascii() else sum(map(_width, text))


def pad(text: str, columns: int) -> str:
    return text + " " * (columns - width(text))


def plain(text: str) -> str:
    """The text without characters that would move the cursor, colour the screen or turn its direction."""
    if text.isprintable():
        return text
    text = readable(text)
    return "".join(ch if ch.isprintable() else " " if ch in "\t\n\r" else "\ufffd" for ch in text)


def readable(text: str) -> str:
    """Names from the file system as they read: where the locale knew no Chinese, they came as escaped bytes. What no
    Unicode text can hold becomes U+FFFD."""
    if text.isascii():
        return text
    try:
        return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def wrapped(text: str, columns: int | None, indent: int = 0) -> Iterator[str]:
    """The lines of a text, none wider than `columns`, all but the first indented. Words and numbers are kept whole,
    closing marks stay with what they close. `columns` None: one line."""
    if columns is None:
        yield text
        return
    room = max(columns, indent + 8)
    line, used = "", 0
    for piece in _pieces(text):
        size = width(piece)
        while used + size > room and line.strip():
            yield line.rstrip()
            line, used = " " * indent, indent
            piece = piece.lstrip(" ")
            size = width(piece)
        while used + size > room:  # a single word wider than a line
            cut = _fitting(piece, room - used)
            yield line + piece[:cut]
            piece, line, used = piece[cut:], " " * indent, indent
            size = width(piece)
        line, used = line + piece, used + size
    yield line.rstrip()


def _pieces(text: str) -> Iterator[str]:
    """What is not broken: a word, or one wide character, with the marks that belong to it."""
    piece = ""
    for ch in text:
        joins = (
            not piece
            or ch in _CLOSING
            or piece[-1] in _OPENING
            or _width(ch) == 0
            or (_width(ch) == 1 and ch != " " and _width(piece[-1]) == 1 and piece[-1] != " " and ch not in _OPENING)
        )
        if not joins:
            yield piece
            piece = ""
        piece += ch
    if piece:
        yield piece


def _fitting(text: str, room: int) -> int:
    used = 0
    for at, ch in enumerate(text):
        used += _width(ch)
        if used > room:
            return max(at, 1)
    return len(text)


@lru_cache(maxsize=1 << 13)
def _width(ch: str) -> int:
    if ch < "\x7f":
        return 1
    if unicodedata.combining(ch) or unicodedata.category(ch) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(ch) in "WFA" else 1
