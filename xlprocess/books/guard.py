"""Before any library sees a file: what it is, whether it is whole, whether it is of a size that a form can have.

The reader of values allocates a dense block for each sheet and believes what a file says about its own counts; a
single stray cell, or a single false number, makes it end the whole process. So nothing is handed over that has not been
measured here, and what is measured here is what is handed over: `Parts.values_package` holds the very bytes.

Archives are read here and not by `zipfile`: it takes a multiple of the time, and accepts overlaps and duplicates.
"""

from __future__ import annotations

import errno
import posixpath
import re
import stat
import struct
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple
from xml.parsers import expat

from xlprocess.books.book import letters
from xlprocess.books.deflate import Error, crc32, decompressobj
from xlprocess.books.remembered import remembered
from xlprocess.errors import CannotProcess, Unreadable

if TYPE_CHECKING:
    from zlib import _Decompress as _Inflater

LARGEST_FILE = 64 << 20
LARGEST_SUMMARY = 1 << 30  # a summary of ours, of which only single parts are looked at
LARGEST_PART = 48 << 20
LARGEST_TOTAL = 96 << 20
MOST_ENTRIES = 5_000
MOST_SHEETS = 300
MOST_CELLS = 1_000_000  # that are written in the sheets
MOST_STRINGS = 1_000_000
WIDEST_EXTENT = 4_000_000  # cells of the smallest rectangles around what is written, all sheets together
MOST_TAGS = 1_000_000  # in all parts together that have to be read tag by tag
MOST_MERGED = 200_000
DEEPEST = 200
_BOMB_SIZE, _BOMB_RATIO = 10 << 20, 200
_LAST_ROW, _LAST_COLUMN = 1_048_576, 16_384

# What a file is

Kind = Literal["damaged", "encrypted", "other_format", "over_limit", "no_access"]

ARCHIVE_SUFFIXES = frozenset((".zip", ".rar", ".7z", ".tar", ".gz", ".tgz", ".bz2", ".xz"))
_PICTURE_SUFFIXES = frozenset((".jpg", ".jpeg", ".jfif", ".png", ".tif", ".tiff", ".bmp", ".gif", ".webp", ".heic"))
_PAPER_SUFFIXES = frozenset((".pdf", ".ofd", ".doc", ".docx", ".docm", ".rtf", ".wps", ".wpt", ".odt"))
_SLIDE_SUFFIXES = frozenset((".ppt", ".pptx", ".dps", ".odp"))
ATTACHMENT_SUFFIXES = ARCHIVE_SUFFIXES | _PICTURE_SUFFIXES | _PAPER_SUFFIXES | _SLIDE_SUFFIXES
WORKBOOK_SUFFIXES = frozenset((".xlsx", ".xlsm", ".xltx", ".xltm", ".xlam"))

_SAVE_AS = "请用 Excel 或 WPS 打开后另存为 .xlsx 工作簿再运行"
_USE_THE_WORKBOOK = "请改交部门填报的 .xlsx 工作簿"
_UNPACK = "请先解压，再处理其中的 .xlsx 工作簿"
_PICTURE = "请把内容填入 .xlsx 工作簿后再运行"
_WORD = "请用 import 命令把 Word 自评报告转为工作簿，或改交 .xlsx 工作簿"

OTHER_FORMATS: Mapping[str, tuple[str, str]] = {
    "xls": ("旧版 Excel 工作簿（.xls）", _SAVE_AS),
    "et": ("WPS 表格专用格式（.et）", _SAVE_AS),
    "xlsb": ("二进制工作簿（.xlsb）", _SAVE_AS),
    "ods": ("开放文档表格（.ods）", _SAVE_AS),
    "xml_spreadsheet": ("以 .xml 格式保存的表格", _SAVE_AS),
    "numbers": ("苹果 Numbers 表格", "请在 Numbers 中导出为 Excel（.xlsx）工作簿再运行"),
    "text": ("文本文件（如 .csv、.txt）", _SAVE_AS),
    "html": ("网页文件", _SAVE_AS),
    "docx": (" Word 文档（.docx）", _WORD),
    "doc": ("旧版 Word 文档（.doc）", _USE_THE_WORKBOOK),
    "wps": ("WPS 文字文档（.wps）", _USE_THE_WORKBOOK),
    "rtf": ("文字文档（.rtf）", _USE_THE_WORKBOOK),
    "odt": ("开放文档文字（.odt）", _USE_THE_WORKBOOK),
    "ppt": ("演示文稿", _USE_THE_WORKBOOK),
    "pdf": (" PDF 文件", _USE_THE_WORKBOOK),
    "ofd": (" OFD 版式文件", _USE_THE_WORKBOOK),
    "picture": ("图片", _PICTURE),
    "archive": ("压缩包", _UNPACK),
    "owner": ("打开文件时留下的临时文件", "请关闭 Excel 或 WPS，改为处理同名的正式文件"),
    "program": ("程序文件", _USE_THE_WORKBOOK),
    "ole": ("其他软件的文档", _USE_THE_WORKBOOK),
}
"""What `sniff` can say besides workbook, encrypted, empty, zeros and unknown: a name for it, and what to do."""
READ_ONLY = frozenset(("xls", "et", "xlsb", "ods"))
"""The other formats whose values are read (`books/foreign`)."""

_MAGIC = (
    (b"%PDF-", "pdf"),
    (b"\xff\xd8\xff", "picture"),
    (b"\x89PNG\r\n\x1a\n", "picture"),
    (b"GIF8", "picture"),
    (b"II*\0", "picture"),
    (b"MM\0*", "picture"),
    (b"Rar!\x1a\x07", "archive"),
    (b"7z\xbc\xaf\x27\x1c", "archive"),
    (b"\x1f\x8b\x08", "archive"),
    (b"BZh", "archive"),
    (b"\xfd7zXZ\0", "archive"),
    (b"{\\rtf", "rtf"),
    (b"MZ", "program"),
    (b"\x7fELF", "program"),
)
_CFB = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LOCAL, _CENTRAL, _END = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"


def sniff(data: bytes, name: str) -> str:
    """What a file really is, from its bytes: `workbook`, `encrypted`, a key of OTHER_FORMATS, `empty`, `zeros` (null
    bytes only), `broken` (begins like a workbook and cannot be opened) or `unknown`. The name decides only between
    formats of the same bytes (.xls and .et, .doc and .wps)."""
    if _is_owner_file(name):
        return "owner"
    if not data:
        return "empty"
    if data.startswith((_LOCAL, _END)):
        try:
            entries = _directory(data)
            return _kind_of_archive(data, entries) if entries else "broken"  # a package of nothing
        except _DamageError:
            return "broken"
        except _LimitError:
            return "archive"
    return _kind_of_bytes(data, name)


def _is_owner_file(name: str) -> bool:
    return posixpath.basename(name.replace("\\", "/")).startswith(("~$", ".~"))


def _kind_of_bytes(data: bytes, name: str) -> str:
    suffix = Path(name).suffix.lower()
    if data.startswith(_CFB):
        return _kind_of_cfb(data, suffix)
    for magic, kind in _MAGIC:
        if data.startswith(magic):
            return kind
    if data[:2] == b"BM" and data[6:10] == b"\0\0\0\0":
        return "picture"
    if (data[:4] == b"RIFF" and data[8:12] == b"WEBP") or data[4:12] in (b"ftypheic", b"ftypheix", b"ftypmif1"):
        return "picture"
    if data[257:262] == b"ustar":
        return "archive"
    if data[:2] in (b"\x09\x08", b"\x09\x04", b"\x09\x02"):
        return "xls"  # before Excel 5 a workbook was a bare stream
    text = _text(data[:4096])
    if text is not None:
        return _kind_of_text(text.lstrip().lower())
    if not data.strip(b"\0"):
        return "zeros"
    return "text" if suffix in _TEXTS and _looks_typed(data[:4096]) else "unknown"


_TEXTS = (".csv", ".tsv", ".txt")


def _looks_typed(start: bytes) -> bool:
    """A text in some other encoding, or with stray nulls, as old programs export it."""
    return not any(code < 32 and code not in b"\0\t\r\n\f\x1a" for code in start)


def _kind_of_text(start: str) -> str:
    if "schemas-microsoft-com:office:spreadsheet" in start:
        return "xml_spreadsheet"
    if start.startswith(("<!doctype html", "<html", "mime-version:")) or "<table" in start or "<body" in start:
        return "html"
    return "text"


def _text(start: bytes) -> str | None:
    if start[:2] in (b"\xff\xfe", b"\xfe\xff"):
        decoded = start[: len(start) & ~1].decode("utf-16", "replace")
    else:
        for encoding in ("utf-8-sig", "gb18030"):
            try:
                decoded = start.decode(encoding)
                break
            except UnicodeDecodeError as error:
                if error.end >= len(start) - 4 and len(start) == 4096:  # a character cut in two
                    decoded = start[: error.start].decode(encoding)
                    break
        else:
            return None
    return None if any(c < " " and c not in "\t\r\n\f" for c in decoded) else decoded


def _kind_of_archive(data: bytes, entries: list[Entry]) -> str:
    known = {entry.name.lower() for entry in entries}
    if "[content_types].xml" in known:
        for folder, kind in (("word/", "docx"), ("ppt/", "ppt")):
            if any(name.startswith(folder) for name in known) and not any(name.startswith("xl/") for name in known):
                return kind
        return "xlsb" if "xl/workbook.bin" in known else "workbook"
    if "ofd.xml" in known:
        return "ofd"
    if "content.xml" in known and "meta-inf/manifest.xml" in known:
        declared = next((data[e.start : e.start + e.compressed] for e in entries if e.name == "mimetype"), b"")
        if b"opendocument.text" in declared:
            return "odt"
        return "ppt" if b"opendocument.presentation" in declared else "ods"
    if any(name.endswith(".iwa") for name in known):
        return "numbers"
    if any(name.startswith(("xl/worksheets/", "xl/workbook")) for name in known):
        return "workbook"
    return "archive"


def _kind_of_cfb(data: bytes, suffix: str) -> str:
    names = _cfb_names(data)
    if "EncryptedPackage" in names or "DRMContent" in names:
        return "encrypted"
    if names & {"Workbook", "Book"}:
        return "et" if suffix in (".et", ".ett") else "xls"
    if "WordDocument" in names:
        return "wps" if suffix in (".wps", ".wpt") else "doc"
    return "ppt" if "PowerPoint Document" in names else "ole"


def _cfb_names(data: bytes) -> set[str]:
    """Names in the directory of an OLE compound file; those that can be found where it is broken."""
    names: set[str] = set()
    if len(data) < 512:
        return names
    shift = min(max(struct.unpack_from("<H", data, 30)[0], 7), 12)
    per_sector = 1 << (shift - 2)
    tables = struct.unpack_from("<109I", data, 76)
    sector: int = struct.unpack_from("<I", data, 48)[0]
    for _ in range(1000):
        start = (sector + 1) << shift
        if sector >= 0xFFFFFFFA or start + 128 > len(data):
            break
        for at in range(start, min(start + (1 << shift), len(data) - 127), 128):
            length = min(struct.unpack_from("<H", data, at + 64)[0], 64)
            names.add(data[at : at + max(length - 2, 0)].decode("utf-16-le", "replace"))
        table, index = divmod(sector, per_sector)
        place = ((tables[table] + 1) << shift) + 4 * index if table < 109 else len(data)
        if place + 4 > len(data):
            break
        (sector,) = struct.unpack_from("<I", data, place)
    for word in ("EncryptedPackage", "WordDocument", "Workbook"):
        if not names and word.encode("utf-16-le") in data:
            names.add(word)
    return names


# The file


def read_bytes(path: Path, largest: int = LARGEST_FILE) -> bytes:
    """The bytes of a file. Raises Unreadable: no_access if they cannot be had, over_limit above `largest`."""
    name = path.name or str(path)
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise _no(name, "no_access", "这是一个文件夹，不是文件", "请给出文件夹中工作簿的名称")
        if not stat.S_ISREG(status.st_mode):
            raise _no(name, "no_access", "这不是普通文件", "请改为给出一个 .xlsx 工作簿")
        if status.st_size > largest:
            raise _too_large(name)
        with path.open("rb") as file:
            data = file.read(status.st_size + 1)
            if len(data) > status.st_size:  # it grows while it is read
                data += file.read(largest + 1 - len(data))
    except (OSError, ValueError) as error:
        raise _no(name, "no_access", *_access(error)) from None
    if len(data) > largest:
        raise _too_large(name)
    return data


def _access(error: OSError | ValueError) -> tuple[str, str]:
    if isinstance(error, FileNotFoundError):
        return "找不到这个文件", "请确认文件没有被移走、改名或删除"
    if getattr(error, "winerror", None) in (32, 33) or getattr(error, "errno", None) in (errno.EBUSY, errno.ETXTBSY):
        return "文件正被其他程序占用", "请关闭打开它的程序后再运行"
    if isinstance(error, PermissionError):
        return "没有读取这个文件的权限，或文件正被其他程序占用", "请关闭打开它的程序，或请管理员开放权限后再运行"
    return "文件读不出来", "请把文件复制到本机硬盘后再运行"


def _too_large(name: str) -> Unreadable:
    return _no(
        name,
        "over_limit",
        f"文件超过 {LARGEST_FILE >> 20} MB，不像是填报的工作簿",
        "请删除其中的图片和多余内容后再运行",
    )


def _no(name: str, kind: Kind, wrong: str, do: str) -> Unreadable:
    return Unreadable(kind, f"无法处理 {name}：{wrong}。{do}。")


# The archive


class _DamageError(Exception):
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


def _directory(data: bytes) -> list[Entry]:
    """The entries in archive order. Raises _DamageError unless directory and entries agree, nothing overlaps and no
    name comes twice."""
    end = data.rfind(_END, max(0, len(data) - 22 - 65_535))
    if end < 0 or end + 22 > len(data):
        raise _DamageError("no end record: truncated")
    disk, first_disk, here, count, length, at, comment = struct.unpack_from("<4H2IH", data, end + 4)
    if end + 22 + comment > len(data) or data[end + 22 + comment :].strip(b"\0"):
        raise _DamageError("something behind the end record")
    directory_end = end
    if 0xFFFF in (count, here) or 0xFFFFFFFF in (length, at):
        count, length, at, directory_end = _zip64(data, end)
    elif disk or first_disk or here != count:
        raise _DamageError("several volumes")
    if at + length > directory_end or count * 46 > length:
        raise _DamageError("directory out of bounds")
    directory_at = at
    if count > MOST_ENTRIES:
        raise _LimitError("文件内部的组成部分过多")
    entries, seen, places = [], set(), []
    for _ in range(count):
        if data[at : at + 4] != _CENTRAL or at + 46 > directory_end:
            raise _DamageError("directory cut short")
        flags, method, _, _, crc, packed, size, n, extra, note, volume, _, _, local = struct.unpack_from(
            "<6xHHHHIIIHHHHHII", data, at + 2
        )
        raw = data[at + 46 : at + 46 + n]
        if 0xFFFFFFFF in (packed, size, local):
            packed, size, local = _zip64_extra(data[at + 46 + n : at + 46 + n + extra], packed, size, local)
        at += 46 + n + extra + note
        if volume not in (0, 0xFFFF) or data[local : local + 4] != _LOCAL or local + 30 > len(data):
            raise _DamageError("an entry is not where the directory says")
        local_flags, local_method = struct.unpack_from("<HH", data, local + 6)
        local_n, local_extra = struct.unpack_from("<HH", data, local + 26)
        if data[local + 30 : local + 30 + local_n] != raw or local_method != method or (local_flags ^ flags) & 1:
            raise _DamageError("an entry and the directory differ")
        name = raw.decode("utf-8" if flags & 0x800 else "cp437", "replace").replace("\\", "/")
        if name.lower() in seen:
            raise _DamageError("a name comes twice")
        seen.add(name.lower())
        start = local + 30 + local_n + local_extra
        places.append((local, start + packed))
        entries.append(Entry(name, method, flags, crc, packed, size, start))
    places.sort()
    places.append((directory_at, directory_at))
    if any(end > following for (_, end), (following, _) in pairwise(places)):
        raise _DamageError("entries overlap")
    return entries


def _zip64(data: bytes, end: int) -> tuple[int, int, int, int]:
    if end < 20 or data[end - 20 : end - 16] != b"PK\x06\x07":
        raise _DamageError("no locator of a large archive")
    (at,) = struct.unpack_from("<Q", data, end - 12)
    if at + 56 > end or data[at : at + 4] != b"PK\x06\x06":
        raise _DamageError("no end record of a large archive")
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
    raise _DamageError("no sizes for a large entry")


def _inflate(data: bytes, entry: Entry) -> bytes:
    """The content of an entry, no more than its declared size of it. Raises _DamageError, or _LimitError."""
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
            raise _DamageError("does not inflate") from None
        if not inflater.eof:
            raise _DamageError("cut short")
    else:
        raise _DamageError("another method of compression")
    if len(content) != entry.size or crc32(content) != entry.crc:
        raise _DamageError("checksum")
    return content


class _LimitError(Exception):
    """More than any form holds. The text is the Chinese clause that says of what."""


_TOO_LARGE = "内容展开后过大"


def _overrun(inflater: _Inflater) -> None:
    """An entry is longer than it says: damaged, unless it is longer than anything may be."""
    total = 0
    while not inflater.eof and inflater.unconsumed_tail:
        total += len(inflater.decompress(inflater.unconsumed_tail, 1 << 20))
        if total > LARGEST_PART:
            raise _LimitError(_TOO_LARGE)
    raise _DamageError("longer than declared")


# The parts


class SheetPart(NamedTuple):
    """A sheet as the workbook part lists it: its name, its part, and whether its relationship says worksheet."""

    name: str
    part: str
    is_worksheet: bool


class Parts(Mapping[str, bytes]):
    """The parts of a workbook that has passed: names in archive order, contents inflated once. Keys know case; `find`
    does not, as part names in a package do not. `entries` say where the compressed bytes lie in `data`."""

    def __init__(self, data: bytes, entries: list[Entry]) -> None:
        self.data = data
        self.entries = {entry.name: entry for entry in entries}
        self.workbook = ""
        self.sheets: list[SheetPart] = []
        self._inflated: dict[str, bytes] = {}
        self._lower = {entry.name.lower(): entry.name for entry in entries}
        self._outline: list[str] = []
        self._measured: list[str] = []
        self._tags = 0

    def __getitem__(self, name: str) -> bytes:
        content = self._inflated.get(name)
        if content is None:
            content = self._inflated[name] = _inflate(self.data, self.entries[name])
        return content

    def __iter__(self) -> Iterator[str]:
        return iter(self.entries)

    def __len__(self) -> int:
        return len(self.entries)

    def find(self, name: str) -> str | None:
        """The part of this name as the archive spells it; None if there is none."""
        return self._lower.get(name.lower().lstrip("/"))

    def _spend(self, content: bytes) -> None:
        """Counts what is about to be read tag by tag: that takes its time."""
        self._tags += content.count(b"<")
        if self._tags > MOST_TAGS:
            raise _LimitError("文件内部的内容过多")

    def values_package(self) -> bytes:
        """A package of the parts that hold values, uncompressed: what a reader of values is given instead of the file.
        It saves inflating twice, and there is nothing in it that was not measured. Names and looks, of which it has no use, are
        left out: reading them takes half the time of opening a workbook."""
        local: list[bytes] = []
        central: list[bytes] = []
        at = 0
        names = self._outline + self._measured
        for name in names:
            content, crc = self[name], self.entries[name].crc
            if len(content) < _MOST_LEFT_OUT and (lean := _lean(content)) is not content:
                content, crc = lean, crc32(lean)
            raw = name.encode()
            head = struct.pack("<HHHHHIIIHH", 20, 0x800, 0, 0, 33, crc, len(content), len(content), len(raw), 0)
            local += (_LOCAL, head, raw, content)
            central += (_CENTRAL, b"\x14\0", head, struct.pack("<HHHII", 0, 0, 0, 0, at), raw)
            at += 30 + len(raw) + len(content)
        listing = b"".join(central)
        end = _END + struct.pack("<4H2IH", 0, 0, len(names), len(names), len(listing), at, 0)
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


def guard(data: bytes, name: str) -> Parts:
    """The parts of a workbook that the libraries can be trusted with. Raises Unreadable, with the sentence for the
    person who handed the file in. Bounded in time and memory, whatever the bytes."""
    if len(data) > LARGEST_FILE:
        raise _too_large(name)
    if _is_owner_file(name) or not data.startswith(_LOCAL):
        raise _not_an_archive(sniff(data, name), name)
    try:
        entries = _directory(data)
        kind = _kind_of_archive(data, entries)
        if kind != "workbook":
            raise other_format(kind, name)
        if any(entry.flags & 1 for entry in entries):
            raise encrypted(name)
        parts = Parts(data, entries)
        _inflate_all(parts)
        _find_sheets(parts)
        _measure(parts)
    except _DamageError:
        raise damaged(name) from None
    except _LimitError as over:
        raise over_limit(name, str(over)) from None
    except MemoryError:
        raise over_limit(name, _TOO_LARGE) from None
    return parts


def guard_archive(data: bytes, name: str) -> Parts:
    """The parts of a workbook of another format that is an archive (.xlsb, .ods), inflated once within the same limits; its sheets
    have not been measured. Raises Unreadable."""
    try:
        parts = Parts(data, _directory(data))
        if any(entry.flags & 1 for entry in parts.entries.values()):
            raise encrypted(name)
        _inflate_all(parts)
    except _DamageError:
        raise damaged(name) from None
    except _LimitError as over:
        raise over_limit(name, str(over)) from None
    except MemoryError:
        raise over_limit(name, _TOO_LARGE) from None
    return parts


@contextmanager
def reading(name: str) -> Iterator[None]:
    """What the libraries raise over the content of a file becomes Unreadable; our own mistakes stay what they are."""
    try:
        yield
    except CannotProcess:
        raise
    except (MemoryError, RecursionError):
        raise over_limit(name, _TOO_LARGE) from None
    except BaseException as error:
        modules = {base.__module__.partition(".")[0] for base in type(error).__mro__}
        if not modules & {"python_calamine", "pyo3_runtime", "lxml", "pyexpat", "xml", "zlib", "igzip_lib", "zipfile"}:
            raise
        if "Excessive depth" in str(error) or "huge" in str(error):
            raise over_limit(name, "内容的嵌套层次过多") from None
        raise damaged(name) from None


def damaged(name: str, wrong: str = "文件已损坏或不完整") -> Unreadable:
    """What is said of a file that is broken."""
    return _no(
        name,
        "damaged",
        wrong,
        "请用 Excel 或 WPS 打开，确认内容正常后另存为新的 .xlsx 文件；打不开的，请重新复制或请填报单位重新发送",
    )


def over_limit(name: str, wrong: str, do: str = "请在 Excel 或 WPS 中新建工作簿，只把填报内容复制过去，保存后再运行") -> Unreadable:
    return _no(name, "over_limit", wrong, do)


def encrypted(name: str) -> Unreadable:
    return _no(name, "encrypted", "文件有打开密码", "请在 Excel 中取消密码并另存后再运行")


def other_format(kind: str, name: str) -> Unreadable:
    what, do = OTHER_FORMATS[kind]
    return _no(name, "other_format", f"这不是 .xlsx 工作簿，而是{what}", do)


def _not_an_archive(kind: str, name: str) -> Unreadable:
    if kind == "empty":
        return _no(name, "damaged", "文件是空的，没有任何内容", "请重新复制，或请填报单位重新发送")
    if kind == "zeros":
        return _no(name, "damaged", "文件没有写完整，里面全是空白数据", "请重新复制，或请填报单位重新发送")
    if kind == "encrypted":
        return encrypted(name)
    if kind == "broken":
        return damaged(name)
    if kind in OTHER_FORMATS:
        return other_format(kind, name)
    if Path(name).suffix.lower() in WORKBOOK_SUFFIXES:
        return _no(
            name,
            "damaged",
            "文件已损坏，或被单位的文档加密软件加了密",
            "如果 WPS 或 Excel 能正常打开，说明是透明加密，请先解密再运行；打不开的，请填报单位重新发送",
        )
    return damaged(name, "这不是 .xlsx 工作簿，也认不出是什么文件")


def _inflate_all(parts: Parts) -> None:
    """Every entry is inflated once, against false sizes and checksums; texts are kept, pictures are not."""
    total = 0
    for entry in parts.entries.values():
        total += entry.size
        bomb = entry.size > _BOMB_SIZE and entry.size > _BOMB_RATIO * entry.compressed
        if bomb or entry.size > LARGEST_PART or total > LARGEST_TOTAL:
            raise _LimitError(_TOO_LARGE)
        content = _inflate(parts.data, entry)
        if entry.name.lower().endswith((".xml", ".rels", ".vml")):
            parts._inflated[entry.name] = content
            _refuse_entities(content)
            if entry.size > 4096 and entry.size > _REPETITIVE * entry.compressed:
                parts._spend(content)
                _walk(content)


_REPETITIVE = 60  # a part that shrinks more than this is looked at for its depth
_ENCODING = re.compile(rb"""[^<]{0,8}<\?xml[^>]*?encoding\s*=\s*["']([^"'>]*)["']""")
_DOCTYPE = re.compile(rb"!(?=DOCTYPE)")  # of a rare first sign: ten times as fast
_SUPERSETS_OF_ASCII = re.compile(  # besides UTF-16, which is looked through without its zeros
    rb"utf-?8|utf-16(le|be)?|(us-)?ascii|gb2312|gbk|gb18030|big5|iso-8859-[0-9]+|windows-125[0-9]|shift_jis|euc-(kr|jp)",
    re.IGNORECASE,
)


_PLAIN_START = re.compile(rb"""(?:\xef\xbb\xbf)?\s*(?:<\?xml\s[^<>]*?encoding=["'][uU][tT][fF]-8["'][^<>]*>\s*)?<[A-Za-z]""")
"""The root element comes first: before it, and nowhere else, a document type can stand."""


def _refuse_entities(content: bytes) -> None:
    """No document type and so no entities, whatever the encoding, and no encoding that could hide them."""
    if _PLAIN_START.match(content):
        return
    if content[:2] in (b"\xff\xfe", b"\xfe\xff", b"<\0", b"\0<"):
        content = content.replace(b"\0", b"")
    if _DOCTYPE.search(content) and b"<!DOCTYPE" in content:
        raise _LimitError("文件内部含有不允许的自定义实体")
    declared = _ENCODING.match(content[:200])
    if declared and not _SUPERSETS_OF_ASCII.fullmatch(declared[1]):
        raise _DamageError("encoding")


# The sheets

_VALUES = ("worksheet", "sharedStrings", "styles", "chartsheet", "dialogsheet", "xlMacrosheet", "xlIntlMacrosheet")
_Start = Callable[[str, dict[str, str]], None]


def _walk(content: bytes, start: _Start | None = None, end: Callable[[str], None] | None = None) -> None:
    """Every tag, by its name without prefix. Raises _DamageError if the part is not well-formed, _LimitError if it is
    too deep."""
    parser = expat.ParserCreate()
    depth = 0

    def opened(tag: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > DEEPEST:
            raise _LimitError("内容的嵌套层次过多")
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
        raise _DamageError("not well-formed") from None


@remembered
def _well_formed(content: bytes) -> None:
    _walk(content)


def _find_sheets(parts: Parts) -> None:
    """Which part is the workbook, which are its sheets, and which parts a reader of values is given."""
    package, package_rels = _related(parts, "_rels/.rels", "")
    main = next((target for word, target in package.values() if word == "officeDocument"), "")
    workbook, types = parts.find(main), parts.find("[Content_Types].xml")
    if not main or workbook is None or types is None:
        raise _DamageError("no workbook part")
    parts.workbook = workbook
    parts._spend(parts[types])
    _well_formed(parts[types])
    folder, file = posixpath.split(workbook)
    related, rels = _related(parts, posixpath.join(folder, "_rels", file + ".rels"), folder)
    parts._spend(parts[workbook])
    sheets = _listed(parts[workbook])
    if not sheets:
        raise _DamageError("no sheets")
    if len(sheets) > MOST_SHEETS:
        raise _LimitError(f"工作表超过 {MOST_SHEETS} 张")
    for title, identity in sheets:
        word, target = related.get(identity, ("", ""))
        part = parts.find(target) if target else None
        if part is None:
            raise _DamageError("a sheet is missing")
        parts.sheets.append(SheetPart(title, part, word == "worksheet"))
    outline = [types, package_rels, workbook, rels]
    for word, target in related.values():
        part = parts.find(target) if word in _VALUES else None
        if part is not None and part not in outline and part not in parts._measured:
            parts._measured.append(part)
            if part not in parts._inflated:
                _refuse_entities(parts[part])
    parts._outline = outline


def _related(parts: Parts, part: str, folder: str) -> tuple[dict[str, tuple[str, str]], str]:
    """{id: (last word of the type, target part)} of what lies in the package, and the relationship part as spelled."""
    spelled = parts.find(part)
    if spelled is None:
        raise _DamageError("no relationships")
    parts._spend(parts[spelled])
    return _relationships(parts[spelled], folder), spelled


@remembered
def _relationships(content: bytes, folder: str) -> dict[str, tuple[str, str]]:
    found: dict[str, tuple[str, str]] = {}

    def start(tag: str, attributes: dict[str, str]) -> None:
        if tag == "Relationship" and attributes.get("TargetMode") != "External":
            target = attributes.get("Target", "").replace("\\", "/")
            path = target[1:] if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
            found[attributes.get("Id", "")] = (attributes.get("Type", "").rpartition("/")[2], path)

    _walk(content, start)
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

    _walk(workbook, start)
    if root != ["workbook"]:
        raise _DamageError("the workbook part is something else")
    return sheets


# How far the sheets reach


class _Box(NamedTuple):
    """The smallest rectangle around the cells that hold something, and how many cells are written at all."""

    top: int
    left: int
    bottom: int
    right: int
    cells: int

    @property
    def area(self) -> int:
        return max(self.bottom - self.top + 1, 0) * max(self.right - self.left + 1, 0)


_EMPTY = _Box(1, 1, 0, 0, 0)
_UNIQUE_COUNT = re.compile(rb"""uniqueCount\s*=\s*["']\+?([0-9]+)""")
# The names of cells, and nothing for what is no plain cell: one pass, of a single leading sign, takes a fraction of the
# time that looking for `<c`, `<!` and `:c` takes one after the other.
_CELL_OR_ODD = re.compile(rb'<(?:c(?: r="([A-Z]+[0-9]+)")?|[!?]|[^ \t\r\n<>]*:c)')
_FILLED = re.compile(rb'<c r="([A-Z]+)([0-9]+)"(?:[^>]*[^/>])?>')
_ODD_BEHIND = re.compile(rb"<(?:[!?]|(?:[^\s<>/]*:)?c[\s/>])")
# What is no plain cell of the first 52 columns and 999 rows. All that a form has is: one look finds nothing.
_FAR_OR_ODD = re.compile(rb'<[c!?](?! r="A?[A-Z][0-9]{1,3}")')
_NEAR = (52, 999)
_SHORTEST_CELL = len(b'<c r="A1"/>')
_PIECE = 4 << 20
_MERGED = b"<mergeCell "


def _measure(parts: Parts) -> None:
    """Refuses sheets that reach too far, and counts that are absurd or false."""
    titles = {sheet.part: sheet.name for sheet in parts.sheets}
    area = cells = 0
    for part in parts._measured:
        content = parts[part]
        title = titles.get(part)
        if title is None:
            _check_strings(content)
            continue
        if len(content) > MOST_MERGED * len(_MERGED) and content.count(_MERGED) > MOST_MERGED:
            raise _LimitError(f"工作表「{title}」的合并单元格过多")
        box = _quick_box(content)
        if box is None or area + box.area > WIDEST_EXTENT or cells + box.cells > MOST_CELLS:
            parts._spend(content)
            box = _exact_box(content)
        area += box.area
        cells += box.cells
        if box.bottom > _LAST_ROW or box.right > _LAST_COLUMN or area > WIDEST_EXTENT or cells > MOST_CELLS:
            corner = f"{letters(min(box.right, _LAST_COLUMN))}{min(box.bottom, _LAST_ROW)}"
            raise _LimitError(f"工作表「{title}」的内容一直延伸到 {corner}，范围过大")


def _check_strings(content: bytes) -> None:
    declared = max((int(n[:12]) for n in _UNIQUE_COUNT.findall(content)), default=0)
    if max(declared, content.count(b"<si")) > MOST_STRINGS:
        raise _LimitError("文字内容的条数过多")


def _quick_box(content: bytes) -> _Box | None:
    """A rectangle that is large enough, from the bytes alone; None where only a parser can tell: prefixes, comments,
    cells that do not begin with their name, or a rectangle that would be too large."""
    first = content.find(b"<sheetData")
    last = content.rfind(b"</sheetData>")
    if first < 0 or last < first:
        return None
    if content.find(b"<!", 0, first) >= 0 or content.find(b"<?", 1, first) >= 0 or _ODD_BEHIND.search(content, last):
        return None
    if last - first < _PIECE and not _has_prefixes(content, first, last) and _FAR_OR_ODD.search(content, first + 1, last) is None:
        return _Box(1, 1, _NEAR[1], _NEAR[0], min((last - first) // _SHORTEST_CELL, _NEAR[0] * _NEAR[1]))
    count = 0
    for start, end in _pieces(content, first, last):
        names = _CELL_OR_ODD.findall(content, start, end)
        if b"" in names:
            return None
        count += len(names)
    return _filled_box(content, first, last, count) if count else _EMPTY


_BOUND = re.compile(rb"""xmlns:[^\s=]+\s*=\s*["']http://(?:schemas|purl)\.[^"']*/spreadsheetml/""")


def _has_prefixes(content: bytes, first: int, last: int) -> bool:
    """Some `<x:c>` may be a cell. A single sign is looked for many times as fast as a word."""
    if content.find(b"x", first, last) >= 0 and content.find(b"xmlns", first, last) >= 0:
        return True
    return _BOUND.search(content, 0, first) is not None


def _filled_box(content: bytes, first: int, last: int, count: int) -> _Box | None:
    rows: set[bytes] = set()
    columns: set[bytes] = set()
    filled = 0
    for start, end in _pieces(content, first, last):
        found = _FILLED.findall(content, start, end)
        filled += len(found)
        columns.update(column for column, _ in found)
        rows.update(row for _, row in found)
    if filled != content.count(b"</c>", first, last):
        return None
    if not filled:
        return _EMPTY._replace(cells=count)
    numbers = [int(row[:9]) for row in rows]
    places = [_column(column.decode()) for column in columns]
    return _Box(min(numbers), min(places), max(numbers), max(places), count)


def _pieces(content: bytes, first: int, last: int) -> Iterator[tuple[int, int]]:
    """The stretch in pieces of a few megabytes, cut where a cell begins: a list of every cell would be large."""
    while first < last:
        cut = content.find(b"<c", min(first + _PIECE, last), last)
        end = cut if cut >= 0 else last
        yield first, end
        first = end


def _column(name: str) -> int:
    number = 0
    for letter in name[:6].upper():
        number = number * 26 + ord(letter) - 64
    return number


def _exact_box(content: bytes) -> _Box:
    """The rectangle as a parser sees it, and as the reader of values counts: a cell without a name stands behind the
    one before, in the row that is open; a row without a number is the next."""
    top = left = 1 << 40
    bottom = right = column = count = 0
    row = 1
    place: tuple[int, int] | None = None  # of the cell that is open, until it holds something

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal row, column, count, place, top, left, bottom, right
        if tag == "row":
            named = attributes.get("r", "")
            row = int(named[:12]) if named.isdecimal() else row
        elif tag == "c":
            count += 1
            found = _CELL_NAME.fullmatch(attributes.get("r", ""))
            column = _column(found[1]) if found else column + 1
            place = (int(found[2][:12]) if found else row, column)
        elif place is not None and tag in ("v", "is"):
            top, bottom = min(top, place[0]), max(bottom, place[0])
            left, right = min(left, place[1]), max(right, place[1])
            place = None

    def end(tag: str) -> None:
        nonlocal row, column, place
        if tag == "row":
            row, column = row + 1, 0
        elif tag == "c":
            place = None

    _walk(content, start, end)
    return _Box(top, left, bottom, right, count) if bottom else _EMPTY._replace(cells=count)


_CELL_NAME = re.compile("([A-Za-z]+)([0-9]+)")
