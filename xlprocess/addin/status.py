"""Whether the buttons can work here, and what to do where they cannot: one sentence for each thing that was looked at."""

from __future__ import annotations

import importlib.util
import re
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Literal, NamedTuple

from xlprocess import __version__
from xlprocess.addin import launcher
from xlprocess.addin.desk import CLASSES, MACHINE, USER, Desk
from xlprocess.addin.install import ADDIN, NONE_FOUND, SCRIPT, extension_in
from xlprocess.addin.workbook import addin

State = Literal["fine", "notice", "problem"]
_RUN, _AGAIN = "请运行 xlprocess addin install。", "请重新运行 xlprocess addin install。"
_DROP = "也可以保存工作簿后，把它拖到桌面的“拖到这里检查”上。"
_CHILD_PROCESSES = "D4F940AB-401B-4EFC-AADC-AD5F3C50688A"
"""The rule of Windows Defender that keeps Office from starting programs."""
_ASR = r"SOFTWARE\Policies\Microsoft\Windows Defender\Windows Defender Exploit Guard\ASR\Rules"
_LEVEL = re.compile(r'oor:name="(MacroSecurityLevel|DisableMacrosExecution)"[^>]*><value>(\w+)</value>')
_VERSION = re.compile(r'<version value="([^"]+)"')


class Check(NamedTuple):
    """One thing that was looked at. `kind` is a word for programs; the sentence says what to do where something is wrong."""

    kind: str
    state: State
    message: str


def status(desk: Desk) -> list[Check]:
    return [*_python(desk), *_excel(desk), *_wps(desk), *_libreoffice(desk), *_nothing(desk)]


def _python(desk: Desk) -> Iterator[Check]:
    version = ".".join(map(str, sys.version_info[:3]))
    yield Check("python", "fine", f"检查程序 {__version__}，Python {version}，位置 {launcher.python_for(desk)}。")
    if importlib.util.find_spec("xlwings") is None:
        yield Check("live", "problem", '缺少按钮要用的组件 xlwings。请运行 pip install "xlprocess[live]"。')
    python = launcher.named(desk)
    if python is None:
        yield Check("launcher", "problem", f"按钮还没有装到这台电脑上。{_RUN}")
    elif not python.exists():
        yield Check("launcher", "problem", f"按钮要启动的 {python} 已经不在了。{_AGAIN}")
    elif python != launcher.python_for(desk):
        yield Check("launcher", "notice", f"按钮启动的是另一个 Python：{python}。要改用现在这一个，{_AGAIN}")
    else:
        yield Check("launcher", "fine", f"按钮启动这个 Python，由 {desk.launcher} 指明。")


# Excel


def _excel(desk: Desk) -> Iterator[Check]:
    if not desk.has_excel or desk.startup is None:
        return
    path = desk.startup / ADDIN
    where = f"，位置 {desk.excel_program}" if desk.excel_program else ""
    yield Check("excel", "fine", f"找到 Excel{where}。")
    if not path.exists():
        yield Check("excel_addin", "problem", f"Excel 里还没有装按钮。{_RUN}")
    elif not _is_current(desk, path):
        yield Check("excel_addin", "problem", f"{path} 不是这一版的按钮。请关闭 Excel，{_AGAIN.removeprefix('请')}")
    else:
        yield Check("excel_addin", "fine", f"Excel 的按钮已装好：{path}，随 Excel 启动，在功能区“绩效自评”。")
    if desk.scripts is not None and not (desk.scripts / SCRIPT).exists():
        yield Check("excel_addin", "problem", f"缺少 {desk.scripts / SCRIPT}，按钮启动不了检查程序。{_AGAIN}")
    yield from _trust(desk)
    for other in _copies(desk, path):
        yield Check(
            "copy",
            "problem",
            f"还有一份加载项会启动：{other}。请在 Excel 的“选项 → 加载项”里去掉它，或删除这个文件，再启动 Excel。",
        )


def _is_current(desk: Desk, path: Path) -> bool:
    with suppress(OSError):
        return path.read_bytes() == addin(mac=desk.system == "Darwin")
    return False


def _trust(desk: Desk) -> Iterator[Check]:
    """What keeps macros from running: set by an administrator, or by the person."""
    for policies in (True, False):
        who = "单位的策略" if policies else "Excel 的信任中心"
        ask = "请与技术人员联系" if policies else "请在 Excel 的“选项 → 信任中心 → 信任中心设置”里改回来"
        for key in desk.office_keys(r"\Security", policies=policies):
            level = desk.registry.value(key, "VBAWarnings")
            if level == 4:
                yield Check("macros", "problem", f"{who}禁用了全部宏，工作簿里的按钮不能用。{ask}；功能区的按钮不受影响。")
            elif level == 3:
                yield Check("macros", "notice", f"{who}只许运行有数字签名的宏，工作簿里的按钮不能用。请用功能区的按钮。")
            if desk.registry.value(key, "DisableAllAddins") == 1:
                yield Check("addins", "problem", f"{who}禁用了全部加载项，功能区的按钮不会出现。{ask}。{_DROP}")
            if desk.registry.value(key, "RequireAddinSig") == 1:
                yield Check("addins", "problem", f"{who}只许加载有数字签名的加载项，功能区的按钮不会出现。{ask}。{_DROP}")
        for key in desk.office_keys(r"\Security\Trusted Locations", policies=policies):
            if desk.registry.value(key, "AllLocationsDisabled") == 1:
                yield Check("locations", "problem", f"{who}禁用了受信任位置，功能区的按钮可能不起作用。{ask}。{_DROP}")
    for key in desk.office_keys(r"\Resiliency\DisabledItems"):
        for value in desk.registry.values(key).values():
            if isinstance(value, str) and ADDIN in value.lower():
                what = "请在 Excel 的“选项 → 加载项 → 管理：禁用项目”里启用它。"
                yield Check("disabled", "problem", f"Excel 上次启动时把按钮禁用了。{what}")
    if str(desk.registry.value(rf"{MACHINE}\{_ASR}", _CHILD_PROCESSES)) == "1":
        yield Check(
            "child_processes", "problem", f"单位的安全策略不许 Excel 启动别的程序，按钮启动不了检查程序。请与技术人员联系。{_DROP}"
        )


def _copies(desk: Desk, own: Path) -> Iterator[Path]:
    """Other copies that Excel opens with itself: the tab would stand there twice."""
    folders = [f for f in (desk.startup, desk.addins) if f is not None]
    if desk.excel_program:
        folders.append(Path(desk.excel_program.strip('"')).parent / "XLSTART")
    seen = {_same(own)}
    found = [p for folder in folders if folder.is_dir() for p in sorted(folder.glob("*.xla*")) if _is_ours(p)]
    for key in desk.office_keys(r"\Options"):
        opened = (str(v) for name, v in desk.registry.values(key).items() if re.fullmatch(r"OPEN\d*", name))
        found += [Path(text) for word in opened if _is_ours(Path(text := word.removeprefix("/R ").strip('" ')))]
    for path in found:
        if _same(path) not in seen:
            seen.add(_same(path))
            yield path


def _is_ours(path: Path) -> bool:
    return path.name.lower().startswith("xlprocess") and path.suffix.lower() in (".xlam", ".xla")


def _same(path: Path) -> str:
    return str(path).lower()


# WPS


def _wps(desk: Desk) -> Iterator[Check]:
    """WPS may have made itself what answers to the name of Excel; then programs that look for Excel find WPS."""
    server = None
    for root in (rf"{USER}\Software\Classes", CLASSES):
        number = desk.registry.value(rf"{root}\Excel.Application\CLSID")
        if number:
            keys = (rf"{where}\CLSID\{number}\LocalServer32" for where in (rf"{USER}\Software\Classes", CLASSES))
            server = next((str(found) for key in keys if (found := desk.registry.value(key))), None)
            break
    taken = server is not None and re.search(r"kingsoft|wps|[\\/]et\.exe", server, re.IGNORECASE) is not None
    has_wps = any(desk.registry.values(rf"{root}\Software\Kingsoft\Office\6.0\Common") for root in (USER, MACHINE))
    if taken and desk.has_excel:
        how = "请在“WPS 配置工具 → 高级 → 兼容设置”里去掉“WPS Office 兼容第三方系统和软件”，再修复 Microsoft Office。"
        yield Check("wps", "problem", f"WPS 占用了 Excel 的登记，按钮会找不到打开的工作簿。{how}")
    elif (taken or has_wps) and not desk.has_excel:
        yield Check(
            "wps", "notice", "这台电脑用的是 WPS，功能区按钮在 WPS 里不起作用。请保存工作簿后，把它拖到桌面的“拖到这里检查”上。"
        )


# LibreOffice


def _libreoffice(desk: Desk) -> Iterator[Check]:
    if desk.unopkg is None:
        return
    yield Check("libreoffice", "fine", f"找到 LibreOffice，位置 {desk.unopkg.parent}。")
    installed = extension_in(desk)
    if installed is None:
        yield Check("libreoffice_extension", "problem", f"LibreOffice 里还没有装按钮。{_RUN}")
    elif (found := _version_of(installed)) != __version__:
        wrong = f"LibreOffice 里的按钮是 {found} 版，检查程序是 {__version__} 版。"
        yield Check("libreoffice_extension", "problem", f"{wrong}请关闭 LibreOffice，{_AGAIN.removeprefix('请')}")
    else:
        yield Check("libreoffice_extension", "fine", "LibreOffice 的按钮已装好：表格窗口里的工具栏和菜单“绩效自评”。")
    if not _reaches_libreoffice():
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        how = "请安装系统自带的 python3-uno，并用同一版本的 Python 安装本程序。"
        yield Check("uno", "problem", f"Python {version} 不能连接 LibreOffice。{how}")
    yield from _security(desk)


def _version_of(installed: Path) -> str | None:
    with suppress(OSError):
        found = _VERSION.search((installed / "description.xml").read_text(encoding="utf-8"))
        return found[1] if found else None
    return None


def _reaches_libreoffice() -> bool:
    from xlprocess.desktop.connect import find_uno

    return find_uno()


def _security(desk: Desk) -> Iterator[Check]:
    """LibreOffice runs no macros of a workbook unless that is allowed; those of an extension are not concerned."""
    settings = {"MacroSecurityLevel": "2", "DisableMacrosExecution": "false"}
    with suppress(OSError):
        text = (desk.profile / "user" / "registrymodifications.xcu").read_text(encoding="utf-8", errors="replace")
        settings.update(_LEVEL.findall(text))
    if settings["DisableMacrosExecution"] == "true":
        yield Check("macros", "problem", "LibreOffice 禁用了全部宏，按钮不能用。请在“工具 → 选项 → LibreOffice → 安全”里改回来。")
    elif settings["MacroSecurityLevel"] in ("2", "3"):
        level = {"2": "高", "3": "非常高"}[settings["MacroSecurityLevel"]]
        yield Check("macros", "notice", f"LibreOffice 的宏安全性为“{level}”，工作簿里的按钮不能用。请用工具栏“绩效自评”里的按钮。")


def _nothing(desk: Desk) -> Iterator[Check]:
    if not desk.has_excel and desk.unopkg is None:
        yield Check("office", "problem", NONE_FOUND)
