"""A stand-in for Excel's object model, as much of it as a live workbook asks for, and xlwings' own engine for Windows over it.

It calculates nothing and draws nothing; it keeps cells, notes, names, links and protection, refuses what Excel refuses, and records
every call. A name that Excel's object model does not have is an error. What only Excel can prove is in macros/CHECKLIST.md.
"""

from __future__ import annotations

import ctypes
import datetime as dt
import importlib
import io
import re
import sys
from types import ModuleType, SimpleNamespace
from typing import Any

import openpyxl
import xlwings as xw
from openpyxl.utils import get_column_letter

HWND = 4242
ALLOWED = (
    "FormattingCells",
    "FormattingColumns",
    "FormattingRows",
    "InsertingColumns",
    "InsertingRows",
    "InsertingHyperlinks",
    "DeletingColumns",
    "DeletingRows",
    "Sorting",
    "Filtering",
    "UsingPivotTables",
)
"""What Worksheet.Protect takes after its first five arguments, in this order."""


class ComError(Exception):
    """What COM raises when Excel says no."""

    hresult = -2147352567

    def __init__(self, said: str) -> None:
        super().__init__(-2147352567, said, None, None)


class Dispatch:
    """An object of Excel. Names that are not known are told as COM tells them."""

    class _oleobj_:  # noqa: N801
        @staticmethod
        def GetIDsOfNames(_: int, name: str) -> None:  # noqa: N802
            raise ComError(f"unknown name {name}")


def engine() -> ModuleType:
    """xlwings' module for Excel on Windows, imported over stand-ins for the modules of Windows."""
    if "xlwings._xlwindows" in sys.modules:
        return sys.modules["xlwings._xlwindows"]
    client = _module(
        "win32com.client", CDispatch=Dispatch, CoClassBaseClass=Dispatch, DispatchBaseClass=Dispatch, Dispatch=None, DispatchEx=None
    )
    utc = SimpleNamespace(utc=lambda: dt.UTC)
    windows = {
        "pywintypes": _module("pywintypes", com_error=ComError, error=ComError, TimeType=dt.datetime, IID=str),
        "win32api": _module("win32api", MessageBox=None),
        "win32con": _module(
            "win32con", MB_OK=0, MB_OKCANCEL=1, MB_YESNO=4, MB_YESNOCANCEL=3, MB_ICONINFORMATION=64, MB_ICONWARNING=48
        ),
        "pythoncom": _module("pythoncom", ole_error=ComError, CoInitialize=lambda: None, __file__=""),
        "win32com": _module("win32com", client=client),
        "win32com.client": client,
        "win32gui": _module("win32gui"),
        "win32process": _module("win32process", GetWindowThreadProcessId=lambda hwnd: (0, 7)),
        "win32timezone": _module("win32timezone", TimeZoneInfo=utc),
    }
    nothing = SimpleNamespace(
        ole32=SimpleNamespace(CLSIDFromString=lambda *_: None),
        PyCom_PyObjectFromIUnknown=SimpleNamespace(restype=None),
    )
    held = {name: getattr(ctypes, name, None) for name in ("PyDLL", "oledll", "windll")}
    before = {name: sys.modules.get(name) for name in windows}
    sys.modules.update(windows)
    ctypes.oledll = ctypes.windll = nothing  # type: ignore[attr-defined]
    ctypes.PyDLL = lambda _: nothing  # type: ignore[assignment,misc]
    try:
        return importlib.import_module("xlwings._xlwindows")
    finally:
        for name, module in before.items():
            if module is None:
                del sys.modules[name]
            else:
                sys.modules[name] = module
        for name, value in held.items():
            if value is None:
                delattr(ctypes, name)
            else:
                setattr(ctypes, name, value)


def _module(name: str, **members: Any) -> ModuleType:
    made = ModuleType(name)
    made.__dict__.update(members)
    return made


def opened(data: bytes, name: str = "自评表.xlsx") -> tuple[xw.Book, Application]:
    """The workbook in the bytes of a file, open in this Excel."""
    excel = Application()
    book = excel.Workbooks.load(data, name)
    return xw.Book(impl=engine().Book(xl=engine().COMRetryObjectWrapper(book))), excel


class Application(Dispatch):
    Hwnd = HWND
    Ready = True

    def __init__(self) -> None:
        self.calls: list[str] = []
        self.ScreenUpdating = self.EnableEvents = self.DisplayAlerts = True
        self.Calculation = -4105
        self.StatusBar: str | bool = False
        self.Workbooks = Workbooks(self)
        self.selected: Range | None = None

    @property
    def ActiveWorkbook(self) -> Workbook:  # noqa: N802
        return self.Workbooks.held[0]

    def Goto(self, reference: Any) -> None:  # noqa: N802
        self.calls.append("Goto")
        self.selected = _inner(reference)
        self.selected.sheet.Activate()


class Workbooks(Dispatch):
    def __init__(self, application: Application) -> None:
        self.Application = application
        self.held: list[Workbook] = []

    @property
    def Count(self) -> int:  # noqa: N802
        return len(self.held)

    def __call__(self, number: int) -> Workbook:
        return self.held[number - 1]

    def __iter__(self) -> Any:
        return iter(self.held)

    def load(self, data: bytes, name: str) -> Workbook:
        self.held.append(Workbook(self.Application, data, name))
        return self.held[-1]


class Workbook(Dispatch):
    ReadOnly = ProtectStructure = False

    def __init__(self, application: Application, data: bytes, name: str) -> None:
        self.Application = application
        self.Name = name
        self.Path = "C:\\自评 表"
        self.FullName = f"{self.Path}\\{name}"
        read = openpyxl.load_workbook(io.BytesIO(data))
        values = openpyxl.load_workbook(io.BytesIO(data), data_only=True)
        self.Worksheets = Worksheets(self)
        for sheet in read.worksheets:
            self.Worksheets.held.append(Worksheet(self, sheet.title))
            self.Worksheets.held[-1].load(sheet, values[sheet.title])
        self.ActiveSheet = self.Worksheets.held[0]
        self.Names = Names(self)
        for name, defined in read.defined_names.items():
            self.Names.Add(name, f"={defined.attr_text}")
        self.CustomDocumentProperties = Properties()
        for prop in read.custom_doc_props.props:
            self.CustomDocumentProperties.Add(prop.name, False, 4, prop.value)
        self.window = Window()

    def Windows(self, number: int) -> Window:  # noqa: N802
        return self.window


class Window(Dispatch):
    ScrollRow = ScrollColumn = 1
    FreezePanes = DisplayGridlines = False
    SplitRow = SplitColumn = 0


class Worksheets(Dispatch):
    def __init__(self, book: Workbook) -> None:
        self.Parent = book
        self.held: list[Worksheet] = []

    @property
    def Count(self) -> int:  # noqa: N802
        return len(self.held)

    def __call__(self, key: int | str) -> Worksheet:
        if isinstance(key, int):
            return self.held[key - 1]
        for sheet in self.held:
            if sheet.Name == key:
                return sheet
        raise ComError("Subscript out of range")

    def __iter__(self) -> Any:
        return iter(self.held)

    def Add(self, Before: Any = None) -> Worksheet:  # noqa: N802, N803
        made = Worksheet(self.Parent, f"Sheet{len(self.held) + 1}")
        self.held.insert(self.held.index(_inner(Before)) if Before is not None else 0, made)
        self.Parent.ActiveSheet = made
        return made


class Protection(Dispatch):
    def __init__(self) -> None:
        for name in ALLOWED:
            setattr(self, f"Allow{name}", name == "InsertingRows")


class Worksheet(Dispatch):
    def __init__(self, book: Workbook, name: str) -> None:
        self.Parent = book
        self.Application = book.Application
        self.Name = name
        self.Visible = -1
        self.cells: dict[tuple[int, int], Any] = {}
        self.formulas: dict[tuple[int, int], str] = {}
        self.formats: dict[tuple[int, int], str] = {}
        self.looks: list[tuple[str, str, Any]] = []
        self.blocks: list[tuple[int, int, int, int]] = []
        self.notes: list[Comment] = []
        self.CommentsThreaded: list[Any] = []
        self.Hyperlinks = Hyperlinks(self)
        self.Names = Names(self)
        self.Protection = Protection()
        self.ProtectContents = self.ProtectDrawingObjects = self.ProtectScenarios = False
        self.EnableSelection = 1
        self.password = ""
        self.AutoFilterMode = False

    def load(self, sheet: Any, values: Any) -> None:
        self.Visible = -1 if sheet.sheet_state == "visible" else 0
        for row in sheet.iter_rows():
            for cell in row:
                at = (cell.row, cell.column)
                if cell.value is not None:
                    formula = isinstance(cell.value, str) and cell.value.startswith("=") and cell.data_type == "f"
                    self.cells[at] = values.cell(*at).value if formula else cell.value
                    if formula:
                        self.formulas[at] = cell.value
                self.formats[at] = cell.number_format
                if getattr(cell, "comment", None) is not None:
                    self.notes.append(Comment(self, at, cell.comment.text, cell.comment.author))
        self.blocks = [(b.min_row, b.min_col, b.max_row, b.max_col) for b in sheet.merged_cells.ranges]

    @property
    def Index(self) -> int:  # noqa: N802
        return self.Parent.Worksheets.held.index(self) + 1

    @property
    def Comments(self) -> list[Comment]:  # noqa: N802
        return list(self.notes)

    @property
    def UsedRange(self) -> Range:  # noqa: N802
        held = [*self.cells, *self.formats] or [(1, 1)]
        rows, columns = [at[0] for at in held], [at[1] for at in held]
        return Range(self, [(min(rows), min(columns), max(rows), max(columns))])

    def Cells(self, row: int, column: int) -> Range:  # noqa: N802
        return Range(self, [(row, column, row, column)])

    def Range(self, first: Any, last: Any = None) -> Range:  # noqa: N802
        if last is not None:
            a, b = _inner(first).areas[0], _inner(last).areas[0]
            return Range(self, [(a[0], a[1], b[2], b[3])])
        assert len(first) <= 255, "Range takes no longer address"
        return Range(self, [_area(part) for part in first.split(",")])

    def Columns(self, number: int) -> Line:  # noqa: N802
        return Line()

    def Activate(self) -> None:  # noqa: N802
        self.Parent.ActiveSheet = self

    def Move(self, Before: Any) -> None:  # noqa: N802, N803
        held = self.Parent.Worksheets.held
        held.remove(self)
        held.insert(held.index(_inner(Before)), self)

    def Delete(self) -> None:  # noqa: N802
        self.Parent.Worksheets.held.remove(self)
        self.Parent.ActiveSheet = self.Parent.Worksheets.held[0]

    def Unprotect(self, password: str) -> None:  # noqa: N802
        self.Application.calls.append("Unprotect")
        if password != self.password:
            raise ComError("The password you supplied is not correct")
        self.ProtectContents = self.ProtectDrawingObjects = self.ProtectScenarios = False

    def Protect(  # noqa: N802
        self, password: str, drawings: bool, contents: bool, scenarios: bool, by_hand_only: bool, *allowed: bool
    ) -> None:
        self.Application.calls.append("Protect")
        self.password = password
        self.ProtectDrawingObjects, self.ProtectContents, self.ProtectScenarios = drawings, contents, scenarios
        self.EnableSelection = 0
        for name, value in zip(ALLOWED, allowed, strict=True):
            setattr(self.Protection, f"Allow{name}", value)

    def must_be_open(self) -> None:
        if self.ProtectContents:
            raise ComError("The cell or chart is on a protected sheet")


class Line(Dispatch):
    ColumnWidth = RowHeight = 0.0
    Hidden = False


class Look(Dispatch):
    """Font, Interior, Borders: what is set is kept."""


class Range(Dispatch):
    def __init__(self, sheet: Worksheet, areas: list[tuple[int, int, int, int]]) -> None:
        self.sheet = self.Worksheet = sheet
        self.areas = areas
        self.Row, self.Column = areas[0][:2]
        self.Rows = SimpleNamespace(Count=areas[0][2] - areas[0][0] + 1)
        self.Columns = SimpleNamespace(Count=areas[0][3] - areas[0][1] + 1)
        self.Font, self.Interior, self.Borders = Look(), Look(), Look()
        self.Hyperlinks = sheet.Hyperlinks

    def __call__(self, row: int, column: int) -> Range:
        return self.sheet.Cells(self.Row + row - 1, self.Column + column - 1)

    def __setattr__(self, name: str, value: Any) -> None:
        if name in ("WrapText", "HorizontalAlignment", "VerticalAlignment", "IndentLevel", "Locked", "RowHeight"):
            self.sheet.must_be_open()
        object.__setattr__(self, name, value)

    def _places(self) -> list[list[tuple[int, int]]]:
        top, left, bottom, right = self.areas[0]
        return [[(row, column) for column in range(left, right + 1)] for row in range(top, bottom + 1)]

    @property
    def Count(self) -> int:  # noqa: N802
        return sum(map(len, self._places()))

    def _read(self, cell: Any) -> Any:
        rows = tuple(tuple(cell(at) for at in row) for row in self._places())
        return rows if self.Count > 1 else rows[0][0]

    def _write(self, value: Any, put: Any) -> None:
        self.sheet.must_be_open()
        places = self._places()
        rows = value if isinstance(value, (tuple, list)) else [[value] * len(places[0])] * len(places)
        assert [len(row) for row in rows] == [len(row) for row in places], "a block is written as a whole"
        for row, values in zip(places, rows, strict=True):
            for at, single in zip(row, values, strict=True):
                put(at, single)

    @property
    def Value(self) -> Any:  # noqa: N802
        self.sheet.Application.calls.append("Value")
        return self._read(self.sheet.cells.get)

    @Value.setter
    def Value(self, value: Any) -> None:  # noqa: N802
        self.sheet.Application.calls.append("Value=")
        self._write(value, self._put)

    @property
    def Formula(self) -> Any:  # noqa: N802
        self.sheet.Application.calls.append("Formula")
        return self._read(lambda at: self.sheet.formulas.get(at) or _as_text(self.sheet.cells.get(at)))

    @Formula.setter
    def Formula(self, value: Any) -> None:  # noqa: N802
        self.sheet.Application.calls.append("Formula=")
        self._write(value, self._put)

    def _put(self, at: tuple[int, int], value: Any) -> None:
        """As Excel takes what is typed."""
        self.sheet.formulas.pop(at, None)
        self.sheet.cells.pop(at, None)
        if isinstance(value, str) and value.startswith("="):
            self.sheet.formulas[at], self.sheet.cells[at] = value, 0.0
        elif isinstance(value, str) and value.startswith("'"):
            self.sheet.cells[at] = value[1:]
        elif isinstance(value, str) and re.fullmatch(r"[+-]?[0-9.]+%?", value):
            self.sheet.cells[at] = float(value.rstrip("%"))
        elif value not in (None, ""):
            self.sheet.cells[at] = float(value) if isinstance(value, int) else value

    @property
    def NumberFormat(self) -> str | None:  # noqa: N802
        held = {self.sheet.formats.get(at, "General") for row in self._places() for at in row}
        return held.pop() if len(held) == 1 else None

    @NumberFormat.setter
    def NumberFormat(self, value: str) -> None:  # noqa: N802
        self.sheet.must_be_open()

    @property
    def MergeCells(self) -> bool | None:  # noqa: N802
        inside = [self._merged_at(at) is not None for row in self._places() for at in row]
        return True if all(inside) else None if any(inside) else False

    @property
    def MergeArea(self) -> Range:  # noqa: N802
        at = (self.Row, self.Column)
        return Range(self.sheet, [self._merged_at(at) or (*at, *at)])

    def _merged_at(self, at: tuple[int, int]) -> tuple[int, int, int, int] | None:
        return next((b for b in self.sheet.blocks if b[0] <= at[0] <= b[2] and b[1] <= at[1] <= b[3]), None)

    def Merge(self) -> None:  # noqa: N802
        self.sheet.blocks.append(self.areas[0])

    def UnMerge(self) -> None:  # noqa: N802
        top, left, bottom, right = self.areas[0]
        self.sheet.blocks = [b for b in self.sheet.blocks if not (top <= b[0] <= bottom and left <= b[1] <= right)]

    def ClearContents(self) -> None:  # noqa: N802
        self._write(None, self._put)

    def AutoFit(self) -> None:  # noqa: N802
        self.sheet.must_be_open()

    def AutoFilter(self) -> None:  # noqa: N802
        self.sheet.AutoFilterMode = True

    def AddComment(self, text: str) -> Comment:  # noqa: N802
        self.sheet.Application.calls.append("AddComment")
        if self.sheet.ProtectDrawingObjects:
            raise ComError("The sheet is protected")
        if any(note.at == (self.Row, self.Column) for note in self.sheet.notes):
            raise ComError("The cell has a comment already")
        self.sheet.notes.append(Comment(self.sheet, (self.Row, self.Column), text, "经办人"))
        return self.sheet.notes[-1]


class Comment(Dispatch):
    def __init__(self, sheet: Worksheet, at: tuple[int, int], text: str, author: str) -> None:
        self.sheet, self.at, self.Author = sheet, at, author
        self.said = text
        self.Shape = Look()

    @property
    def Parent(self) -> Range:  # noqa: N802
        return self.sheet.Cells(*self.at)

    def Text(self, text: str | None = None) -> str:  # noqa: N802
        if text is not None:
            self.said = text
        return self.said

    def Delete(self) -> None:  # noqa: N802
        self.sheet.notes.remove(self)


class Hyperlinks(Dispatch):
    def __init__(self, sheet: Worksheet) -> None:
        self.sheet = sheet
        self.targets: dict[tuple[int, int], str] = {}

    def Add(self, anchor: Any, address: str, target: str) -> None:  # noqa: N802
        where = _inner(anchor)
        self.targets[where.Row, where.Column] = target

    def Delete(self) -> None:  # noqa: N802
        self.targets.clear()


class Names(Dispatch):
    def __init__(self, owner: Any) -> None:
        self.owner = owner
        self.held: list[Name] = []

    @property
    def Count(self) -> int:  # noqa: N802
        return len(self.held)

    def __iter__(self) -> Any:
        return iter(list(self.held))

    def __call__(self, key: int | str) -> Name:
        if isinstance(key, int):
            return self.held[key - 1]
        for name in self.held:
            if name.Name == key:
                return name
        raise ComError("no such name")

    def Add(self, name: str, refers_to: str) -> Name:  # noqa: N802
        full = f"{self.owner.Name}!{name}" if isinstance(self.owner, Worksheet) else name
        self.held.append(Name(self, full, refers_to))
        return self.held[-1]


class Name(Dispatch):
    def __init__(self, names: Names, name: str, refers_to: str) -> None:
        self.names, self.Name, self.RefersTo = names, name, refers_to

    def Delete(self) -> None:  # noqa: N802
        self.names.held.remove(self)


class Properties(Dispatch):
    def __init__(self) -> None:
        self.held: list[Property] = []

    def __iter__(self) -> Any:
        return iter(list(self.held))

    def Add(self, name: str, linked: bool, kind: int, value: Any) -> None:  # noqa: N802
        self.held.append(Property(self, name, value))


class Property(Dispatch):
    def __init__(self, owner: Properties, name: str, value: Any) -> None:
        self.owner, self.Name, self.Value = owner, name, value

    def Delete(self) -> None:  # noqa: N802
        self.owner.held.remove(self)


def _inner(thing: Any) -> Any:
    return getattr(thing, "_inner", thing)


def _area(address: str) -> tuple[int, int, int, int]:
    first, _, last = address.partition(":")
    if first.isdigit():  # whole rows
        return int(first), 1, int(last), 1
    a = _at(first)
    return (*a, *(_at(last) if last else a))


def _at(address: str) -> tuple[int, int]:
    found = re.fullmatch(r"\$?([A-Z]+)\$?([0-9]+)", address)
    assert found is not None, address
    column = next(n for n in range(1, 17000) if get_column_letter(n) == found[1])
    return int(found[2]), column


def _as_text(value: Any) -> str:
    return (
        ""
        if value is None
        else value
        if isinstance(value, str)
        else f"{value:g}"
        if isinstance(value, (int, float))
        else str(value)
    )
