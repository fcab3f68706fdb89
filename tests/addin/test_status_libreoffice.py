"""The doctor, of LibreOffice, on a profile laid out as it lays it out. `test_install_in_libreoffice.py` asks a real one."""

from __future__ import annotations

from pathlib import Path

import pytest

from xlprocess import __version__
from xlprocess.addin.desk import Desk
from xlprocess.addin.extension import IDENTIFIER
from xlprocess.addin.install import install
from xlprocess.addin.status import status
from xlprocess.desktop import connect

SETTING = (
    '<item oor:path="/org.openoffice.Office.Common/Security/Scripting">'
    '<prop oor:name="{0}" oor:op="fuse"><value>{1}</value></prop></item>'
)
HEAD = '<?xml version="1.0"?><oor:items xmlns:oor="http://openoffice.org/2001/registry">'


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """LibreOffice with this version's buttons, asked before it runs macros."""
    monkeypatch.setattr(connect, "find_uno", lambda: True)
    unopkg = tmp_path / "bin/unopkg"
    unopkg.parent.mkdir()
    unopkg.write_text("#!/bin/sh\nexit 0\n", encoding="utf-8")
    unopkg.chmod(0o755)
    desk = Desk("Linux", tmp_path, {"PATH": str(unopkg.parent)})
    install(desk)
    registered(desk, __version__)
    settings(desk, ("MacroSecurityLevel", "1"))
    return desk


def registered(desk: Desk, version: str) -> None:
    """An extension in LibreOffice's list, and one that was removed and is only not yet tidied up."""
    cache = desk.profile / "user/uno_packages/cache"
    for folder, number in (("lu1aa.tmp_", "0.0.1"), ("lu2bb.tmp_", version)):
        description = cache / "uno_packages" / folder / "xlprocess.oxt/description.xml"
        description.parent.mkdir(parents=True, exist_ok=True)
        text = f'<description><identifier value="{IDENTIFIER}"/><version value="{number}"/></description>'
        description.write_text(text, encoding="utf-8")
    fields = (b"\xff" + IDENTIFIER.encode(), b"\xfflu2bb.tmp\xffxlprocess.oxt\xffapplication/vnd.sun.star.package-bundle\xff0.1.0")
    (cache / "uno_packages.pmap").write_bytes(b"Pmp1\n" + b"\n".join(fields) + b"\n\n")


def settings(desk: Desk, *given: tuple[str, str]) -> None:
    text = HEAD + "".join(SETTING.format(*pair) for pair in given) + "</oor:items>"
    (desk.profile / "user/registrymodifications.xcu").write_text(text, encoding="utf-8")


def wrong(desk: Desk) -> list[str]:
    return [f"{check.kind} {check.state} {check.message}" for check in status(desk) if check.state != "fine"]


def test_all_is_fine(desk: Desk) -> None:
    assert wrong(desk) == []
    assert [check.kind for check in status(desk)] == ["python", "launcher", "libreoffice", "libreoffice_extension"]


def test_buttons_of_another_version_are_told_from_leftovers(desk: Desk) -> None:
    registered(desk, "0.0.9")
    assert wrong(desk) == [
        f"libreoffice_extension problem LibreOffice 里的按钮是 0.0.9 版，检查程序是 {__version__} 版。"
        "请关闭 LibreOffice，重新运行 xlprocess addin install。"
    ]


def test_a_removed_extension_is_not_there(desk: Desk) -> None:
    (desk.profile / "user/uno_packages/cache/uno_packages.pmap").write_bytes(b"Pmp1\n\n")
    assert wrong(desk) == ["libreoffice_extension problem LibreOffice 里还没有装按钮。请运行 xlprocess addin install。"]


def test_a_python_that_cannot_reach_libreoffice_is_said(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connect, "find_uno", lambda: False)
    (told,) = wrong(desk)
    assert told.startswith("uno problem Python 3.") and told.endswith(
        "请安装系统自带的 python3-uno，并用同一版本的 Python 安装本程序。"
    )


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ([("MacroSecurityLevel", "0")], []),
        ([], ["macros notice LibreOffice 的宏安全性为“高”，"]),  # as it is delivered
        ([("MacroSecurityLevel", "3")], ["macros notice LibreOffice 的宏安全性为“非常高”，"]),
        ([("MacroSecurityLevel", "1"), ("DisableMacrosExecution", "true")], ["macros problem LibreOffice 禁用了全部宏，"]),
    ],
)
def test_the_security_of_macros(desk: Desk, given: list[tuple[str, str]], told: list[str]) -> None:
    settings(desk, *given)
    assert [line.partition("，")[0] + "，" for line in wrong(desk)] == told
