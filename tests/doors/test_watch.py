"""`watch`: a process of its own that watches a folder, and ends when it is told to."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

Start = Callable[..., subprocess.Popen[str]]


def until(there: Callable[[], bool], seconds: float = 40) -> None:
    end = time.monotonic() + seconds
    while not there():
        assert time.monotonic() < end, "it did not come"
        time.sleep(0.05)


def files(folder: str) -> list[str]:
    return sorted(p.relative_to(folder).as_posix() for p in Path(folder).rglob("*") if p.is_file())


@pytest.fixture
def start(here: Path) -> Iterator[Start]:
    Path("放 这里").mkdir()
    running: list[subprocess.Popen[str]] = []

    def begin(*more: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "xlprocess", "watch", "放 这里", "-o", "结果", "--state", "state.sqlite", *more]
        streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        environment = {**os.environ, "PYTHONUTF8": "1"}
        process = subprocess.Popen(command, encoding="utf-8", env=environment, **streams)  # type: ignore[call-overload]
        running.append(process)
        until(lambda: Path("state.sqlite").exists() or process.poll() is not None)
        return process

    yield begin
    for process in running:
        process.kill()
        process.communicate()


@pytest.mark.skipif(os.name == "nt", reason="signals")
@pytest.mark.parametrize(("more", "number"), [((), signal.SIGINT), (("--poll",), signal.SIGTERM)], ids=["notices", "polling"])
def test_dropped_in_and_back_while_it_watches(start: Start, workbook: Any, more: tuple[str, ...], number: int) -> None:
    process = start("--log", "日志/watch.log", *more)
    Path("放 这里/甲").mkdir()
    Path("放 这里/甲/自评.xlsx").write_bytes(workbook(income_total="90.00"))
    until(lambda: files("结果") == ["甲/自评.xlsx"])
    Path("放 这里").rename("走了")
    time.sleep(3)
    assert process.poll() is None
    Path("走了").rename("放 这里")
    Path("放 这里/乙.xlsx").write_bytes(b"a,b\n")
    until(lambda: files("结果") == ["乙.xlsx.无法处理.txt", "甲/自评.xlsx"])
    process.send_signal(number)
    out, err = process.communicate(timeout=15)
    assert process.returncode == 0
    first, one, other, last = out.splitlines()
    assert first == "正在看着 放 这里，结果写到 结果。按 Ctrl-C 结束。"
    assert one.endswith(" 甲/自评.xlsx：错误 1，结果：甲/自评.xlsx")
    assert "无法处理 乙.xlsx：" in other
    assert last == "已停止。"
    assert "可能是共享没有连接。程序会等它回来。" in err and "文件夹又连上了，继续。" in err and "Traceback" not in err
    log = Path("日志/watch.log").read_text(encoding="utf-8")
    assert "INFO 甲/自评.xlsx -> 甲/自评.xlsx: 1 findings" in log and log.endswith("INFO ended\n")


def test_once_ends_when_all_is_done_and_tells_of_failures(start: Start, workbook: Any) -> None:
    Path("放 这里/甲.xlsx").write_bytes(workbook())
    process = start("--once")
    out, err = process.communicate(timeout=40)
    assert (process.returncode, err) == (0, "")
    assert out[9:] == "甲.xlsx：没有发现问题，结果：甲.xlsx\n"
    Path("放 这里/乙.xlsx").write_bytes(b"a,b\n")
    out, err = (process := start("--once")).communicate(timeout=40)
    assert (process.returncode, err) == (2, "")
    assert out.count("\n") == 1 and out[9:].startswith("无法处理 乙.xlsx：")
    assert files("结果") == ["乙.xlsx.无法处理.txt", "甲.xlsx"]


@pytest.mark.skipif(os.name == "nt", reason="signals")
def test_killed_and_started_again_it_does_nothing_twice(start: Start, workbook: Any) -> None:
    Path("放 这里/甲.xlsx").write_bytes(workbook())
    process = start()
    until(lambda: files("结果") == ["甲.xlsx"])
    time.sleep(0.3)
    process.kill()
    process.wait()
    out, _ = start("--once").communicate(timeout=40)
    assert out == ""


def test_a_second_one_on_the_same_folders_is_refused(start: Start) -> None:
    start()
    time.sleep(0.5)
    second = start()
    _, err = second.communicate(timeout=40)
    assert (second.returncode, err) == (2, "没有开始：这两个文件夹已经有一个程序在看着。请先停掉那一个，或换文件夹。\n")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["没有", "-o", "结果"], "IN 要写一个已有的文件夹，而 没有 不是"),
        (["放", "-o", "放"], "OUT 不能就是 IN：结果会盖掉放进来的文件，可以用 IN 里面的一个子文件夹"),
        (["放"], "缺少 -o"),
        (["放", "-o", "有.txt"], "-o 后面要写文件夹，而 有.txt 是一个文件"),
    ],
)
def test_wrong_usage(xlprocess: Any, here: Path, arguments: list[str], sentence: str) -> None:
    Path("放").mkdir()
    Path("有.txt").touch()
    done = xlprocess("watch", *arguments)
    assert (done.status, done.err) == (64, f"xlprocess watch：{sentence}。用法见 xlprocess watch --help。\n")


def test_without_its_library_it_says_how_to_get_it(xlprocess: Any, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("放").mkdir()
    monkeypatch.setitem(sys.modules, "watchfiles", None)
    done = xlprocess("watch", "放", "-o", "结果", "--state", "s.sqlite")
    sentence = '没有开始：本机的程序缺少组件 watchfiles。请运行 pip install "xlprocess[watch]"，或用离线安装包重新安装。'
    assert (done.status, done.out, done.err) == (2, "", f"{sentence}\n")
