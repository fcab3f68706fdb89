"""Standard output and standard error: Chinese whatever the locale, and no fuss when nobody reads on."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Iterable
from io import TextIOBase
from typing import Any, TextIO

from xlprocess.writers.columns import Look, plain


class Output:
    """The two streams of this process. `closed`: nothing goes to standard output any more. `failure`: a sentence, when that
    is not because nobody reads on but because it could not be written."""

    def __init__(self) -> None:
        self.closed = False
        self.failure: str | None = None
        for stream in (sys.stdout, sys.stderr):
            if hasattr(stream, "reconfigure"):
                # an encoding that has no Chinese (ascii, latin-1: a locale that nobody set) would leave nothing to read
                stream.reconfigure(encoding=None if _takes_chinese(stream) else "utf-8", errors="backslashreplace")

    @property
    def look(self) -> Look:
        """How standard output is laid out: wrapped and coloured only on a terminal."""
        if not is_terminal(sys.stdout):
            return Look()
        return Look(columns=terminal_width(), colours=_takes_colours())

    def lines(self, lines: Iterable[str]) -> None:
        self._write(sys.stdout, "".join(f"{line}\n" for line in lines))

    def data(self, data: bytes) -> None:
        """Bytes as they are, whatever the encoding of the stream. They are the result: without a stream it is lost."""
        if sys.stdout is None:
            self.failure = _failure(errno.EBADF)
        binary = getattr(sys.stdout, "buffer", None)
        if binary is None:
            self._write(sys.stdout, data.decode())
            return
        self._write(sys.stdout, "")
        self._write(binary, data)

    def message(self, text: str) -> None:
        """A sentence on standard error."""
        self._write(sys.stderr, f"{plain(text)}\n")

    def _write(self, stream: Any, content: str | bytes) -> None:
        if stream is None or (self.closed and stream is not sys.stderr):
            return
        try:
            stream.write(content)
            stream.flush()
        except (BrokenPipeError, ValueError):
            self._close(stream)
        except OSError as error:
            if stream is not sys.stderr and error.errno not in (errno.EPIPE, errno.EINVAL):
                self.failure = _failure(error.errno)
            self._close(stream)

    def _close(self, stream: Any) -> None:
        """What is still buffered goes nowhere: the interpreter would complain about it at its end."""
        if stream is not sys.stderr:
            self.closed = True
        try:
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, stream.fileno())
            os.close(nowhere)
        except (OSError, ValueError):
            return


def _takes_chinese(stream: TextIO) -> bool:
    try:
        "检查结果：“”——".encode(stream.encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def _failure(code: int | None) -> str:
    if code in (errno.ENOSPC, errno.EDQUOT):
        return "没有写完标准输出：磁盘空间不足。请清理磁盘后再运行，或把输出写到别处。"
    if code == errno.EBADF:
        return "没有写出标准输出：它已被关闭。请把输出写到文件或屏幕后再运行。"
    return "没有写完标准输出：写不进去。请把输出写到别处后再运行。"


def is_terminal(stream: TextIO | TextIOBase | None) -> bool:
    try:
        return stream is not None and stream.isatty()
    except ValueError:  # closed
        return False


def terminal_width() -> int:
    import shutil

    return max(shutil.get_terminal_size().columns, 40)


def _takes_colours() -> bool:
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return False
    return os.name != "nt" or _windows_console()


def _windows_console() -> bool:
    """Older consoles of Windows show escape sequences as they are, until they are asked to obey them."""
    import ctypes

    kernel: Any = getattr(ctypes, "windll").kernel32  # noqa: B009  (known on Windows only)
    handle = kernel.GetStdHandle(-11)
    mode = ctypes.c_uint32()
    return bool(kernel.GetConsoleMode(handle, ctypes.byref(mode)) and kernel.SetConsoleMode(handle, mode.value | 4))
