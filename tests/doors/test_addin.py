"""`addin` at the command line: what it makes, what it says, its exit status."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest
from desks import files, windows

from xlprocess import __version__
from xlprocess.addin import desk as desks
from xlprocess.addin.extension import extension
from xlprocess.addin.install import NONE_FOUND
from xlprocess.addin.workbook import addin, with_buttons
from xlprocess.form.load import load
from xlprocess.form.template import build

MADE = [
    "vba",
    *(f"vba/Xlp{name}.bas" for name in ("Buttons", "Launcher", "LibreOffice", "Ribbon", "Texts")),
    "xlprocess-mac.xlam",
    "xlprocess.oxt",
    "xlprocess.xlam",
    "自评表.xlsm",
]
XLAM = Path("用户 甲/AppData/Roaming/Microsoft/Excel/XLSTART/xlprocess.xlam")


@pytest.fixture
def on_windows(here: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(desks, "this_desk", lambda: windows(here))
    return here


def test_build_makes_everything_without_office(xlprocess: Any, here: Path) -> None:
    done = xlprocess("addin", "build", "按钮")
    assert (done.status, done.err) == (0, "")
    assert sorted(done.out.splitlines()) == [f"已生成 {name}" for name in MADE if name != "vba"]
    assert files(here / "按钮") == MADE
    assert (here / "按钮/xlprocess.xlam").read_bytes() == addin()
    assert (here / "按钮/xlprocess.oxt").read_bytes() == extension()
    assert (here / "按钮/自评表.xlsm").read_bytes() == build(load("yueyang-2021"), more=with_buttons())


def test_build_writes_over_nothing_that_is_there(xlprocess: Any, here: Path) -> None:
    (here / "xlprocess.oxt").write_bytes(b"theirs")
    done = xlprocess("addin", "build", ".")
    assert (done.status, done.out) == (2, "")
    assert "xlprocess.oxt" in done.err and "--force" in done.err
    assert files(here) == ["xlprocess.oxt"]
    assert xlprocess("addin", "build", ".", "--force").status == 0
    assert (here / "xlprocess.oxt").read_bytes() == extension()


def test_build_makes_the_workbook_of_another_edition(xlprocess: Any, here: Path) -> None:
    assert xlprocess("addin", "build", ".", "--form", "general-2022").status == 0
    assert (here / "自评表.xlsm").read_bytes() == build(load("general-2022"), more=with_buttons())


def test_install_and_remove_say_what_they_did(xlprocess: Any, on_windows: Path) -> None:
    button = Path("用户 甲/AppData/Local/xlprocess/button.txt")
    told = [f"启动器：{on_windows / button}", f"Excel 的按钮：{on_windows / XLAM}"]
    assert xlprocess("addin", "install") == (0, "".join(f"已装好 {line}\n" for line in told), "")
    assert xlprocess("addin", "remove") == (0, "".join(f"已删除 {line}\n" for line in told), "")
    assert xlprocess("addin", "remove") == (0, "没有装过按钮，没有要删除的。\n", "")


def test_install_gives_json(xlprocess: Any, on_windows: Path) -> None:
    document = xlprocess("addin", "install", "--json").json
    assert (document["xlprocess"], document["python"]) == (__version__, sys.executable)
    assert document["done"][1] == {"what": "excel", "path": str(on_windows / XLAM), "problem": None}


def test_what_cannot_be_installed_is_said_and_fails(xlprocess: Any, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desks, "this_desk", lambda: windows(here, excel=False))
    done = xlprocess("addin", "install")
    assert (done.status, done.err) == (2, f"{NONE_FOUND}\n")


def test_status_tells_what_is_wrong_in_its_exit_status(xlprocess: Any, on_windows: Path) -> None:
    done = xlprocess("addin", "status")
    assert done.status == 1
    assert done.out.splitlines()[1] == "问题  按钮还没有装到这台电脑上。请运行 xlprocess addin install。"
    xlprocess("addin", "install")
    done = xlprocess("addin", "status", "--json")
    assert (done.status, {check["state"] for check in done.json["checks"]}) == (0, {"fine"})
