"""Reaching an office program that a person has open. A LibreOffice that was started normally listens on nothing: a second
start hands it the request to open a pipe, whose name cannot be guessed, and ends."""

from __future__ import annotations

import importlib.util
import os
import secrets
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from xlprocess.desktop.engine import Book, engine_over

_UNO_FOLDERS = (
    "/usr/lib/python3/dist-packages",
    "/usr/lib/libreoffice/program",
    "/usr/lib64/libreoffice/program",
    f"/usr/lib64/python{sys.version_info.major}.{sys.version_info.minor}/site-packages",
)
_HEAVY = ("pandas", "numpy", "matplotlib", "PIL")
_PATIENCE = 15.0


class NotReached(Exception):
    """The office program, or the workbook in it, cannot be reached. A Chinese sentence."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


def spare_imports() -> None:
    """xlwings imports these when they are there, for what is not used here: a third of a second. For a process of our own only."""
    for name in _HEAVY:
        sys.modules.setdefault(name, None)  # type: ignore[arg-type]


def find_uno() -> bool:
    """Whether LibreOffice's bridge to Python can be imported by this Python; looked for where Linux keeps it."""
    if importlib.util.find_spec("uno") is not None:
        return True
    for folder in _UNO_FOLDERS:
        if (Path(folder) / "uno.py").exists():
            sys.path.append(folder)
            try:
                import uno  # noqa: F401

                return True
            except ImportError:
                sys.path.remove(folder)
    return False


def listening(profile: str | None, program: str | None = None) -> str:
    """Asks the LibreOffice that runs on a profile (`file:///…`, None: the person's own) to open a pipe; gives its name."""
    name = f"xlprocess{secrets.token_hex(16)}"
    soffice = program or shutil.which("soffice") or shutil.which("libreoffice")
    if soffice is None:
        raise NotReached("没有找到 LibreOffice（soffice）。请安装 LibreOffice 后再试。")
    _ask(soffice, profile, f"--accept=pipe,name={name};urp;")
    return name


def leave(name: str, profile: str | None, program: str | None = None) -> None:
    """The pipe is closed: nobody else can come in by it."""
    soffice = program or shutil.which("soffice") or shutil.which("libreoffice")
    if soffice is not None:
        _ask(soffice, profile, f"--unaccept=pipe,name={name};urp;")


def _ask(soffice: str, profile: str | None, request: str) -> None:
    where = [f"-env:UserInstallation={profile}"] if profile else []
    nowhere = subprocess.DEVNULL
    command = [soffice, *where, "--nologo", "--nodefault", "--norestore", request]
    subprocess.Popen(command, stdin=nowhere, stdout=nowhere, stderr=nowhere, start_new_session=True)


def context_over(pipe: str) -> Any:
    """The component context behind a pipe, waited for."""
    if not find_uno():
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        raise NotReached(f"Python {version} 不能连接 LibreOffice。请安装系统自带的 python3-uno，并用同一版本的 Python 安装本程序。")
    import uno

    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstance("com.sun.star.bridge.UnoUrlResolver")
    end = time.monotonic() + _PATIENCE
    while True:
        try:
            return resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
        except Exception:  # not there yet: UNO has no type for it that could be imported before
            if time.monotonic() > end:
                raise NotReached("LibreOffice 没有应答。请关闭 LibreOffice 中打开的对话框后再试。") from None
            time.sleep(0.02)


def open_libreoffice(pipe: str) -> Any:
    """The xlwings engine over the LibreOffice behind a pipe."""
    return engine_over(context_over(pipe))


def profiles() -> Iterator[str | None]:
    """The profiles on which this person's LibreOffice runs now, as addresses; None for the one that it takes unasked."""
    found: dict[str | None, None] = {}
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if entry.stat().st_uid != os.getuid():
                continue
            words = entry.read_bytes().decode("utf-8", "surrogateescape").split("\0")
        except OSError:
            continue
        if not Path(words[0]).name.startswith("soffice.bin"):
            continue
        given = [w.partition("=")[2] for w in words if w.startswith("-env:UserInstallation=")]
        found[given[0] if given else None] = None
    yield from found or {None: None}


def document_of(books: Any, name: str | None, url: str | None) -> Any:
    """The open workbook of this address, else of this name, else the active one; None when it is not open here."""
    held = list(books)
    for book in held:
        implementation = book.impl
        if url and isinstance(implementation, Book) and url == implementation.api.URL:
            return book
    if url:
        return None
    if name:
        return next((book for book in held if book.name == name), None)
    return books.active if held else None
