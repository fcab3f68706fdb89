"""Our extension installed into LibreOffice by its own program, for tests. It takes no extension from root: where the tests run as
root, that program runs as somebody else."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

from xlprocess.addin.desk import Desk
from xlprocess.addin.install import install

NOBODY = 65534


def unopkg_for_root(folder: Path, missing: Callable[[str], None]) -> str:
    """A PATH on which unopkg may be run by anybody. Everything in HOME then belongs to nobody."""
    path = os.environ["PATH"]
    if os.geteuid() != 0:
        return path
    unopkg = shutil.which("unopkg")
    if unopkg is None or shutil.which("setpriv") is None:
        missing("unopkg or setpriv is not installed")
    folder.mkdir(parents=True, exist_ok=True)
    script = f'#!/bin/sh\nchown -R {NOBODY} "$HOME"\ncd /\nexec setpriv --reuid={NOBODY} --clear-groups {unopkg} "$@"\n'
    (folder / "unopkg").write_text(script, encoding="utf-8")
    (folder / "unopkg").chmod(0o755)
    return f"{folder}:{path}"


def profile_with_extension(folder: Path, missing: Callable[[str], None]) -> Path:
    """A profile of LibreOffice in a home that is made in the folder, which others may enter."""
    home = folder / "installing"
    home.mkdir()
    folder.chmod(0o755)
    environment = {**os.environ, "HOME": str(home), "PATH": unopkg_for_root(folder / "bin", missing)}
    environment.pop("XDG_CONFIG_HOME", None)
    desk = Desk("Linux", home, environment)
    problems = [done.problem for done in install(desk) if done.problem is not None]
    assert problems == []
    return desk.profile
