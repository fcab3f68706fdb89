"""A sentence for somebody whose office window cannot be reached: with what the system has for showing one."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

from xlprocess.desktop.native import TITLE
from xlprocess.doors.opening import open_in_its_program

# not xmessage: it shows no Chinese
_LINUX = (
    ("zenity", "--info", "--no-markup", "--title", TITLE, "--text"),
    ("yad", "--info", "--no-markup", "--title", TITLE, "--text"),
    ("kdialog", "--title", TITLE, "--msgbox"),
)


def plain_message(sentence: str) -> None:
    """Shows it and waits until it was read; as a text file that opens where there is no box for it; on standard
    error, too, where no box was shown."""
    if sys.platform == "win32":
        import ctypes

        ctypes.windll.user32.MessageBoxW(None, sentence, TITLE, 0x40 | 0x10000)  # an information, in front
        return
    command = _command(sentence)
    try:
        if command is not None and subprocess.run(command, check=False, capture_output=True).returncode in (0, 1):
            return
    except OSError:
        pass
    with suppress(OSError):
        note = Path(tempfile.mkdtemp(prefix="xlprocess-")) / f"{TITLE}.txt"
        note.write_text(f"{sentence}\n", encoding="utf-8")
        open_in_its_program(note)
    print(sentence, file=sys.stderr)


def _command(sentence: str) -> list[str] | None:
    if sys.platform == "darwin":
        script = 'on run argv\ndisplay dialog (item 1 of argv) with title (item 2 of argv) buttons {"知道了"}\nend run'
        return ["osascript", "-e", script, sentence, TITLE]
    return next(([*start, sentence] for start in _LINUX if shutil.which(start[0])), None)
