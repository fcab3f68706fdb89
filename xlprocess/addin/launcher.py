"""The launcher that the buttons start: it names the Python that this runs on."""

from __future__ import annotations

import shlex
import site
import sys
from pathlib import Path

import xlprocess
from xlprocess.addin.desk import Desk
from xlprocess.addin.sources import texts

_SCRIPT = """\
#!/bin/sh
# Starts the checking program for a button. Written by `xlprocess addin install`; `xlprocess addin remove` takes it away.
python={python}
unset PYTHONHOME
{path}
[ -x "$python" ] && exec "$python" -P -m xlprocess.doors.button "$@"
t={gone}
shown() {{
    command -v "$1" >/dev/null 2>&1 || return
    "$@"
    [ $? -le 1 ] && exit 2
}}
shown zenity --error --text="$t"
shown yad --error --text="$t"
shown kdialog --error "$t"
notify-send "$t" 2>/dev/null && exit 2
# no box that shows Chinese (xmessage does not): a text file, opened
note="$(mktemp -d)/{title}.txt"
echo "$t" >"$note"
xdg-open "$note" 2>/dev/null || gio open "$note" 2>/dev/null || echo "$t" >&2
exit 2
"""


def python_for(desk: Desk) -> Path:
    """The Python that runs now; on Windows the one that opens no black window."""
    python = Path(sys.executable)
    quiet = python.with_name("pythonw.exe")
    return quiet if desk.is_windows and quiet.exists() else python


def content(desk: Desk) -> bytes:
    """What the launcher has to be."""
    python = str(python_for(desk))
    if desk.is_windows:
        return f"\ufeff{python}\r\n".encode("utf-16-le")
    checkout = _checkout()
    path = f"export PYTHONPATH={shlex.quote(str(checkout))}" if checkout else "unset PYTHONPATH"
    gone = shlex.quote(texts()["python_gone"])
    return _SCRIPT.format(python=shlex.quote(python), path=path, gone=gone, title=texts()["title"]).encode("utf-8")


def named(desk: Desk) -> Path | None:
    """The Python that the launcher names; None without a launcher, or where it names none."""
    try:
        data = desk.launcher.read_bytes()
    except OSError:
        return None
    if desk.is_windows:
        return Path(data.decode("utf-16-le", "replace").lstrip("\ufeff").strip())
    line = next((line for line in data.decode("utf-8", "replace").splitlines() if line.startswith("python=")), None)
    words = shlex.split(line.partition("=")[2]) if line else []
    return Path(words[0]) if words else None


def _checkout() -> Path | None:
    """The folder that this package lies in where Python does not find it by itself: a checkout of the sources."""
    folder = Path(xlprocess.__file__).resolve().parents[1]
    installed = [*site.getsitepackages(), site.getusersitepackages()]
    return None if str(folder) in map(str, (Path(p).resolve() for p in installed)) else folder
