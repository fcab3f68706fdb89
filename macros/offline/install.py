"""Installs xlprocess from the folder that this file lies in, for this user only. Called by install.bat, install.sh, install.command.

    install.py [--remove] [--no-desktop]

Exit status: 0 installed, 1 failed and said why, 3 this Python cannot be used: another one may be. Standard library only, and
nothing that an old Python 3 would not understand before it is told to be too old.
"""

import glob
import json
import os
import platform
import shutil
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
NAME = "拖到这里检查"
FAILED, UNUSABLE = 1, 3


def main(arguments):
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding=None if stream.isatty() else "utf-8", errors="replace")
    if "--remove" in arguments:
        return remove()
    with open(os.path.join(HERE, "bundle.json"), encoding="utf-8") as file:
        bundle = json.load(file)
    why = unusable(bundle)
    if why:
        print("没有用 %s：%s" % (sys.executable, why))
        return UNUSABLE
    print("正在安装，请稍候……")
    sys.stdout.flush()
    why = install(bundle)
    if why:
        print("没有装成：%s" % why)
        return FAILED
    print("检查程序装好了，位置：%s" % base())
    if "--no-desktop" not in arguments:
        print(put_on_desktop())
    return 0


def unusable(bundle):
    """Why this Python cannot take what the bundle holds; None when it can."""
    version = "%d.%d" % sys.version_info[:2]
    if platform.system() != bundle["system"]:
        return "这个安装包是给 %s 用的，这台电脑是 %s。请换对应的安装包。" % (bundle["system"], platform.system())
    if platform.machine() not in bundle["machines"] or sys.maxsize < 2**32:
        kind = platform.machine() if sys.maxsize > 2**32 else "32 位"
        return "这个安装包是给 %s 用的，这里是 %s。请换对应的安装包。" % (bundle["machines"][0], kind)
    if version not in bundle["pythons"]:
        return "它是 Python %s，安装包里只有 Python %s 的组件。" % (version, "、".join(bundle["pythons"]))
    return None


def install(bundle):
    """Makes the environment and fills it from the folder alone. What was installed before stays until the new one works."""
    import venv

    place, old = os.path.join(base(), "venv"), os.path.join(base(), "venv.old")
    try:
        os.makedirs(base(), exist_ok=True)
        shutil.rmtree(old, ignore_errors=True)
        if os.path.isdir(place):
            os.replace(place, old)
        venv.EnvBuilder(with_pip=False, symlinks=os.name != "nt").create(place)
    except OSError as error:
        restore(place, old)
        return "写不了 %s。请先关闭正在使用检查程序的窗口，检查磁盘空间和权限，再装一次。（%s）" % (place, error)
    python = os.path.join(place, "Scripts", "python.exe") if os.name == "nt" else os.path.join(place, "bin", "python")
    pip = sorted(glob.glob(os.path.join(glob.escape(HERE), "wheels", "pip-*.whl")))
    if not pip:
        restore(place, old)
        return "安装包不完整，缺少 wheels 文件夹里的组件。请重新复制整个安装包。"
    command = [python, os.path.join(pip[-1], "pip"), "--isolated", "install", "--quiet", "--no-index", "--no-cache-dir"]
    command += ["--disable-pip-version-check", "--find-links", os.path.join(HERE, "wheels"), bundle["requirement"]]
    # the sample is checked with what was installed: a component that does not fit this machine shows here, not at the first use
    for words in (command, [python, "-P", "-m", "xlprocess", "check", "--fail-on", "never", os.path.join(HERE, "样表.xlsx")]):
        done = subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd=base())
        if done.returncode != 0:
            log = os.path.join(base(), "install.log")
            with open(log, "wb") as file:
                file.write(done.stdout)
            restore(place, old)
            return "组件装不上，或者不适合这台电脑。请把 %s 交给技术人员。" % log
    shutil.rmtree(old, ignore_errors=True)
    return None


def restore(place, old):
    shutil.rmtree(place, ignore_errors=True)
    if os.path.isdir(old):
        os.replace(old, place)


def remove():
    shutil.rmtree(base(), ignore_errors=True)
    target = target_on_desktop()
    if target and os.path.exists(target):
        os.remove(target)
    if os.path.isdir(os.path.join(base(), "venv")):
        print("没有删干净：%s 正在使用。请关闭检查程序的窗口后再删一次。" % base())
        return FAILED
    print("检查程序已经删除。")
    return 0


def put_on_desktop():
    target = target_on_desktop()
    source = os.path.join(HERE, "drop", os.path.basename(target or ""))
    try:
        if target is None or not os.path.isfile(source):
            raise OSError
        shutil.copyfile(source, target)
        os.chmod(target, 0o755)
        if platform.system() == "Linux" and shutil.which("gio"):
            subprocess.run(["gio", "set", target, "metadata::trusted", "true"], stderr=subprocess.DEVNULL)
    except OSError:
        return "没有找到桌面。请把安装包 drop 文件夹里的“%s”复制到方便的地方使用。" % NAME
    return "桌面上已放好“%s”：把工作簿拖到它上面即可。" % NAME


def target_on_desktop():
    """Where the drop target goes; None without a desktop."""
    suffix = {"Windows": ".bat", "Darwin": ".command"}.get(platform.system(), ".desktop")
    folder = desktop()
    return os.path.join(folder, NAME + suffix) if folder and os.path.isdir(folder) else None


def desktop():
    home = os.path.expanduser("~")
    if os.name == "nt":
        import winreg

        try:  # may lie elsewhere: on a network drive, in a cloud folder
            key = r"Software\Microsoft\Windows\CurrentVersion\Explorer\User Shell Folders"
            with winreg.OpenKey(winreg.HKEY_CURRENT_USER, key) as folders:
                return os.path.expandvars(winreg.QueryValueEx(folders, "Desktop")[0])
        except OSError:
            return os.path.join(home, "Desktop")
    if shutil.which("xdg-user-dir"):
        found = subprocess.run(["xdg-user-dir", "DESKTOP"], stdout=subprocess.PIPE).stdout.decode().strip()
        if found and os.path.normpath(found) != os.path.normpath(home):
            return found
    return next((d for d in (os.path.join(home, n) for n in ("桌面", "Desktop")) if os.path.isdir(d)), None)


def base():
    """Where it is installed; the drop targets look there."""
    if os.name == "nt":
        return os.path.join(os.environ["LOCALAPPDATA"], "xlprocess")
    return os.path.join(os.path.expanduser("~"), ".local", "share", "xlprocess")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
