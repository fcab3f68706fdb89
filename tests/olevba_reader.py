"""oletools' reader of VBA projects: an independent one."""

from __future__ import annotations

import warnings

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it uses what newer versions of its parser call by other names
    from oletools.olevba import VBA_Parser, decompress_stream


def decompressed(data: bytes) -> bytes:
    return bytes(decompress_stream(bytearray(data)))


def modules(data: bytes, name: str = "vbaProject.bin") -> dict[str, str]:
    """The modules of a project, or of a workbook, with their source."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return {module: code for _, _, module, code in VBA_Parser(name, data=data).extract_macros()}
