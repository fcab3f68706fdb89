"""What a watched folder has already given back, kept on the watching machine: nothing is done twice, also after a restart."""

from __future__ import annotations

import logging
import sqlite3
from pathlib import Path
from typing import NamedTuple

from xlprocess.errors import Refused

_LOG = logging.getLogger("xlprocess.watch")
_TABLE = """CREATE TABLE IF NOT EXISTS files (
    name TEXT PRIMARY KEY, stamp TEXT NOT NULL, digest TEXT NOT NULL, output TEXT, begun INTEGER NOT NULL, done INTEGER NOT NULL)"""


class Entry(NamedTuple):
    """What is known of a file, by its name below the folder. `stamp`: its size and times when it was last looked at.
    `digest`: SHA-256 of its content. `output`: the name, below the folder of results, of what came of it; None for nothing.
    `begun`: how often work on this content began without an end. `done`: whether the work on it ended."""

    stamp: str
    digest: str
    output: str | None
    begun: int
    done: bool


class Ledger:
    """One file, held by one process. What cannot be written is logged: the watching goes on, and remembers until it ends."""

    def __init__(self, path: Path) -> None:
        """Raises Refused when another process holds the file, or when it cannot be written."""
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._base = _opened(path)
        except sqlite3.OperationalError as error:
            if "locked" in str(error):
                sentence = "没有开始：这两个文件夹已经有一个程序在看着。请先停掉那一个，或换文件夹。"
                raise Refused(sentence) from None
            raise Refused(_unwritable(path)) from None
        except OSError:
            raise Refused(_unwritable(path)) from None

    def close(self) -> None:
        self._base.close()

    def get(self, name: str) -> Entry | None:
        row = self._base.execute("SELECT stamp, digest, output, begun, done FROM files WHERE name = ?", (name,)).fetchone()
        return None if row is None else Entry(row[0], row[1], row[2], row[3], bool(row[4]))

    def owner(self, output: str) -> str | None:
        """The file whose result has this name."""
        row = self._base.execute("SELECT name FROM files WHERE output = ? COLLATE NOCASE", (output,)).fetchone()
        return None if row is None else str(row[0])

    def begin(self, name: str, stamp: str, digest: str) -> None:
        """Work on a content begins. If the process dies of it, the next one knows."""
        known = self.get(name)
        begun = known.begun + 1 if known is not None and known.digest == digest and not known.done else 1
        self._put(name, Entry(stamp, digest, None if known is None else known.output, begun, False))

    def survived(self, name: str, stamp: str, digest: str) -> None:
        """The process did not die of it; whether it is done is another matter."""
        known = self.get(name)
        self._put(name, Entry(stamp, digest, None if known is None else known.output, 0, False))

    def end(self, name: str, stamp: str, digest: str, output: str | None) -> None:
        self._put(name, Entry(stamp, digest, output, 0, True))

    def _put(self, name: str, entry: Entry) -> None:
        try:
            self._base.execute("INSERT OR REPLACE INTO files VALUES (?, ?, ?, ?, ?, ?)", (name, *entry))
        except sqlite3.Error as error:
            _LOG.warning("the ledger could not be written: %s", error)


def _opened(path: Path) -> sqlite3.Connection:
    """A file that is no ledger, or a broken one, is put aside: what it held is found again by the marks in the results."""
    for last in (False, True):
        base = sqlite3.connect(path, timeout=0.5, isolation_level=None)
        try:
            base.execute("PRAGMA locking_mode = EXCLUSIVE")
            base.execute("BEGIN EXCLUSIVE")
            base.execute(_TABLE)
            base.execute("CREATE INDEX IF NOT EXISTS by_output ON files (output COLLATE NOCASE)")
            base.execute("SELECT stamp, digest, output, begun, done FROM files LIMIT 1")
            base.execute("COMMIT")
            return base
        except sqlite3.DatabaseError as error:
            base.close()
            if last or isinstance(error, sqlite3.OperationalError):
                raise
            path.replace(path.with_name(path.name + ".broken"))
    raise AssertionError  # not reached


def _unwritable(path: Path) -> str:
    return f"没有开始：写不了记录已处理文件的 {path.name}。请检查这个位置的权限和磁盘空间：{path.parent}"
