"""A real LibreOffice for tests: headless, with a profile of its own, driven over a pipe."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import tempfile
import time
import uuid
from pathlib import Path
from typing import Any

DRIVER = Path(__file__).with_name("office_driver.py")
SYSTEM_PYTHON = "/usr/bin/python3"  # Debian's own Python is the one that has `uno`


def why_missing() -> str | None:
    """Why tests of the office program cannot run here; None when they can."""
    if shutil.which("soffice") is None:
        return "LibreOffice (soffice) is not installed"
    if not Path(SYSTEM_PYTHON).exists():
        return "there is no Python with uno"
    found = subprocess.run([SYSTEM_PYTHON, "-c", "import uno"], capture_output=True, check=False)
    return None if found.returncode == 0 else "python3-uno is not installed"


class Office:
    """`office.open(path=…)`, `office.set(sheet=…, cells={…})` …: every method of the driver, by keyword."""

    def __init__(self) -> None:
        self.home = tempfile.mkdtemp(prefix="xlprocess-office-")
        pipe = f"xlp{uuid.uuid4().hex}"
        environment = {**os.environ, "PYTHONUTF8": "1", "LC_ALL": "C.UTF-8", "SAL_USE_VCLPLUGIN": "svp"}
        environment.pop("PYTHONPATH", None)
        self.office = subprocess.Popen(
            [
                "soffice",
                f"-env:UserInstallation=file://{self.home}/profile",
                "--headless",
                "--norestore",
                "--nologo",
                "--nodefault",
                f"--accept=pipe,name={pipe};urp;",
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            env=environment,
        )
        self.driver = subprocess.Popen(
            [SYSTEM_PYTHON, str(DRIVER), pipe],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            env=environment,
        )

    def __getattr__(self, name: str) -> Any:
        def call(**arguments: Any) -> Any:
            assert self.driver.stdin is not None and self.driver.stdout is not None
            self.driver.stdin.write(json.dumps({"do": name, **arguments}) + "\n")
            self.driver.stdin.flush()
            line = self.driver.stdout.readline()
            assert line, "the driver of LibreOffice ended"
            answer = json.loads(line)
            if "error" in answer:
                raise RuntimeError(f"{name}: {answer['error']}")
            return answer["ok"]

        return call

    def stop(self) -> None:
        if self.driver.stdin is not None:
            self.driver.stdin.close()
        self.driver.wait(20)
        if self.driver.stdout is not None:
            self.driver.stdout.close()
        for kind in (signal.SIGTERM, signal.SIGKILL):
            try:
                os.killpg(self.office.pid, kind)
            except ProcessLookupError:
                break
            time.sleep(0.5)
        self.office.wait(20)
        shutil.rmtree(self.home, ignore_errors=True)
