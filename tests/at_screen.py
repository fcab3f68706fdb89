"""The button in a window that a person opened: what is clicked, what is read in the dialog, what is in the workbook afterwards."""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from screen import Screen, Shown, waited

from xlprocess.books.book import Book, Ref
from xlprocess.desktop.connect import running

_CONSTANT = re.compile(r"(TRUE|FALSE)\(\)")


class Desk:
    """A workbook that is open on a screen. `start` is what starts the program; a test of real buttons clicks them instead."""

    def __init__(self, screen: Screen, data: bytes, name: str) -> None:
        self.screen = screen
        self.path = Path(tempfile.mkdtemp(dir=screen.home)) / name
        self.path.write_bytes(data)
        screen.open(self.path)
        self.started: subprocess.Popen[bytes] | None = None

    def start(self, action: str, *more: str) -> None:
        command = [sys.executable, "-m", "xlprocess.doors.button", action, *(more or ("--file", str(self.path)))]
        self.started = subprocess.Popen(command, env=self.screen.environment)

    def answered(self, from_right: int = 0) -> str:
        """What the dialog says; one of its buttons is pressed, counted from the right."""
        dialog = self.screen.dialog()
        said = self.said(dialog)
        self.screen.press(dialog, from_right)
        if self.started is not None:
            self.status = self.started.wait(30)
            self.started = None
        return said

    def said(self, dialog: Shown) -> str:
        """The texts of the dialog, as a screen reader finds them."""
        with self.desktop() as (context, _):
            toolkit = context.ServiceManager.createInstanceWithContext("com.sun.star.awt.Toolkit", context)
            windows = [toolkit.getTopWindow(n) for n in range(toolkit.TopWindowCount)]
            window = next(w for w in windows if (w.PosSize.Width, w.PosSize.Height) == (dialog.width, dialog.height))
            return "\n".join(_texts(window.AccessibleContext))

    @contextmanager
    def desktop(self) -> Iterator[tuple[Any, Any]]:
        """The running program, for looking only: its context, and its desktop."""
        context = next(o for o in running() if o.profile == self.screen.profile).context()
        yield context, context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)

    @contextmanager
    def document(self) -> Iterator[Any]:
        with self.desktop() as (_, desktop):
            yield desktop.CurrentComponent

    def select(self, sheet: str, ref: Ref) -> None:
        with self.document() as document:
            found = document.Sheets.getByName(sheet)
            document.CurrentController.setActiveSheet(found)
            document.CurrentController.select(found.getCellByPosition(ref.column - 1, ref.row - 1))

    def type_into(self, sheet: str, ref: Ref, text: str) -> None:
        """Types into a cell, and waits until it is there."""
        before = self._shown(sheet, ref)
        self.screen.focus()
        self.select(sheet, ref)
        self.screen.type(text)
        self.screen.key("Return")
        waited(lambda: self._shown(sheet, ref) != before, f"{text} in {sheet}!{ref}", 10)

    def _shown(self, sheet: str, ref: Ref) -> str:
        with self.document() as document:
            return str(document.Sheets.getByName(sheet).getCellByPosition(ref.column - 1, ref.row - 1).String)

    def is_modified(self) -> bool:
        with self.document() as document:
            return bool(document.isModified())

    def save(self) -> bytes:
        with self.document() as document:
            document.store()
        return self.path.read_bytes()


def _texts(context: Any) -> Iterator[str]:
    for number in range(context.AccessibleChildCount):
        child = context.getAccessibleChild(number).AccessibleContext
        if child.AccessibleName:
            yield child.AccessibleName
        yield from _texts(child)


def differences(one: Book, other: Book) -> list[str]:
    """Cells, formulas and notes in which two workbooks differ. A program writes a constant of a formula as it likes."""
    found = [f"{one.sheet_names()} {other.sheet_names()}"] if one.sheet_names() != other.sheet_names() else []
    for name in one.sheet_names():
        a, b = one.sheet(name), other.sheet(name)
        rows = max(a.top + len(a.rows), b.top + len(b.rows))
        columns = max((s.left + len(row) for s in (a, b) for row in s.rows), default=1)
        for ref in (Ref(row, column) for row in range(1, rows) for column in range(1, columns)):
            x, y = a.value(*ref), b.value(*ref)
            if x != y and not (isinstance(x, (int, float)) and isinstance(y, (int, float)) and abs(x - y) < 1e-9):
                found.append(f"{name}!{ref} {x!r} {y!r}")
            f, g = a.formulas.get(ref), b.formulas.get(ref)
            if (f and _CONSTANT.sub(r"\1", f.text)) != (g and _CONSTANT.sub(r"\1", g.text)):
                found.append(f"{name}!{ref} ={f and f.text} ={g and g.text}")
    found += [f"note {place}" for place in {*one.notes(), *other.notes()} if one.notes().get(place) != other.notes().get(place)]
    return found
