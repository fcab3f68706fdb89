"""The ledger (台账): what every workbook gave, by the hash of its content and the version of forms and rules, in one SQLite file.

A run reads only what is new or changed; a run that was killed goes on where it stopped; two runs may use it at once."""

from __future__ import annotations

import contextlib
import hashlib
import sqlite3
import time
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path
from types import TracebackType

import xlprocess
from xlprocess.consolidation.submission import Submission
from xlprocess.consolidation.worker import DAMAGED, Done, unpack
from xlprocess.errors import Refused

NAME = "xlprocess.ledger"
_KEPT_DAYS = 60  # of what other versions of forms and rules gave
_WAIT = 60_000  # milliseconds, while the other run writes
_AT_ONCE = 500
_TEMPORARY = ""  # what SQLite calls such a database: beyond a few pages it lies in a file that has no name
_PACKAGE = Path(xlprocess.__file__).parent
_NO_RESULT = ("doors", "jobs", "writers")  # what stands there changes no result
_SCHEMA = """
create table if not exists submissions (
    hash text not null, rules text not null, form text not null, made real not null, head blob not null, packed blob not null,
    primary key (hash, rules)
) without rowid
"""
_COLUMNS = {"hash", "rules", "form", "made", "head", "packed"}


@cache
def rules_version() -> str:
    """Tells whether forms, rules and everything else that a result depends on are the same as they were: a hash of the program's
    own files. (A number that somebody must remember to raise would be forgotten.)"""
    hashed = hashlib.sha256(xlprocess.__version__.encode())
    for path in sorted(p for p in _PACKAGE.rglob("*") if p.suffix in (".py", ".toml")):
        inside = path.relative_to(_PACKAGE)
        if inside.parts[0] not in _NO_RESULT:
            hashed.update(f"{inside.as_posix()}\0".encode() + path.read_bytes())
    return hashed.hexdigest()[:16]


def usual_place() -> Path:
    """Where the ledger lies unless somebody says where."""
    import platformdirs

    return Path(platformdirs.user_data_dir("xlprocess", appauthor=False)) / NAME


class Ledger:
    """An open ledger. `path` None: a temporary one, which goes when it is closed, or the process is killed (SQLite deletes its file
    as soon as it is open). Raises Refused with the sentence."""

    def __init__(self, path: Path | None, rules: str | None = None) -> None:
        self.rules = rules or rules_version()
        self.path = path
        try:
            if path is not None:
                path.parent.mkdir(parents=True, exist_ok=True)
            self._connection = sqlite3.connect(path or _TEMPORARY, timeout=_WAIT / 1000, isolation_level=None)
            self._prepare()
        except (sqlite3.Error, OSError) as error:
            with contextlib.suppress(AttributeError):
                self._connection.close()
            raise _unusable(path, error) from None

    def _prepare(self) -> None:
        run = self._connection.execute
        run(f"pragma busy_timeout = {_WAIT}")
        tables = {row[0] for row in run("select name from sqlite_master where type = 'table'")}
        if tables - {"submissions"}:
            raise sqlite3.DatabaseError("not a ledger")
        if self.path is None:
            run("pragma journal_mode = off")
            run("pragma synchronous = off")
        else:
            self._share()
            run("pragma synchronous = normal")
        run(_SCHEMA)
        if {row[1] for row in run("pragma table_info(submissions)")} != _COLUMNS:
            raise sqlite3.DatabaseError("not a ledger of ours")
        run("delete from submissions where rules <> ? and made < ?", (self.rules, time.time() - _KEPT_DAYS * 86_400))

    def _share(self) -> None:
        """Lets two runs use it at once. Turning that on is the one thing for which SQLite itself does not wait."""
        until = time.monotonic() + _WAIT / 1000
        while True:
            try:
                self._connection.execute("pragma journal_mode = wal")
                return
            except sqlite3.OperationalError as error:
                if "locked" not in str(error) or time.monotonic() > until:
                    raise
                time.sleep(0.02)

    def __enter__(self) -> Ledger:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        self._connection.close()

    @property
    def is_empty(self) -> bool:
        with self._usable():
            return self._connection.execute("select 1 from submissions where rules = ? limit 1", (self.rules,)).fetchone() is None

    def heads(self, hashes: Sequence[str]) -> dict[str, bytes]:
        """Of those of these hashes of which it holds the result, the head of it."""
        found: dict[str, bytes] = {}
        for start in range(0, len(hashes), _AT_ONCE):
            some = hashes[start : start + _AT_ONCE]
            marks = ",".join("?" * len(some))
            query = f"select hash, head from submissions where rules = ? and hash in ({marks})"
            with self._usable():
                found.update(self._connection.execute(query, (self.rules, *some)))
        return found

    def add(self, results: Iterable[Done]) -> None:
        """Keeps results, all of them or none."""
        now = time.time()
        rows = [(r.hash, self.rules, r.form, now, r.head, r.packed) for r in results]
        if not rows:
            return
        with self._usable():
            self._connection.execute("begin immediate")
            try:
                self._connection.executemany("insert or replace into submissions values (?, ?, ?, ?, ?, ?)", rows)
                self._connection.execute("commit")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("rollback")
                raise

    def get(self, digest: str) -> Submission | None:
        """What the content of that hash gave; None also where that has been damaged."""
        query = "select packed from submissions where hash = ? and rules = ?"
        with self._usable():
            row = self._connection.execute(query, (digest, self.rules)).fetchone()
        try:
            return unpack(row[0]) if row else None
        except DAMAGED:
            return None

    @contextlib.contextmanager
    def _usable(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise _unusable(self.path, error) from None


def _unusable(path: Path | None, error: sqlite3.Error | OSError) -> Refused:
    if path is None:
        return Refused(
            "无法存放汇总的临时数据：临时文件夹所在的磁盘空间不足，或写不进去。请清理磁盘后再运行，或用 --ledger 指定位置。"
        )
    if isinstance(error, sqlite3.OperationalError) and "locked" in str(error):
        return Refused(f"无法使用台账 {path.name}：另一次汇总占用它过久。请等它结束后再运行，或加 --no-ledger。")
    if isinstance(error, sqlite3.OperationalError) and "full" in str(error):
        return Refused(f"无法写入台账 {path.name}：磁盘空间不足。请清理磁盘后再运行。")
    if isinstance(error, sqlite3.OperationalError | OSError):
        return Refused(f"无法使用台账 {path}：打不开，或没有写入的权限。请用 --ledger 换一个位置，或加 --no-ledger。")
    return Refused(f"无法使用台账 {path}：它不是本程序的台账，或已损坏。请移走这个文件，或用 --ledger 换一个位置。")
