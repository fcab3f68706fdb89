r"""Registers, or removes, a task of Windows that watches a folder from the user's logon on, without a window.

    "%LOCALAPPDATA%\xlprocess\venv\Scripts\python.exe" task.py \\server\share\放这里 \\server\share\结果 [--poll]
    "%LOCALAPPDATA%\xlprocess\venv\Scripts\python.exe" task.py --remove

For this user only, without administrator rights. A watching that ended is started again within ten minutes; a second one on the
same folders ends at once. `--xml FILE` writes the definition and registers nothing.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from xml.sax.saxutils import escape

NAME = "xlprocess watch"
DEFINITION = """<?xml version="1.0" encoding="UTF-16"?>
<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
  <RegistrationInfo>
    <Description>{description}</Description>
  </RegistrationInfo>
  <Triggers>
    <LogonTrigger>
      <Enabled>true</Enabled>
      <UserId>{user}</UserId>
    </LogonTrigger>
    <TimeTrigger>
      <Repetition>
        <Interval>PT10M</Interval>
        <StopAtDurationEnd>false</StopAtDurationEnd>
      </Repetition>
      <StartBoundary>2020-01-01T00:00:00</StartBoundary>
      <Enabled>true</Enabled>
    </TimeTrigger>
  </Triggers>
  <Principals>
    <Principal id="Author">
      <UserId>{user}</UserId>
      <LogonType>InteractiveToken</LogonType>
      <RunLevel>LeastPrivilege</RunLevel>
    </Principal>
  </Principals>
  <Settings>
    <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>
    <DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>
    <StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>
    <AllowHardTerminate>true</AllowHardTerminate>
    <StartWhenAvailable>true</StartWhenAvailable>
    <RunOnlyIfNetworkAvailable>false</RunOnlyIfNetworkAvailable>
    <AllowStartOnDemand>true</AllowStartOnDemand>
    <Enabled>true</Enabled>
    <Hidden>false</Hidden>
    <RunOnlyIfIdle>false</RunOnlyIfIdle>
    <WakeToRun>false</WakeToRun>
    <ExecutionTimeLimit>PT0S</ExecutionTimeLimit>
    <Priority>7</Priority>
  </Settings>
  <Actions Context="Author">
    <Exec>
      <Command>{command}</Command>
      <Arguments>{arguments}</Arguments>
    </Exec>
  </Actions>
</Task>
"""


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="*", metavar="IN OUT")
    parser.add_argument("--poll", action="store_true", help="for shares that give no notices")
    parser.add_argument("--remove", action="store_true")
    parser.add_argument("--xml", type=Path, metavar="FILE")
    given = parser.parse_args(arguments)
    if given.remove:
        return _schtasks("/Delete", "/TN", NAME, "/F")
    if len(given.folders) != 2:
        parser.error("IN and OUT are needed")
    text = definition(given.folders[0], given.folders[1], given.poll, sys.executable, _user(), _log())
    if given.xml is not None:
        given.xml.write_text(text, encoding="utf-16", newline="\r\n")
        return 0
    with tempfile.TemporaryDirectory() as work:
        path = Path(work) / "task.xml"
        path.write_text(text, encoding="utf-16", newline="\r\n")
        return _schtasks("/Create", "/TN", NAME, "/XML", str(path), "/F") or _schtasks("/Run", "/TN", NAME)


def definition(folder: str, out: str, poll: bool, python: str, user: str, log: str) -> str:
    """The task as XML. The windowless Python beside the given one runs it."""
    words = ["-P", "-m", "xlprocess", "watch", folder, "-o", out, "--log", log, *(["--poll"] if poll else [])]
    values = {
        "description": "xlprocess: workbooks dropped into a folder come back checked",
        "user": user,
        "command": python.removesuffix("python.exe") + "pythonw.exe" if python.endswith("python.exe") else python,
        "arguments": subprocess.list2cmdline(words),
    }
    return DEFINITION.format(**{name: escape(value) for name, value in values.items()})


def _user() -> str:
    domain, name = os.environ.get("USERDOMAIN"), os.environ.get("USERNAME") or os.environ.get("USER", "")
    return f"{domain}\\{name}" if domain else name


def _log() -> str:
    return str(Path(os.environ.get("LOCALAPPDATA") or Path.home()) / "xlprocess" / "watch.log")


def _schtasks(*words: str) -> int:
    if sys.platform != "win32":
        raise SystemExit("this is for Windows; on Linux use the systemd units")
    return subprocess.run(["schtasks.exe", *words]).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
