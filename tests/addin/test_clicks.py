"""The buttons themselves, as they are built and installed, clicked with the mouse in a LibreOffice that was started normally:
the launcher starts the checking program, which finds the window, fills, flags, lists and shows its dialog."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from at_screen import Desk, differences
from installed_extension import profile_with_extension
from screen import SETTINGS, Screen, why_missing

from xlprocess.addin import desk as places
from xlprocess.addin.install import install
from xlprocess.addin.workbook import with_buttons
from xlprocess.books.file import FileBook
from xlprocess.doors.cli import execute
from xlprocess.form.load import load
from xlprocess.form.template import build
from xlprocess.values import read_values

pytestmark = pytest.mark.office
ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "workbooks/samples/应急管理局2021.json"
FOUND = "错误 2，警告 1，提示 8，已填 11"
PUSH_BUTTON, MENU_BAR = 44, 35  # com.sun.star.accessibility.AccessibleRole
MOST = 300
"""A sheet has more children than anybody could look through."""


@pytest.fixture
def screen(missing: Callable[[str], None], monkeypatch: pytest.MonkeyPatch) -> Iterator[Screen]:
    """A screen, and a home in which `addin install` has put the launcher for the Python of this test."""
    reason = why_missing()
    if reason is not None:
        missing(reason)
    made = Screen()
    home = made.home / "家 里"
    home.mkdir()
    install(places.Desk("Linux", home, {"PATH": ""}))
    made.environment["HOME"] = str(home)
    for name in ("DISPLAY", "XDG_STATE_HOME"):
        monkeypatch.setenv(name, made.environment[name])
    yield made
    made.stop()


def sample(*, buttons: bool) -> bytes:
    form = load("yueyang-2021")
    return build(form, read_values(form, SAMPLE.read_bytes(), "sample"), more=with_buttons() if buttons else None)


def click(desk: Desk, caption: str) -> None:
    """With the mouse, where the button shows on the screen."""
    with desk.document() as document:
        window = document.CurrentController.Frame.ContainerWindow
        place = next(b for b in _buttons(window.AccessibleContext, caption) if b.getSize().Width)  # panes each have their own
        at, size = place.getLocationOnScreen(), place.getSize()
    window = max(desk.screen.windows(), key=lambda shown: shown.width)
    desk.screen.command("windowfocus", window.id)  # as a window manager does when a dialog has gone
    desk.screen.click(at.X + size.Width // 2, at.Y + size.Height // 2)


def _buttons(context: Any, caption: str) -> Iterator[Any]:
    if context.getAccessibleRole() == PUSH_BUTTON and context.AccessibleName == caption:
        yield context
    if context.getAccessibleRole() != MENU_BAR and context.AccessibleChildCount < MOST:
        for number in range(context.AccessibleChildCount):
            yield from _buttons(context.getAccessibleChild(number).AccessibleContext, caption)


def by_command(path: Path, folder: Path) -> FileBook:
    """What `xlprocess run` makes of the same workbook."""
    assert execute(["run", str(path), "-o", str(folder)]) == 0
    return FileBook.open((folder / path.name).read_bytes(), path.name)


def clicked_as_the_command_does(desk: Desk, folder: Path) -> None:
    """A click fills, flags and lists; a second one changes nothing; 清除标注 takes the notes away."""
    untouched = folder / desk.path.name
    shutil.copy(desk.path, untouched)
    click(desk, "运行检查")
    assert desk.answered().splitlines()[0] == FOUND
    first = FileBook.open(desk.save(), "x")
    assert differences(first, by_command(untouched, folder / "out")) == []
    click(desk, "运行检查")
    assert desk.answered().splitlines()[0] == FOUND
    assert not desk.is_modified()
    click(desk, "清除标注")
    assert desk.answered().splitlines()[0] == "已清除标注"
    assert FileBook.open(desk.save(), "x").notes() == {}


def test_the_buttons_in_the_workbook(screen: Screen, tmp_path: Path) -> None:
    clicked_as_the_command_does(Desk(screen, sample(buttons=True), "自评 表.xlsm"), tmp_path)


def test_the_buttons_of_the_toolbar(screen: Screen, tmp_path: Path, missing: Callable[[str], None]) -> None:
    shutil.copytree(profile_with_extension(screen.home, missing), screen.home / "profile")
    (screen.home / "profile/user/registrymodifications.xcu").write_text(SETTINGS, encoding="utf-8")
    clicked_as_the_command_does(Desk(screen, sample(buttons=False), "自评 表.xlsx"), tmp_path)


def test_without_an_installed_program_a_click_says_so(screen: Screen) -> None:
    (Path(screen.environment["HOME"]) / ".local/share/xlprocess/button").unlink()
    desk = Desk(screen, sample(buttons=True), "a.xlsm")
    click(desk, "运行检查")
    said = desk.answered()
    assert "这台电脑上还没有装好检查程序。" in said
    assert not desk.is_modified()
