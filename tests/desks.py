"""A folder laid out as one person's Windows or macOS, and a registry that says what a test says."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from xlprocess.addin.desk import Desk

EXCEL = r"C:\Program Files\Microsoft Office\root\Office16\EXCEL.EXE"
APP_PATHS = r"HKEY_LOCAL_MACHINE\Software\Microsoft\Windows\CurrentVersion\App Paths\excel.exe"
Keys = Mapping[str, Mapping[str, str | int]]


class TypedRegistry:
    def __init__(self, keys: Keys) -> None:
        self.keys = {key.lower(): values for key, values in keys.items()}

    def value(self, key: str, name: str = "") -> str | int | None:
        return self.values(key).get(name)

    def values(self, key: str) -> Mapping[str, str | int]:
        return self.keys.get(key.lower(), {})


def windows(root: Path, keys: Keys | None = None, *, excel: bool = True, programs: tuple[Path, ...] = ()) -> Desk:
    home = root / "用户 甲"
    (home / "AppData/Roaming/Microsoft/Excel/XLSTART").mkdir(parents=True, exist_ok=True)
    (home / "AppData/Local").mkdir(parents=True, exist_ok=True)
    environment = {"APPDATA": str(home / "AppData/Roaming"), "LOCALAPPDATA": str(home / "AppData/Local"), "PATH": ""}
    registered: Keys = {APP_PATHS: {"": EXCEL}} if excel else {}
    return Desk("Windows", home, environment, TypedRegistry({**registered, **(keys or {})}), programs)


def macos(root: Path) -> Desk:
    home = root / "甲"
    (home / "Library/Group Containers/UBF8T346G9.Office").mkdir(parents=True)
    return Desk("Darwin", home, {"PATH": ""})


def files(folder: Path) -> list[str]:
    """Everything in a folder, folders too."""
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))
