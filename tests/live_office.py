"""A LibreOffice that this very process drives over UNO, as the live door does: headless, with a profile of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
import time
import uuid
from pathlib import Path
from shutil import copytree, rmtree, which
from typing import Any

import xlwings as xw

from xlprocess.books.live import LiveBook
from xlprocess.desktop import connect
from xlprocess.desktop.engine import engine_over


def why_missing() -> str | None:
    """Why tests of live workbooks cannot run here; None when they can."""
    if which("soffice") is None:
        return "LibreOffice (soffice) is not installed"
    if not connect.find_uno():
        return "this Python cannot import uno (python3-uno, for the same minor version)"
    return None


class LiveOffice:
    def __init__(self, profile: Path | None = None) -> None:
        """`profile`: begins with a copy of this one."""
        self.home = Path(tempfile.mkdtemp(prefix="xlprocess-live-"))
        if profile is not None:
            copytree(profile, self.home / "profile")
        pipe = f"xlp{uuid.uuid4().hex}"
        environment = {**os.environ, "PYTHONUTF8": "1", "LC_ALL": "C.UTF-8", "SAL_USE_VCLPLUGIN": "svp"}
        environment.pop("PYTHONPATH", None)
        profile = f"-env:UserInstallation={(self.home / 'profile').as_uri()}"
        quiet = ["--headless", "--norestore", "--nologo", "--nodefault"]
        nowhere = subprocess.DEVNULL
        self.process = subprocess.Popen(
            ["soffice", profile, *quiet, f"--accept=pipe,name={pipe};urp;"],
            stdout=nowhere,
            stderr=nowhere,
            start_new_session=True,
            env=environment,
        )
        connect._PATIENCE, before = 60.0, connect._PATIENCE
        try:
            self.engine = engine_over(connect.context_over(pipe))
        finally:
            connect._PATIENCE = before
        self.opened: list[Any] = []

    @property
    def app(self) -> xw.App:
        found = self.engine.apps.active
        assert found is not None
        return found

    def open(self, data: bytes, name: str = "自评表.xlsx") -> xw.Book:
        """The workbook, in a window that nobody sees."""
        import uno

        folder = Path(tempfile.mkdtemp(dir=self.home))
        path = folder / name
        path.write_bytes(data)
        document = self.app.api.loadComponentFromURL(uno.systemPathToFileUrl(str(path)), "_blank", 0, ())
        self.opened.append(document)
        return next(book for book in self.app.books if book.api.RuntimeUID == document.RuntimeUID)

    def live(self, data: bytes, name: str = "自评表.xlsx") -> LiveBook:
        from xlprocess.desktop.libreoffice import LibreOffice

        book = self.open(data, name)
        return LiveBook(book, LibreOffice(book), name)

    def saved(self, book: xw.Book) -> bytes:
        path = self.home / f"{uuid.uuid4().hex}.xlsx"
        book.impl.save(str(path))
        return path.read_bytes()

    def close_all(self) -> None:
        while self.opened:
            self.opened.pop().close(True)

    def stop(self) -> None:
        self.close_all()
        for kind in (signal.SIGTERM, signal.SIGKILL):
            try:
                os.killpg(self.process.pid, kind)
            except ProcessLookupError:
                break
            time.sleep(0.5)
        self.process.wait(20)
        rmtree(self.home, ignore_errors=True)
