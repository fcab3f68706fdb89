"""XlsxWriter's workbook, packed as all else of ours is packed: by ISA-L where it is there, in a tenth of the time."""

from __future__ import annotations

import zlib
from typing import IO, Any
from zipfile import ZipFile

from xlsxwriter import Workbook, workbook
from xlsxwriter.exceptions import FileCreateError

from xlprocess.books.deflate import LEVEL, compressobj


class PackedWorkbook(Workbook):  # type: ignore[misc]
    """The library packs its parts by the class that its module names. `close` raises OSError, not one of the library's own."""

    def close(self) -> None:
        try:
            super().close()
        except FileCreateError as error:
            raise (error.args[0] if error.args and isinstance(error.args[0], OSError) else OSError(str(error))) from None

    def _store_workbook(self) -> None:
        workbook.ZipFile = _Package
        try:
            super()._store_workbook()
        finally:
            workbook.ZipFile = ZipFile


class _Package(ZipFile):
    def open(self, name: Any, mode: Any = "r", *rest: Any, **named: Any) -> IO[bytes]:
        opened = super().open(name, mode, *rest, **named)
        if mode == "w" and getattr(opened, "_compressor", None) is not None:
            opened._compressor = compressobj(LEVEL, zlib.DEFLATED, -15)  # type: ignore[attr-defined]
        return opened
