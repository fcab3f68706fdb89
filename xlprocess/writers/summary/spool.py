"""Rows of a sheet that is not there yet: they wait in a temporary file, as XML, until what stands above them is known."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from typing import IO, Any

from xlsxwriter.worksheet import Worksheet


class Sheet(Worksheet):  # type: ignore[misc]
    """A text that looks like the library's own rich text is a text like any other: rich text is never written here."""

    def _prepare_formula(self, formula: str, expand_future_functions: bool = False) -> str:
        """The formulas of the summary have none of the functions that the library looks for."""
        return formula.removeprefix("=")

    def _xml_rich_inline_string(self, string: str, attributes: Any) -> None:
        self._xml_inline_string(string, True, attributes)


class Spool:
    """Rows in order, from the one with the number `first` (counted from 0) on."""

    def __init__(self, first: int) -> None:
        self.next = first
        self._columns = 0
        self._file: IO[str] = tempfile.TemporaryFile("w+", encoding="utf-8", newline="")  # noqa: SIM115

    def put(self, cells: Sequence[str], height: float | None = None) -> None:
        """The next row, its cells as XML. `height` in points."""
        self.next += 1
        self._columns = max(self._columns, len(cells))
        tall = "" if height is None else f' ht="{height:.16g}" customHeight="1"'
        self._file.write(f'<row r="{self.next}"{tall}>{"".join(cells)}</row>')

    def pour(self, sheet: Sheet) -> None:
        """Gives the rows to a sheet in which nothing stands below the first of them, and ends."""
        sheet._write_single_row(self.next)
        self._file.seek(0)
        shutil.copyfileobj(self._file, sheet.row_data_fh, 1 << 20)
        self._file.close()
        if self._columns:
            sheet._check_dimensions(self.next, self._columns - 1)
