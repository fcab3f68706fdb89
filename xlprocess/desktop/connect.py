"""Reaching an office program that a person has open. A LibreOffice that was started normally listens on nothing: a second
start hands it the request to open a pipe, whose name cannot be guessed, and ends. The pipe is there until the program ends."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import secrets
import shutil
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

_UNO_FOLDERS = (
    "/usr/lib/python3/dist-packages",
    "/usr/lib/libreoffice/program",
    "/usr/lib64/libreoffice/program",
    f"/usr/lib64/python{sys.version_info.major}.{sys.version_info.minor}/site-packages",
)
_HEAVY = ("pandas", "numpy", "matplotlib", "PIL", "cryptography")
_PATIENCE = 15.0
_ASKED: list[subprocess.Popen[bytes]] = []
"""Starts of LibreOffice that have not ended yet: nobody waits for them."""


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


class Running(NamedTuple):
    """A LibreOffice that runs for this person: its profile (`file:///…`, None: the one that it takes unasked) and its program."""

    profile: str | None
    program: str

    def context(self) -> Any:
        """Its component context. The pipe that an earlier click had opened is used again, for as long as the program runs: only
        this person can come in by it, who could have one opened at any time. (To have it closed would take one more start of the
        program, which becomes a second one, invisible, if the first has ended meanwhile.)"""
        note = _pipe_note(self)
        with suppress(OSError, _NoAnswer):
            return _resolved(note.read_text(encoding="ascii"))
        name = f"xlprocess{secrets.token_hex(16)}"
        where = [f"-env:UserInstallation={self.profile}"] if self.profile else []
        nowhere = subprocess.DEVNULL
        command = [self.program, *where, "--nologo", "--nodefault", "--norestore", f"--accept=pipe,name={name};urp;"]
        asked = subprocess.Popen(command, stdin=nowhere, stdout=nowhere, stderr=nowhere, start_new_session=True)
        context = context_over(name)
        try:
            asked.wait(1)
        except subprocess.TimeoutExpired:
            _ASKED.append(asked)
        with suppress(OSError):
            note.parent.mkdir(parents=True, exist_ok=True)
            fresh = note.with_suffix(".new")
            fresh.touch(0o600)
            fresh.write_text(name, encoding="ascii")
            fresh.replace(note)
        return context


def _pipe_note(office: Running) -> Path:
    """Where the name of the open pipe is kept between clicks."""
    from platformdirs import user_state_path

    which = hashlib.sha256(repr(tuple(office)).encode("utf-8", "surrogatepass")).hexdigest()[:16]
    return user_state_path("xlprocess", appauthor=False) / f"{which}.pipe"


def running() -> list[Running]:
    """The LibreOffices that run on this person's screen now, as far as the system tells; where it tells nothing, the one that
    starts when nothing is said."""
    found: dict[Running, None] = {}
    folder = Path("/proc")
    for entry in folder.glob("[0-9]*/cmdline"):
        try:
            if entry.stat().st_uid != os.getuid():
                continue
            words = _words(entry)
            if (
                Path(words[0]).name != "soffice.bin"
                or "--headless" in words
                or not _is_on_our_screen(_words(entry.with_name("environ")))
            ):
                continue
        except OSError:
            continue
        given = [w.partition("=")[2] for w in words if w.startswith("-env:UserInstallation=")]
        starter = Path(words[0]).with_name("soffice")
        program = str(starter) if starter.exists() else _usual_program()
        if program is not None:
            found[Running(given[0] if given else None, program)] = None
    if found or folder.is_dir():
        return list(found)
    usual = _usual_program()
    return [Running(None, usual)] if usual is not None else []


def _words(entry: Path) -> list[str]:
    return entry.read_bytes().decode("utf-8", "surrogateescape").split("\0")


def _is_on_our_screen(environment: list[str]) -> bool:
    theirs = dict(word.partition("=")[::2] for word in environment)
    return all(theirs.get(name) == os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))


def _usual_program() -> str | None:
    return shutil.which("soffice") or shutil.which("libreoffice")


class _NoAnswer(Exception):
    """Nothing listens there."""


def context_over(pipe: str) -> Any:
    """The component context behind a pipe, waited for. Raises NotReached."""
    end = time.monotonic() + _PATIENCE
    while True:
        try:
            return _resolved(pipe)
        except _NoAnswer:
            if time.monotonic() > end:
                raise NotReached("LibreOffice 没有应答。请关闭 LibreOffice 中打开的对话框后再试。") from None
            time.sleep(0.02)


def _resolved(pipe: str) -> Any:
    if not find_uno():
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        raise NotReached(f"Python {version} 不能连接 LibreOffice。请安装系统自带的 python3-uno，并用同一版本的 Python 安装本程序。")
    import uno

    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstance("com.sun.star.bridge.UnoUrlResolver")
    try:
        context = resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
        context.getServiceManager()  # a program that is just ending still took the call
    except Exception:  # UNO has no type for it that could be imported before
        raise _NoAnswer from None
    return context
