"""A watched folder: what is dropped in is processed once, when it is whole, and its result goes to another folder.

Only what is seen in a round counts, never an event of the system: events get lost on network drives, and a folder may vanish
and come back. A round looks at every file's size and times, and reads only what is new.
"""

from __future__ import annotations

import hashlib
import logging
import os
import time
from collections.abc import Callable, Iterator
from itertools import chain, islice
from pathlib import Path

import msgspec

from xlprocess.books.guard import read_bytes
from xlprocess.errors import CannotProcess, NotChecked
from xlprocess.jobs.inputs import Input, Search, find, is_folder, reach
from xlprocess.jobs.outcome import Outcome
from xlprocess.jobs.process import run_file
from xlprocess.jobs.save import present_at
from xlprocess.jobs.targets import Names, Target, numbered
from xlprocess.jobs.watch_ledger import Ledger
from xlprocess.jobs.watch_sentence import remove_sentence, sentence_path, tells_of, write_sentence
from xlprocess.pipeline import is_untouched, source_of

SETTLE = 1.5
"""Seconds for which size and times must not change before a file is opened."""
PATIENCE = 20.0
"""Seconds for which a file that is locked or not whole is taken for one that is still being copied."""
RETRY = 30.0
"""Seconds between two attempts at a file that stays locked, or whose result cannot be written."""
_HALF_THERE = ("damaged", "no_access")
_DEATHS = 2
_TRIES = 99
_TOLD_OF = frozenset((".zip", ".rar", ".7z", ".tar", ".gz", ".tgz", ".bz2", ".xz", ".doc", ".docx", ".docm", ".wps", ".rtf"))
"""Attachments that may hold a report: whoever drops one in alone must learn why nothing comes back. A scan is left alone."""
_LOG = logging.getLogger("xlprocess.watch")


class Away(Exception):
    """One of the two folders is not there: a share that is not connected."""

    def __init__(self, folder: Path) -> None:
        super().__init__(str(folder))
        self.folder = folder


class _Waiting(msgspec.Struct):
    stamp: str
    since: float
    again: float
    told: bool = False


class Watch:
    """`settle`, `patience`, `retry` in seconds of `clock`. `pending`: files that wait for a later round, by name."""

    def __init__(
        self,
        folder: Path,
        out: Path,
        ledger: Ledger,
        *,
        settle: float = SETTLE,
        patience: float = PATIENCE,
        retry: float = RETRY,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.folder = folder
        self.out = out
        self.ledger = ledger
        self.settle = settle
        self.patience = patience
        self.retry = retry
        self.clock = clock
        self.pending: dict[str, _Waiting] = {}
        self._known: dict[str, str] = {}

    @property
    def due(self) -> float | None:
        """When a round is worth while for what waits; None when nothing waits."""
        return min((w.again for w in self.pending.values()), default=None)

    @property
    def is_quiet(self) -> bool:
        """Nothing waits but what has been told of."""
        return all(w.told for w in self.pending.values())

    def round(self) -> Iterator[Outcome]:
        """What became of the files that could be worked on now. Raises Away."""
        for folder in (self.folder, self.out):
            if not is_folder(folder):
                raise Away(folder)
        search = find([self.folder], leave_out=self.out)
        if any(item.path == self.folder for item in search.inputs):
            raise Away(self.folder)
        stamps = {item.inside.as_posix(): _stamp(item.path) for item in search.inputs}
        for name in [n for n in chain(self.pending, self._known) if stamps.get(n) is None]:
            self.pending.pop(name, None)
            self._known.pop(name, None)
        names = _Places(search, self.out, self.ledger)
        for item in search.inputs:
            name = item.inside.as_posix()
            stamp = stamps[name]
            if stamp is not None and self._is_due(name, stamp):
                yield from self._take(item, name, stamp, names)

    def _is_due(self, name: str, stamp: str) -> bool:
        if self._known.get(name) == stamp:
            return False
        waiting = self.pending.get(name)
        if waiting is not None and waiting.stamp == stamp:
            return self.clock() >= waiting.again
        entry = self.ledger.get(name)
        if entry is not None and entry.done and entry.stamp == stamp:
            self.pending.pop(name, None)
            self._known[name] = stamp
            return False
        now = self.clock()
        self.pending[name] = _Waiting(stamp, now, now + self.settle)
        return False

    def _take(self, item: Input, name: str, stamp: str, names: _Places) -> Iterator[Outcome]:
        waiting = self.pending[name]
        data, error = _read(item)
        if _stamp(item.path) != stamp:
            return  # still being written: the next round begins anew
        digest = "" if data is None else hashlib.sha256(data).hexdigest()
        if digest and self._is_done(item, name, digest, names):
            self._settled(name, stamp, digest, self._output(name))
            return
        if error is not None:
            outcome = Outcome(item.path, error.status, error)
        else:
            outcome = self._work(item, name, stamp, data or b"", digest, names)
        if self._may_be_half_there(outcome) and self.clock() < waiting.since + self.patience:
            waiting.again = self.clock() + self.settle
            return
        yield from self._ended(item, name, stamp, digest, names, outcome, waiting)

    def _work(self, item: Input, name: str, stamp: str, data: bytes, digest: str, names: _Places) -> Outcome:
        entry = self.ledger.get(name)
        if entry is not None and not entry.done and entry.digest == digest and entry.begun >= _DEATHS:
            sentence = f"无法处理 {item.path.name}：处理这个文件时程序两次意外中断。请把文件交给技术人员查找原因。"
            return Outcome(item.path, NotChecked.status, NotChecked("internal", sentence))
        self.ledger.begin(name, stamp, digest)
        names.data = data

        def is_replaceable(present: bytes, called: str) -> bool:
            return present == data or is_untouched(present, called)  # a mended result that was dropped in again is kept there

        outcome = run_file(item, names, data=data, source=digest, is_replaceable=is_replaceable)
        self.ledger.survived(name, stamp, digest)
        return outcome

    def _ended(
        self, item: Input, name: str, stamp: str, digest: str, names: _Places, outcome: Outcome, waiting: _Waiting
    ) -> Iterator[Outcome]:
        """Tells what came of it, once; what may go better later is tried again."""
        tell = not waiting.told
        text = sentence_path(names.wish(item), item.path.name)
        unwritten = outcome.status == "checked" and outcome.error is not None
        output = None if outcome.output is None else outcome.output.relative_to(self.out).as_posix()
        try:
            if outcome.error is None:
                remove_sentence(text)
            elif outcome.status != "attachment" or item.path.suffix.lower() in _TOLD_OF:
                older = names.wish(item)
                write_sentence(text, item.path, outcome.error.message, digest, older if older.exists() else None)
                output = text.relative_to(self.out).as_posix()
        except (CannotProcess, OSError) as error:
            _LOG.warning("no text could be written for %s: %s", name, error)
            unwritten = True
        if unwritten or _is_locked(outcome):
            waiting.told = True
            waiting.again = self.clock() + self.retry
        else:
            self._settled(name, stamp, digest, output)
        if tell:
            yield outcome

    def _settled(self, name: str, stamp: str, digest: str, output: str | None) -> None:
        self.ledger.end(name, stamp, digest, output)
        self.pending.pop(name, None)
        self._known[name] = stamp

    def _is_done(self, item: Input, name: str, digest: str, names: _Places) -> bool:
        """The same content has had its result, and it still stands there."""
        entry = self.ledger.get(name)
        if entry is not None and entry.digest == digest and entry.done:
            return entry.output is None or os.path.lexists(reach(self.out / entry.output))
        if entry is not None:
            return False
        wanted = names.wish(item)
        present = present_at(wanted)
        if present is not None and source_of(present, wanted.name) == digest:
            return True
        return tells_of(sentence_path(wanted, item.path.name), digest)

    def _output(self, name: str) -> str | None:
        entry = self.ledger.get(name)
        return None if entry is None else entry.output

    def _may_be_half_there(self, outcome: Outcome) -> bool:
        return outcome.status == "unreadable" and outcome.error is not None and outcome.error.kind in _HALF_THERE


class _Places(Names):
    """The names of results in a folder where earlier results stand: none falls on another file's, or on somebody's work.
    `data`, `name`: the input that is being worked on."""

    def __init__(self, search: Search, out: Path, ledger: Ledger) -> None:
        super().__init__(search.inputs, out)
        self.folder = out
        self.ledger = ledger
        self.data = b""
        self.name = ""

    def wish(self, item: Input) -> Path:
        return self._wish(item) or self.folder / item.inside

    def give(self, item: Input, *, as_new: bool = False) -> Target:
        wanted = self.wish(item)
        self.name = item.inside.as_posix()
        for path in islice(chain((wanted,), numbered(wanted)), _TRIES):
            if not self._is_anothers(path) and self._is_free(path):
                remark = f"{wanted.name} 已有别的内容，没有覆盖，结果写到了 {path.name}。" if path != wanted else None
                return Target(path, remark=remark)
        return Target(wanted)  # writing there will be refused, and said

    def is_taken(self, path: Path) -> bool:
        return super().is_taken(path) or self._is_anothers(path)

    def _is_anothers(self, path: Path) -> bool:
        return self.ledger.owner(path.relative_to(self.folder).as_posix()) not in (None, self.name)

    def _is_free(self, path: Path) -> bool:
        present = present_at(path)
        return present is None or present == self.data or is_untouched(present, path.name)


def _read(item: Input) -> tuple[bytes | None, CannotProcess | None]:
    if item.error is not None:
        return None, item.error
    try:
        return read_bytes(reach(item.path)), None
    except CannotProcess as error:
        return None, error


def _is_locked(outcome: Outcome) -> bool:
    return outcome.status == "unreadable" and outcome.error is not None and outcome.error.kind == "no_access"


def _stamp(path: Path) -> str | None:
    """Changes when a file is changed, and where the system tells, when it is put there anew; None when it is gone."""
    try:
        status = reach(path).stat()
    except (OSError, ValueError):
        return None
    made = status.st_ctime_ns if os.name == "nt" else getattr(status, "st_birthtime", status.st_ino)
    return f"{status.st_size} {status.st_mtime_ns} {made}"
