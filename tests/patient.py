"""A launcher that does nothing until it may: a macro that waits for it is found out without looking at a clock."""

from __future__ import annotations

import time
from pathlib import Path


def patient_launcher(folder: Path) -> str:
    """A script that waits for the file `may` in the folder, at most half a minute, and writes down what it was asked."""
    return f"""#!/bin/sh
cd "{folder}" || exit 1
for _ in $(seq 600); do [ -e may ] && break; sleep 0.05; done
printf "%s\\n" "$@" > asked.new
mv asked.new asked
"""


def asked(folder: Path) -> list[str]:
    """What the launcher was asked by the macro that has just returned; then the next one may be asked."""
    assert not (folder / "asked").exists(), "the macro waited for the launcher"
    (folder / "may").touch()
    for _ in range(200):
        if (folder / "asked").exists():
            found = (folder / "asked").read_text(encoding="utf-8").splitlines()
            (folder / "asked").unlink()
            (folder / "may").unlink()
            return found
        time.sleep(0.05)
    raise AssertionError("the launcher was not started")
