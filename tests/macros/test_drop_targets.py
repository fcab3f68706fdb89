"""The drop targets themselves: run where they can be, and held to what is known of cmd.exe where they cannot."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DROP = ROOT / "macros/drop"
BAT = DROP / "拖到这里检查.bat"
SAMPLE = next(p for p in (ROOT / "workbooks/samples").glob("*.xlsx") if "应急" in p.name)
ODD = "甲 局&^!%PATH%;'x'.xlsx"


@pytest.fixture
def desk(tmp_path: Path) -> dict[str, str]:
    """A user's home where xlprocess is installed as the offline installer does it, and programs that write down what they open."""
    if os.name == "nt":
        pytest.skip("shell scripts")
    tools, python = tmp_path / "bin", tmp_path / "家 里/.local/share/xlprocess/venv/bin/python"
    tools.mkdir()
    python.parent.mkdir(parents=True)
    for path, text in (
        (tools / "xdg-open", f'printf "%s\\n" "$1" >> "{tmp_path}/opened"'),
        (tools / "open", f'printf "%s\\n" "$1" >> "{tmp_path}/opened"'),
        (tools / "zenity", f'printf "%s\\n" "$2" >> "{tmp_path}/said"'),
        (python, f'PYTHONPATH="{ROOT}" exec "{sys.executable}" "$@"'),
    ):
        path.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
        path.chmod(0o755)
    return {"HOME": str(tmp_path / "家 里"), "PATH": f"{tools}:/usr/bin:/bin", "LC_ALL": "C.UTF-8", "PYTHONUTF8": "1"}


def appears(path: Path) -> str:
    for _ in range(200):
        if path.exists() and path.read_text(encoding="utf-8").endswith("\n"):
            return path.read_text(encoding="utf-8")
        time.sleep(0.05)
    raise AssertionError(f"{path.name} did not come")


def desktop_command(paths: list[Path]) -> list[str]:
    """The command of the .desktop file, unquoted as the Desktop Entry Specification has it."""
    import re

    text = (DROP / "拖到这里检查.desktop").read_text(encoding="utf-8")
    (value,) = re.findall(r"^Exec=(.*)$", text, re.MULTILINE)
    value = value.replace("\\\\", "\\")
    words = [
        re.sub(r"\\([\"`$\\])", r"\1", quoted) if quoted else bare
        for quoted, bare in re.findall(r'"((?:[^"\\]|\\.)*)"|(\S+)', value)
    ]
    assert words.pop() == "%F" and not any("%" in word for word in words)
    return [*words, *map(str, paths)]


def test_the_desktop_file_checks_what_is_dropped_on_it(desk: dict[str, str], tmp_path: Path) -> None:
    shutil.copy(SAMPLE, tmp_path / ODD)
    done = subprocess.run(desktop_command([tmp_path / ODD]), env=desk, cwd=tmp_path, stdin=subprocess.DEVNULL)
    assert done.returncode == 0
    assert appears(tmp_path / "opened") == f"{tmp_path / ODD.replace('.xlsx', '（检查）.xlsx')}\n"


@pytest.mark.skipif(not shutil.which("gio"), reason="needs GLib's gio")
def test_a_desktop_launches_the_desktop_file(desk: dict[str, str], tmp_path: Path) -> None:
    shutil.copy(SAMPLE, tmp_path / "甲 局&.xlsx")
    target = tmp_path / "拖到这里检查.desktop"
    shutil.copy(DROP / target.name, target)
    command = ["gio", "launch", str(target), str(tmp_path / "甲 局&.xlsx")]
    done = subprocess.run(command, env=desk, cwd=tmp_path, stdin=subprocess.DEVNULL, capture_output=True, encoding="utf-8")
    assert (done.returncode, done.stderr) == (0, "")
    assert appears(tmp_path / "opened") == f"{tmp_path / '甲 局&（检查）.xlsx'}\n"


def test_the_desktop_file_says_in_a_window_that_nothing_is_installed(desk: dict[str, str], tmp_path: Path) -> None:
    shutil.rmtree(tmp_path / "家 里/.local")
    done = subprocess.run(desktop_command([tmp_path / ODD]), env=desk, cwd=tmp_path, stdin=subprocess.DEVNULL)
    assert done.returncode == 2
    assert appears(tmp_path / "said").startswith("--text=没有找到检查程序：")


def test_where_no_box_shows_chinese_the_desktop_file_opens_a_text_file(desk: dict[str, str], tmp_path: Path) -> None:
    shutil.rmtree(tmp_path / "家 里/.local")
    tools = tmp_path / "bin"
    (tools / "zenity").unlink()
    for name in ("sh", "mktemp"):
        found = shutil.which(name)
        assert found
        (tools / name).symlink_to(found)
    (tools / "xmessage").write_text(f'#!/bin/sh\necho x > "{tmp_path}/box"\n', encoding="utf-8")
    (tools / "xmessage").chmod(0o755)
    done = subprocess.run(desktop_command([tmp_path / ODD]), env={**desk, "PATH": str(tools)}, cwd=tmp_path)
    assert done.returncode == 2
    (text,) = appears(tmp_path / "opened").splitlines()
    assert Path(text).read_text(encoding="utf-8").startswith("没有找到检查程序：")
    assert not (tmp_path / "box").exists()


def test_the_command_file_checks_what_it_is_given(desk: dict[str, str], tmp_path: Path) -> None:
    shutil.copy(SAMPLE, tmp_path / ODD)
    target = DROP / "拖到这里检查.command"
    done = subprocess.run([target, tmp_path / ODD], env=desk, cwd=tmp_path, stdin=subprocess.DEVNULL, capture_output=True)
    assert (done.returncode, done.stderr) == (0, b"")
    assert appears(tmp_path / "opened") == f"{tmp_path / ODD.replace('.xlsx', '（检查）.xlsx')}\n"


def test_the_command_file_asks_in_its_window(desk: dict[str, str], tmp_path: Path) -> None:
    import pty

    shutil.copy(SAMPLE, tmp_path / "甲 局&.xlsx")
    master, terminal = pty.openpty()
    process = subprocess.Popen(
        [DROP / "拖到这里检查.command"], env=desk, cwd=tmp_path, stdin=terminal, stdout=terminal, stderr=terminal
    )
    os.close(terminal)
    os.write(master, rf"{tmp_path}/甲\ 局\&.xlsx".encode() + b"\n")
    assert process.wait(timeout=60) == 0
    os.close(master)
    assert appears(tmp_path / "opened") == f"{tmp_path / '甲 局&（检查）.xlsx'}\n"


def test_the_command_file_says_what_is_missing(desk: dict[str, str], tmp_path: Path) -> None:
    shutil.rmtree(tmp_path / "家 里/.local")
    command = [DROP / "拖到这里检查.command"]
    done = subprocess.run(command, env=desk, cwd=tmp_path, stdin=subprocess.DEVNULL, capture_output=True, encoding="utf-8")
    assert done.returncode == 2
    assert done.stdout.splitlines()[0] == "没有找到检查程序：这台电脑上还没有安装，或者安装在别的用户名下。"


def test_what_a_double_click_starts_may_be_executed() -> None:
    if os.name == "nt":
        pytest.skip("no such permission")
    assert all(os.access(DROP / f"拖到这里检查{suffix}", os.X_OK) for suffix in (".command", ".desktop"))


def test_the_batch_file_is_ascii_with_the_line_ends_of_cmd() -> None:
    data = BAT.read_bytes()
    assert data.isascii()
    assert data.count(b"\n") == data.count(b"\r\n") == data.count(b"\r") > 10


def test_the_batch_file_hands_over_its_command_line_and_never_its_arguments() -> None:
    lines = [line.strip() for line in BAT.read_text(encoding="ascii").splitlines()]
    code = [line for line in lines if not line.startswith("rem ")]
    assert code[0] == "@echo off"
    assert code[-1] == "exit", "what follows an & in a dropped name must not be run"
    assert 'set "XLPROCESS_COMMANDLINE=!CMDCMDLINE!"' in code
    assert not any("%*" in line or "%1" in line or "%~1" in line for line in code), "cut and eaten by cmd.exe"
    at = code.index("setlocal EnableDelayedExpansion")
    assert [k for k, line in enumerate(code) if "%~" in line] == [at - 1], "%~dp0 loses a ! once expansion is delayed"
    runs = [line for line in code if "-m xlprocess.doors.drop" in line]
    assert len(runs) == 3 and all(line.endswith("-P -m xlprocess.doors.drop & exit)") for line in runs)
    assert sum(line.count("(") - line.count(")") for line in code) == 0


def test_what_is_missing_is_told_in_a_text_that_notepad_shows() -> None:
    data = (DROP / "not-found.txt").read_bytes()
    assert data.startswith(b"\xef\xbb\xbf") and data.count(b"\n") == data.count(b"\r\n")
    assert data.decode("utf-8-sig").startswith("没有找到检查程序\r\n")
