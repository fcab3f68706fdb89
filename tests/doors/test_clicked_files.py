"""The button 汇总文件夹…: a folder that is chosen becomes one summary beside it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from xlprocess.doors.clicked_files import consolidate_folder
from xlprocess.errors import CannotProcess, Refused


class Window:
    """Somebody who chooses a folder and reads the dialogs."""

    def __init__(self, folder: Path | None) -> None:
        self.folder = folder
        self.said: list[str] = []
        self.opened: list[str] = []
        self.status: list[str | None] = []

    def ask_folder(self, title: str) -> Path | None:
        return self.folder

    def ask(self, heading: str, text: str, buttons: list[str]) -> int:
        self.said += [heading, *text.split("\n")]
        return 0

    def progress(self, text: str | None) -> None:
        self.status.append(text)

    def open_file(self, path: Path) -> bool:
        self.opened.append(path.name)
        return True


@pytest.fixture
def window(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, workbook: Callable[..., bytes]) -> Any:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "ledger"))
    folder = tmp_path / "报送"
    folder.mkdir()
    (folder / "甲.xlsx").write_bytes(workbook())
    (folder / "坏.xlsx").write_bytes(b"PK")
    return Window(folder)


def test_the_summary_stands_beside_the_folder_and_says_what_could_not_be_read(window: Any, tmp_path: Path) -> None:
    consolidate_folder(window)
    assert window.said == [
        "已汇总 1 个部门",
        "结果：报送（汇总）.xlsx，放在所选文件夹旁边。已打开。",
        "有 1 个文件无法处理：",
        "　坏.xlsx",
    ]
    assert window.opened == ["报送（汇总）.xlsx"]
    assert (tmp_path / "报送（汇总）.xlsx").exists()
    assert (window.status[-1], "正在汇总 2 个文件…" in window.status) == (None, True)
    consolidate_folder(window)  # what nobody has changed is made anew
    assert window.said[4] == "已汇总 1 个部门"


def test_nothing_happens_where_nothing_is_chosen(tmp_path: Path) -> None:
    window: Any = Window(None)
    consolidate_folder(window)
    assert (window.said, window.status) == ([], [])


def test_an_empty_folder_and_a_summary_that_somebody_worked_on_are_sentences(window: Any, tmp_path: Path) -> None:
    (tmp_path / "空").mkdir()
    empty: Any = Window(tmp_path / "空")
    with pytest.raises(Refused, match="文件夹 空 里没有找到可以汇总的工作簿。"):
        consolidate_folder(empty)
    (tmp_path / "报送（汇总）.xlsx").write_bytes(b"mine")
    with pytest.raises(CannotProcess, match=r"报送（汇总）\.xlsx"):
        consolidate_folder(window)
