"""Gathers everything that a desk without internet needs to install xlprocess, into one folder with a one-click installer.

    python macros/offline/gather.py --platform windows-x64 离线安装包
    python macros/offline/gather.py --platform linux-aarch64 --python 3.11 --with cpython-3.11…-install_only.tar.gz 离线安装包

Run it where there is internet, from a checkout, with `pip install uv`. Wheels of other systems are gathered on any system: uv
resolves for the named one (pip would judge conditions such as `platform_system == "Windows"` by this machine), pip downloads.
Then the folder is proved complete: everything is installed from it alone, for the named system, into a folder that is thrown away.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
PYTHONS = ("3.11", "3.12", "3.13", "3.14")
NOT_FOR_CLERKS = frozenset(("test", "dev", "cluster", "pandas", "openpyxl"))
"""Extras that are left out unless they are asked for: for developers, and for people who go on with the data in Python."""


class Platform(NamedTuple):
    """`uv`: its name for uv. `pip`: wheel tags, best first. `machines`: what Python calls such a machine, and its system."""

    uv: str
    pip: tuple[str, ...]
    system: str
    machines: tuple[str, ...]


def _linux(machine: str) -> tuple[str, ...]:
    """glibc 2.28 is that of 麒麟 V10 and 统信 20."""
    old = ("manylinux2010", "manylinux1") if machine == "x86_64" else ()
    return tuple(f"{tag}_{machine}" for tag in (*(f"manylinux_2_{n}" for n in range(28, 16, -1)), "manylinux2014", *old))


def _macos(machine: str, first: int) -> tuple[str, ...]:
    tags = [f"macosx_{n}_0_{machine}" for n in (13, 12, 11)] + [f"macosx_{n}_0_universal2" for n in (13, 12, 11)]
    return (*tags, *(f"macosx_10_{n}_{kind}" for n in range(16, first, -1) for kind in (machine, "universal2")))


PLATFORMS = {
    "windows-x64": Platform("x86_64-pc-windows-msvc", ("win_amd64",), "Windows", ("AMD64", "x86_64")),
    "linux-x86_64": Platform("x86_64-manylinux_2_28", _linux("x86_64"), "Linux", ("x86_64",)),
    "linux-aarch64": Platform("aarch64-manylinux_2_28", _linux("aarch64"), "Linux", ("aarch64", "arm64")),
    "macos-arm64": Platform("aarch64-apple-darwin", _macos("arm64", 15), "Darwin", ("arm64",)),
    "macos-x86_64": Platform("x86_64-apple-darwin", _macos("x86_64", 8), "Darwin", ("x86_64",)),
}
ALIASES = {"win_amd64": "windows-x64", "manylinux_x86_64": "linux-x86_64", "manylinux_aarch64": "linux-aarch64"}


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="new or empty folder for the bundle")
    parser.add_argument("--platform", required=True, choices=[*PLATFORMS, *ALIASES])
    parser.add_argument("--python", action="append", metavar="3.11", help=f"may be repeated; else {', '.join(PYTHONS)}")
    parser.add_argument("--extras", help="comma-separated; else all that a clerk needs")
    parser.add_argument(
        "--with", dest="extra", action="append", default=[], type=Path, metavar="FILE", help="Python for desks without"
    )
    given = parser.parse_args(arguments)
    if given.folder.exists() and any(given.folder.iterdir()):
        parser.error(f"{given.folder} is not empty")
    name = ALIASES.get(given.platform, given.platform)
    try:
        gather(given.folder, name, given.python or PYTHONS, given.extras, given.extra)
    except subprocess.CalledProcessError as error:
        print(f"failed: {' '.join(map(str, error.cmd))}", file=sys.stderr)
        return 1
    print(f"complete: {given.folder} for {name}, Python {', '.join(given.python or PYTHONS)}")
    return 0


def gather(folder: Path, name: str, pythons: Sequence[str], extras: str | None, extra: Sequence[Path]) -> None:
    """Raises CalledProcessError when a wheel cannot be had, or the bundle is not complete."""
    platform = PLATFORMS[name]
    wheels = folder / "wheels"
    wheels.mkdir(parents=True)
    _run(sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", wheels, ROOT)
    (own,) = wheels.glob("xlprocess-*.whl")
    requirement = _requirement(own, extras)
    _run(sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--only-binary", ":all:", "-d", wheels, "pip")
    with tempfile.TemporaryDirectory() as work:
        for python in pythons:
            _download(requirement, own, wheels, platform, python, Path(work))
    check(folder, requirement, platform, pythons)
    about = {"requirement": requirement, "system": platform.system, "machines": platform.machines, "pythons": list(pythons)}
    (folder / "bundle.json").write_text(json.dumps(about, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    _installers(folder, platform.system)
    for path in extra:
        shutil.copy(path, folder)


def _download(requirement: str, own: Path, wheels: Path, platform: Platform, python: str, work: Path) -> None:
    wanted, locked = work / f"{python}.in", work / f"{python}.txt"
    wanted.write_text(f"{requirement} @ {own.resolve().as_uri()}\n", encoding="utf-8")
    _uv(
        "pip",
        "compile",
        "-q",
        "--no-header",
        "--no-annotate",
        "--only-binary",
        ":all:",
        *_for(platform, python),
        "-o",
        locked,
        wanted,
    )
    lines = [line for line in locked.read_text(encoding="utf-8").splitlines() if not line.startswith("xlprocess")]
    locked.write_text("\n".join(lines) + "\n", encoding="utf-8")
    tags = [word for tag in platform.pip for word in ("--platform", tag)]
    command = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--only-binary", ":all:", "-d", wheels, "-r", locked]
    _run(*command, "--implementation", "cp", "--python-version", python, *tags)


def check(folder: Path, requirement: str, platform: Platform, pythons: Sequence[str]) -> None:
    """Installs everything from the folder alone. Raises CalledProcessError when a wheel is missing."""
    for python in pythons:
        with tempfile.TemporaryDirectory() as target:
            command = [
                "pip",
                "install",
                "-q",
                "--no-index",
                "--no-config",
                "--find-links",
                folder / "wheels",
                "--only-binary",
                ":all:",
            ]
            _uv(*command, "--no-cache", *_for(platform, python), "--target", target, requirement)


def _for(platform: Platform, python: str) -> list[str]:
    return ["--python", sys.executable, "--python-platform", platform.uv, "--python-version", python]


def _requirement(wheel: Path, extras: str | None) -> str:
    import zipfile

    with zipfile.ZipFile(wheel) as archive:
        (metadata,) = [n for n in archive.namelist() if n.endswith(".dist-info/METADATA")]
        lines = archive.read(metadata).decode().split("\n\n", 1)[0].splitlines()
    provided = [line.partition(": ")[2] for line in lines if line.startswith("Provides-Extra: ")]
    chosen = [e for e in provided if e not in NOT_FOR_CLERKS] if extras is None else [e for e in extras.split(",") if e]
    return f"xlprocess[{','.join(chosen)}]" if chosen else "xlprocess"


def _installers(folder: Path, system: str) -> None:
    """The installer of the system, the drop target that it puts on the desktop, and a sample to try it with."""
    for name in {"Windows": ("install.bat", "no-python.txt"), "Linux": ("install.sh",), "Darwin": ("install.command",)}[system]:
        shutil.copy(HERE / name, folder / name)
    for name in ("install.py", "安装说明.txt"):
        shutil.copy(HERE / name, folder / name)
    drop = folder / "drop"
    drop.mkdir()
    suffixes = {"Windows": (".bat", ".txt"), "Linux": (".desktop",), "Darwin": (".command",)}[system]
    for path in (HERE.parent / "drop").iterdir():
        if path.suffix in suffixes:
            shutil.copy(path, drop)
    sample = next(p for p in sorted((ROOT / "workbooks" / "samples").glob("*.xlsx")) if p.is_file())
    shutil.copy(sample, folder / "样表.xlsx")


def _uv(*words: str | Path) -> None:
    import importlib.util

    if importlib.util.find_spec("uv") is None:
        raise SystemExit("uv is needed: pip install uv")
    _run(sys.executable, "-m", "uv", *words)


def _run(*words: str | Path) -> None:
    subprocess.run([str(w) for w in words], check=True)


if __name__ == "__main__":
    sys.exit(main())
