"""A sentence for somebody whose office window cannot be reached."""

from __future__ import annotations

import shutil
import sys
import time
from pathlib import Path

import pytest

from xlprocess.desktop.plain_message import plain_message

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the programs of Linux desktops")


def program(folder: Path, name: str, does: str) -> None:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{does}\n", encoding="utf-8")
    path.chmod(0o755)


@pytest.mark.filterwarnings("ignore:subprocess .* is still running:ResourceWarning")  # nobody waits for a program that opens
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_without_a_box_that_shows_chinese_a_text_file_opens(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cat = shutil.which("cat")
    program(tmp_path, "xmessage", f'echo shown > "{tmp_path}/box"')
    program(tmp_path, "xdg-open", f'{cat} "$1" > "{tmp_path}/new"; {shutil.which("mv")} "{tmp_path}/new" "{tmp_path}/opened"')
    monkeypatch.setenv("PATH", str(tmp_path))
    plain_message("没有找到工作簿。")
    for _ in range(200):
        if (tmp_path / "opened").exists():
            break
        time.sleep(0.05)
    assert (tmp_path / "opened").read_text(encoding="utf-8") == "没有找到工作簿。\n"
    assert not (tmp_path / "box").exists()
