"""Opening a file or a folder in whatever program the desk has for it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

_OPENERS = (("xdg-open",), ("gio", "open"), ("kde-open",), ("exo-open",))


def open_in_its_program(path: Path) -> bool:
    """Whether a program was asked to open it. Nobody waits for that program."""
    path = path.absolute()
    try:
        if sys.platform == "win32":
            os.startfile(path)
            return True
        command = ("open",) if sys.platform == "darwin" else next((o for o in _OPENERS if shutil.which(o[0])), None)
        if command is None:
            return False
        nowhere = subprocess.DEVNULL
        subprocess.Popen([*command, str(path)], stdin=nowhere, stdout=nowhere, stderr=nowhere, start_new_session=True)
    except OSError:
        return False
    return True
