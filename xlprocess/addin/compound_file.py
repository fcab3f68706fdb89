"""A compound file ([MS-CFB], version 3) from streams in storages: what holds a VBA project.

The libraries that were looked at write none of their own (cfb reads; olefile replaces streams of the same size), or are
under a licence that cannot be combined with this project's (cfbwrite, AGPL).
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Union

Tree = Mapping[str, Union[bytes, "Tree"]]
SECTOR, MINI_SECTOR, CUTOFF = 512, 64, 4096
_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
_STORAGE, _STREAM, _ROOT = 1, 2, 5
_RED, _BLACK = 0, 1
_FAT_IN_HEADER = 109


@dataclass
class _Entry:
    name: str
    kind: int
    left: int = _FREE
    right: int = _FREE
    child: int = _FREE
    colour: int = _BLACK
    start: int = 0
    size: int = 0

    def packed(self) -> bytes:
        name = self.name.encode("utf-16-le") + b"\0\0"
        links = struct.pack("<HBB3I", len(name), self.kind, self.colour, self.left, self.right, self.child)
        return name.ljust(64, b"\0") + links + bytes(36) + struct.pack("<IQ", self.start, self.size)


_NOBODY = bytes(68) + b"\xff" * 12 + bytes(48)


@dataclass
class _Writer:
    entries: list[_Entry] = field(default_factory=lambda: [_Entry("Root Entry", _ROOT)])
    sectors: bytearray = field(default_factory=bytearray)
    fat: list[int] = field(default_factory=list)
    mini: bytearray = field(default_factory=bytearray)
    mini_fat: list[int] = field(default_factory=list)

    def add(self, tree: Tree) -> int:
        """The entries of a storage; gives the root of the tree of its entries."""
        numbers = []
        for name, content in sorted(tree.items(), key=lambda item: (len(item[0]), item[0].upper())):
            entry = _Entry(name, _STREAM if isinstance(content, bytes) else _STORAGE)
            self.entries.append(entry)
            numbers.append(len(self.entries) - 1)
            if isinstance(content, bytes):
                entry.start, entry.size = self._stream(content), len(content)
            else:
                entry.child = self.add(content)
        return self._balanced(numbers, 0, (len(numbers) + 1).bit_length() - 1)

    def _balanced(self, numbers: list[int], depth: int, red: int) -> int:
        """A search tree over entries in order; red are those of the last level, where it is not full."""
        if not numbers:
            return _FREE
        middle = len(numbers) // 2
        entry = self.entries[numbers[middle]]
        entry.left = self._balanced(numbers[:middle], depth + 1, red)
        entry.right = self._balanced(numbers[middle + 1 :], depth + 1, red)
        entry.colour = _RED if depth == red else _BLACK
        return numbers[middle]

    def _stream(self, data: bytes) -> int:
        if not data:
            return _END
        if len(data) >= CUTOFF:
            return self.chain(data)
        first, count = len(self.mini_fat), -(-len(data) // MINI_SECTOR)
        self.mini_fat += [*range(first + 1, first + count), _END]
        self.mini += data.ljust(count * MINI_SECTOR, b"\0")
        return first

    def chain(self, data: bytes, padding: bytes = b"\0") -> int:
        """Sectors of their own for data; gives the first."""
        if not data:
            return _END
        first, count = len(self.fat), -(-len(data) // SECTOR)
        self.sectors += data.ljust(count * SECTOR, padding)
        self.fat += [*range(first + 1, first + count), _END]
        return first


def compound_file(tree: Tree) -> bytes:
    """The bytes of a compound file: the same for the same tree. ValueError beyond 6.8 MB."""
    writer = _Writer()
    root = writer.entries[0]
    root.child = writer.add(tree)
    root.start, root.size = writer.chain(bytes(writer.mini)), len(writer.mini)
    mini_fat = struct.pack(f"<{len(writer.mini_fat)}I", *writer.mini_fat)
    mini_fat_start, mini_fat_count = writer.chain(mini_fat, b"\xff"), -(-len(mini_fat) // SECTOR)
    directory = b"".join(entry.packed() for entry in writer.entries)
    directory_start = writer.chain(directory + _NOBODY * (-len(writer.entries) % 4))
    fat_count = 1
    while fat_count * SECTOR // 4 < len(writer.fat) + fat_count:
        fat_count += 1
    if fat_count > _FAT_IN_HEADER:
        raise ValueError("too large for a compound file without further sectors of its table")
    fat_start = len(writer.fat)
    fat = writer.fat + [_FAT] * fat_count
    places = [*range(fat_start, fat_start + fat_count), *[_FREE] * (_FAT_IN_HEADER - fat_count)]
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<5H6x", 0x3E, 3, 0xFFFE, 9, 6)
    header += struct.pack("<9I", 0, fat_count, directory_start, 0, CUTOFF, mini_fat_start, mini_fat_count, _END, 0)
    header += struct.pack(f"<{_FAT_IN_HEADER}I", *places)
    return header + bytes(writer.sectors) + struct.pack(f"<{len(fat)}I", *fat).ljust(fat_count * SECTOR, b"\xff")
