"""xlprocess.oxt: toolbar and menu for LibreOffice, from the sources in `macros/libreoffice`."""

from __future__ import annotations

import io
import tomllib
import zipfile
from collections.abc import Iterator
from xml.sax.saxutils import escape

from xlprocess import __version__
from xlprocess.addin.sources import read, texts

IDENTIFIER = "org.xlprocess.buttons"
_LIBRARY, _MODULE = "XlpButtons", "Buttons"
_SHEETS = "com.sun.star.sheet.SpreadsheetDocument"
_BASIC = '<!DOCTYPE {0} PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "{1}">'
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_CONFIGURATION = "application/vnd.sun.star.configuration-data"


def extension() -> bytes:
    """The extension, the same bytes every time."""
    parts = {
        "META-INF/manifest.xml": _manifest(),
        "description.xml": read("libreoffice", "description.xml").replace("@VERSION@", __version__),
        "description/zh-CN.txt": read("libreoffice", "description/zh-CN.txt"),
        "description/en.txt": read("libreoffice", "description/en.txt"),
        "Addons.xcu": _addons(),
        "CalcWindowState.xcu": read("libreoffice", "CalcWindowState.xcu"),
        f"{_LIBRARY}/script.xlb": _library(),
        f"{_LIBRARY}/dialog.xlb": _library(with_module=False),
        f"{_LIBRARY}/{_MODULE}.xba": _module(),
    }
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        for name, text in parts.items():
            package.writestr(zipfile.ZipInfo(name), text.encode("utf-8"), zipfile.ZIP_DEFLATED)
    return target.getvalue()


def basic() -> str:
    """The macros as they are installed: with what they say."""
    text = read("libreoffice", f"{_MODULE}.bas")
    for key, sentence in texts(libreoffice=True).items():
        text = text.replace(f"@{key.upper()}@", sentence)
    return text


def _addons() -> str:
    toolbar, menu = "\n".join(_buttons("        ", _SHEETS)), "\n".join(_buttons("          ", None))
    return read("libreoffice", "Addons.xcu").replace("@TOOLBAR@", toolbar).replace("@MENU@", menu)


def _buttons(indent: str, context: str | None) -> Iterator[str]:
    for place, button in enumerate(tomllib.loads(read("libreoffice", "buttons.toml"))["button"]):
        address = (
            f"vnd.sun.star.script:{_LIBRARY}.{_MODULE}.{button['macro']}?language=Basic&location=application" if button else None
        )
        yield f'{indent}<node oor:name="b{place:02}" oor:op="replace">'
        yield f"{indent}  {_property('URL', address or 'private:separator')}"
        if button:
            yield f"{indent}  {_property('Title', button['caption'])}"
            yield f"{indent}  {_property('Target', '_self')}"
        if context is not None:
            yield f"{indent}  {_property('Context', context)}"
        yield f"{indent}</node>"


def _property(name: str, value: str) -> str:
    return f'<prop oor:name="{name}" oor:type="xs:string"><value>{escape(value)}</value></prop>'


def _manifest() -> str:
    entries = (
        ("application/vnd.sun.star.basic-library", f"{_LIBRARY}/"),
        (_CONFIGURATION, "Addons.xcu"),
        (_CONFIGURATION, "CalcWindowState.xcu"),
    )
    lines = [f'  <manifest:file-entry manifest:media-type="{kind}" manifest:full-path="{path}"/>\n' for kind, path in entries]
    return (
        f'{_HEAD}<manifest:manifest xmlns:manifest="http://openoffice.org/2001/manifest">\n{"".join(lines)}</manifest:manifest>\n'
    )


def _library(*, with_module: bool = True) -> str:
    element = f'  <library:element library:name="{_MODULE}"/>\n' if with_module else ""
    kind = _BASIC.format("library:library", "library.dtd")
    place = 'xmlns:library="http://openoffice.org/2000/library"'
    head = f'<library:library {place} library:name="{_LIBRARY}" library:readonly="false" library:passwordprotected="false">'
    return f"{_HEAD}{kind}\n{head}\n{element}</library:library>\n"


def _module() -> str:
    kind = _BASIC.format("script:module", "module.dtd")
    place = 'xmlns:script="http://openoffice.org/2000/script"'
    head = f'<script:module {place} script:name="{_MODULE}" script:language="StarBasic">'
    return f"{_HEAD}{kind}\n{head}{escape(basic())}</script:module>\n"
