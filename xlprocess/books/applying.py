"""Changes made in a package: cells, the list, notes, properties. Nothing here is needed to read a workbook."""

from __future__ import annotations

from collections.abc import Sequence

from xlprocess.books import notes, properties, results
from xlprocess.books.book import CellWrite, Changes, Ref
from xlprocess.books.cells import Cells
from xlprocess.books.package import Package, local, namespace
from xlprocess.books.workbook import Workbook
from xlprocess.books.xstring import plain


def apply(package: Package, changes: Changes) -> bytes:
    """The bytes of the package with all of it. ValueError for a change that no cell can take (a part of an array formula, a note
    that could not be told from a person's); KeyError for a sheet that is not there."""
    workbook = Workbook(package)
    _write_cells(package, workbook, changes.cells)
    by_sheet: dict[str, dict[Ref, str | None]] = {}
    for (sheet, ref), text in changes.notes.items():
        by_sheet.setdefault(sheet, {})[ref] = text
    if changes.results is not None:
        results.write(package, workbook, changes.results)
    for sheet, texts in by_sheet.items():
        if sheet in workbook.sheets:
            notes.write(package, workbook, workbook.sheets[sheet], texts)
        elif any(text is not None for text in texts.values()):
            raise KeyError(sheet)
    properties.write(package, changes.properties, workbook.is_strict)
    return package.save()


def _write_cells(package: Package, workbook: Workbook, writes: Sequence[CellWrite]) -> None:
    by_sheet: dict[str, list[CellWrite]] = {}
    for write in writes:
        by_sheet.setdefault(write.sheet, []).append(write)
    shared = _SharedTexts(package, workbook)
    formulas_changed = False
    for sheet, mine in by_sheet.items():
        cells = Cells(package.edit(workbook.sheets[sheet].part), shared)
        for write in mine:
            cells.write(write)
        formulas_changed |= cells.formulas_changed
    if formulas_changed:
        workbook.formulas_changed()


class _SharedTexts:
    """The shared strings, read when a text must be compared with one of them."""

    def __init__(self, package: Package, workbook: Workbook) -> None:
        self._package = package
        self._workbook = workbook
        self._texts: list[str] | None = None

    def __call__(self, number: int) -> str:
        if self._texts is None:
            relation = self._package.related(self._workbook.part, "sharedStrings")
            root = self._package.tree(relation.target) if relation and relation.target else None
            ns = "" if root is None else namespace(root)
            self._texts = [] if root is None else [plain(si) for si in root.iterchildren(ns + "si") if local(si) == "si"]
        return self._texts[number] if 0 <= number < len(self._texts) else ""
