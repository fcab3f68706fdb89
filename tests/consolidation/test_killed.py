"""kill -9 at any moment: no half-written summary, the ledger opens, nobody is left behind, and the next run goes on."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest
from generate import SENT, generate
from python_calamine import CalamineWorkbook

COUNT = 48
KILLS = 9
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no kill -9 there")


def run(folder: Path, name: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "xlprocess", "consolidate", str(folder / SENT), "-o", str(folder / name), "--jobs", "2"]
    command += ["--ledger", str(folder / "台账"), "--format", "csv"]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)


def kept(folder: Path) -> int:
    """How many results the ledger holds; it opens and is whole."""
    if not (folder / "台账").exists():
        return 0
    with sqlite3.connect(folder / "台账") as connection:
        assert connection.execute("pragma integrity_check").fetchone() == ("ok",)
        tables = connection.execute("select count(*) from sqlite_master where name = 'submissions'").fetchone()[0]
        found = connection.execute("select count(*) from submissions").fetchone()[0] if tables else 0
    connection.close()
    return int(found)


def parts(path: Path) -> dict[str, list[list[object]]]:
    book = CalamineWorkbook.from_path(path)
    return {n: book.get_sheet_by_name(n).to_python() for n in ("收入", "问题清单", "机构明细", "绩效得分")}


def is_alive(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


def test_killed_at_any_moment(tmp_path: Path) -> None:
    generate(tmp_path, COUNT, plain=True)
    start = time.monotonic()
    assert run(tmp_path, "先前.xlsx").wait() == 0
    took = time.monotonic() - start
    wanted = parts(tmp_path / "先前.xlsx")
    (tmp_path / "台账").unlink()
    counts = [0]
    unfinished = 0
    for kill in range(1, KILLS + 1):
        process = run(tmp_path, "汇总.xlsx")
        try:
            process.wait(took * kill / KILLS)
        except subprocess.TimeoutExpired:
            os.kill(process.pid, signal.SIGKILL)  # it alone: its workers must notice
            process.wait()
            unfinished += 1
        end = time.monotonic() + 20
        while is_alive(process.pid) and time.monotonic() < end:
            time.sleep(0.05)
        assert not is_alive(process.pid), "workers are left behind"
        counts.append(kept(tmp_path))
        if (tmp_path / "汇总.xlsx").exists():
            with zipfile.ZipFile(tmp_path / "汇总.xlsx") as package:
                assert package.testzip() is None
            assert parts(tmp_path / "汇总.xlsx") == wanted
    assert unfinished >= 3
    assert counts == sorted(counts) and counts[-1] <= COUNT
    assert run(tmp_path, "汇总.xlsx").wait() == 0
    assert parts(tmp_path / "汇总.xlsx") == wanted
    assert kept(tmp_path) == COUNT
