"""A summary of ours as an input of the next level: what it carries, and what somebody has changed in it since."""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterator

import msgspec
from lxml import etree

from xlprocess.books.archive import Archive, DamagedError
from xlprocess.books.file import FileBook
from xlprocess.books.guard import guard
from xlprocess.books.limits import LARGEST_PART
from xlprocess.consolidation.leaves import SHEET, Leaf, Mark, Seal, Sealed, SealError, read_rows
from xlprocess.consolidation.submission import encode
from xlprocess.errors import CannotProcess, NotAForm, Unreadable
from xlprocess.pipeline import CONTENT_PROPERTY, open_book
from xlprocess.read import is_summary

_LARGEST_SHEET = 256 << 20  # bytes of a sheet, unpacked: that which carries the files of fifty thousand departments


class Held(msgspec.Struct, array_like=True):
    """A leaf on its way to the ledger: its Submission apart, as `head` and `packed` (empty where it could not be read)."""

    leaf: Leaf
    form: str
    head: bytes
    packed: bytes


class Carried(msgspec.Struct):
    """What a summary carries. `changed`: the sheets whose figures are no longer those that were written."""

    seal: Seal
    held: list[Held]
    changed: list[str]


encode_carried = msgspec.msgpack.Encoder().encode
decode_carried = msgspec.msgpack.Decoder(Carried).decode


def carried(data: bytes, name: str) -> Carried | None:
    """What the summary in these bytes carries; None when it is no summary of ours. Raises CannotProcess when it is one that
    cannot be used."""
    try:
        if not _is_of_our_size(data):
            return None
        book = FileBook.open(data, name)
        sheets = book.sheet_names()
    except (CannotProcess, DamagedError):
        return None
    if SHEET not in sheets:
        if is_summary(sheets):
            raise NotAForm("not_this_form", _sentence(name, "这是一份汇总，但没有随带各部门的数据，可能在另存时丢失了"))
        return None
    try:
        leaves, seal = read_rows(_rows(book))
    except (SealError, DamagedError, etree.XMLSyntaxError) as error:
        raise Unreadable("damaged", _sentence(name, "随汇总保存的各部门数据不完整，或被改动过")) from error
    untouched = book.properties().get(CONTENT_PROPERTY) == book.content_hash()
    changed = [] if untouched else _changed(data, name, seal.sheets)
    return Carried(seal, [_held(leaf) for leaf in leaves], changed)


def _is_of_our_size(data: bytes) -> bool:
    """No part that is looked at is larger, unpacked, than one of a summary can be: nothing is read of a file that has not passed
    the guard before this is known."""
    sizes = {entry.name: entry.size for entry in Archive(data).entries}
    large = ("xl/worksheets/", "xl/sharedStrings.xml")
    return all(size <= (_LARGEST_SHEET if name.startswith(large) else LARGEST_PART) for name, size in sizes.items())


def _sentence(name: str, wrong: str) -> str:
    return f"无法使用 {name}：{wrong}。请改用汇总时生成的原文件，或直接汇总各部门的工作簿。"


def _held(leaf: Leaf) -> Held:
    submission, leaf.submission = leaf.submission, None
    if submission is None:
        return Held(leaf, "", b"", b"")
    return Held(leaf, submission.form, encode(submission.head()), zlib.compress(encode(submission), 1))


# ---- the sheet, whatever its size: a summary is larger than anything that the guard lets pass


def _rows(book: FileBook) -> Iterator[list[str]]:
    """The texts of each row, as we wrote them or as another program has saved them since."""
    content = book.sheet_xml(SHEET)
    shared: dict[int, str] | None = None
    for _, row in etree.iterparse(io.BytesIO(content), events=("end",), tag="{*}row", resolve_entities=False, huge_tree=True):
        texts: list[str] = []
        for cell in row.iterchildren("{*}c"):
            text = "".join(cell.itertext())
            if cell.get("t") == "s":
                shared = _shared(book) if shared is None else shared
                text = shared.get(int(text), "") if text.isdecimal() else ""
            if text:
                texts.append(text)
        row.clear()
        while row.getprevious() is not None:
            del row.getparent()[0]
        if texts:
            yield texts


def _shared(book: FileBook) -> dict[int, str]:
    """The long texts among the shared ones, and the few short ones that this sheet uses, by number."""
    found: dict[int, str] = {}
    content = book.shared_xml()
    for number, (_, item) in enumerate(
        etree.iterparse(io.BytesIO(content), events=("end",), tag="{*}si", resolve_entities=False, huge_tree=True)
    ):
        text = "".join(item.itertext())
        if text.isascii():
            found[number] = text
        item.clear()
    return found


# ---- what was changed by hand


def _changed(data: bytes, name: str, sealed: list[Sealed]) -> list[str]:
    """The sheets whose figures differ from those that were written. What cannot be compared is not said to differ."""
    try:
        guard(data, name)
        book = open_book(data, name)
    except CannotProcess:
        return []
    present = set(book.sheet_names())
    return [s.sheet for s in sealed if s.sheet not in present or _mark(book, s) != s.mark]


def _mark(book: FileBook, sealed: Sealed) -> str | None:
    sheet = book.sheet(sealed.sheet)
    at = sealed.row - sheet.top
    if not 0 <= at < len(sheet.rows):
        return None
    heads = [str(v).strip() if v is not None else "" for v in sheet.rows[at]]
    if any(head not in heads for head in sealed.heads):
        return None
    places = [heads.index(head) for head in sealed.heads]
    mark = Mark()
    for row in sheet.rows[at + 1 :]:
        if any(v not in (None, "") for v in row):
            mark.add(row[k] for k in places)
    return str(mark)
