"""The files that a command is given, and those that a search of its folders finds, in a stable order."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec

from xlprocess.books.kinds import ARCHIVE_SUFFIXES, ATTACHMENT_SUFFIXES, WORKBOOK_SUFFIXES
from xlprocess.errors import Attachment, CannotProcess, Unreadable

OTHER_TABLES = frozenset((".xls", ".xlt", ".xlsb", ".et", ".ett", ".ods", ".ots", ".fods", ".csv", ".numbers"))
"""Tables that a department may have handed in by mistake: a search takes them, so that it is said how to save them."""
TAKEN = WORKBOOK_SUFFIXES | OTHER_TABLES
COPY = "（检查）"
_COPY = re.compile(rf"{COPY}(?: \(\d+\))?\Z")
_HIDDEN = 2  # FILE_ATTRIBUTE_HIDDEN


class Input(msgspec.Struct, frozen=True):
    """A file to be processed. `inside` is its name below the searched folder, for results that go to another folder.
    `error` says why it will not be opened at all: an attachment, or a folder that cannot be listed."""

    path: Path
    inside: Path
    error: CannotProcess | None = None


class Search(msgspec.Struct):
    """The inputs in order, and how many were left out: hidden and temporary files, files that are no tables, our own checked
    copies, files that had been found already, folders for results, and links, which may lead out of the folder."""

    inputs: list[Input] = msgspec.field(default_factory=list)
    hidden: int = 0
    other: int = 0
    copies: int = 0
    repeated: int = 0
    results: int = 0
    links: int = 0


def is_copy(path: Path) -> bool:
    """Whether the name is that of a checked copy of ours."""
    return _COPY.search(path.stem) is not None


def find(paths: Iterable[Path], *, copies: bool = True, leave_out: Path | None = None) -> Search:
    """Every given file, whatever it is, and the tables and attachments in every given folder. `copies`: whether a
    search takes checked copies. `leave_out`: a folder into which no search goes, unless it is the searched folder
    itself."""
    finder = _Finder(copies, None if leave_out is None else os.path.realpath(leave_out))
    for given in paths:
        for path in _expanded(given):
            if is_folder(path):
                finder.search(path)
            else:
                finder.take(Input(path, Path(path.name)))
    return finder.found


def find_files(paths: Iterable[Path]) -> Search:
    """Every given file; a folder is not searched, and opening it will say so."""
    finder = _Finder(True, None)
    for given in paths:
        for path in _expanded(given):
            finder.take(Input(path, Path(path.name)))
    return finder.found


def is_folder(path: Path) -> bool:
    try:
        return stat.S_ISDIR(reach(path).stat().st_mode)
    except (OSError, ValueError):
        return False


def reach(path: Path) -> Path:
    """The path as Windows takes it also when it is long."""
    if os.name != "nt":
        return path
    full = os.path.abspath(path)  # noqa: PTH100  (what follows the prefix must be absolute, links unresolved)
    if len(full) < 240 or full.startswith("\\\\?\\"):
        return path
    return Path("\\\\?\\UNC\\" + full[2:] if full.startswith("\\\\") else "\\\\?\\" + full)


def real(path: Path) -> str:
    """Where a path leads, comparable."""
    try:
        return os.path.normcase(os.path.realpath(path))
    except (OSError, ValueError):
        return str(path)


def _expanded(path: Path) -> Iterator[Path]:
    """On Windows the shell leaves wildcards to the program."""
    if os.name == "nt" and any(c in path.name for c in "*?") and not path.exists():
        yield from sorted(path.parent.glob(path.name)) or [path]
    else:
        yield path


class _Finder:
    def __init__(self, copies: bool, leave_out: str | None) -> None:
        self.copies = copies
        self.leave_out = leave_out
        self.found = Search()
        self.files: set[str] = set()
        self.folders: set[tuple[int, int]] = set()

    def take(self, item: Input) -> None:
        where = real(item.path)
        if where in self.files:
            self.found.repeated += 1
            return
        self.files.add(where)
        self.found.inputs.append(item)

    def search(self, root: Path) -> None:
        """Files of a folder first, then its folders, each by name. A folder is searched once, and no link in it is
        followed: what is found stands inside the folder."""
        waiting = [(root, Path())]
        while waiting:
            folder, inside = waiting.pop()
            try:
                status = reach(folder).stat()
                if (status.st_dev, status.st_ino) in self.folders:
                    continue
                self.folders.add((status.st_dev, status.st_ino))
                with os.scandir(reach(folder)) as listing:
                    entries = sorted(listing, key=lambda e: e.name)
            except OSError:
                sentence = f"无法处理 {folder.name or folder}：没有权限查看这个文件夹，或它已被移走。请检查权限后再运行。"
                self.take(Input(folder, inside, Unreadable("no_access", sentence)))
                continue
            folders: list[tuple[Path, Path]] = []
            for entry in entries:
                if _is_hidden(entry):
                    self.found.hidden += 1
                elif _is_link(entry):
                    self.found.links += 1
                elif _is_folder(entry):
                    if self.leave_out is not None and os.path.realpath(folder / entry.name) == self.leave_out:
                        self.found.results += 1
                    else:
                        folders.append((folder / entry.name, inside / entry.name))
                else:
                    self.consider(folder / entry.name, inside / entry.name)
            waiting.extend(reversed(folders))

    def consider(self, path: Path, inside: Path) -> None:
        suffix = path.suffix.lower()
        if suffix in ATTACHMENT_SUFFIXES:
            self.take(Input(path, inside, Attachment("attachment", _attachment(path, suffix))))
        elif suffix not in TAKEN:
            self.found.other += 1
        elif is_copy(path) and not self.copies:
            self.found.copies += 1
        else:
            self.take(Input(path, inside))


def _attachment(path: Path, suffix: str) -> str:
    if suffix in ARCHIVE_SUFFIXES:
        return f"没有打开 {path.name}：这是压缩包，里面可能有工作簿。请先解压，再检查其中的 .xlsx 文件。"
    return f"没有打开 {path.name}：这不是工作簿，按随表附件看待。如果它就是填报内容，请改交 .xlsx 工作簿。"


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False


def _is_link(entry: os.DirEntry[str]) -> bool:
    """A symbolic link, or a junction of Windows."""
    try:
        if entry.is_symlink():
            return True
        tag = getattr(entry.stat(follow_symlinks=False), "st_reparse_tag", 0) if os.name == "nt" else 0
    except OSError:
        return False
    return bool(tag) and tag == getattr(stat, "IO_REPARSE_TAG_MOUNT_POINT", None)


def _is_hidden(entry: os.DirEntry[str]) -> bool:
    if entry.name.startswith((".", "~$")):
        return True
    try:
        attributes = getattr(entry.stat(follow_symlinks=False), "st_file_attributes", 0) if os.name == "nt" else 0
    except OSError:
        return False
    return bool(attributes & _HIDDEN)
