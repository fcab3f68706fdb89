"""The records of an .xls (or .et) file, looked through without reading a value. Source: [MS-XLS] 2.3, 2.4."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from io import BytesIO

from xlprocess.books.book import Ref
from xlprocess.books.foreign.outline import LockedError, Outline, OutlineError, Outlines, TooLargeError, shows_percent
from xlprocess.books.limits import MOST_SHEETS, MOST_STRINGS, WIDEST_EXTENT

_BOF, _EOF, _SHEET, _LOCKED, _STRINGS, _EXTENT = 0x809, 0x0A, 0x85, 0x2F, 0xFC, 0x200
_FORMAT, _STYLE, _MERGED, _SEVERAL = 0x41E, 0xE0, 0xE5, 0xBD
_FORMULAS = frozenset((0x06, 0x206, 0x406))
_CELLS = _FORMULAS | {0x203, 0x204, 0x205, 0xD6, 0xFD, 0x27E}
_PERCENTS = frozenset((9, 10))
"""Built-in formats that show a percentage."""
_MOST_RECORDS = 4_000_000


def outlines(data: bytes) -> Outlines:
    """The sheets of the file. Raises OutlineError, TooLargeError or LockedError."""
    return _Walker(_stream(data)).walk()


def _stream(data: bytes) -> bytes:
    import olefile

    try:
        with olefile.OleFileIO(BytesIO(data)) as file:
            for name in ("Workbook", "Book"):
                if file.exists(name):
                    if file.get_size(name) > len(data):
                        raise OutlineError("a stream longer than the file")
                    return bytes(file.openstream(name).read())
    except OutlineError:
        raise
    except (OSError, ValueError, IndexError, struct.error, TypeError, MemoryError, RecursionError) as error:
        raise OutlineError(str(error)) from error
    raise OutlineError("no workbook stream")


class _Walker:
    def __init__(self, stream: bytes) -> None:
        self.stream = stream
        self.found = Outlines()
        self.starts: dict[int, str] = {}
        self.styles: list[int] = []
        self.formats: dict[int, str] = {}
        self.old = False

    def walk(self) -> Outlines:
        sheet: Outline | None = None
        depth = 0
        for at, kind, body in self.records():
            if kind == _BOF:
                depth += 1
                if depth == 1:
                    name = self.starts.get(at)
                    sheet = self.found.get(name) if name is not None else None
                    self.old = len(body) >= 2 and body[:2] == b"\0\5"
            elif kind == _EOF:
                depth -= 1
                sheet = sheet if depth else None
            elif sheet is None:
                self.globals(kind, body)
            elif depth == 1:
                self.sheet(sheet, kind, body)
        self.found.check()
        return self.found

    def records(self) -> Iterator[tuple[int, int, bytes]]:
        at = count = 0
        stream = self.stream
        while at + 4 <= len(stream):
            kind, length = struct.unpack_from("<HH", stream, at)
            if kind == 0 and length == 0:
                return  # what is left of the last sector
            if at + 4 + length > len(stream):
                raise OutlineError("a record runs over the end")
            yield at, kind, stream[at + 4 : at + 4 + length]
            at += 4 + length
            count += 1
            if count > _MOST_RECORDS:
                raise TooLargeError("内容过多")

    def globals(self, kind: int, body: bytes) -> None:
        if kind == _LOCKED:
            raise LockedError
        if kind == _SHEET and len(body) > 8 and body[5] == 0:
            start, state, _, length = struct.unpack_from("<IBBB", body)
            name = self.text(body[7:] if not self.old else body[6:], length)
            self.starts[start] = name
            self.found[name] = Outline(hidden=state & 3 != 0)
            if len(self.found) > MOST_SHEETS:
                raise TooLargeError("工作表过多")
        elif kind == _STRINGS and len(body) >= 8 and struct.unpack_from("<I", body, 4)[0] > min(len(self.stream), MOST_STRINGS):
            raise TooLargeError("文字过多")
        elif kind == _STYLE and len(body) >= 4:
            self.styles.append(struct.unpack_from("<H", body, 2)[0])
        elif kind == _FORMAT and len(body) > 5:
            number, length = struct.unpack_from("<HH", body)
            self.formats[number] = self.text(body[4:], length)

    def text(self, body: bytes, length: int) -> str:
        """A string behind its length: 8 bits a character, or 16."""
        if self.old:
            return body[1 : 1 + length].decode("gb18030", "replace")
        wide = body[0] & 1
        return body[1 : 1 + length * (1 + wide)].decode("utf-16-le" if wide else "latin-1", "replace")

    def sheet(self, sheet: Outline, kind: int, body: bytes) -> None:
        if kind in _CELLS and len(body) >= 6:
            row, column, style = struct.unpack_from("<HHH", body)
            self.cell(sheet, row, column, style)
            if kind in _FORMULAS:
                sheet.formulas.add(Ref(row + 1, column + 1))
        elif kind == _SEVERAL and len(body) >= 6:
            row, column = struct.unpack_from("<HH", body)
            for k in range((len(body) - 6) // 6):
                self.cell(sheet, row, column + k, struct.unpack_from("<H", body, 4 + 6 * k)[0])
        elif kind == _MERGED and len(body) >= 2:
            for k in range(min(struct.unpack_from("<H", body)[0], (len(body) - 2) // 8)):
                top, bottom, left, right = struct.unpack_from("<4H", body, 2 + 8 * k)
                sheet.merged.append((Ref(top + 1, left + 1), Ref(bottom + 1, right + 1)))
        elif kind == _EXTENT and len(body) >= 12:
            top, bottom, left, right = struct.unpack_from("<IIHH", body)
            if max(bottom - top, 0) * max(right - left, 0) > WIDEST_EXTENT:
                raise TooLargeError("表格范围过大，有内容远离表格")

    def cell(self, sheet: Outline, row: int, column: int, style: int) -> None:
        sheet.take(row + 1, column + 1)
        number = self.styles[style] if style < len(self.styles) else 0
        if number in _PERCENTS or shows_percent(self.formats.get(number, "")):
            sheet.percents.add(Ref(row + 1, column + 1))
