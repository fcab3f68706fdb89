"""The running of `watch`: when to look, what to tell, how to end."""

from __future__ import annotations

import contextlib
import hashlib
import logging
import os
import signal
import threading
import time
from collections.abc import Iterator
from logging.handlers import RotatingFileHandler
from pathlib import Path

from xlprocess.doors.output import Output
from xlprocess.errors import Refused
from xlprocess.jobs.inputs import real
from xlprocess.jobs.outcome import Outcome
from xlprocess.jobs.process import debugging
from xlprocess.jobs.watch import Away, Watch
from xlprocess.jobs.watch_ledger import Ledger
from xlprocess.writers.columns import plain
from xlprocess.writers.json import path_text
from xlprocess.writers.text import counts_said

_LOOK_ANYHOW = 60.0  # seconds: on network drives events get lost
_LOOK_AGAIN = 2.0  # seconds after a notice: what is dropped into a folder that is only just there is not noticed
_LOG_SIZE, _LOGS = 2 << 20, 5
_LOG = logging.getLogger("xlprocess.watch")


def keep_watch(output: Output, folder: Path, out: Path, *, poll: bool, once: bool, log: Path | None, state: Path | None) -> int:
    """Until somebody ends it; with `once` until all is done. Gives the exit status. Raises Refused."""
    with _logging(log), _stopping() as stop:
        return _watch(output, folder, out, poll, once, state or _state_file(folder, out), stop)


def _watch(output: Output, folder: Path, out: Path, poll: bool, once: bool, state: Path, stop: threading.Event) -> int:

    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError:
        raise Refused(f"没有开始：建不了存放结果的文件夹 {out}。请检查路径和权限。") from None
    turns = _turns(folder, stop, poll, out) if not once else _short_turns(stop)
    ledger = Ledger(state)
    try:
        watching = Watch(folder.absolute(), out.absolute(), ledger)
        output.lines([f"正在看着 {folder}，结果写到 {out}。按 Ctrl-C 结束。"] if not once else [])
        _LOG.info("watching %s, results to %s, ledger %s", folder, out, state)
        return _Shift(output, watching, stop).go(turns, once)
    finally:
        ledger.close()
        _LOG.info("ended")


class _Shift:
    """Rounds until somebody ends it, whatever goes wrong in one."""

    def __init__(self, output: Output, watching: Watch, stop: threading.Event) -> None:
        self.output = output
        self.watching = watching
        self.stop = stop
        self.away = False
        self.failed = False

    def go(self, turns: Iterator[bool], once: bool) -> int:
        again = float("-inf")
        for changed in turns:
            now = time.monotonic()
            due = self.watching.due
            if changed or now >= again or (due is not None and now >= due):
                if changed:
                    again = now + _LOOK_AGAIN
                elif now >= again:
                    again = now + _LOOK_ANYHOW
                self.round()
            if self.stop.is_set() or (once and self.watching.is_quiet and not changed):
                break
        if not once:
            self.output.lines(["已停止。"])
        return 2 if once and (self.failed or self.away) else 0

    def round(self) -> None:
        try:
            for outcome in self.watching.round():
                self.tell(outcome)
                if self.stop.is_set():
                    return
        except Away as away:
            if not self.away:
                self.output.message(f"找不到文件夹 {away.folder}：可能是共享没有连接。程序会等它回来。")
                _LOG.warning("away: %s", away.folder)
            self.away = True
            return
        except Exception:  # the watching goes on for months: what nobody foresaw is logged, and the next round tries again
            if debugging():
                raise
            _LOG.exception("a round failed")
            self.output.message("查看文件夹时程序内部出错，稍后再试。详情在 --log 给出的运行日志里。")
            self.stop.wait(5)
            return
        if self.away:
            self.away = False
            self.output.message("文件夹又连上了，继续。")
            _LOG.info("back")

    def tell(self, outcome: Outcome) -> None:
        self.failed |= outcome.failed
        name = path_text(outcome.file.relative_to(self.watching.folder))
        at = time.strftime("%H:%M:%S")
        if outcome.error is not None:
            self.output.lines([plain(f"{at} {outcome.error.message}")])
            _LOG.warning("%s: %s: %s", name, outcome.error.kind, outcome.error.message)
            return
        result = path_text(outcome.output.relative_to(self.watching.out)) if outcome.output else ""
        self.output.lines([plain(f"{at} {name}：{counts_said(outcome.findings)}，结果：{result}"), *map(plain, outcome.remarks)])
        _LOG.info("%s -> %s: %d findings", name, result, len(outcome.findings))


def _turns(folder: Path, stop: threading.Event, poll: bool, out: Path) -> Iterator[bool]:
    """Whether something happened in the folder, about twice a second. A folder that vanished is looked for again: the system's
    notices die with it."""
    try:
        import watchfiles
    except ImportError:
        raise Refused(_missing("watchfiles")) from None
    results = os.path.join(os.path.realpath(out), "")  # noqa: PTH118  (ends with a separator)

    def counts(_: object, path: str) -> bool:
        return not path.startswith(results)

    def notices() -> Iterator[bool]:
        nonlocal poll
        while not stop.is_set():
            identity = _identity(folder)
            yield True
            if identity is None:
                stop.wait(2)
                continue
            try:
                for changes in watchfiles.watch(
                    os.path.realpath(folder),
                    watch_filter=counts,
                    stop_event=stop,
                    rust_timeout=500,
                    debounce=1000,
                    yield_on_timeout=True,
                    force_polling=poll or None,
                    poll_delay_ms=1500,
                    ignore_permission_denied=True,
                ):
                    yield bool(changes)
                    if _identity(folder) != identity:
                        break
            except (OSError, RuntimeError) as error:  # too many folders for the system's notices, a share that went away
                _LOG.warning("no notices from the system, polling: %s", error)
                poll = True
                stop.wait(2)

    return notices()


def _short_turns(stop: threading.Event) -> Iterator[bool]:
    yield True
    while not stop.wait(0.2):
        yield False


def _identity(folder: Path) -> tuple[int, int] | None:
    try:
        status = folder.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino


@contextlib.contextmanager
def _stopping() -> Iterator[threading.Event]:
    """An event that is set when somebody wants it to end: Ctrl-C, a service manager, a closed window."""
    stop = threading.Event()
    known = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGBREAK", "SIGHUP") if hasattr(signal, name)]
    before = {}
    for number in known:
        with contextlib.suppress(ValueError):  # not in the main thread
            before[number] = signal.signal(number, lambda *_: stop.set())
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextlib.contextmanager
def _logging(path: Path | None) -> Iterator[None]:
    handler: logging.Handler
    if path is None:
        handler = logging.NullHandler()
    elif str(path) == "-":
        handler = logging.StreamHandler()
    else:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            handler = RotatingFileHandler(path, maxBytes=_LOG_SIZE, backupCount=_LOGS, encoding="utf-8", errors="replace")
        except OSError:
            raise Refused(f"没有开始：写不了运行日志 {path}。请检查路径和权限。") from None
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    logging.raiseExceptions = False  # a log that cannot be written ends nothing
    _LOG.addHandler(handler)
    _LOG.setLevel(logging.INFO)
    _LOG.propagate = False
    try:
        yield
    finally:
        _LOG.removeHandler(handler)
        handler.close()


def _state_file(folder: Path, out: Path) -> Path:
    """One for each pair of folders, on this machine."""
    pair = hashlib.sha256(f"{real(folder)}\0{real(out)}".encode(errors="surrogateescape")).hexdigest()[:16]
    given = os.environ.get("STATE_DIRECTORY")  # a service manager's
    if given:
        return Path(given.split(":")[0]) / f"{pair}.sqlite"
    try:
        import platformdirs
    except ImportError:
        raise Refused(_missing("platformdirs")) from None
    return platformdirs.user_state_path("xlprocess", appauthor=False) / "watch" / f"{pair}.sqlite"


def _missing(library: str) -> str:
    return f'没有开始：本机的程序缺少组件 {library}。请运行 pip install "xlprocess[watch]"，或用离线安装包重新安装。'
