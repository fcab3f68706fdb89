"""A workbook in a format of which only the values are read, over calamine."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from io import BytesIO

from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum

from xlprocess.books.book import Area, Changes, Formula, Ref, Scalar, Sheet
from xlprocess.books.foreign import ods, xls, xlsb
from xlprocess.books.foreign.outline import LockedError, OutlineError, Outlines, TooLargeError
from xlprocess.books.guard import damaged, encrypted, guard_archive, other_format, over_limit, reading

_CONTAINER = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""What every workbook since Excel 5 begins with; older ones nobody reads."""


class ForeignBook:
    """The values of an .xls, .et, .xlsb or .ods file. Defined names and properties are not read; where formulas stand is known, and
    not what they say (`tells_formulas` False, their texts are empty). Nothing can be written back."""

    tells_formulas = False

    def __init__(self, values: CalamineWorkbook, outlines: Outlines, name: str) -> None:
        self.name = name
        self._values = values
        self._outlines = outlines

    @classmethod
    def open(cls, data: bytes, name: str, kind: str) -> ForeignBook:
        """Raises Unreadable."""
        try:
            if kind in ("xls", "et"):
                outlines = xls.outlines(data)
            else:
                parts = guard_archive(data, name)
                outlines = (xlsb if kind == "xlsb" else ods).outlines(parts)
                data = xlsb.written_out(parts, data) if kind == "xlsb" else data
            with reading(name), _without_a_word():
                values = CalamineWorkbook.from_filelike(BytesIO(data))
            return cls(values, _named_as(values, outlines), name)
        except LockedError:
            raise encrypted(name) from None
        except TooLargeError as over:
            raise over_limit(name, str(over)) from None
        except OutlineError:
            unknown = kind == "et" or (kind == "xls" and not data.startswith(_CONTAINER))
            raise (other_format(kind, name) if unknown else damaged(name)) from None

    def sheet_names(self) -> list[str]:
        return list(self._outlines)

    def sheet(self, name: str) -> Sheet:
        with reading(self.name), _without_a_word():
            try:
                read = self._values.get_sheet_by_name(name)
                rows: list[list[Scalar]] = [[None if v == "" else v for v in row] for row in read.to_python()]
            except CalamineError:
                raise damaged(self.name) from None
        top, left = read.start or (0, 0)
        outline = self._outlines[name]
        formulas = {ref: Formula("", True) for ref in outline.formulas}
        return Sheet(name, top + 1, left + 1, rows, formulas, outline.blocks(), outline.hidden)

    def names(self) -> Mapping[str, Area]:
        return {}

    def properties(self) -> Mapping[str, str]:
        return {}

    def last_saved(self) -> tuple[str | None, str | None]:
        return None, None

    def percent_cells(self, sheet: str, refs: Sequence[Ref]) -> set[Ref]:
        return self._outlines[sheet].percents.intersection(refs)

    def padded_cells(self, sheet: str, refs: Sequence[Ref]) -> Mapping[Ref, int]:
        return {}

    def notes(self) -> Mapping[tuple[str, Ref], str]:
        return {}

    def threads(self) -> set[tuple[str, Ref]]:
        return set()

    def apply(self, changes: Changes) -> None:
        raise TypeError("nothing is written back into a file of another format")


@contextmanager
def _without_a_word() -> Iterator[None]:
    """The reader of values writes to standard error what it stumbles over in a damaged file, in a language that no clerk reads."""
    try:
        kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    except OSError:  # no standard error, as behind a window
        yield
        return
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)


def _named_as(values: CalamineWorkbook, outlines: Outlines) -> Outlines:
    """The outlines under the names that the reader of values has for the sheets: in an old code page they may be read in another
    way. Raises OutlineError where it sees other sheets."""
    names = [s.name for s in values.sheets_metadata if s.typ == SheetTypeEnum.WorkSheet]
    if len(names) != len(outlines):
        raise OutlineError("other sheets")
    return outlines if names == list(outlines) else Outlines(zip(names, outlines.values(), strict=True))
