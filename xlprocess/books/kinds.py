"""What a file is, from its bytes: its name only decides between formats of the same bytes."""

from __future__ import annotations

import posixpath
import struct
from collections.abc import Mapping
from pathlib import Path

from xlprocess.books.unpacking import END, LOCAL, DamageError, Entry, LimitError, directory

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
CFB = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def sniff(data: bytes, name: str) -> str:
    """What a file really is, from its bytes: `workbook`, `encrypted`, a key of OTHER_FORMATS, `empty`, `zeros` (null
    bytes only), `broken` (begins like a workbook and cannot be opened) or `unknown`. The name decides only between
    formats of the same bytes (.xls and .et, .doc and .wps)."""
    if is_owner_file(name):
        return "owner"
    if not data:
        return "empty"
    if data.startswith((LOCAL, END)):
        try:
            entries = directory(data)
            return kind_of_archive(data, entries) if entries else "broken"  # a package of nothing
        except DamageError:
            return "broken"
        except LimitError:
            return "archive"
    return _kind_of_bytes(data, name)


def is_owner_file(name: str) -> bool:
    return posixpath.basename(name.replace("\\", "/")).startswith(("~$", ".~"))


def _kind_of_bytes(data: bytes, name: str) -> str:
    suffix = Path(name).suffix.lower()
    if data.startswith(CFB):
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


def kind_of_archive(data: bytes, entries: list[Entry]) -> str:
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
