"""The entries of an archive as it came in: found, checked against its directory, inflated within their declared sizes.

Read here and not by `zipfile`: it takes a multiple of the time, and accepts overlaps and duplicates.
"""

from __future__ import annotations

import struct
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from xlprocess.books.deflate import Error, crc32, decompressobj
from xlprocess.books.limits import LARGEST_PART, MOST_ENTRIES

if TYPE_CHECKING:
    from zlib import _Decompress as _Inflater

LOCAL, CENTRAL, END = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"


class DamageError(Exception):
    """The archive or a part contradicts itself; the text is for engineers, nobody is shown it."""


class Entry(NamedTuple):
    """One entry of the archive as its directory lists it. `start` is where its compressed bytes begin, `size` is what
    they inflate to: measured, not believed, once `guard` has passed."""

    name: str
    method: int
    flags: int
    crc: int
    compressed: int
    size: int
    start: int


def directory(data: bytes) -> list[Entry]:
    """The entries in archive order. Raises DamageError unless directory and entries agree, nothing overlaps and no
    name comes twice."""
    end = data.rfind(END, max(0, len(data) - 22 - 65_535))
    if end < 0 and data.endswith(b"\0"):  # filled up to whole blocks by a disk or a transfer
        end = data.rfind(END, max(0, len(data.rstrip(b"\0")) - 22 - 65_535))
    if end < 0 or end + 22 > len(data):
        raise DamageError("no end record: truncated")
    disk, first_disk, here, count, length, at, comment = struct.unpack_from("<4H2IH", data, end + 4)
    if end + 22 + comment > len(data) or data[end + 22 + comment :].strip(b"\0"):
        raise DamageError("something behind the end record")
    directory_end = end
    if 0xFFFF in (count, here) or 0xFFFFFFFF in (length, at):
        count, length, at, directory_end = _zip64(data, end)
    elif disk or first_disk or here != count:
        raise DamageError("several volumes")
    if at + length > directory_end or count * 46 > length:
        raise DamageError("directory out of bounds")
    directory_at = at
    if count > MOST_ENTRIES:
        raise LimitError("文件内部的组成部分过多")
    entries, seen, places = [], set(), []
    for _ in range(count):
        if data[at : at + 4] != CENTRAL or at + 46 > directory_end:
            raise DamageError("directory cut short")
        flags, method, _, _, crc, packed, size, n, extra, note, volume, _, _, local = struct.unpack_from(
            "<6xHHHHIIIHHHHHII", data, at + 2
        )
        raw = data[at + 46 : at + 46 + n]
        if 0xFFFFFFFF in (packed, size, local):
            packed, size, local = _zip64_extra(data[at + 46 + n : at + 46 + n + extra], packed, size, local)
        at += 46 + n + extra + note
        if volume not in (0, 0xFFFF) or data[local : local + 4] != LOCAL or local + 30 > len(data):
            raise DamageError("an entry is not where the directory says")
        local_flags, local_method = struct.unpack_from("<HH", data, local + 6)
        local_n, local_extra = struct.unpack_from("<HH", data, local + 26)
        if data[local + 30 : local + 30 + local_n] != raw or local_method != method or (local_flags ^ flags) & 1:
            raise DamageError("an entry and the directory differ")
        name = raw.decode("utf-8" if flags & 0x800 else "cp437", "replace").replace("\\", "/")
        if name.lower() in seen:
            raise DamageError("a name comes twice")
        seen.add(name.lower())
        start = local + 30 + local_n + local_extra
        places.append((local, start + packed))
        entries.append(Entry(name, method, flags, crc, packed, size, start))
    places.sort()
    places.append((directory_at, directory_at))
    if any(end > following for (_, end), (following, _) in pairwise(places)):
        raise DamageError("entries overlap")
    return entries


def _zip64(data: bytes, end: int) -> tuple[int, int, int, int]:
    if end < 20 or data[end - 20 : end - 16] != b"PK\x06\x07":
        raise DamageError("no locator of a large archive")
    (at,) = struct.unpack_from("<Q", data, end - 12)
    if at + 56 > end or data[at : at + 4] != b"PK\x06\x06":
        raise DamageError("no end record of a large archive")
    _, count, length, start = struct.unpack_from("<4Q", data, at + 24)
    return count, length, start, at


def _zip64_extra(extra: bytes, *values: int) -> list[int]:
    at = 0
    while at + 4 <= len(extra):
        tag, length = struct.unpack_from("<HH", extra, at)
        if tag == 1:
            wanted = sum(v == 0xFFFFFFFF for v in values)
            if length < 8 * wanted or at + 4 + length > len(extra):
                break
            large = iter(struct.unpack_from(f"<{wanted}Q", extra, at + 4))
            return [next(large) if v == 0xFFFFFFFF else v for v in values]
        at += 4 + length
    raise DamageError("no sizes for a large entry")


def inflate(data: bytes, entry: Entry) -> bytes:
    """The content of an entry, no more than its declared size of it. Raises DamageError, or LimitError."""
    packed = memoryview(data)[entry.start : entry.start + entry.compressed]
    if entry.method == 0:
        content = bytes(packed)
    elif entry.method == 8:
        inflater = decompressobj(-15)
        try:
            content = inflater.decompress(packed, entry.size + 1)
            if len(content) > entry.size:
                _overrun(inflater)
            if not inflater.eof and inflater.decompress(inflater.unconsumed_tail, 1):
                _overrun(inflater)
        except Error:
            raise DamageError("does not inflate") from None
        if not inflater.eof:
            raise DamageError("cut short")
    else:
        raise DamageError("another method of compression")
    if len(content) != entry.size or crc32(content) != entry.crc:
        raise DamageError("checksum")
    return content


class LimitError(Exception):
    """More than any form holds. The text is the Chinese clause that says of what."""


TOO_LARGE = "内容展开后过大"


def _overrun(inflater: _Inflater) -> None:
    """An entry is longer than it says: damaged, unless it is longer than anything may be."""
    total = 0
    while not inflater.eof and inflater.unconsumed_tail:
        total += len(inflater.decompress(inflater.unconsumed_tail, 1 << 20))
        if total > LARGEST_PART:
            raise LimitError(TOO_LARGE)
    raise DamageError("longer than declared")
