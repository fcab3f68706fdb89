"""Installing into a real LibreOffice, by its own program for extensions; the buttons start the launcher; nothing is left."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from live_office import LiveOffice, why_missing
from patient import asked, patient_launcher

from xlprocess.doors.cli import execute

pytestmark = pytest.mark.office
NOBODY = 65534


def unopkg_for_root(folder: Path, missing: Callable[[str], None]) -> str:
    """A PATH whose unopkg can be run by root. LibreOffice's own takes no extension from root: it runs as somebody else."""
    path = os.environ["PATH"]
    if os.geteuid() != 0:
        return path
    unopkg = shutil.which("unopkg")
    if unopkg is None or shutil.which("setpriv") is None:
        missing("unopkg or setpriv is not installed")
    folder.mkdir(parents=True, exist_ok=True)
    script = f'#!/bin/sh\nchown -R {NOBODY} "$HOME"\ncd /\nexec setpriv --reuid={NOBODY} --clear-groups {unopkg} "$@"\n'
    (folder / "unopkg").write_text(script, encoding="utf-8")
    (folder / "unopkg").chmod(0o755)
    return f"{folder}:{path}"


@pytest.fixture
def home(missing: Callable[[str], None], monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A home of its own, with LibreOffice's default profile in it."""
    reason = why_missing()
    if reason is not None:
        missing(reason)
    home = Path(tempfile.mkdtemp(prefix="xlprocess-家 "))
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    monkeypatch.setenv("PATH", unopkg_for_root(home / "bin", missing))
    yield home
    shutil.rmtree(home, ignore_errors=True)


def addin(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, Any]:
    capsys.readouterr()
    code = execute(["addin", *words, "--json"])
    return code, json.loads(capsys.readouterr().out)


def ours(folder: Path) -> list[str]:
    """What is left of us."""
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if "xlp" in path.name.lower())


def kinds(document: Any, state: str) -> list[str]:
    return [check["kind"] for check in document["checks"] if check["state"] == state]


def test_install_status_remove(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, document = addin(capsys, "status")
    assert (code, kinds(document, "problem")) == (1, ["launcher", "libreoffice_extension"])

    code, document = addin(capsys, "install")
    assert code == 0, document
    assert [d["what"] for d in document["done"]] == ["launcher", "libreoffice"]
    assert Path(document["done"][1]["path"]).is_relative_to(home / ".config/libreoffice/4/user/uno_packages")

    code, document = addin(capsys, "status")
    assert (code, kinds(document, "problem")) == (0, [])
    assert kinds(document, "notice") == ["macros"]  # as LibreOffice is delivered

    assert addin(capsys, "install")[0] == 0
    state = home / ".local/state/xlprocess"  # as after some clicks
    (state / "log").mkdir(parents=True)
    (state / "1234.pipe").touch()
    (state / "log/button.log").touch()
    code, document = addin(capsys, "remove")
    assert (code, [d["what"] for d in document["done"]]) == (0, ["launcher", "libreoffice"])
    assert ours(home / ".local") == []
    office = LiveOffice(home / ".config/libreoffice/4")  # it tidies up what was removed when it next starts
    try:
        assert office.app.api is not None
        assert ours(office.home / "profile") == []
    finally:
        office.stop()
    assert addin(capsys, "remove")[1]["done"] == []


def test_an_open_libreoffice_is_asked_to_be_closed(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    profile = home / ".config/libreoffice/4"
    profile.mkdir(parents=True)
    (profile / ".lock").touch()  # it lies there while LibreOffice is open
    code, document = addin(capsys, "install")
    assert code == 2
    assert document["done"][1]["problem"].startswith("LibreOffice 正开着，不能增删它的扩展。请关闭")


def test_a_button_of_the_toolbar_starts_the_launcher(home: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert addin(capsys, "install")[0] == 0
    launcher = home / ".local/share/xlprocess/button"
    launcher.write_text(patient_launcher(tmp_path))
    office = LiveOffice(home / ".config/libreoffice/4")
    try:
        import uno

        sheet = tmp_path / "自评 表.xlsx"
        shutil.copy(next((Path(__file__).parents[2] / "workbooks").glob("template.xlsx")), sheet)
        document = office.app.api.loadComponentFromURL(uno.systemPathToFileUrl(str(sheet)), "_blank", 0, ())
        office.opened.append(document)
        for macro, action in (("RunChecks", "run"), ("Consolidate", "consolidate")):
            address = f"vnd.sun.star.script:XlpButtons.Buttons.{macro}?language=Basic&location=application"
            document.ScriptProvider.getScript(address).invoke((), (), ())
            assert asked(tmp_path) == [action, "--window", "libreoffice", "--file", document.URL]
    finally:
        office.stop()
