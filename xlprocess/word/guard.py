"""Before any library sees a Word file: what it is, whether it is whole, and whether it is of a size that a report can have.

The archive is measured by the same code as a workbook's; here come the parts of a document and its own limits."""

from __future__ import annotations

import posixpath
from collections import Counter

from xlprocess.books.limits import LARGEST_FILE
from xlprocess.books.markup import walk
from xlprocess.books.parts import Parts, inflate_all, relationships_of
from xlprocess.books.unpacking import DamageError, LimitError, directory
from xlprocess.errors import Unreadable

MOST_TABLES = 1_000
MOST_CELLS = 200_000
MOST_PARAGRAPHS = 200_000
DEEPEST_TABLES = 12
_MAIN = "word/document.xml"
_RESAVE = "请在 Word 或 WPS 中新建文档，只把报告内容复制过去，保存后再运行"
_REPAIR = "请用 Word 或 WPS 打开，确认内容正常后另存为新的 .docx 文件；打不开的，请重新复制或请填报单位重新发送"


def guard_document(data: bytes, name: str) -> Parts:
    """The parts of a .docx that has passed. Raises Unreadable with the sentence. Bounded in time and memory."""
    if len(data) > LARGEST_FILE:
        raise _over(name, "文件过大")
    try:
        parts = Parts(data, directory(data))
        if any(entry.flags & 1 for entry in parts.entries.values()):
            raise Unreadable("encrypted", f"无法导入 {name}：文件有打开密码。请在 Word 中取消密码并另存后再运行。")
        inflate_all(parts)
        main = parts.find(_main_part(parts))
        if main is None:
            raise DamageError("no document part")
        parts.workbook = main
        _measure(parts, parts[main])
    except DamageError:
        raise Unreadable("damaged", f"无法导入 {name}：文件已损坏或不完整。{_REPAIR}。") from None
    except LimitError as over:
        raise _over(name, str(over)) from None
    except MemoryError:
        raise _over(name, "内容展开后过大") from None
    return parts


def _over(name: str, wrong: str) -> Unreadable:
    return Unreadable("over_limit", f"无法导入 {name}：{wrong}。{_RESAVE}。")


def _main_part(parts: Parts) -> str:
    related, _ = relationships_of(parts, "_rels/.rels", "")
    found = next((target for word, target in related.values() if word == "officeDocument"), _MAIN)
    return posixpath.normpath(found)


def _measure(parts: Parts, content: bytes) -> None:
    """Tables, cells and paragraphs are counted tag by tag before anything is built of them."""
    parts.spend(content)
    counts: Counter[str] = Counter()
    depth = 0

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        if tag not in ("tbl", "tc", "p"):
            return
        counts[tag] += 1
        depth += tag == "tbl"
        if counts["tbl"] > MOST_TABLES:
            raise LimitError(f"表格超过 {MOST_TABLES} 个")
        if depth > DEEPEST_TABLES:
            raise LimitError("表格套表格的层次过多")
        if counts["tc"] > MOST_CELLS or counts["p"] > MOST_PARAGRAPHS:
            raise LimitError("单元格或段落过多")

    def end(tag: str) -> None:
        nonlocal depth
        depth -= tag == "tbl"

    walk(content, start, end)
