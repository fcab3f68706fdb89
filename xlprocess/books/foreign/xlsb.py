"""The records of an .xlsb file, looked through without reading a value. Source: [MS-XLSB] 2.1.4, 2.3.1.

Some writers leave out the columns of cells that follow each other (the Short records). The reader of values passes such cells over
without a word, so they are written out for it."""

from __future__ import annotations

import posixpath
import struct
import zipfile
from collections.abc import Iterator
from io import BytesIO

from lxml import etree

from xlprocess.books.book import Ref
from xlprocess.books.foreign.outline import Outline, OutlineError, Outlines, TooLargeError, shows_percent
from xlprocess.books.limits import MOST_SHEETS, MOST_STRINGS
from xlprocess.books.parts import Parts

_ROW, _BLANK, _SHEET, _STRINGS, _MERGED = 0, 1, 156, 159, 176
_FORMAT, _STYLE, _STYLES, _STYLES_END = 44, 47, 617, 618
_CELLS = frozenset((*range(2, 12), 62))
_FORMULAS = frozenset(range(8, 12))
_SHORT_CELLS = range(12, 19)
_TO_LONG = 11
"""A Short record's number is its long one's and so much."""
_PERCENTS = frozenset((9, 10))
_WORKBOOK = "xl/workbook.bin"
_MOST_RECORDS = 4_000_000


def outlines(parts: Parts) -> Outlines:
    """The sheets of the file. Raises OutlineError or TooLargeError."""
    try:
        percents = _percent_styles(parts)
        strings = parts.find("xl/sharedStrings.bin")
        if strings is not None:
            for kind, body in _records(parts[strings]):
                if kind == _STRINGS and struct.unpack_from("<I", body, 4)[0] > min(MOST_STRINGS, len(parts[strings])):
                    raise TooLargeError("文字过多")
                break
        found = Outlines()
        for name, hidden, part in _sheets(parts):
            found[name] = _sheet(_long_cells(parts[part]) or parts[part], percents)
            found[name].hidden = hidden
            if len(found) > MOST_SHEETS:
                raise TooLargeError("工作表过多")
            found.check()
    except (struct.error, IndexError, KeyError, UnicodeDecodeError, etree.XMLSyntaxError) as error:
        raise OutlineError(str(error)) from error
    return found


def written_out(parts: Parts, data: bytes) -> bytes:
    """The file with the columns of every cell. The same bytes where nothing had been left out."""
    changed = {part: long for _, _, part in _sheets(parts) if (long := _long_cells(parts[part])) is not None}
    if not changed:
        return data
    target = BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for part in parts:
            archive.writestr(part, changed.get(part) or parts[part])
    return target.getvalue()


def _long_cells(data: bytes) -> bytes | None:
    """The records of a sheet without Short ones; None where it has none."""
    records = list(_records(data))
    if not any(kind in _SHORT_CELLS for kind, _ in records):
        return None
    pieces: list[bytes] = []
    column = -1
    for kind, body in records:
        if kind == _ROW:
            column = -1
        elif kind in _CELLS or kind == _BLANK:
            (column,) = struct.unpack_from("<I", body)
        elif kind in _SHORT_CELLS:
            column += 1
            kind, body = kind - _TO_LONG, struct.pack("<I", column) + body
        pieces.append(_head(kind, len(body)) + body)
    return b"".join(pieces)


def _head(kind: int, length: int) -> bytes:
    head = bytes((kind,)) if kind < 0x80 else bytes((kind & 0x7F | 0x80, kind >> 7))
    while length >= 0x80:
        head += bytes((length & 0x7F | 0x80,))
        length >>= 7
    return head + bytes((length,))


def _records(data: bytes) -> Iterator[tuple[int, bytes]]:
    at = count = 0
    while at < len(data):
        kind = data[at]
        at += 1
        if kind & 0x80:
            kind = (kind & 0x7F) | (data[at] & 0x7F) << 7
            at += 1
        length = shift = 0
        while True:
            byte = data[at]
            at += 1
            length |= (byte & 0x7F) << shift
            shift += 7
            if not byte & 0x80 or shift > 21:
                break
        if at + length > len(data):
            raise OutlineError("a record runs over the end")
        yield kind, data[at : at + length]
        at += length
        count += 1
        if count > _MOST_RECORDS:
            raise TooLargeError("内容过多")


def _text(body: bytes, at: int) -> tuple[str, int]:
    (length,) = struct.unpack_from("<I", body, at)
    end = at + 4 + 2 * length
    return body[at + 4 : end].decode("utf-16-le"), end


def _sheets(parts: Parts) -> Iterator[tuple[str, bool, str]]:
    workbook, listing = parts.find(_WORKBOOK), parts.find("xl/_rels/workbook.bin.rels")
    if workbook is None or listing is None:
        raise OutlineError("no workbook part")
    targets = {e.get("Id"): e.get("Target", "") for e in etree.fromstring(parts[listing]).iter("{*}Relationship")}
    for kind, body in _records(parts[workbook]):
        if kind == _SHEET:
            state = struct.unpack_from("<I", body)[0]
            relation, at = _text(body, 8)
            name, _ = _text(body, at)
            target = targets.get(relation, "")
            part = parts.find(posixpath.normpath(target.lstrip("/") if target.startswith("/") else f"xl/{target}"))
            if part is not None and "/worksheets/" in part.lower():
                yield name, state != 0, part


def _percent_styles(parts: Parts) -> list[bool]:
    """Of every style of a cell, whether it shows a percentage."""
    part = parts.find("xl/styles.bin")
    found: list[bool] = []
    formats: dict[int, str] = {}
    inside = False
    for kind, body in _records(parts[part]) if part is not None else ():
        if kind == _FORMAT:
            formats[struct.unpack_from("<H", body)[0]] = _text(body, 2)[0]
        elif kind in (_STYLES, _STYLES_END):
            inside = kind == _STYLES
        elif kind == _STYLE and inside:
            number = struct.unpack_from("<H", body, 2)[0]
            found.append(number in _PERCENTS or shows_percent(formats.get(number, "")))
    return found


def _sheet(data: bytes, percents: list[bool]) -> Outline:
    sheet = Outline()
    row = 0
    for kind, body in _records(data):
        if kind == _ROW:
            row = struct.unpack_from("<I", body)[0]
            if row >= 1_048_576:
                raise OutlineError("no such row")
        elif kind in _CELLS:
            column, style = struct.unpack_from("<II", body)
            if column >= 16_384:
                raise OutlineError("no such column")
            sheet.take(row + 1, column + 1)
            style &= 0xFFFFFF
            if style < len(percents) and percents[style]:
                sheet.percents.add(Ref(row + 1, column + 1))
            if kind in _FORMULAS:
                sheet.formulas.add(Ref(row + 1, column + 1))
        elif kind == _MERGED:
            top, bottom, left, right = struct.unpack_from("<4I", body)
            sheet.merged.append((Ref(top + 1, left + 1), Ref(bottom + 1, right + 1)))
    return sheet
