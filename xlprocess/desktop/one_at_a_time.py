"""Two clicks on one button: the second finds the first at work and does nothing."""

from __future__ import annotations

import hashlib
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_PATIENCE = 0.5


class Busy(Exception):
    """Another process of this person works on the same thing."""


@contextmanager
def one_at_a_time(what: str) -> Iterator[None]:
    """Raises Busy while another process is inside for the same `what`. A process that dies leaves nothing behind that bars the
    next."""
    user = str(os.getuid()) if hasattr(os, "getuid") else os.environ.get("USERNAME", "")
    name = hashlib.sha256(f"{user}\0{what}".encode("utf-8", "surrogatepass")).hexdigest()[:16]
    path = Path(tempfile.gettempdir()) / f"xlprocess-{name}.lock"
    handle = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o600)
    try:
        _take(handle)
        yield
    finally:
        os.close(handle)


def _take(handle: int) -> None:
    """Waits as long as one that is done takes to end."""
    end = time.monotonic() + _PATIENCE
    while not _is_taken(handle):
        if time.monotonic() > end:
            raise Busy
        time.sleep(0.02)


def _is_taken(handle: int) -> bool:
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
