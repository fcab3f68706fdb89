"""The zip file under a workbook: entries are copied as they lie, only what changes is packed anew.

`zipfile` cannot copy an entry without inflating it, so the directory is read here. An entry that does not change keeps
its bytes, header, time stamp and place; the directory records of such entries are copied too, with a new offset.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Mapping

import msgspec

from xlprocess.books.deflate import Error, crc32, decompressobj, deflate

_LOCAL = struct.Struct("<4s5H3I2H")
_CENTRAL = struct.Struct("<4s6H3I5H2I")
_END = struct.Struct("<4s4H2IH")
_END64_LOCATOR = struct.Struct("<4sIQI")
_END64 = struct.Struct("<4sQ2H2I4Q")
_STORED, _DEFLATED = 0, 8
_ENCRYPTED, _SIZES_FOLLOW = 0x0001, 0x0008
_ZIP64_EXTRA = 1
_NEW_DATE = (1 << 5) | 1  # 1980-01-01, the earliest that a zip can say: a second run must not differ by its clock
_NEW_TIME = 0
_FULL = 0xFFFFFFFF


class DamagedError(ValueError):
    """No zip file, or one whose directory, entries and parts do not agree."""


class Entry(msgspec.Struct):
    """One entry as the directory at the end of the file tells it. Sizes and offset are the true ones, also in a zip64
    file."""

    name: str
    raw_name: bytes
    made_by: int
    needs: int
    flags: int
    method: int
    time: int
    date: int
    crc: int
    packed: int
    size: int
    extra: bytes
    comment: bytes
    disk: int
    internal: int
    external: int
    offset: int
    is_zip64: bool


class Archive:
    """The entries of a zip file, in the order of its directory. Of several entries with one name the last one
    counts."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        count, start, size, self.comment = self._end(data)
        self.entries = self._directory(data[start : start + size], count)
        self.by_name: dict[str, Entry] = {entry.name: entry for entry in self.entries}

    def _end(self, data: bytes) -> tuple[int, int, int, bytes]:
        at = data.rfind(b"PK\x05\x06", max(0, len(data) - _END.size - 0xFFFF))
        if at < 0 and data.endswith(b"\0"):  # filled up to whole blocks
            at = data.rfind(b"PK\x05\x06", max(0, len(data.rstrip(b"\0")) - _END.size - 0xFFFF))
        if at < 0 or at + _END.size > len(data):
            raise DamagedError("no end of directory")
        _, _, _, _, count, size, start, comment = _END.unpack_from(data, at)
        directory_end = at
        locator = at - _END64_LOCATOR.size
        if locator >= 0 and data[locator : locator + 4] == b"PK\x06\x07":
            end64 = data.rfind(b"PK\x06\x06", 0, locator)
            if end64 < 0 or end64 + _END64.size > len(data):
                raise DamagedError("no zip64 end of directory")
            count, size, start = _END64.unpack_from(data, end64)[7:10]
            directory_end = end64
        if size > directory_end:
            raise DamagedError("directory larger than the file")
        # bytes before the archive (a stub, a stray BOM) shift every offset
        self._shift = directory_end - size - start
        if self._shift < 0:
            raise DamagedError("directory out of place")
        tail = at + _END.size
        return count, directory_end - size, size, data[tail : tail + comment]

    def _directory(self, directory: bytes, count: int) -> list[Entry]:
        entries = []
        at = 0
        for _ in range(count):
            try:
                fields = _CENTRAL.unpack_from(directory, at)
            except struct.error as error:
                raise DamagedError("directory cut off") from error
            (
                signature,
                made,
                needs,
                flags,
                method,
                time,
                date,
                crc,
                packed,
                size,
                n,
                m,
                k,
                disk,
                internal,
                external,
                offset,
            ) = fields
            if signature != b"PK\x01\x02":
                raise DamagedError("bad directory record")
            at += _CENTRAL.size
            raw_name, extra, comment = (
                directory[at : at + n],
                directory[at + n : at + n + m],
                directory[at + n + m : at + n + m + k],
            )
            at += n + m + k
            is_zip64 = False
            for kind, body in _extras(extra):
                if kind == _ZIP64_EXTRA:
                    is_zip64 = True
                    wide = list(struct.unpack(f"<{len(body) // 8}Q", body[: len(body) // 8 * 8]))
                    try:
                        size = wide.pop(0) if size == _FULL else size
                        packed = wide.pop(0) if packed == _FULL else packed
                        offset = wide.pop(0) if offset == _FULL else offset
                    except IndexError as error:
                        raise DamagedError("bad zip64 record") from error
            name = raw_name.decode("utf-8" if flags & 0x800 else "cp437", "replace").replace("\\", "/")
            entries.append(
                Entry(
                    name, raw_name, made, needs, flags, method, time, date, crc, packed, size,
                    extra, comment, disk, internal, external, offset + self._shift, is_zip64,
                )
            )  # fmt: skip
        return entries

    def _span(self, entry: Entry) -> tuple[int, int]:
        """Where the packed bytes of an entry begin and end."""
        try:
            header = _LOCAL.unpack_from(self._data, entry.offset)
        except struct.error as error:
            raise DamagedError(f"{entry.name}: header out of place") from error
        start = entry.offset + _LOCAL.size + header[9] + header[10]
        if header[0] != b"PK\x03\x04" or start + entry.packed > len(self._data):
            raise DamagedError(f"{entry.name}: header out of place")
        return start, start + entry.packed

    def read(self, name: str) -> bytes:
        """The inflated bytes of an entry, checked against its length and CRC."""
        entry = self.by_name[name]
        if entry.flags & _ENCRYPTED or entry.method not in (_STORED, _DEFLATED):
            raise DamagedError(f"{name}: packed in a way that no office program uses")
        start, end = self._span(entry)
        body = self._data[start:end]
        if entry.method == _DEFLATED:
            try:
                body = decompressobj(-15).decompress(body, entry.size + 1)
            except Error as error:
                raise DamagedError(f"{name}: {error}") from error
        if len(body) != entry.size or crc32(body) != entry.crc:
            raise DamagedError(f"{name}: length or CRC does not agree")
        return body

    def rewritten(self, changed: Mapping[str, bytes], removed: Iterable[str]) -> bytes:
        """The archive with the bodies `changed` (new names go to the end, in their order) and without `removed`."""
        gone = set(removed)
        out: list[bytes] = []
        directory: list[bytes] = []
        offset = 0
        for entry in self.entries:
            if entry.name in gone:
                continue
            if entry.name in changed and self.by_name[entry.name] is entry:
                pieces, record = _packed(entry, changed[entry.name], offset)
            else:
                pieces, record = self._copied(entry, offset)
            out += pieces
            directory.append(record)
            offset += sum(map(len, pieces))
        for name, body in changed.items():
            if name not in self.by_name:
                raw, flags = (name.encode(), 0) if name.isascii() else (name.encode(), 0x800)
                new = Entry(name, raw, 20, 20, flags, _DEFLATED, _NEW_TIME, _NEW_DATE, 0, 0, 0, b"", b"", 0, 0, 0, 0, False)
                pieces, record = _packed(new, body, offset)
                out += pieces
                directory.append(record)
                offset += sum(map(len, pieces))
        size = sum(map(len, directory))
        if len(directory) > 0xFFFE or offset + size >= _FULL:
            raise DamagedError("too large for a workbook")
        end = _END.pack(b"PK\x05\x06", 0, 0, len(directory), len(directory), size, offset, len(self.comment))
        return b"".join((*out, *directory, end, self.comment))

    def _copied(self, entry: Entry, offset: int) -> tuple[list[bytes], bytes]:
        start, end = self._span(entry)
        if entry.is_zip64 or entry.flags & _SIZES_FOLLOW:
            # sizes told elsewhere than in the header: said in the header from now on, the packed bytes stay
            plain = _plain(entry)
            return [_header(plain, b""), self._data[start:end]], _record(plain, offset)
        return [self._data[entry.offset : end]], _record(entry, offset)


def _packed(entry: Entry, body: bytes, offset: int) -> tuple[list[bytes], bytes]:
    packed = deflate(body)
    plain = _plain(entry)
    plain.method, plain.crc, plain.size, plain.packed = _DEFLATED, crc32(body), len(body), len(packed)
    plain.needs = max(plain.needs, 20)
    return [_header(plain, b""), packed], _record(plain, offset)


def _plain(entry: Entry) -> Entry:
    """The entry as a header without zip64 and without a descriptor behind the data tells it."""
    extra = b"".join(struct.pack("<2H", kind, len(body)) + body for kind, body in _extras(entry.extra) if kind != _ZIP64_EXTRA)
    return msgspec.structs.replace(
        entry, flags=entry.flags & ~_SIZES_FOLLOW, extra=extra, is_zip64=False, disk=0, needs=min(entry.needs, 20) or 20
    )


def _extras(extra: bytes) -> Iterable[tuple[int, bytes]]:
    at = 0
    while at + 4 <= len(extra):
        kind, length = struct.unpack_from("<2H", extra, at)
        yield kind, extra[at + 4 : at + 4 + length]
        at += 4 + length


def _header(entry: Entry, extra: bytes) -> bytes:
    e = entry
    fields = (e.needs, e.flags, e.method, e.time, e.date, e.crc, e.packed, e.size, len(e.raw_name), len(extra))
    return _LOCAL.pack(b"PK\x03\x04", *fields) + e.raw_name + extra


def _record(entry: Entry, offset: int) -> bytes:
    e = entry
    fields = (e.made_by, e.needs, e.flags, e.method, e.time, e.date, e.crc, e.packed, e.size)
    lengths = (len(e.raw_name), len(e.extra), len(e.comment), 0, e.internal, e.external, offset)
    return _CENTRAL.pack(b"PK\x01\x02", *fields, *lengths) + e.raw_name + e.extra + e.comment
