"""`watch`: a shared folder; what is dropped in comes back checked."""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from xlprocess.doors.chinese import Command, FilePath, UsageError, option
from xlprocess.doors.output import Output
from xlprocess.errors import Refused

if TYPE_CHECKING:
    from xlprocess.jobs.watch import Watch

_LOOK_ANYHOW = 60.0  # seconds: on network drives events get lost
_LOG_SIZE, _LOGS = 2 << 20, 5
_LOG = logging.getLogger("xlprocess.watch")


@click.command(cls=Command, short_help="看着一个文件夹：放进来的工作簿，检查后的结果送到另一个文件夹")
@click.argument("folder", required=True, type=FilePath(), metavar="IN")
@option("-o", "out", required=True, type=FilePath(), metavar="OUT", help="结果写到这个文件夹，文件名不变，子文件夹照旧")
@option("--poll", is_flag=True, help="不靠系统通知，隔一两秒查看一遍：网络共享文件夹收不到通知时用")
@option("--once", is_flag=True, help="把现在有的处理完就结束，不一直看着")
@option("--log", type=FilePath(), metavar="FILE", help="运行日志写到这个文件，满 2 MB 换一个，留 5 个；写 - 则写到标准错误")
@option("--state", type=FilePath(), metavar="FILE", help="记录已处理文件的位置，缺省在本机用户的程序数据文件夹")
@click.pass_obj
def watch(output: Output, folder: Path, out: Path, poll: bool, once: bool, log: Path | None, state: Path | None) -> int:
    """看着文件夹 IN（连同子文件夹）：放进来的工作簿几秒后检查完，结果写到 OUT。IN 中的文件一概不动。

    还在复制、被占用、不完整的文件会等一等再处理；处理过的不再处理，改过重新放进来的再检查一次；
    无法处理的，在 OUT 写一个“名称.无法处理.txt”说明原因。按 Ctrl-C 结束。
    """
    from xlprocess.jobs.inputs import is_folder, real

    ctx = click.get_current_context()
    if not is_folder(folder):
        raise UsageError(f"IN 要写一个已有的文件夹，而 {folder} 不是", ctx)
    if out.exists() and not is_folder(out):
        raise UsageError(f"-o 后面要写文件夹，而 {out.name} 是一个文件", ctx)
    if real(folder) == real(out):
        raise UsageError("OUT 不能就是 IN：结果会盖掉放进来的文件，可以用 IN 里面的一个子文件夹", ctx)
    with _logging(log), _stopping() as stop:
        return _watch(output, folder, out, poll, once, state or _state_file(folder, out), stop)


def _watch(output: Output, folder: Path, out: Path, poll: bool, once: bool, state: Path, stop: threading.Event) -> int:
    from xlprocess.jobs.watch import Watch
    from xlprocess.jobs.watch_ledger import Ledger

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
        looked = float("-inf")
        for changed in turns:
            now = time.monotonic()
            due = self.watching.due
            if changed or now >= looked + _LOOK_ANYHOW or (due is not None and now >= due):
                looked = now
                self.round()
            if self.stop.is_set() or (once and self.watching.is_quiet and not changed):
                break
        if not once:
            self.output.lines(["已停止。"])
        return 2 if once and (self.failed or self.away) else 0

    def round(self) -> None:
        from xlprocess.jobs.process import debugging
        from xlprocess.jobs.watch import Away

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

    def tell(self, outcome: Any) -> None:
        from xlprocess.writers.columns import plain
        from xlprocess.writers.json import path_text
        from xlprocess.writers.text import counts_said

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
    from logging.handlers import RotatingFileHandler

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
    import hashlib

    from xlprocess.jobs.inputs import real

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
