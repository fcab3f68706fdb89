"""Where results go: beside the original, into another folder, or over the original. Names only; nothing is written
here."""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import NamedTuple

from xlprocess.books.kinds import WORKBOOK_SUFFIXES
from xlprocess.jobs.inputs import COPY, Input, is_copy

_NUMBER = re.compile(r" \((\d+)\)\Z")


class Target(NamedTuple):
    """Where the result of an input goes. `is_input`: over the very file that was read, as asked. `remark`: what is to
    be said."""

    path: Path
    is_input: bool = False
    remark: str | None = None


class Names:
    """The names of a batch's results. Each is given when its result is to be written, in the order of the work: a file that
    gives no result takes no name. No two results meet, no result falls on an input."""

    def __init__(self, inputs: Sequence[Input], out: Path | None = None, in_place: bool = False) -> None:
        self.out = out
        self.in_place = in_place
        self._key = _Keys()
        self._taken = {self._key(item.path): item.path for item in inputs}
        self._wanted = {self._key(wanted) for item in inputs if (wanted := self._wish(item)) is not None}

    def give(self, item: Input, *, as_new: bool = False) -> Target:
        """Where the result of an input goes; nobody else's goes there from now on. `as_new`: the input is of a format that is not
        written, its result is a workbook beside it."""
        wanted = self._wish(item)
        if wanted is None and as_new:
            wanted = copy_of(item.path) if not is_copy(item.path) else item.path.with_suffix(".xlsx")
        if wanted is None:
            return Target(item.path, is_input=True)
        path = wanted
        if as_new or self._key(path) != self._key(item.path):
            path = next(p for p in chain((wanted,), numbered(wanted)) if self._key(p) not in self._taken)
        remark = None
        if path != wanted:
            remark = f"结果名 {wanted.name} 已用于 {self._taken[self._key(wanted)].name}，改为 {path.name}。"
        self.take(path, item)
        return Target(path, remark=remark)

    def take(self, path: Path, item: Input) -> None:
        """The result of an input stands here, whatever name it had been given."""
        self._taken.setdefault(self._key(path), item.path)

    def is_taken(self, path: Path) -> bool:
        """Whether a path is an input, the place of a result, or one that a result may still want."""
        return self._key(path) in self._taken or self._key(path) in self._wanted

    def _wish(self, item: Input) -> Path | None:
        """The name that an input's result would have if it were alone; None when it goes over the input."""
        if self.in_place or (self.out is None and is_copy(item.path)) or not item.path.name:  # no name: a folder
            return None
        return copy_of(item.path) if self.out is None else self.out / _in_folder(item.inside)


def copy_of(path: Path) -> Path:
    """The name of the checked copy beside an original."""
    return path.with_name(f"{path.stem}{COPY}{_suffix(path)}")


def others(path: Path, is_input: bool) -> Iterator[Path]:
    """Names beside a target that cannot be written: numbered; of an original, its checked copy first."""
    if is_input and not is_copy(path):
        path = copy_of(path)
        yield path
    yield from numbered(path)


def numbered(path: Path) -> Iterator[Path]:
    """`名称 (2).xlsx`, `名称 (3).xlsx` …, without end."""
    found = _NUMBER.search(path.stem) if is_copy(path) else None
    stem = path.stem[: found.start()] if found else path.stem
    number = int(found[1]) if found else 1
    while True:
        number += 1
        yield path.with_name(f"{stem} ({number}){path.suffix}")


def _in_folder(inside: Path) -> Path:
    return inside.with_name(inside.stem + _suffix(inside)) if inside.name else inside


def _suffix(path: Path) -> str:
    """A workbook under another ending gets one that opens."""
    return path.suffix if path.suffix.lower() in WORKBOOK_SUFFIXES else ".xlsx"


class _Keys:
    """Paths as they meet: also where a file system tells no case apart, and however accents are stored."""

    def __init__(self) -> None:
        self.folders: dict[Path, str] = {}

    def __call__(self, path: Path) -> str:
        folder = path.parent
        if folder not in self.folders:
            try:
                self.folders[folder] = os.path.realpath(folder)
            except (OSError, ValueError):
                self.folders[folder] = str(folder)
        full = os.path.join(self.folders[folder], path.name)  # noqa: PTH118
        return unicodedata.normalize("NFC", full).casefold()
