"""The sources of the buttons: `macros/` in the repository, the folder `macros` of the package where it is installed."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from pathlib import Path

_PLACES = (Path(__file__).parent / "macros", Path(__file__).parents[2] / "macros")
_ON_A_LINE = 16


def folder(name: str) -> Path:
    """A folder of sources: excel, libreoffice."""
    for place in _PLACES:
        if (place / name).is_dir():
            return place / name
    raise FileNotFoundError(f"no sources of the {name} buttons")


def read(name: str, file: str) -> str:
    return (folder(name) / file).read_text(encoding="utf-8")


def modules(names: Sequence[str], *, mac: bool = False) -> dict[str, str]:
    """VBA modules by name, with the texts; those for macOS in place of their namesakes where there are any."""
    found = {}
    for name in names:
        own = folder("excel") / "mac" / f"{name}.bas"
        found[name] = own.read_text(encoding="ascii") if mac and own.exists() else read("excel", f"{name}.bas")
    found["XlpTexts"] = _texts()
    return found


def texts(*, libreoffice: bool = False) -> dict[str, str]:
    """What the macros say themselves; with what only those for LibreOffice say."""
    found = tomllib.loads(read("excel", "texts.toml"))
    own = found.pop("libreoffice")
    return found | own if libreoffice else found


def _texts() -> str:
    """A module with a function for each text, `XlpTextNotInstalled`, in ASCII."""
    lines = ['Attribute VB_Name = "XlpTexts"', "Option Explicit", "' Made from texts.toml: what the macros say, by code points."]
    for key, text in texts().items():
        name = "XlpText" + "".join(word.title() for word in key.split("_"))
        lines += ["", f"Public Function {name}() As String", "    Dim t As String"]
        for start in range(0, len(text), _ON_A_LINE):
            lines.append(f"    t = t & {_by_code_points(text[start : start + _ON_A_LINE])}")
        lines += [f"    {name} = t", "End Function"]
    return "\n".join(lines) + "\n"


def _by_code_points(text: str) -> str:
    return " & ".join(f"ChrW({ord(c)})" for c in text)
