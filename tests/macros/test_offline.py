"""The offline bundle: complete for Windows, and installed on a bare Linux desk that has neither Python nor a network."""

from __future__ import annotations

import importlib.util
import json
import os
import platform
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]
OFFLINE = ROOT / "macros/offline"
PYTHON = f"{sys.version_info[0]}.{sys.version_info[1]}"
LINUX = {"x86_64": "linux-x86_64", "aarch64": "linux-aarch64"}.get(platform.machine())

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the installers that can be run are shell scripts")


@pytest.fixture(scope="session")
def gather() -> ModuleType:
    spec = importlib.util.spec_from_file_location("gather", OFFLINE / "gather.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def gathered(folder: Path, *arguments: str) -> Path:
    """A bundle. It needs an index: without one that is a failure in CI, and the test is left out elsewhere."""
    command = [sys.executable, str(OFFLINE / "gather.py"), *arguments, str(folder)]
    done = subprocess.run(command, capture_output=True, encoding="utf-8")
    if done.returncode != 0 and not os.environ.get("CI") and "onnection" in done.stderr:
        pytest.skip("no package index can be reached")
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture(scope="session")
def windows(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bundle") / "离线 安装包"
    return gathered(folder, "--platform", "win_amd64", "--python", "3.11", "--python", "3.13")


@pytest.fixture(scope="session")
def linux(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if LINUX is None or sys.platform != "linux":
        pytest.skip("not one of the gathered systems")
    return gathered(tmp_path_factory.mktemp("bundle") / "离线 安装包", "--platform", LINUX, "--python", PYTHON)


def test_the_windows_bundle_is_complete(gather: ModuleType, windows: Path) -> None:
    about = json.loads((windows / "bundle.json").read_text(encoding="utf-8"))
    assert (about["system"], about["pythons"]) == ("Windows", ["3.11", "3.13"])
    assert "watch" in about["requirement"]
    gather.check(windows, about["requirement"], gather.PLATFORMS["windows-x64"], about["pythons"])
    wheels = [p.name for p in (windows / "wheels").iterdir()]
    for python in ("cp311", "cp313"):
        for name in ("lxml", "python_calamine", "msgspec"):
            assert [w for w in wheels if w.startswith(f"{name}-") and f"-{python}-win_amd64" in w]
    assert not [w for w in wheels if "linux" in w or w.startswith(("pytest", "mypy", "uv-", "pandas"))]
    assert {p.name for p in windows.iterdir()} == {
        "bundle.json", "drop", "install.bat", "install.py", "no-python.txt", "wheels", "安装说明.txt", "样表.xlsx",
    }  # fmt: skip
    assert sorted(p.name for p in (windows / "drop").iterdir()) == ["not-found.txt", "拖到这里检查.bat"]


@pytest.mark.parametrize("left_out", ["msgspec", "rich", "mdurl", "watchfiles"])
def test_a_bundle_that_lacks_one_wheel_is_found_out(gather: ModuleType, windows: Path, tmp_path: Path, left_out: str) -> None:
    about = json.loads((windows / "bundle.json").read_text(encoding="utf-8"))
    shutil.copytree(windows, tmp_path / "b", ignore=shutil.ignore_patterns(f"{left_out}-*.whl"))
    with pytest.raises(subprocess.CalledProcessError):
        gather.check(tmp_path / "b", about["requirement"], gather.PLATFORMS["windows-x64"], ["3.11"])


class Bare:
    """A desk with a few tools of its system, no Python, no network."""

    def __init__(self, root: Path, bundle: Path) -> None:
        self.bundle = root / "U 盘" / "离线 安装包"
        shutil.copytree(bundle, self.bundle)
        self.home = root / "家 里"
        self.desktop = self.home / "桌面"
        self.desktop.mkdir(parents=True)
        self.tools = root / "bin"
        self.tools.mkdir()
        for tool in ("bash", "dirname", "mkdir", "tar", "gzip", "rm"):
            found = shutil.which(tool)
            assert found
            (self.tools / tool).symlink_to(found)
        self.environment = {"HOME": str(self.home), "PATH": str(self.tools), "LC_ALL": "C.UTF-8"}
        unshare = shutil.which("unshare")
        cut_off = [unshare, "-rn"] if unshare else []
        cuts = bool(unshare) and subprocess.run([*cut_off, "/bin/true"], capture_output=True).returncode == 0
        self.prefix = cut_off if cuts else []
        self.place = self.home / ".local/share/xlprocess"

    def run(self, *words: str | Path) -> tuple[int, str]:
        shell = [self.tools / "bash"] if str(words[0]).endswith(".sh") else []
        command = [str(w) for w in (*self.prefix, *shell, *words)]
        done = subprocess.run(
            command, env=self.environment, cwd=self.home, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        return done.returncode, done.stdout.decode()

    def install(self) -> tuple[int, str]:
        return self.run(self.bundle / "install.sh")


@pytest.fixture
def desk(tmp_path: Path, linux: Path) -> Bare:
    return Bare(tmp_path, linux)


@pytest.fixture(scope="session")
def standalone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """This Python laid out and named as the standalone builds are."""
    base, library = Path(sys.base_prefix), f"python{PYTHON}"
    path = (
        tmp_path_factory.mktemp("standalone")
        / f"cpython-{PYTHON}.0+20260101-{platform.machine()}-unknown-linux-gnu-install_only.tar.gz"
    )

    def wanted(entry: tarfile.TarInfo) -> tarfile.TarInfo | None:
        parts = Path(entry.name).parts
        left_out = {"test", "tests", "site-packages", "dist-packages", "__pycache__", "idlelib", "tkinter", "turtledemo"}
        return None if left_out & set(parts) or any(p.startswith("config-") for p in parts) else entry

    with tarfile.open(path, "w:gz", compresslevel=1, dereference=True) as archive:
        archive.add(Path(sys.base_prefix) / "bin" / library, "python/bin/python3")
        archive.add(base / "lib" / library, f"python/lib/{library}", filter=wanted)
        for shared in (base / "lib").glob(f"lib{library}*.so*"):
            archive.add(shared, f"python/lib/{shared.name}")
    return path


def test_a_bare_desk_is_told_what_is_missing(desk: Bare) -> None:
    status, said = desk.install()
    assert status == 1
    assert said.splitlines()[0] == "没有装成：这台电脑上没有能用的 Python，需要 3.11 到 3.14。"
    assert "cpython-3.12.…-install_only.tar.gz" in said


def test_installed_from_the_standalone_build_and_used(desk: Bare, standalone: Path) -> None:
    shutil.copy(standalone, desk.bundle)
    status, said = desk.install()
    told = ["正在安装，请稍候……", f"检查程序装好了，位置：{desk.place}", "桌面上已放好“拖到这里检查”：把工作簿拖到它上面即可。"]
    assert (status, said.splitlines()[:3]) == (0, told)
    assert "LibreOffice" in said.splitlines()[-1], "installed there, or there is none, or it takes nothing from root"
    assert str(desk.place / "venv/bin/python") in (desk.place / "button").read_text(encoding="utf-8")
    python = desk.place / "venv/bin/python"
    status, said = desk.run(python, "-m", "xlprocess", "run", desk.bundle / "样表.xlsx", "-o", "结果")
    assert status == 0 and said.splitlines()[-1].startswith("1 个文件：错误")
    assert (desk.home / "结果/样表.xlsx").stat().st_size > 10_000
    (desk.home / "放这里").mkdir()
    shutil.copy(desk.bundle / "样表.xlsx", desk.home / "放这里")
    status, said = desk.run(python, "-m", "xlprocess", "watch", "放这里", "-o", "回来", "--once")
    assert status == 0 and (desk.home / "回来/样表.xlsx").exists(), said
    assert os.access(desk.desktop / "拖到这里检查.desktop", os.X_OK)
    status, said = desk.run(desk.place / "python/bin/python3", desk.bundle / "install.py", "--remove")
    assert (status, said) == (0, "检查程序已经删除。\n")
    assert not desk.place.exists() and not list(desk.desktop.iterdir())


def test_installed_with_the_python_that_is_there_and_again_over_it(desk: Bare) -> None:
    there = desk.tools / f"python{PYTHON}"
    there.write_text(f'#!/bin/bash\nexec "{Path(sys.base_prefix) / "bin" / there.name}" "$@"\n', encoding="utf-8")
    there.chmod(0o755)
    assert desk.install()[0] == 0
    lost = next((desk.bundle / "wheels").glob("msgspec-*.whl"))
    aside = lost.rename(desk.bundle / lost.name)
    status, said = desk.install()
    log = desk.place / "install.log"
    assert status == 1
    assert said.splitlines()[-1] == f"没有装成：组件装不上，或者不适合这台电脑。请把 {log} 交给技术人员。"
    assert "msgspec" in log.read_text(encoding="utf-8")
    status, said = desk.run(desk.place / "venv/bin/xlprocess", "--version")
    assert status == 0, "what was installed before still works"
    aside.rename(lost)
    assert desk.install()[0] == 0


def test_a_python_that_the_bundle_has_nothing_for_is_passed_over_and_named(desk: Bare) -> None:
    there = desk.tools / f"python{PYTHON}"
    there.symlink_to(Path(sys.base_prefix) / "bin" / there.name)
    about = desk.bundle / "bundle.json"
    about.write_text(about.read_text(encoding="utf-8").replace(f'"{PYTHON}"', '"3.99"'), encoding="utf-8")
    status, said = desk.install()
    assert status == 1
    assert said.splitlines()[0].endswith(f"：它是 Python {PYTHON}，安装包里只有 Python 3.99 的组件。")
    assert "没有装成：这台电脑上没有能用的 Python" in said
    about.write_text(about.read_text(encoding="utf-8").replace('"Linux"', '"Windows"'), encoding="utf-8")
    assert "这个安装包是给 Windows 用的，这台电脑是 Linux。" in desk.install()[1]


def test_the_batch_installer_is_ascii_with_the_line_ends_of_cmd_and_speaks_through_others() -> None:
    data = (OFFLINE / "install.bat").read_bytes()
    assert data.isascii() and data.count(b"\n") == data.count(b"\r\n")
    code = [line.strip() for line in data.decode().splitlines() if line.strip() and not line.startswith("rem ")]
    assert sum(line.count("(") - line.count(")") for line in code) == 0
    assert code.index('pushd "%~dp0"') < code.index("setlocal EnableDelayedExpansion"), "a ! in the path would be lost"
    assert code.count("if not errorlevel 3 goto ended") == sum(line.endswith("install.py") for line in code) == 6
    start = next(line for line in code if "/passive" in line)
    assert 'start "" /wait' in start and "InstallAllUsers=0" in start
    for name in ("no-python.txt", "安装说明.txt"):
        text = (OFFLINE / name).read_bytes()
        assert text.startswith(b"\xef\xbb\xbf") and text.count(b"\n") == text.count(b"\r\n")
