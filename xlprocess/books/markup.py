"""The XML of a part before any library parses it: no entities, no depth without end."""

from __future__ import annotations

import re
from collections.abc import Callable
from xml.parsers import expat

from xlprocess.books.limits import DEEPEST
from xlprocess.books.remembered import remembered
from xlprocess.books.unpacking import DamageError, LimitError

_ENCODING = re.compile(rb"""[^<]{0,8}<\?xml[^>]*?encoding\s*=\s*["']([^"'>]*)["']""")
_DOCTYPE = re.compile(rb"!(?=DOCTYPE)")  # of a rare first sign: ten times as fast
_SUPERSETS_OF_ASCII = re.compile(  # besides UTF-16, which is looked through without its zeros
    rb"utf-?8|utf-16(le|be)?|(us-)?ascii|gb2312|gbk|gb18030|big5|iso-8859-[0-9]+|windows-125[0-9]|shift_jis|euc-(kr|jp)",
    re.IGNORECASE,
)


_PLAIN_START = re.compile(rb"""(?:\xef\xbb\xbf)?\s*(?:<\?xml\s[^<>]*?encoding=["'][uU][tT][fF]-8["'][^<>]*>\s*)?<[A-Za-z]""")
"""The root element comes first: before it, and nowhere else, a document type can stand."""


def refuse_entities(content: bytes) -> None:
    """No document type and so no entities, whatever the encoding, and no encoding that could hide them."""
    if _PLAIN_START.match(content):
        return
    if content[:2] in (b"\xff\xfe", b"\xfe\xff", b"<\0", b"\0<"):
        content = content.replace(b"\0", b"")
    if _DOCTYPE.search(content) and b"<!DOCTYPE" in content:
        raise LimitError("文件内部含有不允许的自定义实体")
    declared = _ENCODING.match(content[:200])
    if declared and not _SUPERSETS_OF_ASCII.fullmatch(declared[1]):
        raise DamageError("encoding")


_Start = Callable[[str, dict[str, str]], None]


def walk(content: bytes, start: _Start | None = None, end: Callable[[str], None] | None = None) -> None:
    """Every tag, by its name without prefix. Raises DamageError if the part is not well-formed, LimitError if it is
    too deep."""
    parser = expat.ParserCreate()
    depth = 0

    def opened(tag: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > DEEPEST:
            raise LimitError("内容的嵌套层次过多")
        if start is not None:
            start(tag.rpartition(":")[2], attributes)

    def closed(tag: str) -> None:
        nonlocal depth
        depth -= 1
        if end is not None:
            end(tag.rpartition(":")[2])

    parser.StartElementHandler, parser.EndElementHandler = opened, closed
    try:
        parser.Parse(content, True)
    except expat.ExpatError:
        raise DamageError("not well-formed") from None


@remembered
def well_formed(content: bytes) -> None:
    walk(content)
