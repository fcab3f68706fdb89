"""The parts of a workbook, inflated once, and which of them are its sheets."""

from __future__ import annotations

import posixpath
import struct
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from xlprocess.books.deflate import crc32
from xlprocess.books.limits import LARGEST_PART, LARGEST_TOTAL, MOST_SHEETS, MOST_TAGS
from xlprocess.books.markup import refuse_entities, walk, well_formed
from xlprocess.books.remembered import remembered
from xlprocess.books.unpacking import CENTRAL, END, LOCAL, TOO_LARGE, DamageError, Entry, LimitError, inflate

_BOMB_SIZE, _BOMB_RATIO = 10 << 20, 200
_REPETITIVE = 60  # a part that shrinks more than this is looked at for its depth
_VALUES = ("worksheet", "sharedStrings", "styles", "chartsheet", "dialogsheet", "xlMacrosheet", "xlIntlMacrosheet")


class SheetPart(NamedTuple):
    """A sheet as the workbook part lists it: its name, its part, and whether its relationship says worksheet."""

    name: str
    part: str
    is_worksheet: bool


class Parts(Mapping[str, bytes]):
    """The parts of a workbook that has passed: names in archive order, contents inflated once. Keys know case; `find`
    does not, as part names in a package do not. `entries` say where the compressed bytes lie in `data`; `measured` are the parts
    that a reader of values is given; `formulas` tells where those of a sheet stand that has nothing odd among its rows,
    `values_only` is such a sheet without them."""

    def __init__(self, data: bytes, entries: list[Entry]) -> None:
        self.data = data
        self.entries = {entry.name: entry for entry in entries}
        self.workbook = ""
        self.sheets: list[SheetPart] = []
        self.inflated: dict[str, bytes] = {}
        self._lower = {entry.name.lower(): entry.name for entry in entries}
        self.outline: list[str] = []
        self.measured: list[str] = []
        self.formulas: dict[str, list[tuple[int, int]]] = {}
        self.values_only: dict[str, bytes] = {}
        self._tags = 0

    def __getitem__(self, name: str) -> bytes:
        content = self.inflated.get(name)
        if content is None:
            content = self.inflated[name] = inflate(self.data, self.entries[name])
        return content

    def __iter__(self) -> Iterator[str]:
        return iter(self.entries)

    def __len__(self) -> int:
        return len(self.entries)

    def find(self, name: str) -> str | None:
        """The part of this name as the archive spells it; None if there is none."""
        return self._lower.get(name.lower().lstrip("/"))

    def spend(self, content: bytes) -> None:
        """Counts what is about to be read tag by tag: that takes its time."""
        self._tags += content.count(b"<")
        if self._tags > MOST_TAGS:
            raise LimitError("文件内部的内容过多")

    def values_package(self) -> bytes:
        """A package of the parts that hold values, uncompressed: what a reader of values is given instead of the file.
        It saves inflating twice, and there is nothing in it that was not measured. Names, looks and formulas, of which it has no
        use, are left out: reading them takes half the time of opening a workbook."""
        local: list[bytes] = []
        central: list[bytes] = []
        at = 0
        names = self.outline + self.measured
        for name in names:
            content, crc = self[name], self.entries[name].crc
            lean = self.values_only.get(name)
            if lean is None and len(content) < _MOST_LEFT_OUT:
                lean = _lean(content)
            if lean is not None and lean is not content:
                content, crc = lean, crc32(lean)
            raw = name.encode()
            head = struct.pack("<HHHHHIIIHH", 20, 0x800, 0, 0, 33, crc, len(content), len(content), len(raw), 0)
            local += (LOCAL, head, raw, content)
            central += (CENTRAL, b"\x14\0", head, struct.pack("<HHHII", 0, 0, 0, 0, at), raw)
            at += 30 + len(raw) + len(content)
        listing = b"".join(central)
        end = END + struct.pack("<4H2IH", 0, 0, len(names), len(names), len(listing), at, 0)
        return b"".join((*local, listing, end))


_LEFT_OUT = tuple(
    (f"<{name}".encode(), f"</{name}>".encode()) for name in ("definedNames", "fonts", "fills", "borders", "cellStyleXfs", "dxfs")
)
_MOST_LEFT_OUT = 1 << 16


@remembered
def _lean(content: bytes) -> bytes:
    """A workbook part or styles part without what has nothing to do with values."""
    if not (b"<sheets" in content or b"<cellXfs" in content) or b"<!" in content:
        return content
    for begins, ends in _LEFT_OUT:
        first = content.find(begins)
        last = content.find(ends, first)
        if first >= 0 <= last and content[first + len(begins) : first + len(begins) + 1] in (b" ", b">"):
            content = content[:first] + content[last + len(ends) :]
    return content


def inflate_all(parts: Parts) -> None:
    """Every entry is inflated once, against false sizes and checksums; texts are kept, pictures are not."""
    total = 0
    for entry in parts.entries.values():
        total += entry.size
        bomb = entry.size > _BOMB_SIZE and entry.size > _BOMB_RATIO * entry.compressed
        if bomb or entry.size > LARGEST_PART or total > LARGEST_TOTAL:
            raise LimitError(TOO_LARGE)
        content = inflate(parts.data, entry)
        if entry.name.lower().endswith((".xml", ".rels", ".vml")):
            parts.inflated[entry.name] = content
            refuse_entities(content)
            if entry.size > 4096 and entry.size > _REPETITIVE * entry.compressed:
                parts.spend(content)
                walk(content)


def find_sheets(parts: Parts) -> None:
    """Which part is the workbook, which are its sheets, and which parts a reader of values is given."""
    package, package_rels = relationships_of(parts, "_rels/.rels", "")
    main = next((target for word, target in package.values() if word == "officeDocument"), "")
    workbook, types = parts.find(main), parts.find("[Content_Types].xml")
    if not main or workbook is None or types is None:
        raise DamageError("no workbook part")
    parts.workbook = workbook
    parts.spend(parts[types])
    well_formed(parts[types])
    folder, file = posixpath.split(workbook)
    related, rels = relationships_of(parts, posixpath.join(folder, "_rels", file + ".rels"), folder)
    parts.spend(parts[workbook])
    sheets = _listed(parts[workbook])
    if not sheets:
        raise DamageError("no sheets")
    if len(sheets) > MOST_SHEETS:
        raise LimitError(f"工作表超过 {MOST_SHEETS} 张")
    for title, identity in sheets:
        word, target = related.get(identity, ("", ""))
        part = parts.find(target) if target else None
        if part is None:
            raise DamageError("a sheet is missing")
        parts.sheets.append(SheetPart(title, part, word == "worksheet"))
    outline = [types, package_rels, workbook, rels]
    for word, target in related.values():
        part = parts.find(target) if word in _VALUES else None
        if part is not None and part not in outline and part not in parts.measured:
            parts.measured.append(part)
            if part not in parts.inflated:
                refuse_entities(parts[part])
    parts.outline = outline


def relationships_of(parts: Parts, part: str, folder: str) -> tuple[dict[str, tuple[str, str]], str]:
    """{id: (last word of the type, target part)} of what lies in the package, and the relationship part as spelled."""
    spelled = parts.find(part)
    if spelled is None:
        raise DamageError("no relationships")
    parts.spend(parts[spelled])
    return _relationships(parts[spelled], folder), spelled


@remembered
def _relationships(content: bytes, folder: str) -> dict[str, tuple[str, str]]:
    found: dict[str, tuple[str, str]] = {}

    def start(tag: str, attributes: dict[str, str]) -> None:
        if tag == "Relationship" and attributes.get("TargetMode") != "External":
            target = attributes.get("Target", "").replace("\\", "/")
            path = target[1:] if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
            found[attributes.get("Id", "")] = (attributes.get("Type", "").rpartition("/")[2], path)

    walk(content, start)
    return found


@remembered
def _listed(workbook: bytes) -> list[tuple[str, str]]:
    """Name and relationship of each sheet that the workbook part lists."""
    sheets: list[tuple[str, str]] = []
    root: list[str] = []

    def start(tag: str, attributes: dict[str, str]) -> None:
        if not root:
            root.append(tag)
        elif tag == "sheet":
            identity = next((value for key, value in attributes.items() if key.endswith(":id")), "")
            sheets.append((attributes.get("name", ""), identity))

    walk(workbook, start)
    if root != ["workbook"]:
        raise DamageError("the workbook part is something else")
    return sheets
