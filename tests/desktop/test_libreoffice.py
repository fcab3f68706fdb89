"""What is special about LibreOffice: protection, what stands still meanwhile, one step to undo, boxes of notes."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from live_office import LiveOffice, why_missing

from xlprocess.books.book import CellWrite, Changes, Ref
from xlprocess.books.live import LiveBook, TypedMeanwhile
from xlprocess.desktop import connect, plain_message, reach
from xlprocess.doors.button import main
from xlprocess.errors import Unreadable
from xlprocess.pipeline import annotate_book, check_book

pytestmark = pytest.mark.office
SAMPLE = Path(__file__).parents[2] / "workbooks" / "samples" / "应急管理局2021.xlsx"
MONEY = "收支情况"


@pytest.fixture
def live(office: LiveOffice) -> Iterator[LiveBook]:
    yield office.live(SAMPLE.read_bytes())
    office.close_all()


def sheet_of(live: LiveBook) -> Any:
    return live.book.sheets[MONEY].api


def everything(live: LiveBook, name: str) -> Any:
    return live.book.sheets[name].api.getCellRangeByPosition(0, 0, 30, 120).getFormulaArray()


def test_a_password_is_one_sentence_and_nothing_changes(live: LiveBook) -> None:
    cells = sheet_of(live)
    cells.unprotect("")
    cells.protect("geheim")
    checked = check_book(live, live.name)
    formulas = {name: everything(live, name) for name in live.sheet_names()}
    with pytest.raises(Unreadable, match="工作表「收支情况」用密码保护，无法填写。请撤销这张表的保护后再运行。") as raised:
        annotate_book(live, checked)
    assert raised.value.kind == "no_access"
    document = live.book.api
    assert {name: everything(live, name) for name in live.sheet_names()} == formulas
    assert (cells.isProtected(), cells.Annotations.Count) == (True, 0)
    assert (document.isAutomaticCalculationEnabled(), document.hasControllersLocked()) == (True, False)


def test_sheets_are_protected_as_before_and_calculation_and_view_are_the_persons(live: LiveBook) -> None:
    document = live.book.api
    document.enableAutomaticCalculation(False)
    controller = document.CurrentController
    controller.setActiveSheet(sheet_of(live))
    controller.setFirstVisibleRow(12)
    controller.select(sheet_of(live).getCellByPosition(3, 16))
    before = [live.book.sheets[name].api.isProtected() for name in live.sheet_names()]
    annotate_book(live, check_book(live, live.name))
    assert [live.book.sheets[name].api.isProtected() for name in live.sheet_names()] == before
    assert not document.isAutomaticCalculationEnabled()
    assert (controller.ActiveSheet.Name, controller.FirstVisibleRow) == (MONEY, 12)
    assert controller.Selection.AbsoluteName == "$收支情况.$D$17"


def test_a_run_is_one_step_to_undo(live: LiveBook) -> None:
    annotate_book(live, check_book(live, live.name))
    undo = live.book.api.UndoManager
    assert undo.CurrentUndoActionTitle == "绩效自评检查"
    assert len(undo.AllUndoActionTitles) == 1


def test_after_undoing_a_run_another_one_gives_the_same(live: LiveBook) -> None:
    noted = run(live)
    after = {name: everything(live, name) for name in live.sheet_names()}
    live.book.api.UndoManager.undo()
    assert sheet_of(live).Annotations.Count == 0
    live._forget()
    assert run(live) == noted
    assert {name: everything(live, name) for name in live.sheet_names()} == after


def test_what_is_typed_between_reading_and_writing_is_kept(live: LiveBook) -> None:
    live.sheet(MONEY)
    sheet_of(live).getCellByPosition(1, 6).setValue(99)
    write = CellWrite(MONEY, Ref(7, 2), None, "C7+1")
    with pytest.raises(TypedMeanwhile):
        live.apply(Changes(cells=[write], notes={}, results=None, properties={}))
    assert sheet_of(live).getCellByPosition(1, 6).getFormula() == "99"


def test_the_box_of_a_note_is_wide_enough_to_read(live: LiveBook) -> None:
    annotate_book(live, check_book(live, live.name))
    size = sheet_of(live).getCellByPosition(1, 5).Annotation.AnnotationShape.Size
    assert size.Width == 7500 and 3000 < size.Height < 9000


def run(live: LiveBook) -> list[str]:
    """What a click does; where it left notes."""
    annotate_book(live, check_book(live, live.name))
    return sorted(f"{sheet}!{ref}" for sheet, ref in live.notes())


def test_a_figure_typed_with_its_unit_leaves_the_second_click_nothing_to_do(live: LiveBook) -> None:
    """A formula of the office program does not count it: what it gives is told (R203), and stays the program's to say."""
    sheet_of(live).getCellByPosition(3, 5).setString("922.68万元")
    noted = run(live)
    assert "收支情况!D6" in noted
    live.book.api.setModified(False)
    assert run(live) == noted
    assert not live.book.api.isModified()


def test_a_list_that_the_person_deleted_is_made_again(live: LiveBook) -> None:
    as_ever = run(live)
    live.book.api.Sheets.removeByName("检查结果")  # its names stay, and point nowhere
    live._forget()
    assert run(live) == as_ever
    assert "检查结果" in live.sheet_names()
    assert {n for n in live.names() if n.startswith("xlp_result")} == {"xlp_result_keys", "xlp_result_kinds"}
    live.book.api.setModified(False)
    assert run(live) == as_ever and not live.book.api.isModified()


def test_what_breaks_off_leaves_nothing_behind(live: LiveBook, monkeypatch: pytest.MonkeyPatch) -> None:
    sheet_of(live).getCellByPosition(1, 6).setValue(99)  # the person's own last step stays
    before = {name: everything(live, name) for name in live.sheet_names()}
    steps = live.book.api.UndoManager.AllUndoActionTitles

    def breaks(*_: object) -> None:
        raise RuntimeError("broken off")

    monkeypatch.setattr(LiveBook, "_list", breaks)
    with pytest.raises(RuntimeError, match="broken off"):
        annotate_book(live, check_book(live, live.name))
    assert {name: everything(live, name) for name in live.sheet_names()} == before
    assert (live.notes(), live.book.api.UndoManager.AllUndoActionTitles) == ({}, steps)


def test_an_office_that_ends_meanwhile_is_one_sentence(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    reason = why_missing()
    if reason is not None:
        pytest.skip(f"NOT CHECKED: {reason}")
    said: list[str] = []
    monkeypatch.setattr(plain_message, "plain_message", said.append)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    monkeypatch.delenv("XLPROCESS_DEBUG", raising=False)
    office = LiveOffice()
    try:
        native = office.live(SAMPLE.read_bytes()).native
        monkeypatch.setattr(reach, "reached", lambda *_: native)
        monkeypatch.setattr(connect, "spare_imports", lambda: None)
        os.killpg(office.process.pid, signal.SIGKILL)
        assert main(["run", "--document", "x"]) == 2
        assert said == ["办公软件中途关闭了，没有做完。请重新打开工作簿，再点按钮。"]
    finally:
        office.opened.clear()
        office.stop()


def test_a_workbook_that_can_only_be_read_is_called_by_the_name_of_its_file(office: LiveOffice, tmp_path: Path) -> None:
    import uno

    path = tmp_path / "只 读.xlsx"
    path.write_bytes(SAMPLE.read_bytes())
    only = uno.createUnoStruct("com.sun.star.beans.PropertyValue", Name="ReadOnly", Value=True)
    document = office.app.api.loadComponentFromURL(uno.systemPathToFileUrl(str(path)), "_blank", 0, (only,))
    try:
        assert [book.name for book in office.app.books if book.api.RuntimeUID == document.RuntimeUID] == ["只 读.xlsx"]
    finally:
        document.close(True)
