"""Where the offline installer puts the drop target."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest

INSTALLER = Path(__file__).parents[2] / "macros/offline/install.py"


@pytest.mark.skipif(sys.platform != "linux", reason="the folders of Linux desktops")
@pytest.mark.parametrize("there", ["桌面", "Desktop"])
def test_a_desktop_that_is_named_but_not_there_is_looked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, there: str) -> None:
    """Without user-dirs.dirs xdg-user-dir names ~/Desktop, made or not."""
    spec = importlib.util.spec_from_file_location("offline_install", INSTALLER)
    assert spec and spec.loader
    install = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(install)
    tool = tmp_path / "bin" / "xdg-user-dir"
    tool.parent.mkdir()
    tool.write_text('#!/bin/sh\necho "$HOME/Desktop"\n', encoding="utf-8")
    tool.chmod(0o755)
    (tmp_path / there).mkdir()
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("PATH", f"{tool.parent}:/usr/bin:/bin")
    assert install.target_on_desktop() == tmp_path / there / "拖到这里检查.desktop"
