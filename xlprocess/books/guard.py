"""Before any library sees a file: what it is, whether it is whole, whether it is of a size that a form can have.

The reader of values allocates a dense block for each sheet and believes what a file says about its own counts; a
single stray cell, or a single false number, makes it end the whole process. So nothing is handed over that has not been
measured, and what is measured is what is handed over: `Parts.values_package` holds the very bytes.

kinds (what a file is) ─ unpacking (entries) ─ markup (XML) ─ parts (sheets) ─ extent (how far they reach) ─► guard
"""

from __future__ import annotations

import errno
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from xlprocess.books.encodings import in_utf8, is_utf16
from xlprocess.books.extent import measure
from xlprocess.books.kinds import OTHER_FORMATS, WORKBOOK_SUFFIXES, is_owner_file, kind_of_archive, sniff
from xlprocess.books.limits import LARGEST_FILE
from xlprocess.books.parts import Parts, find_sheets, inflate_all
from xlprocess.books.unpacking import LOCAL, TOO_LARGE, DamageError, Entry, LimitError, directory
from xlprocess.errors import CannotProcess, Unreadable

Kind = Literal["damaged", "encrypted", "other_format", "over_limit", "no_access"]


def read_bytes(path: Path, largest: int = LARGEST_FILE, what: str = "工作簿") -> bytes:
    """The bytes of a file. `what` it should be, as its user calls it. Raises Unreadable: no_access if they cannot be had,
    over_limit above `largest`."""
    name = path.name or str(path)
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise _no(name, "no_access", "这是一个文件夹，不是文件", f"请给出文件夹中{what}的名称")
        if not stat.S_ISREG(status.st_mode):
            raise _no(
                name, "no_access", "这不是普通文件", "请改为给出一个 .xlsx 工作簿" if what == "工作簿" else f"请改为给出一份{what}"
            )
        if status.st_size > largest:
            raise _too_large(name, what)
        with path.open("rb") as file:
            data = file.read(status.st_size + 1)
            if len(data) > status.st_size:  # it grows while it is read
                data += file.read(largest + 1 - len(data))
    except (OSError, ValueError) as error:
        raise _no(name, "no_access", *_access(error)) from None
    if len(data) > largest:
        raise _too_large(name, what)
    return data


def _access(error: OSError | ValueError) -> tuple[str, str]:
    if isinstance(error, FileNotFoundError):
        return "找不到这个文件", "请确认文件没有被移走、改名或删除"
    if getattr(error, "winerror", None) in (32, 33) or getattr(error, "errno", None) in (errno.EBUSY, errno.ETXTBSY):
        return "文件正被其他程序占用", "请关闭打开它的程序后再运行"
    if isinstance(error, PermissionError):
        return "没有读取这个文件的权限，或文件正被其他程序占用", "请关闭打开它的程序，或请管理员开放权限后再运行"
    return "文件读不出来", "请把文件复制到本机硬盘后再运行"


def _too_large(name: str, what: str) -> Unreadable:
    return _no(
        name,
        "over_limit",
        f"文件超过 {LARGEST_FILE >> 20} MB，不像是填报的{what}",
        "请删除其中的图片和多余内容后再运行",
    )


def _no(name: str, kind: Kind, wrong: str, do: str) -> Unreadable:
    return Unreadable(kind, f"无法处理 {name}：{wrong}。{do}。")


def guard(data: bytes, name: str) -> Parts:
    """The parts of a workbook that the libraries can be trusted with; `data` of them is the file, in which parts in UTF-16 are in
    UTF-8. Raises Unreadable, with the sentence for the person who handed the file in. Bounded in time and memory, whatever the
    bytes."""
    if len(data) > LARGEST_FILE:
        raise _too_large(name, "工作簿")
    if is_owner_file(name) or not data.startswith(LOCAL):
        raise _not_an_archive(sniff(data, name), name)
    with _unpacking(name):
        entries = directory(data)
        kind = kind_of_archive(data, entries)
        if kind != "workbook":
            raise other_format(kind, name)
        parts = _inflated(data, entries, name)
        if any(is_utf16(content) for content in parts.inflated.values()):
            data = in_utf8(parts)
            parts = _inflated(data, directory(data), name)
        find_sheets(parts)
        measure(parts)
    return parts


def guard_archive(data: bytes, name: str) -> Parts:
    """The parts of a workbook of another format that is an archive (.xlsb, .ods), inflated once within the same limits; its sheets
    have not been measured. Raises Unreadable."""
    with _unpacking(name):
        return _inflated(data, directory(data), name)


def _inflated(data: bytes, entries: list[Entry], name: str) -> Parts:
    if any(entry.flags & 1 for entry in entries):
        raise encrypted(name)
    parts = Parts(data, entries)
    inflate_all(parts)
    return parts


@contextmanager
def _unpacking(name: str) -> Iterator[None]:
    """What is found wrong with an archive, told to a person."""
    try:
        yield
    except DamageError:
        raise damaged(name) from None
    except LimitError as over:
        raise over_limit(name, str(over)) from None
    except MemoryError:
        raise over_limit(name, TOO_LARGE) from None


@contextmanager
def reading(name: str) -> Iterator[None]:
    """What the libraries raise over the content of a file becomes Unreadable; our own mistakes stay what they are."""
    try:
        yield
    except CannotProcess:
        raise
    except (MemoryError, RecursionError):
        raise over_limit(name, TOO_LARGE) from None
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
