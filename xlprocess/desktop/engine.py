"""LibreOffice as an engine of xlwings: what a live workbook needs of it, over UNO. Code written for Excel with xlwings runs on it.

Everything is read and written in blocks: the number of calls does not depend on the number of cells. Dates are told by one
question a sheet (`queryContentCells`), errors by another.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import xlwings
from xlwings import base_classes

from xlprocess.desktop.around_notes import put_formulas, put_values
from xlprocess.desktop.formulas import from_libreoffice, to_libreoffice

Uno = Any
"""Objects of UNO: their types are known to the running office program only."""

_DATETIME, _ALL_CONTENT = 2, 1 | 2 | 4 | 16  # com.sun.star.sheet.CellFlags
_ERROR_RESULT = 4  # com.sun.star.sheet.FormulaResult
_DATE, _TIME = 2, 4  # com.sun.star.util.NumberFormat
_ERRORS = {502: "#NUM!", 503: "#NUM!", 519: "#VALUE!", 524: "#REF!", 525: "#NAME?", 532: "#DIV/0!", 32767: "#N/A"}
_EPOCH = dt.datetime(1899, 12, 30)
_CELL = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]+)(?::\$?([A-Z]{1,3})\$?([0-9]+))?")
Bounds = tuple[int, int, int, int]
"""First row, first column, last row, last column: from 1."""


class Engine:
    name = "libreoffice"
    type = "desktop"

    def __init__(self, context: Uno) -> None:
        self.app = App(self, context)

    @property
    def apps(self) -> Apps:
        return Apps(self.app)

    def prepare_xl_data_element(self, value: Any, options: Any) -> Any:
        if value is None:
            return ""
        if isinstance(value, dt.datetime):
            return (value - _EPOCH) / dt.timedelta(days=1)
        return value

    def clean_value_data(
        self, data: Any, datetime_builder: Any, empty_as: Any, number_builder: Any, err_to_str: bool = False
    ) -> list[list[Any]]:
        def clean(value: Any) -> Any:
            if value == "":
                return empty_as
            if isinstance(value, float) and number_builder is not None:
                return number_builder(value)
            if isinstance(value, CellError):
                return str(value) if err_to_str else None
            return value

        return [[clean(value) for value in row] for row in data]


class CellError(str):
    """The error that a formula gives, as it is printed."""

    __slots__ = ()


class Apps(base_classes.Apps):
    def __init__(self, app: App) -> None:
        self.app = app

    def keys(self) -> list[int]:
        return [self.app.pid]

    def __iter__(self) -> Iterator[App]:
        yield self.app

    def __len__(self) -> int:
        return 1

    def __getitem__(self, pid: int) -> App:
        return self.app


class App(base_classes.App):
    pid = 1
    hwnd = 0

    def __init__(self, engine: Engine, context: Uno) -> None:
        self._engine = engine
        self.context = context
        self.desktop = self.service("com.sun.star.frame.Desktop")
        self._status: Uno = None
        self._locked: list[Uno] = []

    def service(self, name: str) -> Uno:
        return self.context.ServiceManager.createInstanceWithContext(name, self.context)

    @property
    def engine(self) -> Engine:
        return self._engine

    @property
    def api(self) -> Uno:
        return self.desktop

    @property
    def books(self) -> Books:
        return Books(self)

    @property
    def version(self) -> str:
        return "LibreOffice"

    def activate(self, steal_focus: bool = False) -> None:
        pass

    display_alerts = True
    enable_events = True

    @property
    def _document(self) -> Uno:
        return self.books.active.api

    @property
    def screen_updating(self) -> bool:
        return not self._locked

    @screen_updating.setter
    def screen_updating(self, value: bool) -> None:
        if not value and not self._locked:
            document = self._document
            document.lockControllers()
            self._locked.append(document)
        elif value:
            while self._locked:
                self._locked.pop().unlockControllers()

    @property
    def calculation(self) -> str:
        return "automatic" if self._document.isAutomaticCalculationEnabled() else "manual"

    @calculation.setter
    def calculation(self, value: str) -> None:
        self._document.enableAutomaticCalculation(value == "automatic")

    def calculate(self) -> None:
        self._document.calculate()

    @property
    def status_bar(self) -> str | bool:
        return False

    @status_bar.setter
    def status_bar(self, value: str | bool) -> None:
        if self._status is not None:
            self._status.end()
            self._status = None
        controller = self._document.CurrentController
        if isinstance(value, str) and controller is not None:
            self._status = controller.Frame.createStatusIndicator()
            self._status.start(value, 0)

    @property
    def selection(self) -> Range | None:
        controller = self._document.CurrentController
        selected = controller.Selection if controller is not None else None
        if selected is None or not selected.supportsService("com.sun.star.sheet.SheetCellRange"):
            return None
        book = self.books.active
        return Range(Sheet(book, selected.Spreadsheet), selected)

    def alert(self, prompt: str, title: str, buttons: str | None, mode: str | None, callback: Any = None) -> str:
        """A message box over the active window; waits for the answer."""
        window = self._document.CurrentController.Frame.ContainerWindow
        box = window.Toolkit.createMessageBox(window, *_box(buttons, mode), title or "", prompt or "")
        answer = int(box.execute())
        box.dispose()
        return {0: "cancel", 1: "ok", 2: "yes", 3: "no"}.get(answer, "cancel")


def _box(buttons: str | None, mode: str | None) -> tuple[Any, int]:
    import uno

    kind = "WARNINGBOX" if mode == "critical" else "QUERYBOX" if buttons and buttons.startswith("yes") else "INFOBOX"
    return uno.Enum("com.sun.star.awt.MessageBoxType", kind), {"ok_cancel": 2, "yes_no": 3, "yes_no_cancel": 4}.get(
        buttons or "", 1
    )


class Books(base_classes.Books):
    def __init__(self, app: App) -> None:
        self.app = app

    @property
    def api(self) -> Uno:
        return self.app.desktop.Components

    def __iter__(self) -> Iterator[Book]:
        found = self.api.createEnumeration()
        while found.hasMoreElements():
            document = found.nextElement()
            if document.supportsService("com.sun.star.sheet.SpreadsheetDocument"):
                yield Book(self.app, document)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __call__(self, key: int | str) -> Book:
        books = list(self)
        if isinstance(key, int):
            return books[key - 1]
        for book in books:
            if book.name == key:
                return book
        raise KeyError(key)

    @property
    def active(self) -> Book:
        current = self.app.desktop.CurrentComponent
        if current is not None and current.supportsService("com.sun.star.sheet.SpreadsheetDocument"):
            return Book(self.app, current)
        return next(iter(self))


class Book(base_classes.Book):
    def __init__(self, app: App, document: Uno) -> None:
        self._app = app
        self.document = document

    @property
    def api(self) -> Uno:
        return self.document

    @property
    def app(self) -> App:
        return self._app

    @property
    def name(self) -> str:
        """The name of the file: the title says more, such as (read-only)."""
        import uno

        url = str(self.document.URL)
        return Path(uno.fileUrlToSystemPath(url)).name if url.startswith("file:") else str(self.document.Title)

    @property
    def fullname(self) -> str:
        """The path; the title where the workbook was never saved."""
        import uno

        return str(uno.fileUrlToSystemPath(self.document.URL)) if self.document.URL else self.name

    @property
    def sheets(self) -> Sheets:
        return Sheets(self)

    @property
    def names(self) -> Names:
        return Names(self)

    def save(self, path: str | None = None, password: str | None = None) -> None:
        import uno

        if path is None:
            self.document.store()
            return
        made = uno.createUnoStruct("com.sun.star.beans.PropertyValue")
        made.Name = "FilterName"
        made.Value = "Calc MS Excel 2007 VBA XML" if path.lower().endswith(".xlsm") else "Calc MS Excel 2007 XML"
        self.document.storeToURL(uno.systemPathToFileUrl(path), (made,))

    def close(self) -> None:
        self.document.close(True)

    def activate(self) -> None:
        self.document.CurrentController.Frame.activate()


class Sheets(base_classes.Sheets):
    def __init__(self, book: Book) -> None:
        self.book = book

    @property
    def api(self) -> Uno:
        return self.book.document.Sheets

    def __call__(self, key: int | str) -> Sheet:
        if isinstance(key, str) and not self.api.hasByName(key):
            raise KeyError(key)
        return Sheet(self.book, self.api.getByName(key) if isinstance(key, str) else self.api.getByIndex(key - 1))

    def __len__(self) -> int:
        return int(self.api.Count)

    def __iter__(self) -> Iterator[Sheet]:
        for number in range(len(self)):
            yield self(number + 1)

    def __contains__(self, key: str) -> bool:
        return bool(self.api.hasByName(key))

    def add(self, before: Sheet | None = None, after: Sheet | None = None, name: str | None = None) -> Sheet:
        names = self.api.ElementNames
        place = len(names) if after is None else names.index(after.name) + 1
        if before is not None:
            place = names.index(before.name)
        made = name or next(f"Sheet{n}" for n in range(1, 10**6) if f"Sheet{n}" not in names)
        self.api.insertNewByName(made, place)
        return self(made)

    @property
    def active(self) -> Sheet:
        return Sheet(self.book, self.book.document.CurrentController.ActiveSheet)


class Sheet(base_classes.Sheet):
    def __init__(self, book: Book, sheet: Uno) -> None:
        self._book = book
        self.sheet = sheet

    @property
    def api(self) -> Uno:
        return self.sheet

    @property
    def book(self) -> Book:
        return self._book

    @property
    def name(self) -> str:
        return str(self.sheet.Name)

    @name.setter
    def name(self, value: str) -> None:
        self.sheet.Name = value

    @property
    def index(self) -> int:
        return int(self.sheet.RangeAddress.Sheet) + 1

    @property
    def visible(self) -> bool:
        return bool(self.sheet.IsVisible)

    @visible.setter
    def visible(self, value: bool) -> None:
        self.sheet.IsVisible = value

    def activate(self) -> None:
        self._book.document.CurrentController.setActiveSheet(self.sheet)

    def delete(self) -> None:
        self._book.document.Sheets.removeByName(self.name)

    def range(self, first: Any, second: Any = None) -> Range:
        top, left, bottom, right = _bounds(first, second)
        return Range(self, self.sheet.getCellRangeByPosition(left - 1, top - 1, right - 1, bottom - 1))

    @property
    def used_range(self) -> Range:
        """From the first to the last cell that holds anything; A1 where none does."""
        areas = self.sheet.queryContentCells(_ALL_CONTENT).RangeAddresses
        if not areas:
            return self.range((1, 1))
        first = min(a.StartRow for a in areas) + 1, min(a.StartColumn for a in areas) + 1
        return self.range(first, (max(a.EndRow for a in areas) + 1, max(a.EndColumn for a in areas) + 1))

    @property
    def names(self) -> Names:
        return Names(self._book, self.sheet)

    @property
    def notes(self) -> list[Note]:
        notes = self.sheet.Annotations
        return [Note(self, note) for note in (notes.getByIndex(n) for n in range(notes.Count))]

    @property
    def comments(self) -> list[Any]:
        return []


def _bounds(first: Any, second: Any) -> Bounds:
    if isinstance(first, str):
        found = _CELL.fullmatch(first)
        if found is None:
            raise ValueError(first)
        row, column = int(found[2]), _column(found[1])
        return row, column, int(found[4] or row), _column(found[3]) if found[3] else column
    if isinstance(first, Range):
        top, left, bottom, right = first.bounds
        return (top, left, *second.bounds[2:]) if isinstance(second, Range) else (top, left, bottom, right)
    if len(first) == 4:
        row, column, rows, columns = first
        return row, column, row + rows - 1, column + columns - 1
    return (*first, *(second or first))


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


class Range(base_classes.Range):
    max_cells_per_read = None
    max_cells_per_write = None

    def __init__(self, sheet: Sheet, cells: Uno) -> None:
        self._sheet = sheet
        self.cells = cells
        a = cells.RangeAddress
        self.bounds: Bounds = (a.StartRow + 1, a.StartColumn + 1, a.EndRow + 1, a.EndColumn + 1)

    @property
    def api(self) -> Uno:
        return self.cells

    @property
    def sheet(self) -> Sheet:
        return self._sheet

    @property
    def row(self) -> int:
        return self.bounds[0]

    @property
    def column(self) -> int:
        return self.bounds[1]

    @property
    def shape(self) -> tuple[int, int]:
        top, left, bottom, right = self.bounds
        return bottom - top + 1, right - left + 1

    @property
    def coords(self) -> tuple[str, int, int, int, int]:
        return (self._sheet.name, self.row, self.column, *self.shape)

    def __len__(self) -> int:
        return self.shape[0] * self.shape[1]

    def __call__(self, row: int, column: int | None = None) -> Range:
        if column is None:
            row, column = divmod(row - 1, self.shape[1])
            row, column = row + 1, column + 1
        return self._sheet.range((self.row + row - 1, self.column + column - 1))

    @property
    def address(self) -> str:
        return str(self.cells.AbsoluteName).rpartition(".")[2]

    # values

    @property
    def raw_value(self) -> list[list[Any]]:
        """Numbers, texts, dates as datetimes, the errors of formulas."""
        rows = [list(row) for row in self.cells.getDataArray()]
        for area in self.cells.queryContentCells(_DATETIME).RangeAddresses:
            self._as_dates(rows, area)
        for area in self.cells.queryFormulaCells(_ERROR_RESULT).RangeAddresses:
            for row in range(area.StartRow, area.EndRow + 1):
                for column in range(area.StartColumn, area.EndColumn + 1):
                    code = self._sheet.sheet.getCellByPosition(column, row).getError()
                    rows[row + 1 - self.row][column + 1 - self.column] = CellError(_ERRORS.get(code, "#VALUE!"))
        return rows

    @raw_value.setter
    def raw_value(self, value: Any) -> None:
        put_values(self.cells, _filled(value, self.shape))

    def _as_dates(self, rows: list[list[Any]], area: Uno) -> None:
        block = self._sheet.sheet.getCellRangeByPosition(area.StartColumn, area.StartRow, area.EndColumn, area.EndRow)
        kind = self._sheet.book.document.NumberFormats.getByKey(block.NumberFormat).Type
        for row in range(area.StartRow + 1 - self.row, area.EndRow + 2 - self.row):
            for column in range(area.StartColumn + 1 - self.column, area.EndColumn + 2 - self.column):
                value = rows[row][column]
                if isinstance(value, float):
                    rows[row][column] = _moment(value, kind)

    @property
    def formula(self) -> Any:
        """Formulas as Excel writes them, values as texts."""
        rows = tuple(tuple(_shown(f) for f in row) for row in self.cells.getFormulaArray())
        return rows if len(self) > 1 else rows[0][0]

    @formula.setter
    def formula(self, value: Any) -> None:
        rows = _filled(value, self.shape)
        put_formulas(self.cells, [[_taken(f) for f in row] for row in rows])

    def clear_contents(self) -> None:
        self.cells.clearContents(1 | 2 | 4 | 16)

    # looks

    @property
    def number_format(self) -> str | None:
        """None where the cells have different ones."""
        key = self.cells.getPropertyValue("NumberFormat")
        return None if not key and len(self) > 1 and self._mixed() else str(self._formats.getByKey(key).FormatString)

    @number_format.setter
    def number_format(self, value: str) -> None:
        import uno

        locale = uno.createUnoStruct("com.sun.star.lang.Locale", "en", "US", "")
        key = self._formats.queryKey(value, locale, False)
        self.cells.NumberFormat = key if key >= 0 else self._formats.addNew(value, locale)

    def _mixed(self) -> bool:
        import uno

        ambiguous = uno.Enum("com.sun.star.beans.PropertyState", "AMBIGUOUS_VALUE")
        return bool(self.cells.getPropertyState("NumberFormat") == ambiguous)

    @property
    def _formats(self) -> Uno:
        return self._sheet.book.document.NumberFormats

    # notes

    @property
    def note(self) -> Note | None:
        return next((n for n in self._sheet.notes if n.bounds[:2] == self.bounds[:2]), None)

    def add_note(self, text: str) -> Note:
        notes = self._sheet.sheet.Annotations
        notes.insertNew(self.cells.getCellByPosition(0, 0).CellAddress, text)
        made = self.note
        if made is None:
            raise PermissionError("LibreOffice takes no note in this cell")
        return made

    def select(self) -> None:
        self._sheet.book.document.CurrentController.select(self.cells)


def _filled(value: Any, shape: tuple[int, int]) -> tuple[tuple[Any, ...], ...]:
    if isinstance(value, (list, tuple)):
        rows: Sequence[Any] = value if isinstance(value[0], (list, tuple)) else [value]
        return tuple(tuple(row) for row in rows)
    return tuple((value,) * shape[1] for _ in range(shape[0]))


def _moment(value: float, kind: int) -> dt.datetime | dt.time:
    moment = _EPOCH + dt.timedelta(milliseconds=round(value * 86_400_000))
    if kind & _TIME and not kind & _DATE and 0 <= value < 1:
        return moment.time()
    return moment


def _shown(formula: str) -> str:
    if formula.startswith("="):
        return "=" + from_libreoffice(formula[1:])
    return formula


def _taken(formula: Any) -> Any:
    return "=" + to_libreoffice(formula[1:]) if isinstance(formula, str) and formula.startswith("=") else formula


class Note(base_classes.Note):
    def __init__(self, sheet: Sheet, note: Uno) -> None:
        self._sheet = sheet
        self._note = note
        at = note.Position
        self.bounds: Bounds = (at.Row + 1, at.Column + 1, at.Row + 1, at.Column + 1)

    @property
    def api(self) -> Uno:
        return self._note

    @property
    def text(self) -> str:
        return str(self._note.String)

    @text.setter
    def text(self, value: str) -> None:
        self._note.setString(value)

    @property
    def author(self) -> str:
        return str(self._note.Author)

    @property
    def location(self) -> Range:
        return self._sheet.range(self.bounds[:2])

    def delete(self) -> None:
        notes = self._sheet.sheet.Annotations
        for number in range(notes.Count):
            at = notes.getByIndex(number).Position
            if (at.Row + 1, at.Column + 1) == self.bounds[:2]:
                notes.removeByIndex(number)
                return


class Names(base_classes.Names):
    """The names of the whole workbook, or of one sheet."""

    def __init__(self, book: Book, sheet: Uno = None) -> None:
        self.book = book
        self.owner = book.document if sheet is None else sheet

    @property
    def api(self) -> Uno:
        return self.owner.NamedRanges

    def snapshot(self) -> list[tuple[str, Name]]:
        held = self.api
        return [(name, Name(self, held.getByName(name))) for name in held.ElementNames]

    def __call__(self, key: int | str) -> Name:
        if isinstance(key, int):
            return self.snapshot()[key - 1][1]
        return Name(self, self.api.getByName(key))

    def contains(self, key: int | str) -> bool:
        return bool(self.api.hasByName(key))

    def __len__(self) -> int:
        return len(self.api.ElementNames)

    def add(self, name: str, refers_to: str) -> Name:
        import uno

        self.api.addNewByName(name, _taken(refers_to)[1:], uno.createUnoStruct("com.sun.star.table.CellAddress"), 0)
        return self(name)


class Name(base_classes.Name):
    def __init__(self, names: Names, name: Uno) -> None:
        self._names = names
        self._name = name

    @property
    def api(self) -> Uno:
        return self._name

    @property
    def name(self) -> str:
        return str(self._name.Name)

    @name.setter
    def name(self, value: str) -> None:
        self._name.setName(value)

    @property
    def refers_to(self) -> str:
        return "=" + from_libreoffice(str(self._name.Content))

    @refers_to.setter
    def refers_to(self, value: str) -> None:
        self._name.setContent(_taken(value)[1:])

    def delete(self) -> None:
        self._names.api.removeByName(self.name)


def engine_over(context: Uno) -> xlwings.Engine:
    """The engine over the LibreOffice of a component context, the active one from now on."""
    made = xlwings.Engine(impl=Engine(context))
    xlwings.engines.add(made)
    made.activate()
    return made
