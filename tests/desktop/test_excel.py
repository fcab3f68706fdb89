"""What is special about Excel, against a stand-in for its object model: protection, notes, views, texts, dialogs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import excel_model
import pytest

from xlprocess.books.book import CellWrite, Changes, Link, ListCell, Ref, ResultList
from xlprocess.books.live import LiveBook
from xlprocess.books.note_text import MARK
from xlprocess.desktop import excel
from xlprocess.desktop.excel import Excel
from xlprocess.desktop.links import formula_blocks, links
from xlprocess.doors.clicked import clicked
from xlprocess.errors import Unreadable

ROOT = Path(__file__).parents[2]
MONEY, LIST = "收支情况", "检查结果"
OURS = f"{MARK}\n错误 R101 少 79.97。\u3000"


@pytest.fixture
def opened() -> Iterator[SimpleNamespace]:
    """The sample, open in Excel; `sheets` by their names, `calls` what was called."""
    data = (ROOT / "workbooks" / "samples" / "应急管理局2021.xlsx").read_bytes()
    book, application = excel_model.opened(data)
    sheets = {sheet.Name: sheet for sheet in application.ActiveWorkbook.Worksheets}
    native = Excel(book, excel_model.ComError)
    yield SimpleNamespace(book=book, excel=application, native=native, sheets=sheets, live=LiveBook(book, native))


@pytest.fixture
def boxes(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    """The message boxes that were shown; 是 is pressed."""
    shown: list[tuple[Any, ...]] = []

    def box(*said: Any) -> int:
        shown.append(said)
        return 6 if said[3] & 4 else 1

    monkeypatch.setattr(excel_model.engine().win32api, "MessageBox", box)
    return shown


def note_at(ref: Ref) -> Changes:
    return Changes(cells=[], notes={(MONEY, ref): OURS}, results=None, properties={})


def test_a_protected_sheet_is_opened_and_protected_as_it_was(opened: SimpleNamespace) -> None:
    sheet = opened.sheets[MONEY]
    sheet.ProtectContents = sheet.ProtectDrawingObjects = True
    sheet.Protection.AllowFormattingColumns = True
    opened.live.apply(note_at(Ref(6, 2)))
    assert [note.said for note in sheet.notes] == [OURS]
    assert (sheet.ProtectContents, sheet.ProtectDrawingObjects, sheet.ProtectScenarios) == (True, True, False)
    assert (sheet.Protection.AllowFormattingColumns, sheet.Protection.AllowInsertingRows) == (True, True)
    assert (sheet.Protection.AllowSorting, sheet.EnableSelection) == (False, 1)
    assert [c for c in opened.excel.calls if c in ("Unprotect", "AddComment", "Protect")] == ["Unprotect", "AddComment", "Protect"]


def test_a_password_is_one_sentence_and_nothing_changes(opened: SimpleNamespace) -> None:
    sheet = opened.sheets[MONEY]
    sheet.ProtectContents, sheet.password = True, "geheim"
    write = CellWrite(MONEY, Ref(7, 3), 1)
    with pytest.raises(Unreadable, match="工作表「收支情况」用密码保护") as raised:
        opened.live.apply(Changes(cells=[write], notes={}, results=None, properties={}))
    assert raised.value.kind == "no_access"
    assert (sheet.cells.get((7, 3)), sheet.ProtectContents) == (None, True)
    assert (opened.excel.ScreenUpdating, opened.excel.EnableEvents, opened.excel.Calculation) == (True, True, -4105)


def test_what_stood_still_goes_on_after_an_error_and_the_view_is_the_same(opened: SimpleNamespace) -> None:
    opened.excel.Calculation = -4135
    window = opened.excel.ActiveWorkbook.window
    window.ScrollRow = 30
    with pytest.raises(ZeroDivisionError), opened.native.working("x"):
        assert (opened.excel.ScreenUpdating, opened.excel.EnableEvents, opened.excel.Calculation) == (False, False, -4135)
        opened.sheets[LIST].Activate()
        window.ScrollRow = 1
        raise ZeroDivisionError
    assert (opened.excel.ScreenUpdating, opened.excel.EnableEvents, opened.excel.Calculation) == (True, True, -4135)
    assert (opened.excel.ActiveWorkbook.ActiveSheet.Name, window.ScrollRow) == ("填报说明", 30)


def test_texts_stay_texts(opened: SimpleNamespace) -> None:
    opened.native.put_values(opened.book.sheets[LIST], Ref(20, 1), [["=1+1", "007"], ["'x", None], [5, "95%"]])
    cells = opened.sheets[LIST].cells
    assert [cells.get((row, column)) for row in (20, 21, 22) for column in (1, 2)] == ["=1+1", "007", "'x", None, 5.0, "95%"]
    assert opened.sheets[LIST].formulas == {}


def test_threads_are_left_alone_and_a_program_that_knows_none_is_no_trouble(opened: SimpleNamespace) -> None:
    del opened.sheets[MONEY].CommentsThreaded
    assert opened.live.threads() == set()
    assert opened.live.notes() == {}


def test_a_run_fills_flags_lists_and_says_so_over_the_window_of_excel(
    opened: SimpleNamespace, boxes: list[tuple[Any, ...]]
) -> None:
    clicked("run", opened.native)
    ((window, said, title, style),) = boxes
    assert (window, title, style) == (excel_model.HWND, "绩效自评检查", 4 + 64)
    assert said.startswith("错误 2，警告 1，提示 8，已填 11\n\n") and said.endswith("点“是”：跳到第一处；点“否”：关闭。")
    assert opened.excel.StatusBar is False
    assert (opened.excel.selected.sheet.Name, opened.excel.selected.Row, opened.excel.selected.Column) == (MONEY, 6, 2)
    assert MARK in next(note.said for note in opened.sheets[MONEY].notes if note.at == (6, 2))
    listed = opened.sheets[LIST]
    assert listed.Hyperlinks.targets[4, 3] == f"'{MONEY}'!B6"
    assert listed.cells[4, 3] == f"{MONEY}!B6"


def test_what_is_typed_between_reading_and_writing_is_kept_and_the_work_done_again(
    opened: SimpleNamespace, boxes: list[tuple[Any, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    cells, blank = opened.sheets[MONEY].cells, (17, 8)
    own = opened.sheets[MONEY].formulas.pop(blank)
    cells.pop(blank)
    said: list[str | None] = []

    def progress(text: str | None) -> None:
        if text == "正在填写和标注…" and text not in said:
            cells[blank] = 99.0
        said.append(text)

    monkeypatch.setattr(opened.native, "progress", progress)
    clicked("run", opened.native)
    assert own.startswith("=") and (cells[blank], opened.sheets[MONEY].formulas.get(blank)) == (99.0, None)
    assert said == ["正在检查…", "正在填写和标注…", "正在填写和标注…", None]


def test_the_calls_do_not_grow_with_the_cells_of_a_sheet(opened: SimpleNamespace) -> None:
    sheet = opened.sheets["报告综述"]
    opened.live.sheet("报告综述")
    few = len(opened.excel.calls)
    sheet.cells.update({(row, column): "字" for row in range(100, 200) for column in range(1, 20)})
    opened.excel.calls.clear()
    LiveBook(opened.book, opened.native).sheet("报告综述")
    assert len(opened.excel.calls) == few


def test_a_workbook_is_found_by_its_full_name_whatever_its_case(opened: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
    app = SimpleNamespace(books=[opened.book], hwnd=7)
    monkeypatch.setattr(excel, "xw", SimpleNamespace(apps=[app]))
    monkeypatch.setattr(excel, "_com_error", lambda: excel_model.ComError)
    found = excel.in_excel("c:\\自评 表\\自评表.XLSX")
    assert found is not None and found.path == Path("C:\\自评 表\\自评表.xlsx")
    assert excel.in_excel("C:\\别的.xlsx") is None


def test_of_two_workbooks_of_one_name_the_one_in_the_window_of_the_click(monkeypatch: pytest.MonkeyPatch) -> None:
    """Workbooks that were never saved, in two Excels."""
    monkeypatch.setattr(excel, "_com_error", lambda: excel_model.ComError)
    unsaved = [SimpleNamespace(api=SimpleNamespace(FullName="工作簿1"), app=SimpleNamespace(api=None)) for _ in range(2)]
    apps = [SimpleNamespace(books=[book], hwnd=hwnd) for book, hwnd in zip(unsaved, (11, 22), strict=True)]
    monkeypatch.setattr(excel, "xw", SimpleNamespace(apps=apps))
    for window, book in (("22", unsaved[1]), ("11", unsaved[0]), (None, unsaved[0])):
        found = excel.in_excel("工作簿1", window)
        assert found is not None and found.book is book


def test_the_links_of_a_long_list_are_formulas_a_column_at_once() -> None:
    rows = [[ListCell("1", "text"), ListCell(Link(f"甲's 表!B{n}", "甲's 表", Ref(n, 2)), "link")] for n in range(1, 43)]
    results = ResultList("检查结果", rows, [], [], [], None, 0, [], {})
    ((first, formulas),) = formula_blocks(links(results), ",")
    assert (first, len(formulas), formulas[0]) == (Ref(1, 2), 42, """=HYPERLINK("#'甲''s 表'!B1","甲's 表!B1")""")


@pytest.mark.parametrize("refuses", [False, True])
def test_while_somebody_types_in_a_cell_a_click_says_so(
    opened: SimpleNamespace, monkeypatch: pytest.MonkeyPatch, refuses: bool
) -> None:
    def ready(_: Any) -> bool:
        if refuses:
            raise excel_model.ComError("0x800AC472")
        return False

    monkeypatch.setattr(excel_model.Application, "Ready", property(ready))
    with pytest.raises(Unreadable, match="有一个单元格正在输入，还没有确认。请按回车键（放弃则按 Esc）后再点按钮。"):
        clicked("run", opened.native)
    assert (opened.excel.StatusBar, opened.sheets[MONEY].notes) == (False, [])
