"""A sentence for somebody whose office window cannot be reached: with what the system has for showing one."""

from __future__ import annotations

import shutil
import subprocess
import sys

from xlprocess.desktop.native import TITLE

_LINUX = (
    ("zenity", "--info", "--no-markup", "--title", TITLE, "--text"),
    ("kdialog", "--title", TITLE, "--msgbox"),
    ("xmessage", "-center", "-title", TITLE),
)


def plain_message(sentence: str) -> None:
    """Shows it and waits until it was read; on standard error where nothing can show it."""
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
    print(sentence, file=sys.stderr)


def _command(sentence: str) -> list[str] | None:
    if sys.platform == "darwin":
        script = 'on run argv\ndisplay dialog (item 1 of argv) with title (item 2 of argv) buttons {"知道了"}\nend run'
        return ["osascript", "-e", script, sentence, TITLE]
    return next(([*start, sentence] for start in _LINUX if shutil.which(start[0])), None)
