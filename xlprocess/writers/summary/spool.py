"""Rows of a sheet that is not there yet: they wait in a temporary file, as XML, until what stands above them is known."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Any

from xlprocess.writers.plain_sheet import PlainSheet

_AT_ONCE = 32  # rows


class Sheet(PlainSheet):
    """A text that looks like the library's own rich text is a text like any other: rich text is never written here.
    `poured`: what follows the rows that were written into the sheet itself."""

    poured: IO[bytes] | None = None

    def _write_optimized_sheet_data(self) -> None:
        if self.poured is None:
            super()._write_optimized_sheet_data()
            return
        self._xml_start_tag("sheetData")
        self.row_data_fh.seek(0)
        shutil.copyfileobj(self.row_data_fh, self.fh)
        self.row_data_fh.close()
        Path(self.row_data_filename).unlink()
        self.fh.flush()
        shutil.copyfileobj(self.poured, self.fh.buffer, 1 << 20)
        self.poured.close()
        self._xml_end_tag("sheetData")

    def _xml_rich_inline_string(self, string: str, attributes: Any) -> None:
        self._xml_inline_string(string, True, attributes)


class Spool:
    """Rows in order, from the one with the number `first` (counted from 0) on."""

    def __init__(self, first: int) -> None:
        self.next = first
        self._columns = 0
        self._waiting: list[str] = []
        self._file: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115

    def put(self, cells: Sequence[str], height: float | None = None) -> None:
        """The next row, its cells as XML. `height` in points."""
        self.next += 1
        self._columns = max(self._columns, len(cells))
        tall = "" if height is None else f' ht="{height:.16g}" customHeight="1"'
        self._waiting.append(f'<row r="{self.next}"{tall}>{"".join(cells)}</row>')
        if len(self._waiting) == _AT_ONCE:
            self._flush()

    def _flush(self) -> None:
        self._file.write("".join(self._waiting).encode("utf-8"))
        self._waiting.clear()

    def pour(self, sheet: Sheet) -> None:
        """Gives the rows to a sheet in which nothing stands below the first of them, and ends."""
        sheet._write_single_row(self.next)
        self._flush()
        self._file.seek(0)
        sheet.poured = self._file
        if self._columns:
            sheet._check_dimensions(self.next, self._columns - 1)
