"""The doctor: each thing that can keep the buttons from working, and its remedy, on a folder laid out as on Windows."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest
from desks import EXCEL, Keys, macos, windows

from xlprocess.addin.desk import Desk
from xlprocess.addin.install import NONE_FOUND, install
from xlprocess.addin.status import status

SECURITY = r"HKEY_CURRENT_USER\Software\Microsoft\Office\16.0\Excel\Security"
POLICY = r"HKEY_CURRENT_USER\Software\Policies\Microsoft\Office\16.0\Excel\Security"
NUMBER = "{00024500-0000-0000-C000-000000000046}"


def wrong(desk: Desk) -> list[str]:
    """Everything but what is fine."""
    return [f"{check.kind} {check.state} {check.message}" for check in status(desk) if check.state != "fine"]


def installed(tmp_path: Path, keys: Keys | None = None) -> Desk:
    desk = windows(tmp_path, keys)
    install(desk)
    return desk


def test_before_installing_it_says_what_is_missing(tmp_path: Path) -> None:
    assert wrong(windows(tmp_path)) == [
        "launcher problem 按钮还没有装到这台电脑上。请运行 xlprocess addin install。",
        "excel_addin problem Excel 里还没有装按钮。请运行 xlprocess addin install。",
    ]


def test_after_installing_all_is_fine(tmp_path: Path) -> None:
    checks = status(installed(tmp_path))
    assert [check.state for check in checks] == ["fine"] * 4
    version = ".".join(map(str, sys.version_info[:3]))
    assert checks[0].message == f"检查程序 0.1.0，Python {version}，位置 {sys.executable}。"
    assert checks[2].message == f"找到 Excel，位置 {EXCEL}。"


def test_a_missing_component_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    find = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "xlwings" else find(name))
    assert wrong(installed(tmp_path)) == ['live problem 缺少按钮要用的组件 xlwings。请运行 pip install "xlprocess[live]"。']


def test_a_python_that_is_gone_or_another_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = installed(tmp_path)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "other"))
    (first,) = wrong(desk)
    assert first.startswith("launcher notice 按钮启动的是另一个 Python：")
    desk.launcher.write_bytes("\ufeff/nowhere/pythonw.exe\r\n".encode("utf-16-le"))
    assert wrong(desk) == ["launcher problem 按钮要启动的 /nowhere/pythonw.exe 已经不在了。请重新运行 xlprocess addin install。"]


def test_an_addin_of_another_version_is_said(tmp_path: Path) -> None:
    desk = installed(tmp_path)
    assert desk.startup is not None
    (desk.startup / "xlprocess.xlam").write_bytes(b"older")
    assert wrong(desk) == [
        f"excel_addin problem {desk.startup / 'xlprocess.xlam'} 不是这一版的按钮。请关闭 Excel，重新运行 xlprocess addin install。"
    ]


@pytest.mark.parametrize(
    ("key", "name", "value", "told"),
    [
        (SECURITY, "VBAWarnings", 2, None),
        (SECURITY, "VBAWarnings", 3, "macros notice Excel 的信任中心只许运行有数字签名的宏，"),
        (SECURITY, "VBAWarnings", 4, "macros problem Excel 的信任中心禁用了全部宏，"),
        (POLICY, "VBAWarnings", 4, "macros problem 单位的策略禁用了全部宏，工作簿里的按钮不能用。请与技术人员联系；"),
        (POLICY, "DisableAllAddins", 1, "addins problem 单位的策略禁用了全部加载项，"),
        (SECURITY, "RequireAddinSig", 1, "addins problem Excel 的信任中心只许加载有数字签名的加载项，"),
        (SECURITY + r"\Trusted Locations", "AllLocationsDisabled", 1, "locations problem Excel 的信任中心禁用了受信任位置，"),
        (
            r"HKEY_CURRENT_USER\Software\Microsoft\Office\16.0\Excel\Resiliency\DisabledItems",
            "a",
            "x\\xlprocess.xlam",
            "disabled problem Excel 上次启动时把按钮禁用了。",
        ),
        (
            r"HKEY_LOCAL_MACHINE\SOFTWARE\Policies\Microsoft\Windows Defender\Windows Defender Exploit Guard\ASR\Rules",
            "D4F940AB-401B-4EFC-AADC-AD5F3C50688A",
            "1",
            "child_processes problem 单位的安全策略不许 Excel 启动别的程序，",
        ),
    ],
)
def test_a_setting_that_keeps_the_buttons_from_working_is_said(
    tmp_path: Path, key: str, name: str, value: str | int, told: str | None
) -> None:
    found = wrong(installed(tmp_path, {key: {name: value}}))
    assert [line[: len(told or "")] for line in found] == ([told] if told else [])


@pytest.mark.parametrize("name", ["Xlprocess.xlam", "xlprocess-0.0.9.xlam"])
def test_another_copy_is_said_once(tmp_path: Path, name: str) -> None:
    addins = windows(tmp_path).addins
    assert addins is not None
    addins.mkdir(parents=True)
    other = addins / name
    other.write_bytes(b"older")
    options = r"HKEY_CURRENT_USER\Software\Microsoft\Office\16.0\Excel\Options"
    desk = installed(tmp_path, {options: {"OPEN": f'/R "{other}"', "OPEN1": '"C:\\solver.xlam"', "Font": "宋体,11"}})
    assert wrong(desk) == [
        f"copy problem 还有一份加载项会启动：{other}。请在 Excel 的“选项 → 加载项”里去掉它，或删除这个文件，再启动 Excel。"
    ]


@pytest.mark.parametrize("root", [r"HKEY_CURRENT_USER\Software\Classes", "HKEY_CLASSES_ROOT"])
def test_wps_in_the_place_of_excel_is_said(tmp_path: Path, root: str) -> None:
    server = r'"C:\Users\a\AppData\Local\Kingsoft\WPS Office\12.1.0\office6\et.exe" /automation'
    keys = {
        rf"{root}\Excel.Application\CLSID": {"": NUMBER},
        rf"{root}\CLSID\{NUMBER}\LocalServer32": {"": server},
    }
    (told,) = wrong(installed(tmp_path, keys))
    assert told.startswith("wps problem WPS 占用了 Excel 的登记，按钮会找不到打开的工作簿。")


def test_excel_in_its_own_place_is_not_taken_for_wps(tmp_path: Path) -> None:
    keys = {
        r"HKEY_CLASSES_ROOT\Excel.Application\CLSID": {"": NUMBER},
        rf"HKEY_CLASSES_ROOT\CLSID\{NUMBER}\LocalServer32": {"": f"{EXCEL} /automation"},
    }
    assert wrong(installed(tmp_path, keys)) == []


def test_wps_alone_is_pointed_to_the_drop_target(tmp_path: Path) -> None:
    desk = windows(tmp_path, {r"HKEY_CURRENT_USER\Software\Kingsoft\Office\6.0\Common": {"Version": "12.1"}}, excel=False)
    assert wrong(desk)[1:] == [
        "wps notice 这台电脑用的是 WPS，功能区按钮在 WPS 里不起作用。请保存工作簿后，把它拖到桌面的“拖到这里检查”上。",
        f"office problem {NONE_FOUND}",
    ]


def test_on_macos_the_script_is_looked_for(tmp_path: Path) -> None:
    desk = macos(tmp_path)
    install(desk)
    assert wrong(desk) == []
    assert desk.scripts is not None
    (desk.scripts / "xlprocess.applescript").unlink()
    (told,) = wrong(desk)
    assert told.endswith("按钮启动不了检查程序。请重新运行 xlprocess addin install。")


def test_every_sentence_that_is_not_fine_says_what_to_do(tmp_path: Path) -> None:
    keys: Keys = {SECURITY: {"VBAWarnings": 4, "RequireAddinSig": 1}, POLICY: {"DisableAllAddins": 1}}
    for desk in (windows(tmp_path, keys), windows(tmp_path / "b", excel=False)):
        assert [line for line in wrong(desk) if "请" not in line] == []
