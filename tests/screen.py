"""A person's screen for tests: an X server of its own, and LibreOffice on it started as a person starts it, listening on nothing.
The mouse and the keyboard are real ones, as far as the X server can tell."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from shutil import rmtree, which
from typing import Any, NamedTuple

from live_office import why_missing as why_no_office

SIZE = (1400, 900)
NOBODY = 65534
HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema"
 xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">"""
SETTINGS = """<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="MacroSecurityLevel" oor:op="fuse">
<value>0</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Misc"><prop oor:name="ShowTipOfTheDay" oor:op="fuse"><value>false</value></prop>
<prop oor:name="FirstRun" oor:op="fuse"><value>false</value></prop></item>
"""


def why_missing() -> str | None:
    """Why tests at a screen cannot run here; None when they can."""
    for program in ("Xvfb", "xdotool"):
        if which(program) is None:
            return f"{program} is not installed"
    return why_no_office()


class Shown(NamedTuple):
    """A window on the screen, in pixels."""

    id: str
    left: int
    top: int
    width: int
    height: int


def waited(look: Callable[[], Any], what: str, seconds: float = 60.0) -> Any:
    """What `look` gives as soon as it is something."""
    end = time.monotonic() + seconds
    while True:
        found = look()
        if found:
            return found
        assert time.monotonic() < end, f"{what}: not within {seconds:.0f} s"
        time.sleep(0.02)


class Screen:
    def __init__(self) -> None:
        self.home = Path(tempfile.mkdtemp(prefix="xlprocess-家 "))
        told, tell = os.pipe()
        size = f"{SIZE[0]}x{SIZE[1]}x24"
        command = ["Xvfb", "-displayfd", str(tell), "-screen", "0", size, "-nolisten", "tcp", "-noreset"]
        nowhere = subprocess.DEVNULL
        self.server = subprocess.Popen(command, pass_fds=(tell,), stdout=nowhere, stderr=nowhere, start_new_session=True)
        os.close(tell)
        with os.fdopen(told) as number:
            self.display = f":{number.readline().strip()}"
        self.environment = {**os.environ, "DISPLAY": self.display, "LC_ALL": "C.UTF-8", "HOME": str(self.home)}
        for name in ("SAL_USE_VCLPLUGIN", "XLPROCESS_DEBUG", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_RUNTIME_DIR"):
            self.environment.pop(name, None)
        # a program that is installed is compiled once
        self.environment.pop("PYTHONDONTWRITEBYTECODE", None)
        self.environment["PYTHONPYCACHEPREFIX"] = str(self.home / ".cache" / "python")
        self.office: subprocess.Popen[bytes] | None = None

    @property
    def profile(self) -> Path:
        """Where LibreOffice keeps this person's settings."""
        return self.home / ".config" / "libreoffice" / "4"

    def settle_in(self) -> None:
        """LibreOffice runs macros without asking, and shows no tips."""
        registry = self.profile / "user" / "registrymodifications.xcu"
        registry.parent.mkdir(parents=True, exist_ok=True)
        held = registry.read_text(encoding="utf-8") if registry.exists() else f"{HEAD}\n</oor:items>\n"
        if SETTINGS not in held:
            registry.write_text(held.replace("</oor:items>", f"{SETTINGS}</oor:items>"), encoding="utf-8")

    def install_buttons(self) -> None:
        """`xlprocess addin install`, as this person. LibreOffice installs no extension for root: there its program for
        extensions runs as somebody else."""
        environment = dict(self.environment)
        if os.geteuid() == 0:
            own = self.home / "bin" / "unopkg"
            own.parent.mkdir()
            own.write_text(
                f'#!/bin/sh\nchown -R {NOBODY} "$HOME"\ncd /\n'
                f'exec setpriv --reuid={NOBODY} --clear-groups {which("unopkg")} "$@"\n',
                encoding="utf-8",
            )
            own.chmod(0o755)
            environment["PATH"] = f"{own.parent}:{environment['PATH']}"
        words = [sys.executable, "-m", "xlprocess", "addin", "install"]
        done = subprocess.run(words, env=environment, capture_output=True, check=False)
        assert done.returncode == 0, done.stdout.decode() + done.stderr.decode()
        self.settle_in()

    def open(self, path: Path, *options: str) -> None:
        """LibreOffice with this workbook, as from a file manager."""
        self.settle_in()
        environment = {k: v for k, v in self.environment.items() if k != "PYTHONPATH"}
        nowhere = subprocess.DEVNULL
        self.office = subprocess.Popen(
            ["soffice", "--nologo", "--norestore", *options, str(path)],
            stdout=nowhere,
            stderr=nowhere,
            start_new_session=True,
            env=environment,
        )

        def full() -> bool:
            main = next((w for w in self.windows() if w.width > 500 and w.height > 300), None)
            if main is None:
                return False
            self.command("windowmove", main.id, "0", "0", "windowsize", main.id, *map(str, SIZE))
            time.sleep(0.5)
            return self.windows()[-1:] == [Shown(main.id, 0, 0, *SIZE)]

        waited(full, "the window of LibreOffice at full size")
        time.sleep(0.5)

    def close(self) -> None:
        """LibreOffice ends, whatever is unsaved."""
        if self.office is not None:
            for kind in (signal.SIGTERM, signal.SIGKILL):
                try:
                    os.killpg(self.office.pid, kind)
                except ProcessLookupError:
                    break
                time.sleep(0.5)
            self.office.wait(20)
            self.office = None

    def stop(self) -> None:
        self.close()
        self.server.terminate()
        self.server.wait(20)
        rmtree(self.home, ignore_errors=True)

    # what a person sees and does

    def command(self, *words: str) -> str:
        done = subprocess.run(["xdotool", *words], env=self.environment, capture_output=True, text=True, check=False)
        return done.stdout

    def windows(self) -> list[Shown]:
        """The windows that show, but for the screen itself."""
        found = []
        for line in self.command("search", "--onlyvisible", "--class", "").split():
            told = dict(row.split("=") for row in self.command("getwindowgeometry", "--shell", line).split() if "=" in row)
            if told and int(told["WIDTH"]) > 50 and self.command("getwindowpid", line).strip():
                found.append(Shown(line, *(int(told[k]) for k in ("X", "Y", "WIDTH", "HEIGHT"))))
        return found

    def dialog(self, seconds: float = 30.0) -> Shown:
        """The dialog that shows, waited for."""

        def look() -> Shown | None:
            return next((w for w in self.windows() if 300 < w.width < 900 and 100 < w.height < 800), None)

        found: Shown = waited(look, "a dialog", seconds)
        return found

    def click(self, x: int, y: int) -> float:
        """Gives when the button of the mouse went up."""
        self.command("mousemove", str(x), str(y), "sleep", "0.3", "mousedown", "1")
        at = time.time()
        self.command("mouseup", "1")
        return at

    def press(self, dialog: Shown, from_right: int) -> None:
        """One of the buttons at the foot of a dialog, counted from its right; pressed until the dialog goes."""

        def gone() -> bool:
            at = next((w for w in self.windows() if w.id == dialog.id), None)  # it is placed after it shows
            if at is None:
                return True
            self.click(at.left + at.width - (60 if from_right == 0 else 165), at.top + at.height - 30)
            time.sleep(0.4)
            return False

        waited(gone, "the dialog goes", 20)
        self.focus()

    def focus(self) -> None:
        """LibreOffice has the focus again: there is no window manager that would give it back when a dialog has closed."""
        self.command("windowfocus", next(w.id for w in self.windows() if w.width == SIZE[0]))
        time.sleep(0.2)

    def type(self, text: str) -> None:
        self.command("type", "--delay", "40", text)

    def key(self, name: str) -> None:
        self.command("key", name)

    def picture(self, path: Path) -> None:
        subprocess.run(["import", "-window", "root", str(path)], env=self.environment, check=True)
