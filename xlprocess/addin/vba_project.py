"""vbaProject.bin from source text, without Office: [MS-OVBA], the parts that Office cannot do without.

Only compressed source is written, no compiled code: Office and LibreOffice compile it on opening. Source is ASCII, so that the
code page of the machine does not matter.
"""

from __future__ import annotations

import struct
import uuid
from collections.abc import Mapping, Sequence

from xlprocess.addin.compound_file import compound_file
from xlprocess.addin.compression import compressed

_CODE_PAGE, _LANGUAGE, _WINDOWS_32 = 936, 0x0409, 1
_SEED = 0x0E
_REFERENCES = (
    ("stdole", r"*\G{00020430-0000-0000-C000-000000000046}#2.0#0#C:\Windows\System32\stdole2.tlb#OLE Automation"),
    (
        "Office",
        r"*\G{2DF8D04C-5BFA-101B-BDE5-00AA0044DE52}#2.0#0#"
        r"C:\Program Files\Common Files\Microsoft Shared\OFFICE16\MSO.DLL#Microsoft Office 16.0 Object Library",
    ),
)
"""As Excel itself writes them. Office finds a library by its GUID, whatever the path."""
_WORKBOOK, _WORKSHEET = "00020819", "00020820"
_DOCUMENT = (
    'Attribute VB_Name = "{name}"\r\n'
    'Attribute VB_Base = "0{{{base}-0000-0000-C000-000000000046}}"\r\n'
    "Attribute VB_GlobalNameSpace = False\r\n"
    "Attribute VB_Creatable = False\r\n"
    "Attribute VB_PredeclaredId = True\r\n"
    "Attribute VB_Exposed = True\r\n"
    "Attribute VB_TemplateDerived = False\r\n"
    "Attribute VB_Customizable = True\r\n"
)


def vba_project(modules: Mapping[str, str], documents: Sequence[str], name: str = "Xlprocess") -> bytes:
    """A project of standard modules by name, with their source. `documents`: the code names of the workbook and of each of its
    sheets, in order; they get modules without code. The same bytes for the same sources. ValueError for source that is not
    ASCII, or has an `#If` (LibreOffice would compile all its branches)."""
    sources = {
        document: _DOCUMENT.format(name=document, base=_WORKSHEET if place else _WORKBOOK)
        for place, document in enumerate(documents)
    }
    for module, text in modules.items():
        sources[module] = _checked(module, text)
    streams = {module: compressed(text.encode("ascii")) for module, text in sources.items()}
    streams["dir"] = compressed(_directory(name, sources, documents))
    streams["_VBA_PROJECT"] = bytes.fromhex("cc61ffff000000")
    names = b"".join(n.encode("ascii") + b"\0" + n.encode("utf-16-le") + b"\0\0" for n in sources) + b"\0\0"
    return compound_file({"PROJECT": _project(name, sources, documents), "PROJECTwm": names, "VBA": streams})


def _checked(module: str, text: str) -> str:
    lines = text.splitlines()
    if lines[0] != f'Attribute VB_Name = "{module}"':
        raise ValueError(f"{module}: the first line does not name the module")
    for number, line in enumerate(lines, 1):
        if not line.isascii():
            raise ValueError(f"{module}, line {number}: not ASCII")
        if line.lstrip().startswith("#"):
            raise ValueError(f"{module}, line {number}: a condition of the compiler")
    return "\r\n".join(lines) + "\r\n"


def _record(number: int, data: bytes = b"") -> bytes:
    return struct.pack("<HI", number, len(data)) + data


def _text(number: int, unicode_number: int, text: str) -> bytes:
    return _record(number, text.encode("ascii")) + _record(unicode_number, text.encode("utf-16-le"))


def _directory(name: str, sources: Mapping[str, str], documents: Sequence[str]) -> bytes:
    """The stream `dir`: the project, what it refers to, its modules ([MS-OVBA] 2.3.4.2)."""
    number = struct.Struct("<I").pack
    short = struct.Struct("<H").pack
    found = _record(0x01, number(_WINDOWS_32)) + _record(0x02, number(_LANGUAGE)) + _record(0x14, number(_LANGUAGE))
    found += _record(0x03, short(_CODE_PAGE)) + _record(0x04, name.encode("ascii")) + _text(0x05, 0x40, "")
    found += _record(0x06) + _record(0x3D) + _record(0x07, number(0)) + _record(0x08, number(0))
    found += struct.pack("<HIIH", 0x09, 4, 1, 1) + _text(0x0C, 0x3C, "")
    for reference, library in _REFERENCES:
        path = library.encode("ascii")
        found += _text(0x16, 0x3E, reference) + _record(0x0D, number(len(path)) + path + bytes(6))
    found += _record(0x0F, short(len(sources))) + _record(0x13, short(0xFFFF))
    for module in sources:
        found += _text(0x19, 0x47, module) + _text(0x1A, 0x32, module) + _text(0x1C, 0x48, "")
        found += _record(0x31, number(0)) + _record(0x1E, number(0)) + _record(0x2C, short(0xFFFF))
        found += _record(0x22 if module in documents else 0x21) + _record(0x2B)
    return found + _record(0x10)


def _project(name: str, sources: Mapping[str, str], documents: Sequence[str]) -> bytes:
    """The stream PROJECT: not protected, not locked, visible (2.3.1)."""
    identity = f"{{{str(uuid.uuid5(uuid.NAMESPACE_URL, name)).upper()}}}"
    key = sum(identity.encode("ascii")) & 0xFF
    lines = [f'ID="{identity}"']
    lines += [f"Document={module}/&H00000000" if module in documents else f"Module={module}" for module in sources]
    lines += [f'Name="{name}"', 'HelpContextID="0"', 'VersionCompatible32="393222000"']
    for word, data in (("CMG", bytes(4)), ("DPB", bytes(1)), ("GC", b"\xff")):
        lines.append(f'{word}="{_encrypted(data, key)}"')
    lines += ["", "[Host Extender Info]", "&H00000001={3832D640-CF90-11CF-8E43-00A0C911005A};VBE;&H00000000", "", "[Workspace]"]
    lines += [f"{module}=0, 0, 0, 0, C" for module in sources]
    return ("\r\n".join(lines) + "\r\n").encode("ascii")


def _encrypted(data: bytes, key: int) -> str:
    """2.4.3.2, with a fixed seed: the same bytes every time."""
    before, last, plain = _SEED ^ key, _SEED ^ 2, key
    found = bytearray((_SEED, last, before))
    for byte in b"\x07" * ((_SEED & 6) // 2) + struct.pack("<I", len(data)) + data:
        coded = byte ^ ((last + plain) & 0xFF)
        found.append(coded)
        last, before, plain = before, coded, byte
    return found.hex().upper()
