"""The door of the drop targets: what is dropped is checked, and the results open."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from xlprocess.doors.dropping import COMMAND_LINE, dropped, from_typed

BAT = r"C:\Users\张 三\Desktop\拖到这里检查.bat"
CMD = r"C:\WINDOWS\system32\cmd.exe /c "


@pytest.mark.parametrize(
    ("line", "paths"),
    [
        (rf'{CMD}""{BAT}" C:\表\自评.xlsx"', [r"C:\表\自评.xlsx"]),
        (rf'{CMD}""{BAT}" C:\表\a&b^c!d%PATH%.xlsx"', [r"C:\表\a&b^c!d%PATH%.xlsx"]),
        (rf'{CMD}""{BAT}" "C:\我 的\a & b.xlsx" D:\乙 \\机\共\丙.xlsx"', [r"C:\我 的\a & b.xlsx", r"D:\乙", r"\\机\共\丙.xlsx"]),
        (rf'"C:\Windows\System32\cmd.exe" /C "{BAT}" "C:\甲 乙"', [r"C:\甲 乙"]),
        (rf'{CMD}""C:\x\drop.bat" "C:\a b\(1) c,d;e=f.xlsx""', [r"C:\a b\(1) c,d;e=f.xlsx"]),
        (rf'{CMD}""{BAT}" "', []),
        (r'"C:\Windows\system32\cmd.exe"', []),
    ],
)  # fmt: skip
def test_the_command_line_of_a_batch_file(line: str, paths: list[str]) -> None:
    assert [str(p) for p in dropped(["never"], {COMMAND_LINE: line})] == paths


def test_arguments_and_addresses() -> None:
    assert dropped(["/a b/甲.xlsx", "file:///a%20b/%E4%B9%99%26.xlsx", ""], {}) == [Path("/a b/甲.xlsx"), Path("/a b/乙&.xlsx")]


@pytest.mark.skipif(os.name == "nt", reason="the quotes of a POSIX shell")
def test_what_a_terminal_types_when_files_are_dropped_in_it(here: Path) -> None:
    Path("我 的.xlsx").touch()
    assert from_typed("我 的.xlsx \n") == [Path("我 的.xlsx")]
    assert from_typed(r"/甲\ 乙/a\&b.xlsx '/丙 丁.xlsx' ") == [Path("/甲 乙/a&b.xlsx"), Path("/丙 丁.xlsx")]
    assert from_typed("没有闭合的'引号") == [Path("没有闭合的'引号")]
    assert from_typed("\n") == []


class Dropped:
    """A desk whose programs only write down what they were asked to open."""

    def __init__(self, here: Path) -> None:
        tools = here / "bin"
        tools.mkdir()
        self.list = here / "opened"
        for tool in ("xdg-open", "open"):
            (tools / tool).write_text(f'#!/bin/sh\nprintf "%s\\n" "$1" >> "{self.list}"\n', encoding="utf-8")
            (tools / tool).chmod(0o755)
        self.environment = {**os.environ, "PATH": f"{tools}{os.pathsep}{os.environ['PATH']}", "PYTHONUTF8": "1"}

    def drop(self, *paths: str) -> tuple[int, str]:
        command = [sys.executable, "-m", "xlprocess.doors.drop", *paths]
        done = subprocess.run(command, env=self.environment, stdin=subprocess.DEVNULL, capture_output=True, encoding="utf-8")
        assert done.stderr == ""
        return done.returncode, done.stdout

    def opened(self, number: int) -> list[str]:
        import time

        for _ in range(100):
            names = self.list.read_text(encoding="utf-8").splitlines() if self.list.exists() else []
            if len(names) >= number:
                break
            time.sleep(0.05)
        self.list.unlink(missing_ok=True)
        return sorted(names)


@pytest.fixture
def desk(here: Path) -> Dropped:
    if os.name == "nt":
        pytest.skip("programs that are shell scripts")
    return Dropped(here)


ODD = "甲 局&^!%PATH%(1);'x'.xlsx"


def test_the_result_opens(desk: Dropped, here: Path, workbook: Any) -> None:
    Path(ODD).write_bytes(workbook(income_total="90.00"))
    status, out = desk.drop(ODD)
    copy = "甲 局&^!%PATH%(1);'x'（检查）.xlsx"
    assert (status, out.splitlines()[-1]) == (0, "1 个文件：错误 1，警告 0，提示 0")
    assert desk.opened(1) == [str(here / copy)]


def test_several_and_a_folder(desk: Dropped, here: Path, workbook: Any) -> None:
    for n in range(7):
        Path(f"报 送/{n}").mkdir(parents=True)
        Path(f"报 送/{n}/自评.xlsx").write_bytes(workbook())
    status, _ = desk.drop("报 送/1/自评.xlsx", "报 送/2/自评.xlsx")
    assert status == 0
    assert desk.opened(2) == [str(here / f"报 送/{n}/自评（检查）.xlsx") for n in (1, 2)]
    status, out = desk.drop("报 送")
    assert (status, out.splitlines()[-1]) == (0, "7 个文件：没有发现问题")
    assert desk.opened(1) == [str(here / "报 送")]


def test_what_went_wrong_opens_as_a_text(desk: Dropped, workbook: Any) -> None:
    Path("甲.xlsx").write_bytes(b"a,b\n")
    Path("乙.xlsx").write_bytes(workbook())
    status, out = desk.drop("甲.xlsx", "乙.xlsx", "没有.xlsx")
    assert (status, out.splitlines()[-1]) == (2, "3 个文件：没有发现问题；2 个无法处理")
    note, copy = sorted(desk.opened(2), key=lambda p: p.endswith(".xlsx"))
    assert copy.endswith("乙（检查）.xlsx")
    text = Path(note).read_bytes().decode("utf-8-sig")
    assert Path(note).name == "检查说明.txt"
    assert "  无法处理 甲.xlsx：" in text and "  无法处理 没有.xlsx：" in text and text.count("\r\n") == text.count("\n")


def test_a_copy_that_was_mended_is_not_written_over_and_the_sentence_knows_no_options(desk: Dropped, workbook: Any) -> None:
    Path("甲.xlsx").write_bytes(workbook())
    Path("甲（检查）.xlsx").write_bytes(workbook(income_total="90.00"))
    status, out = desk.drop("甲.xlsx")
    sentence = "没有覆盖 甲（检查）.xlsx：它已经被人改过。要检查改过的这一份，请把它拖过来；要从原表重新检查，请先把它移走或改名。"
    assert status == 2 and f"  {sentence}" in out.splitlines() and "--force" not in out
    status, _ = desk.drop("甲（检查）.xlsx")
    assert status == 0


def test_nothing_dropped_tells_how(desk: Dropped) -> None:
    status, out = desk.drop()
    assert status == 2 and out.startswith("请把填好的 .xlsx 工作簿（一份或几份）或文件夹拖到“拖到这里检查”的图标上。")
    (note,) = desk.opened(1)
    assert Path(note).read_text(encoding="utf-8-sig").strip() == out.strip()
