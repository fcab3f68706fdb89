"""What a live workbook needs and xlwings does not offer, or not in one call: each office program does it its own way."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

import xlwings as xw

from xlprocess.books.book import Ref, ResultList

Block = tuple[Ref, Ref]
TITLE = "绩效自评检查"
"""Of every dialog, and of what can be undone."""


class Locked(Exception):
    """A sheet is protected with a password."""

    def __init__(self, sheet: str) -> None:
        super().__init__(sheet)
        self.sheet = sheet


class StillTyping(Exception):
    """Something is being typed into a cell, and the program does not take it over unless the person says so."""


class Native(Protocol):
    """`sheet` is always an xlwings Sheet of `book`, the workbook that this was made for."""

    book: xw.Book

    def extent(self, sheet: xw.Sheet) -> Ref:
        """The last row and column that hold anything; (0, 0) where nothing does."""
        ...

    def merged(self, sheet: xw.Sheet) -> list[Block]: ...

    def shows_percent(self, sheet: xw.Sheet, refs: Sequence[Ref]) -> set[Ref]: ...

    def names(self) -> dict[str, str]:
        """The names of the whole workbook and what they stand for: `=表!$A$1`."""
        ...

    def properties(self) -> dict[str, str]:
        """The custom properties of the document, as texts."""
        ...

    def set_property(self, name: str, value: str | None) -> None:
        """None removes it."""
        ...

    def working(self, what: str) -> AbstractContextManager[None]:
        """While the block runs, nothing is drawn and nothing calculated; afterwards everything is as it was: calculation, the
        sheet, selection and scroll position that the person sees. One step to undo, where the program has such steps."""
        ...

    def writable(self, sheet: xw.Sheet) -> AbstractContextManager[None]:
        """A protected sheet takes changes while the block runs, and is protected as before afterwards. Raises Locked."""
        ...

    def put_values(self, sheet: xw.Sheet, first: Ref, rows: Sequence[Sequence[str | int | float | None]]) -> None:
        """Texts stay texts, whatever they begin with."""
        ...

    def add_note(self, sheet: xw.Sheet, ref: Ref, text: str) -> None: ...

    def write_list(self, sheet: xw.Sheet, results: ResultList, is_new: bool) -> None:
        """The list in place of what stood on the sheet: values, looks, links, heights, filter; on a sheet that never held one the
        widths and what is frozen and hidden, too. Defined names are the caller's."""
        ...

    def show(self, sheet: xw.Sheet, ref: Ref) -> None:
        """Selects a cell and scrolls to it."""
        ...

    def ask_folder(self, title: str) -> Path | None: ...

    # the person at the window

    @property
    def path(self) -> Path | None:
        """Where the workbook is saved; None where it never was."""
        ...

    @property
    def is_saved(self) -> bool:
        """It lies somewhere, if only at an address in the net, where it has no `path`."""
        ...

    @property
    def is_read_only(self) -> bool: ...

    @property
    def is_previewed(self) -> bool:
        """How it will be printed is shown in place of its cells: nothing can be changed meanwhile."""
        ...

    def finish_typing(self) -> None:
        """What the person has typed into a cell without pressing Enter is taken over, as the program does when they go on. Raises
        StillTyping where it does not: a formula that is half written."""
        ...

    def ask(self, heading: str, text: str, buttons: Sequence[str]) -> int:
        """A dialog with one or two buttons, waited for: the place of the one that was pressed; the last where it was closed."""
        ...

    def progress(self, text: str | None) -> None:
        """A sentence in the status bar; None: what stood there comes back."""
        ...

    def open_file(self, path: Path) -> bool:
        """Whether the office program itself opened a result for the person."""
        ...
