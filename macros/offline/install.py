"""Installs xlprocess from the folder that this file lies in, for this user only. install.bat, install.sh and install.command
find a Python of 3.11 or later for it.

    install.py [--remove] [--no-desktop] [--no-buttons]

Exit status: 0 done, 1 failed and said why, 3 this Python cannot be used: another one may be. Standard library only.
"""

from __future__ import annotations

import json
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
NAME = "拖到这里检查"
FAILED, UNUSABLE = 1, 3


def main(arguments: Sequence[str]) -> int:
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding=None if stream.isatty() else "utf-8", errors="replace")
    if "--remove" in arguments:
        return remove()
    bundle = json.loads((HERE / "bundle.json").read_text(encoding="utf-8"))
    why = unusable(bundle)
    if why:
        print(f"没有用 {sys.executable}：{why}")
        return UNUSABLE
    print("正在安装，请稍候……", flush=True)
    why = install(bundle)
    if why:
        print(f"没有装成：{why}")
        return FAILED
    print(f"检查程序装好了，位置：{base()}")
    if "--no-desktop" not in arguments:
        print(put_on_desktop())
    if "--no-buttons" not in arguments:
        print(buttons("install"))
    return 0


def unusable(bundle: dict[str, Any]) -> str | None:
    """Why this Python cannot take what the bundle holds; None when it can."""
    version = f"{sys.version_info[0]}.{sys.version_info[1]}"
    if platform.system() != bundle["system"]:
        return f"这个安装包是给 {bundle['system']} 用的，这台电脑是 {platform.system()}。请换对应的安装包。"
    machine = platform.machine() if sys.maxsize > 2**32 else "32 位的 Python"
    if machine not in bundle["machines"]:
        return f"这个安装包是给 {bundle['machines'][0]} 用的，这里是 {machine}。请换对应的安装包。"
    if version not in bundle["pythons"]:
        return f"它是 Python {version}，安装包里只有 Python {'、'.join(bundle['pythons'])} 的组件。"
    return None


def install(bundle: dict[str, Any]) -> str | None:
    """Makes the environment and fills it from the folder alone; gives what went wrong. What was installed before stays until
    the new one has checked a workbook: a component that does not fit this machine shows here, not at the first use."""
    import venv

    place, old = base() / "venv", base() / "venv.old"
    pip = sorted((HERE / "wheels").glob("pip-*.whl"))
    if not pip:
        return "安装包不完整，缺少 wheels 文件夹里的组件。请重新复制整个安装包。"
    try:
        base().mkdir(parents=True, exist_ok=True)
        shutil.rmtree(old, ignore_errors=True)
        if place.is_dir():
            place.replace(old)
        venv.EnvBuilder(with_pip=False, symlinks=os.name != "nt").create(place)
    except OSError as error:
        restore(place, old)
        return f"写不了 {place}（{error.errno}）。请先关闭正在使用检查程序的窗口，检查磁盘空间和权限，再装一次。"
    python = python_in(place)
    quiet = ["--isolated", "install", "--quiet", "--no-index", "--no-cache-dir", "--disable-pip-version-check"]
    for words in (
        [python, pip[-1] / "pip", *quiet, "--find-links", HERE / "wheels", bundle["requirement"]],
        [python, "-P", "-m", "xlprocess", "check", "--fail-on", "never", HERE / "样表.xlsx"],
    ):
        done = subprocess.run([str(w) for w in words], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd=base())
        if done.returncode != 0:
            log = base() / "install.log"
            log.write_bytes(done.stdout)
            restore(place, old)
            return f"组件装不上，或者不适合这台电脑。请把 {log} 交给技术人员。"
    shutil.rmtree(old, ignore_errors=True)
    return None


def python_in(place: Path) -> Path:
    return place / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def buttons(what: str) -> str:
    """Puts the buttons into Excel and LibreOffice, or takes them out; gives what there is to say. A desk without either has the
    drop target."""
    words = [str(python_in(base() / "venv")), "-P", "-m", "xlprocess", "addin", what]
    environment = {**os.environ, "PYTHONUTF8": "1"}
    done = subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd=base(), env=environment)
    return done.stdout.decode("utf-8", "replace").strip()


def restore(place: Path, old: Path) -> None:
    shutil.rmtree(place, ignore_errors=True)
    if old.is_dir() and not place.exists():
        old.replace(place)


def remove() -> int:
    if python_in(base() / "venv").exists():
        buttons("remove")
    shutil.rmtree(base(), ignore_errors=True)
    target = target_on_desktop()
    if target is not None:
        target.unlink(missing_ok=True)
    if (base() / "venv").is_dir():
        print(f"没有删干净：{base()} 正在使用。请关闭检查程序的窗口后再删一次。")
        return FAILED
    print("检查程序已经删除。")
    return 0


def put_on_desktop() -> str:
    target = target_on_desktop()
    try:
        if target is None:
            raise FileNotFoundError
        shutil.copyfile(HERE / "drop" / target.name, target)
        target.chmod(0o755)
        if platform.system() == "Linux" and shutil.which("gio"):
            words = ["gio", "set", str(target), "metadata::trusted", "true"]
            subprocess.run(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    except OSError:
        return f"没有找到桌面。请把安装包 drop 文件夹里的“{NAME}”复制到方便的地方使用。"
    return f"桌面上已放好“{NAME}”：把工作簿拖到它上面即可。"


def target_on_desktop() -> Path | None:
    """Where the drop target goes; None without a desktop."""
    suffix = {"Windows": ".bat", "Darwin": ".command"}.get(platform.system(), ".desktop")
    folder = desktop()
    return folder / f"{NAME}{suffix}" if folder is not None and folder.is_dir() else None


def desktop() -> Path | None:
    home = Path.home()
    if sys.platform == "win32":
        import winreg

        try:  # may lie elsewhere: on a network drive, in a cloud folder
            key = r"Software\Microsoft\Windows\CurrentVersion\Explorer\User Shell Folders"
            with winreg.OpenKey(winreg.HKEY_CURRENT_USER, key) as folders:
                return Path(os.path.expandvars(winreg.QueryValueEx(folders, "Desktop")[0]))
        except OSError:
            return home / "Desktop"
    if shutil.which("xdg-user-dir"):
        found = subprocess.run(["xdg-user-dir", "DESKTOP"], stdout=subprocess.PIPE).stdout.decode().strip()
        if found and Path(found) != home and Path(found).is_dir():  # it names one that nobody made, too
            return Path(found)
    return next((home / name for name in ("桌面", "Desktop") if (home / name).is_dir()), None)


def base() -> Path:
    """Where it is installed; the drop targets look there."""
    if os.name == "nt":
        return Path(os.environ["LOCALAPPDATA"]) / "xlprocess"
    return Path.home() / ".local" / "share" / "xlprocess"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
