"""Putting the buttons in place for this person and this Python, and taking them away again."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from xlprocess.addin import launcher
from xlprocess.addin.desk import Desk
from xlprocess.addin.extension import IDENTIFIER, extension
from xlprocess.addin.sources import read
from xlprocess.addin.workbook import addin

_LISTED = re.compile(re.escape(IDENTIFIER.encode("ascii")) + rb"[^\w.]+(\w+\.tmp)\b")
ADDIN, SCRIPT, EXTENSION = "xlprocess.xlam", "xlprocess.applescript", "xlprocess.oxt"
NONE_FOUND = (
    "没有找到能装按钮的程序：Windows、macOS 上的 Excel，或 Linux 上的 LibreOffice。请保存工作簿后，把它拖到桌面的“拖到这里检查”上。"
)
EXCEL_OPEN = "Excel 正开着，写不了 {0}。请关闭 Excel 后再运行一次。"
OFFICE_OPEN = "LibreOffice 正开着，不能增删它的扩展。请关闭 LibreOffice 的全部窗口后再运行一次；已经都关了的，打开再关闭一次。"
OFFICE_ROOT = "LibreOffice 不允许以 root 身份安装扩展。请换成平时登录的用户再运行一次。"
OFFICE_FAILED = "LibreOffice 没有接受按钮扩展。请在 LibreOffice 的“工具 → 扩展”里手工添加由 xlprocess addin build 生成的 {0}。"


class Done(NamedTuple):
    """One thing put in place or taken away: launcher, excel, libreoffice; or, with a sentence, what could not be."""

    what: str
    path: Path
    problem: str | None = None


def install(desk: Desk) -> list[Done]:
    """For each program that is there. Nothing is in place without the launcher."""
    done = [_file("launcher", desk.launcher, launcher.content(desk), mode=0o755)]
    if done[0].problem is not None:
        return done
    if desk.has_excel and desk.startup is not None:
        done += _in_excel(desk, desk.startup)
    if desk.unopkg is not None:
        done.append(_in_libreoffice(desk, desk.unopkg))
    if len(done) == 1:
        done.append(Done("launcher", desk.launcher, NONE_FOUND))
    return done


def remove(desk: Desk) -> list[Done]:
    """What `install` put in place, and no more. What was not there is not in the list."""
    done = []
    for what, path in _files(desk):
        if path.exists():
            done.append(_taken(what, path))
    if desk.unopkg is not None and (installed := extension_in(desk)) is not None:
        done.append(_out_of_libreoffice(desk, desk.unopkg, installed))
    for path in [*desk.left_behind]:
        with suppress(OSError):
            path.unlink(missing_ok=True)
            for folder in (path.parent, path.parent.parent):
                if folder.name in ("log", "Logs", "xlprocess"):
                    folder.rmdir()  # only when nothing else is in it, as here:
    with suppress(OSError):
        desk.base.rmdir()
    return done


def extension_in(desk: Desk) -> Path | None:
    """Where LibreOffice keeps our extension. Its own list says so: folders of what was removed stay until it next starts."""
    cache = desk.profile / "user" / "uno_packages" / "cache"
    with suppress(OSError):
        found = _LISTED.search((cache / "uno_packages.pmap").read_bytes())
        folder = cache / "uno_packages" / f"{found[1].decode('ascii')}_" if found else None
        return next(folder.glob("*.oxt"), None) if folder is not None else None
    return None


def _files(desk: Desk) -> Iterator[tuple[str, Path]]:
    yield "launcher", desk.launcher
    if desk.startup is not None:
        yield "excel", desk.startup / ADDIN
    if desk.scripts is not None:
        yield "excel", desk.scripts / SCRIPT


def _in_excel(desk: Desk, startup: Path) -> Iterator[Done]:
    mac = desk.system == "Darwin"
    yield _file("excel", startup / ADDIN, addin(mac=mac))
    if desk.scripts is not None:
        script = read("excel", f"mac/{SCRIPT}").replace("@PYTHON@", _for_applescript(launcher.python_for(desk)))
        yield _file("excel", desk.scripts / SCRIPT, script.encode("utf-8"))


def _for_applescript(path: Path) -> str:
    return str(path).replace("\\", "\\\\").replace('"', '\\"')


def _file(what: str, path: Path, data: bytes, mode: int | None = None) -> Done:
    def write() -> None:
        if path.exists() and path.read_bytes() == data:
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.parent.with_name(f".{path.name}.new")  # not beside it: Excel opens everything in that folder
        try:
            draft.write_bytes(data)
            if mode is not None:
                draft.chmod(mode)
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)

    return _tried(what, path, write)


def _taken(what: str, path: Path) -> Done:
    return _tried(what, path, path.unlink)


def _tried(what: str, path: Path, act: Callable[[], None]) -> Done:
    try:
        act()
    except PermissionError:
        problem = EXCEL_OPEN.format(path) if what == "excel" else f"没有权限写 {path}。请检查这个文件夹的权限后再运行一次。"
        return Done(what, path, problem)
    except OSError as error:
        return Done(what, path, f"写不了 {path}（{error.errno}）。请检查磁盘空间和权限后再运行一次。")
    return Done(what, path)


def _in_libreoffice(desk: Desk, unopkg: Path) -> Done:
    package = desk.base / EXTENSION
    try:
        package.write_bytes(extension())
        problem = _unopkg(desk, unopkg, "add", "--force", str(package))
    except OSError:
        problem = OFFICE_FAILED.format(EXTENSION)
    finally:
        package.unlink(missing_ok=True)
    return Done("libreoffice", extension_in(desk) or desk.profile, problem)


def _out_of_libreoffice(desk: Desk, unopkg: Path, installed: Path) -> Done:
    try:
        return Done("libreoffice", installed, _unopkg(desk, unopkg, "remove", IDENTIFIER))
    except OSError:
        return Done("libreoffice", installed, OFFICE_FAILED.format(EXTENSION))


def _unopkg(desk: Desk, unopkg: Path, *arguments: str) -> str | None:
    """What went wrong, in a sentence. While LibreOffice is open its extensions cannot be changed from outside."""
    if (desk.profile / ".lock").exists():
        return OFFICE_OPEN
    environment = {k: v for k, v in desk.environment.items() if k not in ("PYTHONPATH", "PYTHONHOME")}
    command = [str(unopkg), *arguments]
    nowhere = subprocess.DEVNULL
    done = subprocess.run(command, stdin=nowhere, capture_output=True, env=environment, cwd=desk.home, check=False)
    if done.returncode == 0:
        return None
    said = done.stderr + done.stdout
    if b"as root" in said:
        return OFFICE_ROOT
    return OFFICE_OPEN if b"lock" in said.lower() else OFFICE_FAILED.format(EXTENSION)
