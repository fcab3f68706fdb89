"""Buttons that are clicked where they cannot do their work. `tests/doors/test_button.py` clicks them where they can."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from at_screen import Desk
from screen import Screen, why_missing

from xlprocess.addin.workbook import with_buttons
from xlprocess.form.load import load
from xlprocess.form.template import build

pytestmark = pytest.mark.office


@pytest.fixture
def screen(missing: Callable[[str], None], monkeypatch: pytest.MonkeyPatch) -> Iterator[Screen]:
    """The screen of somebody for whom nothing was installed."""
    reason = why_missing()
    if reason is not None:
        missing(reason)
    made = Screen()
    for name in ("DISPLAY", "HOME"):
        monkeypatch.setenv(name, made.environment[name])
    yield made
    made.stop()


def test_without_an_installed_program_a_click_says_so(screen: Screen) -> None:
    desk = Desk(screen, build(load("yueyang-2021"), more=with_buttons()), "自评 表.xlsm")
    desk.click("运行检查")
    said = desk.answered()
    assert "这台电脑上还没有装好检查程序。" in said and "xlprocess addin install" in said
    assert not desk.is_modified()
