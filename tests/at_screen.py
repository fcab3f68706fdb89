"""The button in a window that a person opened: what is clicked, what is read in the dialog, what is in the workbook afterwards."""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from screen import SIZE, Screen, Shown, waited

from xlprocess.books.book import Book, Ref
from xlprocess.desktop.connect import running

_CONSTANT = re.compile(r"(TRUE|FALSE)\(\)")


class Desk:
    """A workbook that is open on a screen. `start` is what starts the program; a test of real buttons clicks them instead."""

    def __init__(self, screen: Screen, data: bytes, name: str, *options: str) -> None:
        self.screen = screen
        self.path = Path(tempfile.mkdtemp(dir=screen.home)) / name
        self.path.write_bytes(data)
        screen.open(self.path, *options)
        self.started: subprocess.Popen[bytes] | None = None

    def start(self, action: str, *more: str) -> None:
        """What a button starts, without a button."""
        command = [sys.executable, "-m", "xlprocess.doors.button", action, *(more or ("--file", str(self.path)))]
        self.started = subprocess.Popen(command, env=self.screen.environment)

    def click(self, label: str) -> float:
        """A real click on the button in the workbook that has this label; gives when it was."""
        with self.document() as document:
            page = document.CurrentController.ActiveSheet.DrawPage
            shapes = [page.getByIndex(n) for n in range(page.Count)]
            model = next(
                s.Control for s in shapes if s.supportsService("com.sun.star.drawing.ControlShape") and s.Control.Label == label
            )
            x, y = _middle(document.CurrentController.getControl(model).AccessibleContext)
        return self.screen.click(x, y)

    def click_in_toolbar(self, label: str) -> None:
        """A real click on the button of a toolbar."""
        with self.document() as document:
            window = document.CurrentController.Frame.ContainerWindow
            x, y = _middle(next(_in_toolbars(window.AccessibleContext, label)))
        self.screen.click(x, y)

    def answered(self, from_right: int = 0) -> str:
        """What the dialog says; one of its buttons is pressed, counted from the right."""
        dialog = self.screen.dialog()
        said = self.said(dialog)
        self.screen.press(dialog, from_right)
        if self.started is not None:
            self.status = self.started.wait(30)
            self.started = None
        return said

    def choose_folder(self, folder: Path) -> None:
        """Chooses a folder of this person's home in LibreOffice's dialog for folders: a double click on it, and Select."""
        self.screen.dialog()
        time.sleep(1)
        picker = self.screen.dialog()
        self.screen.command("windowfocus", picker.id)
        listed = sorted(path.name for path in self.screen.home.iterdir() if path.is_dir() and not path.name.startswith("."))
        x, y = str(picker.left + 170), str(picker.top + 76 + 16 * listed.index(folder.name))
        self.screen.command("mousemove", x, y, "sleep", "0.3", "click", "--repeat", "2", "--delay", "60", "1")
        time.sleep(1)
        self.screen.click(picker.left + 625, picker.top + 268)
        waited(lambda: picker.id not in [w.id for w in self.screen.windows()], "the dialog for folders goes", 20)

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
        (office,) = running()
        context = office.context()
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
        self.begin_to_type(sheet, ref, text)
        self.screen.key("Return")
        waited(lambda: self._shown(sheet, ref) != before, f"{text} in {sheet}!{ref}", 10)

    def begin_to_type(self, sheet: str, ref: Ref, text: str) -> None:
        """Types into a cell, and does not press Enter."""
        self.screen.focus()
        self.screen.click(SIZE[0] // 2, SIZE[1] // 2)
        self.select(sheet, ref)
        self.screen.type(text)

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
            yield child.AccessibleName.replace("\n", "")  # where a line is broken is the dialog's business
        yield from _texts(child)


def _middle(context: Any) -> tuple[int, int]:
    at, size = context.LocationOnScreen, context.Size
    return at.X + size.Width // 2, at.Y + size.Height // 2


def _in_toolbars(context: Any, name: str, inside: bool = False) -> Iterator[Any]:
    """The buttons of this name that a screen reader finds in toolbars."""
    import uno

    if inside and context.AccessibleName == name:
        yield context
    if context.AccessibleChildCount < 100:  # cells are left out
        inside = inside or context.AccessibleRole == uno.getConstantByName("com.sun.star.accessibility.AccessibleRole.TOOL_BAR")
        for number in range(context.AccessibleChildCount):
            yield from _in_toolbars(context.getAccessibleChild(number).AccessibleContext, name, inside)


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
