"""The macros run in a real LibreOffice: they start the launcher with the open workbook and do not wait for it."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from live_office import LiveOffice, why_missing
from patient import asked, patient_launcher
from xlsxwriter import Workbook

from xlprocess.addin.sources import modules
from xlprocess.addin.vba_project import vba_project
from xlprocess.addin.workbook import IN_ADDIN, IN_ADDIN_FOR_MAC, with_buttons
from xlprocess.form.load import load
from xlprocess.form.template import build

pytestmark = pytest.mark.office
NAME = "自评 表's&.xlsm"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home of somebody for whom a launcher is installed, that writes down what it was asked once it may: see `asked`."""
    home = tmp_path_factory.mktemp("家 里")
    launcher = home / ".local/share/xlprocess/button"
    launcher.parent.mkdir(parents=True)
    launcher.write_text(patient_launcher(home))
    launcher.chmod(0o755)
    return home


@pytest.fixture(scope="module")
def office(missing: Callable[[str], None], home: Path) -> Iterator[LiveOffice]:
    reason = why_missing()
    if reason is not None:
        missing(reason)
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("HOME", str(home))
        running = LiveOffice()
    yield running
    running.stop()


def opened(office: LiveOffice, path: Path) -> Any:
    import uno

    allowed = uno.createUnoStruct("com.sun.star.beans.PropertyValue")
    allowed.Name, allowed.Value = "MacroExecutionMode", 4
    url = uno.systemPathToFileUrl(str(path))
    document = office.app.api.loadComponentFromURL(url, "_blank", 0, (allowed,))
    office.opened.append(document)
    return document


def call(document: Any, macro: str, *arguments: object) -> None:
    (library,) = [name for name in document.BasicLibraries.ElementNames if name != "Standard"]
    address = f"vnd.sun.star.script:{library}.{macro}?language=Basic&location=document"
    document.ScriptProvider.getScript(address).invoke(arguments, (), ())


def with_ribbon_macros(sources: Mapping[str, str]) -> bytes:
    """LibreOffice opens no .xlam: its macros in a workbook, without the type of Excel's ribbon, which it does not know."""
    sources = {name: text.replace("As IRibbonControl", "As Variant") for name, text in sources.items()}
    target = io.BytesIO()
    book = Workbook(target, {"in_memory": True})
    book.add_worksheet("Sheet1").set_vba_name("Sheet1")
    book.set_vba_name("ThisWorkbook")
    book.add_vba_project(io.BytesIO(vba_project(sources, ["ThisWorkbook", "Sheet1"])), is_stream=True)
    book.close()
    return target.getvalue()


@pytest.mark.parametrize(("macro", "action"), [("XlpRunChecks", "run"), ("XlpClearNotes", "clear")])
def test_a_button_of_the_workbook_starts_the_launcher(
    office: LiveOffice, home: Path, tmp_path: Path, macro: str, action: str
) -> None:
    path = tmp_path / NAME
    path.write_bytes(build(load("yueyang-2021"), more=with_buttons()))
    document = opened(office, path)
    call(document, f"XlpButtons.{macro}")
    assert asked(home) == [action, "--window", "libreoffice", "--file", document.URL]
    office.close_all()


def test_the_buttons_show_on_every_sheet_but_the_list(office: LiveOffice, tmp_path: Path) -> None:
    path = tmp_path / NAME
    form = load("yueyang-2021")
    path.write_bytes(build(form, more=with_buttons()))
    document = opened(office, path)
    found = {}
    for sheet in document.Sheets:
        shapes = [sheet.DrawPage.getByIndex(number) for number in range(sheet.DrawPage.Count)]
        found[sheet.Name] = [shape.Control.Label for shape in shapes]
    office.close_all()
    listed = form.edition.results_sheet
    assert found == {spec.name: [] if spec.name == listed else ["运行检查", "清除标注"] for spec in form.edition.sheet}


@pytest.mark.parametrize("action", ["run", "fill", "clear", "draft", "report", "consolidate", "help"])
def test_a_button_of_the_ribbon_starts_the_launcher(office: LiveOffice, home: Path, tmp_path: Path, action: str) -> None:
    path = tmp_path / "a.xlsm"
    path.write_bytes(with_ribbon_macros(modules(IN_ADDIN)))
    document = opened(office, path)
    call(document, f"XlpRibbon.XlpOn{action.title()}", None)
    assert asked(home) == [action, "--window", "libreoffice", "--file", document.URL]
    office.close_all()


MAC = """Attribute VB_Name = "Mac"
Option Explicit
Public Function AppleScriptTask(script As String, handler As String, request As String) As String
    Dim words As String
    words = " " & script & " " & handler & " '" & request & "'"
    Shell Chr(34) & Environ("HOME") & "/.local/share/xlprocess/button" & Chr(34) & words, 0
    AppleScriptTask = "started"
End Function
"""


def test_the_macros_for_macos_ask_the_script(office: LiveOffice, home: Path, tmp_path: Path) -> None:
    """In LibreOffice, with what Excel for Mac gives them written anew."""
    path = tmp_path / "a.xlsm"
    path.write_bytes(with_ribbon_macros({**modules(IN_ADDIN_FOR_MAC, mac=True), "Mac": MAC}))
    call(opened(office, path), "XlpRibbon.XlpOnFill", None)
    assert asked(home) == ["xlprocess.applescript", "startButton", "fill", "a.xlsm"]
    office.close_all()


def test_the_macros_are_still_there_after_libreoffice_has_saved(office: LiveOffice, home: Path, tmp_path: Path) -> None:
    """The macros: LibreOffice 7.4 loses the buttons of any .xlsm when it opens what it has saved itself. Its users have the
    toolbar of the extension."""
    path, again = tmp_path / "a.xlsm", tmp_path / "b.xlsm"
    path.write_bytes(build(load("yueyang-2021"), more=with_buttons()))
    document = opened(office, path)
    book = next(b for b in office.app.books if b.api.RuntimeUID == document.RuntimeUID)
    book.impl.save(str(again))
    office.close_all()
    call(opened(office, again), "XlpButtons.XlpRunChecks")
    assert asked(home)[0] == "run"
    office.close_all()
