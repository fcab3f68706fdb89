"""A workbook that is open in an office program, over xlwings: what is typed in it now is read, saved or not, and changes appear
before the person's eyes.

Sheets are read and written in blocks. The program calculates the formulas that are written; nothing is written that stands there
already, so that a second run leaves the workbook unmodified.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from decimal import Decimal
from typing import Any, NamedTuple

import xlwings as xw

from xlprocess.books import mark
from xlprocess.books.book import Area, CellWrite, Changes, Formula, Link, Ref, ResultList, Scalar, Sheet
from xlprocess.books.extent import reaches_too_far
from xlprocess.books.guard import over_limit
from xlprocess.books.limits import WIDEST_EXTENT
from xlprocess.books.note_text import merge
from xlprocess.books.styles import digits_padded
from xlprocess.desktop.formulas import sheet_prefix
from xlprocess.desktop.native import TITLE, Locked, Native
from xlprocess.errors import Unreadable
from xlprocess.form.same import same_formula

# a name of the sheet: we added it, so it may go when there is no list any more. LibreOffice makes no name with a full stop.
_ADDED = ("xlprocess_added", "xlprocess.added")
_THREAD_AUTHOR, _THREAD_TEXTS = "tc={", ("[Threaded comment]", "[线程批注]")
_POINTS_AT = re.compile(r"=(?:'((?:[^']|'')+)'|([^'!:(),\s]+))!\$?([A-Z]{1,3})\$?([0-9]{1,7})(?::\$?([A-Z]{1,3})\$?([0-9]{1,7}))?")


class TypedMeanwhile(Exception):
    """Somebody typed into a cell that was to be filled, after it was read: nothing was changed."""


class LiveBook:
    """A book over an open workbook. `name` is what messages call it. What was read is kept until changes are applied: every
    question to the office program takes its time."""

    tells_formulas = True

    def __init__(self, book: xw.Book, native: Native, name: str | None = None) -> None:
        self.book = book
        self.native = native
        self.name = name or book.name
        self._forget()

    def _forget(self) -> None:
        self._sheets: dict[str, xw.Sheet] | None = None
        self._names: dict[str, Area] | None = None
        self._all_names: set[str] = set()
        self._notes: dict[str, dict[Ref, _Note]] | None = None
        self._read: dict[str, Sheet] = {}
        self._extents: dict[str, Ref] = {}

    # reading

    def sheet_names(self) -> list[str]:
        return list(self._worksheets)

    @property
    def _worksheets(self) -> dict[str, xw.Sheet]:
        if self._sheets is None:
            self._sheets = {sheet.name: sheet for sheet in self.book.sheets}
        return self._sheets

    def sheet(self, name: str) -> Sheet:
        """KeyError for a sheet that is not there; Unreadable (over_limit) when the cells of any sheet lie too far apart, as the
        guard refuses the file."""
        if name not in self._read:
            sheet = self._worksheets[name]
            self._measure()
            self._read[name] = self._read_sheet(name, sheet)
        return self._read[name]

    def _measure(self) -> None:
        area = 0
        for name in self._worksheets if not self._extents else ():
            last = self._extents[name] = self.native.extent(self._worksheets[name])
            area += last.row * last.column
            if area > WIDEST_EXTENT:
                raise over_limit(self.name, reaches_too_far(name, last))

    def _read_sheet(self, name: str, sheet: xw.Sheet) -> Sheet:
        last = self._extents[name]
        shown: Any = sheet.visible
        hidden = shown not in (True, -1)  # Excel tells -1
        if not last.row:
            return Sheet(name, 1, 1, [], {}, _Merged(self.native, sheet), hidden)
        cells = sheet.range((1, 1), last)
        values = _rows(cells.options(ndim=2, err_to_str=True).value)
        rows: list[list[Scalar]] = [[_scalar(value) for value in row] for row in values]
        formulas: dict[Ref, Formula] = {}
        for number, row in enumerate(_rows(cells.formula), 1):
            for column, text in enumerate(row, 1):
                # a text that begins with = reads as itself both ways
                if isinstance(text, str) and text.startswith("=") and rows[number - 1][column - 1] != text:
                    formulas[Ref(number, column)] = Formula(text[1:], has_value=True)
        return Sheet(name, 1, 1, rows, formulas, _Merged(self.native, sheet), hidden)

    def names(self) -> Mapping[str, Area]:
        if self._names is None:
            by_case = {name.lower(): name for name in self.sheet_names()}
            told = self.native.names()
            self._all_names = set(told)  # also those that point nowhere any more
            self._names = {name: area for name, text in told.items() if (area := _pointed(text, by_case)) is not None}
        return self._names

    def properties(self) -> Mapping[str, str]:
        return self.native.properties()

    def percent_cells(self, sheet: str, refs: Sequence[Ref]) -> set[Ref]:
        return self.native.shows_percent(self._worksheets[sheet], refs) if refs else set()

    def padded_cells(self, sheet: str, refs: Sequence[Ref]) -> Mapping[Ref, int]:
        formats = {ref: self._worksheets[sheet].range((ref.row, ref.column)).number_format for ref in refs}
        return {ref: digits for ref, code in formats.items() if (digits := digits_padded(code or ""))}

    def notes(self) -> Mapping[tuple[str, Ref], str]:
        return {place: note.text for place, note in self._all_notes() if not note.is_thread}

    def threads(self) -> set[tuple[str, Ref]]:
        return {place for place, note in self._all_notes() if note.is_thread}

    def _all_notes(self) -> Iterator[tuple[tuple[str, Ref], _Note]]:
        if self._notes is None:
            self._notes = {name: _notes(sheet) for name, sheet in self._worksheets.items()}
        return (((name, ref), note) for name, notes in self._notes.items() for ref, note in notes.items())

    # changing

    def apply(self, changes: Changes) -> None:
        """All changes, the screen standing still meanwhile. ValueError for a note that could not be told from a person's;
        KeyError for a sheet that is not there; Unreadable (no_access) for one that is protected with a password; TypedMeanwhile:
        all before anything is changed."""
        cells: dict[str, list[CellWrite]] = {}
        for write in changes.cells:
            if not self._stands_there(write):
                cells.setdefault(write.sheet, []).append(write)
        notes = self._new_notes(changes)
        results = changes.results if changes.results is not None and self._is_new_list(changes.results) else None
        touched = dict.fromkeys([*cells, *notes, *([results.sheet] if results is not None else [])])
        if missing := [name for name in cells if name not in self._worksheets]:
            raise KeyError(missing[0])
        held = self.properties() if changes.properties else {}
        properties = {key: value for key, value in changes.properties.items() if held.get(key) != value}
        if not touched and not properties:
            return
        try:
            with self.native.working(TITLE), ExitStack() as stack:
                for name in touched:
                    if name in self._worksheets:
                        self._open_up(stack, name)
                self._make_sure(cells)
                blocks = [(name, block) for name, writes in cells.items() for block in _blocks(writes)]
                blocks.sort(key=lambda found: found[1][0].formula is None)
                formulas = sum(block[0].formula is not None for _, block in blocks)
                # what the program can take back comes first: values and the list are not among it
                for name, block in blocks[:formulas]:
                    self._write(self._worksheets[name], block)
                for name in [name for name in notes if name in self._worksheets]:
                    self._write_notes(name, notes.pop(name))
                if results is not None:
                    self._list(results)
                for name, texts in notes.items():
                    self._write_notes(name, texts)
                for name, block in blocks[formulas:]:
                    self._write(self._worksheets[name], block)
                for key, value in properties.items():
                    self.native.set_property(key, value)
        finally:
            self._forget()

    def _stands_there(self, write: CellWrite) -> bool:
        """The very formula: what it gives is the program's to say, also where a text that a person typed does not count for it."""
        read = self._read.get(write.sheet)
        held = None if read is None else read.formulas.get(write.ref)
        return write.formula is not None and held is not None and same_formula(write.formula, held.text)

    def _make_sure(self, cells: Mapping[str, Sequence[CellWrite]]) -> None:
        """Nothing that was typed since it was read is written over."""
        for name, writes in cells.items():
            read = self._read.get(name)
            if read is None:
                continue
            last = Ref(max(w.ref.row for w in writes), max(w.ref.column for w in writes))
            rows = _rows(self._worksheets[name].range((1, 1), last).options(ndim=2, err_to_str=True).value)
            for ref in (write.ref for write in writes):
                if _scalar(rows[ref.row - 1][ref.column - 1]) != read.value(*ref):
                    raise TypedMeanwhile(f"{name}!{ref}")

    def _open_up(self, stack: ExitStack, name: str) -> None:
        try:
            stack.enter_context(self.native.writable(self._worksheets[name]))
        except Locked as error:
            sentence = f"工作表「{name}」用密码保护，无法填写。请撤销这张表的保护后再运行。"
            raise Unreadable("no_access", f"无法处理 {self.name}：{sentence}") from error

    def _new_notes(self, changes: Changes) -> dict[str, dict[Ref, str | None]]:
        """The whole text that each note is to have, where it is not that already; None where it goes."""
        listed = changes.results.sheet if changes.results is not None and changes.results.rows else None
        for (sheet, _), text in changes.notes.items():
            if text is not None:
                mark.checked(text)
                if sheet != listed and sheet not in self._worksheets:
                    raise KeyError(sheet)
        if not changes.notes:
            return {}
        held, threads = self.notes(), self.threads()
        found: dict[str, dict[Ref, str | None]] = {}
        for (sheet, ref), ours in changes.notes.items():
            before = held.get((sheet, ref))
            text = merge(before, ours)
            if text != before and (sheet, ref) not in threads:
                found.setdefault(sheet, {})[ref] = text
        return found

    def _write(self, sheet: xw.Sheet, block: Sequence[CellWrite]) -> None:
        first, last = block[0].ref, block[-1].ref
        if block[0].formula is not None:
            sheet.range(first, last).formula = tuple((f"={write.formula}",) for write in block)
        else:
            self.native.put_values(sheet, first, [[_stored(write.value)] for write in block])

    def _write_notes(self, name: str, texts: Mapping[Ref, str | None]) -> None:
        sheet = self._worksheets[name]
        held = (self._notes or {}).get(name, {})
        for ref, text in texts.items():
            if text is not None and ref in held:
                held[ref].note.text = text
            elif text is not None:
                self.native.add_note(sheet, ref, text)
        for ref in [ref for ref, text in texts.items() if text is None and ref in held]:
            held[ref].note.delete()

    # the sheet 检查结果

    def _is_new_list(self, results: ResultList) -> bool:
        """Whether the list says something else than what stands there."""
        if results.sheet not in self._worksheets:
            return bool(results.rows)
        if not results.rows:
            return True
        sheet = self.sheet(results.sheet)
        length = max(sheet.top + len(sheet.rows) - 1, len(results.rows))
        for number in range(1, length + 1):
            wanted = [_text(cell.value) for cell in results.rows[number - 1]] if number <= len(results.rows) else []
            held = [_text(value) for value in sheet.row(number)]
            if wanted + [None] * (len(held) - len(wanted)) != held + [None] * (len(wanted) - len(held)):
                return True
        return any(self.names().get(n) != Area(results.sheet, *area) for n, area in results.names.items())

    def _list(self, results: ResultList) -> None:
        names = dict(self.names())
        sheet = self._worksheets.get(results.sheet)
        if sheet is None:
            sheet = self.book.sheets.add(results.sheet, after=list(self._worksheets.values())[-1])
            self._worksheets[results.sheet] = sheet
            self.native.write_list(sheet, results, is_new=True)
            sheet.names.add(_ADDED[0], f"={sheet_prefix(results.sheet)}!$A$1")
        elif not results.rows and any(n.name.rpartition("!")[2] in _ADDED for n in sheet.names):
            for name, area in names.items():
                if area.sheet == results.sheet:
                    self.book.names[name].delete()
            sheet.delete()
            return
        else:
            known = any(names[name].sheet == results.sheet for name in results.names if name in names)
            self.native.write_list(sheet, results, is_new=not known)
        for name, (first, last) in results.names.items():
            if names.get(name) != Area(results.sheet, first, last):
                target = f"={sheet_prefix(results.sheet)}!{_fixed(first)}:{_fixed(last)}"
                if name in self._all_names:
                    self.book.names[name].refers_to = target
                else:
                    self.book.names.add(name, target)


class _Note(NamedTuple):
    """A note, its text as it was read, and whether it stands for a thread, which is Excel's."""

    note: Any
    text: str
    is_thread: bool


class _Merged(Sequence[tuple[Ref, Ref]]):
    """The merged blocks of a sheet, asked for when somebody looks: only a form whose names are gone needs them."""

    def __init__(self, native: Native, sheet: xw.Sheet) -> None:
        self._native = native
        self._sheet = sheet
        self._found: list[tuple[Ref, Ref]] | None = None

    @property
    def _blocks(self) -> list[tuple[Ref, Ref]]:
        if self._found is None:
            self._found = sorted(self._native.merged(self._sheet))
        return self._found

    def __len__(self) -> int:
        return len(self._blocks)

    def __getitem__(self, key: Any) -> Any:
        return self._blocks[key]

    def __iter__(self) -> Iterator[tuple[Ref, Ref]]:
        return iter(self._blocks)

    def __eq__(self, other: object) -> bool:
        return list(self) == list(other) if isinstance(other, Sequence) else NotImplemented

    __hash__ = None  # type: ignore[assignment]


def _blocks(writes: Sequence[CellWrite]) -> Iterator[list[CellWrite]]:
    """Writes that follow each other down a column, all formulas or all values."""
    block: list[CellWrite] = []
    for write in sorted(writes, key=lambda w: (w.ref.column, w.ref.row)):
        last = block[-1] if block else None
        follows = last is not None and last.ref.column == write.ref.column and last.ref.row + 1 == write.ref.row
        if last is not None and not (follows and (last.formula is None) == (write.formula is None)):
            yield block
            block = []
        block.append(write)
    if block:
        yield block


def _rows(read: Any) -> Sequence[Sequence[Any]]:
    """A block of cells; one cell comes as its value, one row as a row."""
    if not isinstance(read, (list, tuple)):
        return [[read]]
    return read if not read or isinstance(read[0], (list, tuple)) else [read]


def _notes(sheet: xw.Sheet) -> dict[Ref, _Note]:
    owned = {_place(thread) for thread in _threads(sheet)}
    found = dict.fromkeys(owned, _Note(None, "", True))
    for note in sheet.notes:
        ref, text = _place(note), note.text
        is_thread = ref in owned or text.startswith(_THREAD_TEXTS) or (note.author or "").startswith(_THREAD_AUTHOR)
        found[ref] = _Note(note, text, is_thread)
    return found


def _threads(sheet: xw.Sheet) -> list[Any]:
    """None where the program is too old to know threads: each engine says so with an error of its own."""
    try:
        return list(sheet.comments)
    except Exception:
        return []


def _place(note: Any) -> Ref:
    at = note.location
    return Ref(at.row, at.column)


def _pointed(text: str, by_case: Mapping[str, str]) -> Area | None:
    match = _POINTS_AT.fullmatch(text)
    sheet = by_case.get((match[1] or match[2]).replace("''", "'").lower()) if match else None
    if match is None or sheet is None:
        return None
    first = Ref(int(match[4]), _column(match[3]))
    return Area(sheet, first, Ref(int(match[6]), _column(match[5])) if match[5] else first)


def _scalar(value: Any) -> Scalar:
    if isinstance(value, dt.datetime):
        return value.replace(tzinfo=None)
    if isinstance(value, Decimal):  # how currency cells come from Excel
        return float(value)
    return None if value == "" else value


def _stored(value: Decimal | int | str | None) -> str | int | float | None:
    return float(value) if isinstance(value, Decimal) else value


def _text(value: object) -> str | None:
    text = value.text if isinstance(value, Link) else value
    return None if text in (None, "") else str(text)


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def _fixed(ref: Ref) -> str:
    return re.sub(r"([A-Z]+)([0-9]+)", r"$\1$\2", str(ref))
