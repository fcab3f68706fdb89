"""Where the programs of one person keep their things: Excel, LibreOffice, and our launcher. No administrator owns any of it."""

from __future__ import annotations

import os
import platform
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

USER, MACHINE, CLASSES = "HKEY_CURRENT_USER", "HKEY_LOCAL_MACHINE", "HKEY_CLASSES_ROOT"
_OFFICE = r"Software\Microsoft\Office"


class Registry(Protocol):
    """Windows' registry, reading only. A key is `HKEY_…\\path`."""

    def value(self, key: str, name: str = "") -> str | int | None: ...

    def values(self, key: str) -> Mapping[str, str | int]: ...


class NoRegistry:
    """Elsewhere than on Windows."""

    def value(self, key: str, name: str = "") -> str | int | None:
        return None

    def values(self, key: str) -> Mapping[str, str | int]:
        return {}


@dataclass(frozen=True)
class Desk:
    """`system`: Windows, Darwin or Linux, as `platform.system()` has it."""

    system: str
    home: Path
    environment: Mapping[str, str]
    registry: Registry = field(default_factory=NoRegistry)
    programs: tuple[Path, ...] = ()
    """Folders in which LibreOffice may lie, besides those of PATH."""

    @property
    def is_windows(self) -> bool:
        return self.system == "Windows"

    # our launcher

    @property
    def base(self) -> Path:
        """Where the offline installer, too, puts things."""
        if self.is_windows:
            return self._folder("LOCALAPPDATA", "AppData/Local") / "xlprocess"
        return self.home / ".local" / "share" / "xlprocess"

    @property
    def launcher(self) -> Path:
        """What the buttons look for: the macros know this place."""
        return self.base / ("button.txt" if self.is_windows else "button")

    @property
    def left_behind(self) -> Iterator[Path]:
        """What clicks leave here: how they reached LibreOffice, and the log for technicians."""
        if self.is_windows:
            yield self.base / "Logs" / "button.log"
        elif self.system == "Linux":
            state = Path(self.environment.get("XDG_STATE_HOME") or self.home / ".local" / "state") / "xlprocess"
            yield from state.glob("*.pipe")
            yield state / "log" / "button.log"
        else:
            yield self.home / "Library" / "Logs" / "xlprocess" / "button.log"

    # Excel

    @property
    def excel_folder(self) -> Path | None:
        """The folder of this person's that Excel makes; None where there is no Excel."""
        if self.is_windows:
            return self._folder("APPDATA", "AppData/Roaming") / "Microsoft" / "Excel"
        if self.system == "Darwin":
            office = self.home / "Library" / "Group Containers" / "UBF8T346G9.Office"
            return office / "User Content.localized" / "Startup.localized" / "Excel"
        return None

    @property
    def has_excel(self) -> bool:
        if self.is_windows:
            return self.excel_program is not None
        folder = self.excel_folder
        return folder is not None and folder.parents[2].is_dir()

    @property
    def excel_program(self) -> str | None:
        """What Windows starts for excel.exe."""
        for root in (USER, MACHINE):
            found = self.registry.value(rf"{root}\Software\Microsoft\Windows\CurrentVersion\App Paths\excel.exe")
            if isinstance(found, str) and found:
                return found
        return None

    @property
    def startup(self) -> Path | None:
        """What lies in it opens with Excel, and is trusted unless an administrator says otherwise."""
        folder = self.excel_folder
        return folder / "XLSTART" if folder is not None and self.is_windows else folder

    @property
    def scripts(self) -> Path | None:
        """The only scripts that Excel for Mac may run."""
        if self.system != "Darwin":
            return None
        return self.home / "Library" / "Application Scripts" / "com.microsoft.Excel"

    @property
    def addins(self) -> Path | None:
        """Where Excel looks for add-ins that people choose themselves."""
        return self._folder("APPDATA", "AppData/Roaming") / "Microsoft" / "AddIns" if self.is_windows else None

    def office_keys(self, rest: str, *, policies: bool = False) -> Iterator[str]:
        """The keys of each version of Office: 16.0 is 2016 and later."""
        root = r"Software\Policies\Microsoft\Office" if policies else _OFFICE
        for version in ("16.0", "15.0", "14.0"):
            yield rf"{USER}\{root}\{version}\Excel{rest}"

    # LibreOffice

    @property
    def profile(self) -> Path:
        """The profile that LibreOffice takes on Linux when nothing else is asked of it."""
        return self._folder("XDG_CONFIG_HOME", ".config") / "libreoffice" / "4"

    @property
    def unopkg(self) -> Path | None:
        """LibreOffice's own program for extensions; None where there is no LibreOffice that can be reached. On Windows and macOS it
        cannot: it comes with a Python of its own."""
        if self.system != "Linux":
            return None
        found = shutil.which("unopkg", path=self.environment.get("PATH", ""))
        places = [Path(found)] if found is not None else [folder / "unopkg" for folder in self.programs]
        return next((place for place in places if place.is_file()), None)

    def _folder(self, variable: str, otherwise: str) -> Path:
        found = self.environment.get(variable)
        return Path(found) if found else self.home / otherwise


def this_desk() -> Desk:
    """The one that this runs on."""
    system = platform.system()
    programs = (Path("/usr/lib/libreoffice/program"), Path("/usr/lib64/libreoffice/program"), *_opt())
    return Desk(system, Path.home(), os.environ, _registry(system), programs)


def _opt() -> list[Path]:
    """Where LibreOffice's own packages put it, the newest first."""
    return sorted(Path("/opt").glob("libreoffice*/program"), reverse=True)


def _registry(system: str) -> Registry:
    if system != "Windows":
        return NoRegistry()
    from xlprocess.addin.windows_registry import WindowsRegistry

    return WindowsRegistry()
