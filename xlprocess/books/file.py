"""A workbook in a file: read fast, changed in place.

Values come from calamine, everything else from the parts directly and only when asked for. `apply` works on a package
of its own and takes its bytes over at the end: a change that fails leaves the book as it was.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from typing import overload

from python_calamine import CalamineSheet, CalamineWorkbook, WorksheetNotFound

from xlprocess.books import properties
from xlprocess.books.archive import DamagedError
from xlprocess.books.book import Area, Changes, Ref, Scalar, Sheet
from xlprocess.books.formulas import errors, scan
from xlprocess.books.guard import damaged, reading
from xlprocess.books.package import CONTENT_TYPES, Element, Package
from xlprocess.books.parts import Parts
from xlprocess.books.workbook import SheetEntry, Workbook

# parts that only list others: they change with the very property that holds the hash
_LISTS = (CONTENT_TYPES, "_rels/.rels")


class FileBook:
    """A book in the bytes of an .xlsx or .xlsm file. `name` is what messages call it."""

    tells_formulas = True

    def __init__(self, data: bytes, name: str, parts: Parts | None = None) -> None:
        self.name = name
        self._take(data, parts)

    @classmethod
    def open(cls, data: bytes, name: str, parts: Parts | None = None) -> FileBook:
        """The book of a file that has passed the guard; `parts` as `guard` gave them, so that nothing is inflated twice
        and what was measured is what is read. Unreadable (damaged) when this is no workbook."""
        return cls(data, name, parts)

    def _take(self, data: bytes, parts: Parts | None = None) -> None:
        with self._readable():
            package = Package(data, parts)
            self._workbook = Workbook(package)
        self._parts = parts
        self._package = package
        self._data = data
        self._values: CalamineWorkbook | None = None
        self._threads: set[tuple[str, Ref]] | None = None
        self._properties: Mapping[str, str] | None = None

    @contextmanager
    def _readable(self) -> Iterator[None]:
        with reading(self.name):
            try:
                yield
            except DamagedError as error:
                raise damaged(self.name) from error

    # reading

    def sheet_names(self) -> list[str]:
        return list(self._workbook.sheets)

    def sheet(self, name: str) -> Sheet:
        entry = self._entry(name)
        with self._readable():
            read = self._values_of(name)
            start = read.start or (0, 0)
            rows: list[list[Scalar]] = [[None if v == "" else v for v in row] for row in read.to_python()]
            merged = _Merged(read.merged_cell_ranges or ())
            data = self._package.read(entry.part)
            formulas = scan(data, None if self._parts is None else self._parts.formulas.get(entry.part))
            for ref, text in errors(self._values_part(entry.part, data)).items():
                row, column = ref.row - start[0] - 1, ref.column - start[1] - 1
                if 0 <= row < len(rows) and 0 <= column < len(rows[row]):
                    rows[row][column] = text or None
        return Sheet(name, start[0] + 1, start[1] + 1, rows, formulas, merged, entry.hidden)

    def sheet_xml(self, name: str) -> bytes:
        """The part of a sheet as it lies."""
        with self._readable():
            return self._package.read(self._entry(name).part)

    def shared_xml(self) -> bytes:
        """The part of the shared texts; an empty list where there is none."""
        with self._readable():
            relation = self._package.related(self._workbook.part, "sharedStrings")
            return self._package.read(relation.target) if relation and relation.target else b"<sst/>"

    def _values_of(self, name: str) -> CalamineSheet:
        if self._values is None:
            held = self._data if self._parts is None else self._parts.values_package()
            self._values = CalamineWorkbook.from_filelike(io.BytesIO(held))
        try:
            return self._values.get_sheet_by_name(name)
        except WorksheetNotFound:
            # calamine takes targets as they are written; `./`, `..` and backslashes are legal, or at least met
            package = Package(self._data)
            package.spell_targets(self._workbook.part)
            self._values = CalamineWorkbook.from_filelike(io.BytesIO(package.save()))
            return self._values.get_sheet_by_name(name)

    def _values_part(self, part: str, data: bytes) -> bytes:
        """A sheet part without its formulas, where the guard made one."""
        return data if self._parts is None else self._parts.values_only.get(part, data)

    def _entry(self, name: str) -> SheetEntry:
        entry = self._workbook.sheets.get(name)
        if entry is None:
            raise KeyError(name)
        return entry

    def names(self) -> Mapping[str, Area]:
        return self._workbook.names()

    def properties(self) -> Mapping[str, str]:
        if self._properties is None:
            with self._readable():
                self._properties = properties.read(self._package)
        return self._properties

    def last_saved(self) -> tuple[str | None, str | None]:
        """When and by whom the document says that it was saved last."""
        with self._readable():
            return properties.last_saved(self._package)

    def drawings(self) -> dict[str, bytes | None]:
        """The parts of the package: the content of drawings, of all others only that they are there."""
        with self._readable():
            parts = {n: n.lower().startswith("xl/drawings/drawing") for n in self._package.parts()}
            return {n: self._package.read(n) if is_drawing else None for n, is_drawing in parts.items()}

    def percent_cells(self, sheet: str, refs: Sequence[Ref]) -> set[Ref]:
        from xlprocess.books.styles import cell_formats, percent_formats

        entry = self._entry(sheet)
        with self._readable():
            styles = self._styles()
            if styles is None or not refs:
                return set()
            shows = percent_formats(styles)
            formats = cell_formats(self._package.read(entry.part))
        return {ref for ref in refs if formats.get(ref, 0) in shows}

    def padded_cells(self, sheet: str, refs: Sequence[Ref]) -> Mapping[Ref, int]:
        from xlprocess.books.styles import cell_formats, padded_formats

        entry = self._entry(sheet)
        with self._readable():
            styles = self._styles()
            padded = padded_formats(styles) if styles is not None and refs else {}
            if not padded:
                return {}
            formats = cell_formats(self._package.read(entry.part))
        return {ref: padded[formats[ref]] for ref in refs if formats.get(ref) in padded}

    def _styles(self) -> Element | None:
        relation = self._package.related(self._workbook.part, "styles")
        return None if relation is None or relation.target is None else self._package.tree(relation.target)

    def notes(self) -> Mapping[tuple[str, Ref], str]:
        from xlprocess.books import notes

        with self._readable():
            owned = self.threads()
            found = {
                (entry.name, ref): text
                for entry in self._workbook.sheets.values()
                for ref, text in notes.read(self._package, entry).items()
            }
        return {place: text for place, text in found.items() if place not in owned}

    def threads(self) -> set[tuple[str, Ref]]:
        if self._threads is None:
            from xlprocess.books import notes

            with self._readable():
                sheets = self._workbook.sheets.values()
                self._threads = {(s.name, ref) for s in sheets for ref in notes.threads(self._package, s)}
        return set(self._threads)

    # changing

    def apply(self, changes: Changes) -> None:
        """Everything at once, or nothing. ValueError for a change that no cell can take (a part of an array formula, a
        note that could not be told from a person's); KeyError for a sheet that is not there."""
        from xlprocess.books.applying import apply

        with self._readable():
            data = apply(Package(self._data, self._parts), changes)
        if data != self._data:
            self._take(data)

    def to_bytes(self) -> bytes:
        return self._data

    def content_hash(self) -> str:
        """Tells whether anybody has changed the file: the same for the same parts, however they are packed. The custom
        properties, which are to hold it, are left out."""
        besides = {*_LISTS, "docProps/custom.xml", properties.part_of(self._package) or ""}
        lines = (f"{name}\0{crc:08x}\0{size}\n" for name, crc, size in self._package.fingerprint(besides))
        return hashlib.sha256("".join(lines).encode()).hexdigest()


class _Merged(Sequence[tuple[Ref, Ref]]):
    """The merged blocks of a sheet, counted from 1 when somebody asks for them."""

    def __init__(self, blocks: Sequence[tuple[tuple[int, int], tuple[int, int]]]) -> None:
        self._blocks = blocks

    @cached_property
    def _refs(self) -> list[tuple[Ref, Ref]]:
        return [(Ref(a + 1, b + 1), Ref(c + 1, d + 1)) for (a, b), (c, d) in self._blocks]

    def __len__(self) -> int:
        return len(self._blocks)

    def __iter__(self) -> Iterator[tuple[Ref, Ref]]:
        return iter(self._refs)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and list(self) == list(other)

    __hash__ = None  # type: ignore[assignment]

    @overload
    def __getitem__(self, place: int) -> tuple[Ref, Ref]: ...
    @overload
    def __getitem__(self, place: slice) -> list[tuple[Ref, Ref]]: ...
    def __getitem__(self, place: int | slice) -> tuple[Ref, Ref] | list[tuple[Ref, Ref]]:
        return self._refs[place]
