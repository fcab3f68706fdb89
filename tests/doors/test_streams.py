"""The program as a process: encodings, pipes, terminals, an interruption, and what it imports."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from xlprocess.writers.columns import width

ROOT = Path(__file__).parents[2]
PROGRAM = [sys.executable, "-m", "xlprocess"]
HEAVY = {"pandas", "numpy", "openpyxl", "xlwings", "rich", "xlsxwriter", "docx"}


def environment(**changes: str) -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "LC_", "LANG", "XLPROCESS"))}
    return {**kept, "PYTHONPATH": str(ROOT), **changes}


def run(*arguments: str, **changes: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([*PROGRAM, *arguments], env=environment(**changes), capture_output=True, timeout=60)


@pytest.fixture
def wrong(here: Path, workbook: Any) -> Path:
    path = Path("甲局.xlsx")
    path.write_bytes(workbook(income_total="90.00"))
    return path


@pytest.mark.parametrize(
    "settings",
    [
        {"LC_ALL": "C"},
        {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        {"PYTHONIOENCODING": "ascii"},
        {"PYTHONIOENCODING": "latin-1"},
        {"PYTHONIOENCODING": "gbk"},
    ],
)
def test_any_encoding_will_do(wrong: Path, settings: dict[str, str]) -> None:
    for arguments in (["check", "甲局.xlsx", "没有.xlsx"], ["rules"], ["--help"], ["run", "甲局.xlsx", "-x"]):
        done = run(*arguments, **settings)
        assert done.returncode in (0, 2, 64)
        assert b"Traceback" not in done.stderr
        assert b"Error" not in done.stderr
        assert b"\\u" not in done.stdout + done.stderr  # readable Chinese, not escapes
        encoding = "gbk" if settings.get("PYTHONIOENCODING") == "gbk" else "utf-8"
        assert re.search("[\u4e00-\u9fff]", (done.stdout + done.stderr).decode(encoding))
    done = run("check", "甲局.xlsx", "没有.xlsx", "--json", **settings)
    reports = json.loads(done.stdout)["reports"]
    assert [r["file"] for r in reports] == ["甲局.xlsx", "没有.xlsx"]
    assert reports[0]["findings"][0]["name"] == "合计不等于各分项之和"
    assert reports[1]["error"]["message"].startswith("无法处理 没有.xlsx：")


def test_a_pipe_gets_whole_sentences(wrong: Path) -> None:
    lines = run("check", "甲局.xlsx").stdout.decode().splitlines()
    assert lines[2].startswith("    错误 R101 ")
    assert lines[2].endswith("。")
    assert "\x1b" not in "".join(lines)


def test_a_closed_pipe_is_no_error(here: Path, workbook: Any) -> None:
    for number in range(3):
        Path(f"{number}.xlsx").write_bytes(workbook())
    for arguments in (["check", "."], ["run", "."], ["rules"], ["--help"], ["export", "0.xlsx", "--json"]):
        process = subprocess.Popen([*PROGRAM, *arguments], env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        assert process.stdout is not None and process.stderr is not None
        process.stdout.close()
        with process.stderr:
            told = process.stderr.read()
        assert (process.wait(60), told) == (0, b""), arguments
    assert len(list(Path().glob("*（检查）.xlsx"))) == 3, "results are written whether or not somebody reads on"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_an_output_that_is_full(here: Path, workbook: Any) -> None:
    for number in range(2):
        Path(f"{number}.xlsx").write_bytes(workbook())
    sentence = "没有写完标准输出：磁盘空间不足。请清理磁盘后再运行，或把输出写到别处。\n"
    commands = (["check", "."], ["check", ".", "--json"], ["run", "."], ["export", "0.xlsx", "--json"], ["rules"], ["--help"])
    for arguments in commands:
        with Path("/dev/full").open("wb") as full:
            done = subprocess.run(
                [*PROGRAM, *arguments], env=environment(), stdout=full, stderr=subprocess.PIPE, timeout=60, check=False
            )
        assert (done.returncode, done.stderr.decode()) == (2, sentence), arguments
    assert len(list(Path().glob("*（检查）.xlsx"))) == 2, "results are written whether or not that can be told"


@pytest.mark.skipif(os.name == "nt", reason="needs a shell")
def test_an_output_that_is_closed(here: Path, workbook: Any) -> None:
    Path("0.xlsx").write_bytes(workbook())
    sentence = "没有写出标准输出：它已被关闭。请把输出写到文件或屏幕后再运行。\n"
    for arguments in (["check", "0.xlsx", "--json"], ["export", "0.xlsx", "--json"]):
        for closed in (">&-", "1</dev/null"):
            command = ["sh", "-c", f'"$@" {closed}', "sh", *PROGRAM, *arguments]
            done = subprocess.run(command, env=environment(), capture_output=True, timeout=60, check=False)
            assert (done.returncode, done.stderr.decode()) == (2, sentence), (arguments, closed)


@pytest.mark.skipif(os.name == "nt", reason="a signal to one process alone")
def test_an_interruption(here: Path) -> None:
    # a shell starts what runs in the background with the signal ignored, and its children inherit that
    heard = "import signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler); "
    code = heard + "from xlprocess.doors.cli import main; print('ready', file=sys.stderr, flush=True); main()"
    process = subprocess.Popen(
        [sys.executable, "-c", code, "new", "甲.xlsx", "--data", "-"],
        env=environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stderr is not None
    assert process.stderr.readline() == b"ready\n"
    time.sleep(0.5)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert (process.returncode, out, err.decode()) == (130, b"", "\n已中止：没有写完的结果不会留下。\n")
    assert not list(Path().glob("*.xlsx"))


@pytest.mark.skipif(os.name == "nt", reason="needs a pseudo-terminal")
def test_a_terminal_gets_wrapped_lines_and_colours(wrong: Path) -> None:
    import pty

    screen, terminal = pty.openpty()
    env = environment(TERM="xterm", COLUMNS="80", LINES="50")
    process = subprocess.Popen([*PROGRAM, "check", "甲局.xlsx"], env=env, stdout=terminal, stderr=terminal)
    os.close(terminal)
    shown = b""
    try:
        while piece := os.read(screen, 65536):
            shown += piece
    except OSError:
        pass  # the terminal is closed from the other side
    os.close(screen)
    assert process.wait(60) == 1
    lines = shown.decode().split("\r\n")
    assert lines[0] == "\x1b[1m甲局.xlsx\x1b[0m：错误 1"
    assert lines[2].startswith("    \x1b[31m错误\x1b[0m R101 局机关“收入合计” 90.00")
    assert lines[3].startswith(" " * 14)
    assert all(width(line.replace("\x1b[31m", "").replace("\x1b[0m", "")) <= 80 for line in lines[1:])


def imported(*arguments: str) -> set[str]:
    code = "import sys; from xlprocess.doors.cli import execute; execute(sys.argv[1:]); print(*sys.modules, file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", code, *arguments], env=environment(), capture_output=True, timeout=60)
    return set(done.stderr.decode().splitlines()[-1].split())


def test_a_check_or_a_run_imports_nothing_heavy(wrong: Path) -> None:
    for arguments in (["check", "甲局.xlsx"], ["run", "甲局.xlsx"], ["export", "甲局.xlsx", "--json"], ["rules"]):
        assert not {name.partition(".")[0] for name in imported(*arguments)} & HEAVY, arguments


def test_help_and_usage_import_no_core() -> None:
    for arguments in (["--help"], ["check", "--help"], ["--version"], ["check"]):
        assert not {n for n in imported(*arguments) if n.startswith(("xlprocess.form", "xlprocess.rules", "lxml"))}
