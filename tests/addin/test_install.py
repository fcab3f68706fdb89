"""Installing and removing, on folders laid out as on Windows and macOS. `test_install_libreoffice.py` does it for real."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from desks import files, macos, windows

import xlprocess
from xlprocess.addin.desk import Desk
from xlprocess.addin.install import NONE_FOUND, install, remove
from xlprocess.addin.workbook import addin

XLSTART = "AppData/Roaming/Microsoft/Excel/XLSTART"


def test_on_windows_the_addin_and_the_launcher_are_put_in_place(tmp_path: Path) -> None:
    desk = windows(tmp_path)
    done = install(desk)
    assert [(d.what, d.path, d.problem) for d in done] == [
        ("launcher", desk.home / "AppData/Local/xlprocess/button.txt", None),
        ("excel", desk.home / XLSTART / "xlprocess.xlam", None),
    ]
    assert (desk.home / XLSTART / "xlprocess.xlam").read_bytes() == addin()
    assert done[0].path.read_bytes().decode("utf-16") == f"{sys.executable}\r\n"


def test_on_windows_a_python_without_a_window_is_preferred(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scripts = tmp_path / "Scripts"
    scripts.mkdir()
    for name in ("python.exe", "pythonw.exe"):
        (scripts / name).touch()
    monkeypatch.setattr(sys, "executable", str(scripts / "python.exe"))
    desk = windows(tmp_path)
    install(desk)
    assert desk.launcher.read_bytes().decode("utf-16") == f"{scripts / 'pythonw.exe'}\r\n"


def test_removing_leaves_nothing(tmp_path: Path) -> None:
    desk = windows(tmp_path)
    before = files(tmp_path)
    install(desk)
    assert files(tmp_path) != before
    assert [(d.what, d.problem) for d in remove(desk)] == [("launcher", None), ("excel", None)]
    assert files(tmp_path) == before
    assert remove(desk) == []


def test_removing_leaves_what_the_offline_installer_put_there(tmp_path: Path) -> None:
    desk = windows(tmp_path)
    (desk.base / "venv").mkdir(parents=True)
    before = files(tmp_path)
    install(desk)
    remove(desk)
    assert files(tmp_path) == before


def test_installing_again_replaces_an_older_addin(tmp_path: Path) -> None:
    desk = windows(tmp_path)
    (desk.home / XLSTART / "xlprocess.xlam").write_bytes(b"older")
    (desk.home / XLSTART / "PERSONAL.XLSB").write_bytes(b"theirs")
    install(desk)
    install(desk)
    assert files(desk.home / XLSTART) == ["PERSONAL.XLSB", "xlprocess.xlam"]
    assert (desk.home / XLSTART / "xlprocess.xlam").read_bytes() == addin()


def test_excel_that_holds_the_addin_open_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As Windows answers when a file is open."""
    desk = windows(tmp_path)
    target = desk.home / XLSTART / "xlprocess.xlam"
    replace = Path.replace

    def held(self: Path, to: Path) -> Path:
        if Path(to) == target:
            raise PermissionError(13, "in use")
        return replace(self, to)

    monkeypatch.setattr(Path, "replace", held)
    before = [*files(desk.home), "AppData/Local/xlprocess", "AppData/Local/xlprocess/button.txt"]
    assert [d.problem for d in install(desk)] == [None, f"Excel 正开着，写不了 {target}。请关闭 Excel 后再运行一次。"]
    assert files(desk.home) == sorted(before)


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = windows(tmp_path)
    make = Path.mkdir

    def forbidden(self: Path, *rest: Any, **named: Any) -> None:
        """As a folder is that only others may write: to root nothing is forbidden."""
        if desk.launcher.is_relative_to(self):
            raise PermissionError(13, "Permission denied")
        make(self, *rest, **named)

    monkeypatch.setattr(Path, "mkdir", forbidden)
    (done,) = install(desk)
    assert done.problem == f"没有权限写 {desk.launcher}。请检查这个文件夹的权限后再运行一次。"


def test_without_any_office_program_it_is_said(tmp_path: Path) -> None:
    assert [d.problem for d in install(windows(tmp_path, excel=False))] == [None, NONE_FOUND]


def test_on_macos_the_script_that_excel_may_run_comes_with_the_addin(tmp_path: Path) -> None:
    desk = macos(tmp_path)
    before = files(tmp_path)
    done = install(desk)
    assert [str(d.path.relative_to(desk.home)) for d in done] == [
        ".local/share/xlprocess/button",
        "Library/Group Containers/UBF8T346G9.Office/User Content.localized/Startup.localized/Excel/xlprocess.xlam",
        "Library/Application Scripts/com.microsoft.Excel/xlprocess.applescript",
    ]
    assert done[1].path.read_bytes() == addin(mac=True)
    assert f'set thePython to quoted form of "{sys.executable}"' in done[2].path.read_text(encoding="utf-8")
    remove(desk)
    assert [f for f in files(tmp_path) if f not in before and (tmp_path / f).is_file()] == []


def test_the_launcher_for_linux_runs_this_python(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    python = tmp_path / "解释器 '3'"
    python.write_text('#!/bin/sh\nprintf "%s\\n" "$@" "${PYTHONHOME-unset}" "${PYTHONPATH-unset}"\n', encoding="utf-8")
    python.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(python))
    desk = Desk("Linux", tmp_path / "家 里'", {"PATH": ""})
    install(desk)
    environment = {"PYTHONHOME": "/nowhere", "PYTHONPATH": "/nowhere", "PATH": "/usr/bin:/bin"}
    words = ["run", "--file", "file:///a b'\"$c"]
    done = subprocess.run([desk.launcher, *words], capture_output=True, encoding="utf-8", env=environment)
    checkout = Path(xlprocess.__file__).parents[1]
    assert done.stdout.splitlines() == ["-P", "-m", "xlprocess.doors.button", *words, "unset", str(checkout)]


def test_the_launcher_says_when_its_python_is_gone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "gone"))
    desk = Desk("Linux", tmp_path, {"PATH": ""})
    install(desk)
    (tmp_path / "zenity").write_text(f'#!/bin/sh\nprintf "%s" "$2" > "{tmp_path}/said"\n')
    (tmp_path / "zenity").chmod(0o755)
    assert subprocess.run([desk.launcher, "run"], env={"PATH": f"{tmp_path}:/usr/bin:/bin"}).returncode == 2
    assert (tmp_path / "said").read_text(encoding="utf-8").startswith("--text=原来安装检查程序的位置已经找不到它了。")


def test_where_no_box_shows_chinese_the_launcher_opens_a_text_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "gone"))
    desk = Desk("Linux", tmp_path, {"PATH": ""})
    install(desk)
    tools = tmp_path / "tools"
    tools.mkdir()
    for name in ("sh", "mktemp", "cat"):
        found = shutil.which(name)
        assert found
        (tools / name).symlink_to(found)
    for name, does in (("xmessage", f'echo x > "{tmp_path}/box"'), ("xdg-open", f'cat "$1" > "{tmp_path}/opened"')):
        (tools / name).write_text(f"#!/bin/sh\n{does}\n", encoding="utf-8")
        (tools / name).chmod(0o755)
    assert subprocess.run([desk.launcher, "run"], env={"PATH": str(tools)}).returncode == 2
    assert (tmp_path / "opened").read_text(encoding="utf-8").startswith("原来安装检查程序的位置已经找不到它了。")
    assert not (tmp_path / "box").exists()
