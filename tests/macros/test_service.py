"""The service units and the task of Windows: what they start is started for real."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from lxml import etree

ROOT = Path(__file__).parents[2]
SERVICE = ROOT / "macros/service"
UNITS = sorted(SERVICE.glob("*/xlprocess-watch.service"))
SAMPLE = next(p for p in (ROOT / "workbooks/samples").glob("*.xlsx") if "应急" in p.name)
NS = {"t": "http://schemas.microsoft.com/windows/2004/02/mit/task"}


def test_there_is_a_unit_with_and_one_without_an_administrator() -> None:
    assert [u.parent.name for u in UNITS] == ["system", "user"]


@pytest.mark.skipif(os.name == "nt", reason="for systemd")
@pytest.mark.parametrize("unit", UNITS, ids=lambda u: u.parent.name)
def test_what_a_unit_starts_watches_and_ends_when_it_is_told_to(unit: Path, tmp_path: Path) -> None:
    (command,) = re.findall(r"^ExecStart=(.*)$", unit.read_text(encoding="utf-8"), re.MULTILINE)
    values = {"PYTHON": sys.executable, "IN": str(tmp_path / "放 这里"), "OUT": str(tmp_path / "结果")}
    words = [re.sub(r"\$\{(\w+)\}", lambda m: values[m[1]], word) for word in command.split()]  # ${NAME} stays one word
    Path(values["IN"]).mkdir()
    shutil.copy(SAMPLE, values["IN"])
    environment = {**os.environ, "STATE_DIRECTORY": str(tmp_path / "state"), "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}
    process = subprocess.Popen(words, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, encoding="utf-8")
    try:
        result = Path(values["OUT"]) / SAMPLE.name
        for _ in range(600):
            if result.exists():
                break
            time.sleep(0.05)
        assert result.exists()
        time.sleep(0.3)
        process.send_signal(signal.SIGTERM)
        _, log = process.communicate(timeout=15)
    finally:
        process.kill()
    assert process.returncode == 0
    assert re.search(rf"INFO {SAMPLE.name} -> {SAMPLE.name}: \d+ findings", log) and log.endswith("INFO ended\n")
    assert len(list((tmp_path / "state").glob("*.sqlite"))) == 1


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="needs systemd")
@pytest.mark.parametrize("unit", UNITS, ids=lambda u: u.parent.name)
def test_systemd_understands_a_unit(unit: Path, tmp_path: Path) -> None:
    copy = tmp_path / unit.name
    copy.write_text(unit.read_text(encoding="utf-8"), encoding="utf-8")
    scope = ["--user"] if unit.parent.name == "user" else []
    done = subprocess.run(["systemd-analyze", "verify", *scope, copy], capture_output=True, encoding="utf-8")
    if "Failed to" in done.stderr and unit.name not in done.stderr:
        pytest.skip("systemd cannot be asked here")
    assert [line for line in done.stderr.splitlines() if unit.name in line] == []


def test_the_task_of_windows() -> None:
    spec = importlib.util.spec_from_file_location("task", SERVICE / "task.py")
    assert spec and spec.loader
    task = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(task)
    folders = ("\\\\机\\共 享\\放<这里>&\\", "D:\\结果\\")
    python = "C:\\Users\\张三\\AppData\\Local\\xlprocess\\venv\\Scripts\\python.exe"
    text = task.definition(*folders, True, python, "局\\张三", "C:\\日志 文件\\watch.log")
    root = etree.fromstring(text.encode("utf-16"))

    def value(path: str) -> str | None:
        return root.findtext(path, namespaces=NS)

    assert value(".//t:Command") == python.replace("python.exe", "pythonw.exe")
    assert value(".//t:Arguments") == (
        '-P -m xlprocess watch "\\\\机\\共 享\\放<这里>&\\\\" -o D:\\结果\\ --log "C:\\日志 文件\\watch.log" --poll'
    )
    assert {value(".//t:LogonTrigger/t:UserId"), value(".//t:Principal/t:UserId")} == {"局\\张三"}
    assert value(".//t:ExecutionTimeLimit") == "PT0S", "a task ends after three days unless it is told not to"
    assert value(".//t:RunLevel") == "LeastPrivilege"


def test_the_definition_is_written_as_windows_reads_it(tmp_path: Path) -> None:
    command = [sys.executable, str(SERVICE / "task.py"), "放", "果", "--xml", str(tmp_path / "task.xml")]
    subprocess.run(command, check=True, env={**os.environ, "PYTHONUTF8": "1"})
    data = (tmp_path / "task.xml").read_bytes()
    assert data[:2] in (b"\xff\xfe", b"\xfe\xff")
    assert etree.fromstring(data).findtext(".//t:Arguments", namespaces=NS).startswith("-P -m xlprocess watch 放 -o 果 --log ")
