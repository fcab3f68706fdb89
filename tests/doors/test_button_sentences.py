"""Whatever goes wrong behind a button is one sentence for the person, and more in a log for technicians."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from xlprocess.desktop.connect import NotReached
from xlprocess.desktop.one_at_a_time import Busy, one_at_a_time
from xlprocess.desktop.reach import path_of
from xlprocess.doors.button import _sentence, main
from xlprocess.errors import NotChecked, Unreadable


@pytest.fixture
def log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("platformdirs.user_log_path", lambda *_, **__: tmp_path)
    monkeypatch.delenv("XLPROCESS_DEBUG", raising=False)
    return tmp_path / "button.log"


def test_what_is_foreseen_has_its_own_sentence_and_no_log(log: Path) -> None:
    assert (
        _sentence(Unreadable("no_access", "无法处理 甲.xlsx：工作表「收支情况」用密码保护。"))
        == "无法处理 甲.xlsx：工作表「收支情况」用密码保护。"
    )
    missing = ModuleNotFoundError("No module named 'xlwings'", name="xlwings")
    assert _sentence(missing) == (
        '检查程序装得不完整，缺少组件 xlwings。请重新运行安装程序，或运行 pip install "xlprocess[live]"。'
    )
    assert not log.exists()


def test_a_mistake_of_ours_is_a_sentence_and_its_trace_goes_into_the_log(log: Path) -> None:
    assert _sentence(ValueError("boom")) == "程序内部出错，没有做完。请把工作簿交给技术人员查找原因。"
    assert _sentence(NotChecked("internal", "无法检查 甲.xlsx：程序内部出错。")) == "无法检查 甲.xlsx：程序内部出错。"
    assert "ValueError: boom" in log.read_text(encoding="utf-8")


def test_without_an_open_workbook_the_help_is_shown_and_other_buttons_say_so(log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("xlwings")
    said: list[str] = []

    def nothing_open(file: str | None, *_: object) -> None:
        raise NotReached("没有在 Excel 中找到打开的工作簿。请打开工作簿后再点按钮。")

    monkeypatch.setattr("xlprocess.desktop.reach.reached", nothing_open)
    monkeypatch.setattr("xlprocess.desktop.connect.spare_imports", lambda: None)
    monkeypatch.setattr("xlprocess.desktop.plain_message.plain_message", said.append)
    assert (main(["help", "--window", "7"]), main(["consolidate", "--window", "7"])) == (0, 2)
    assert said[0].startswith("运行检查：填入能算的数")
    assert said[1:] == ["没有在 Excel 中找到打开的工作簿。请打开工作簿后再点按钮。"]


def test_wrong_usage_is_64() -> None:
    done = subprocess.run([sys.executable, "-m", "xlprocess.doors.button", "dance"], capture_output=True, check=False)
    assert done.returncode == 64


def test_the_second_of_two_waits_no_longer_than_one_takes_to_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("xlprocess.desktop.one_at_a_time._PATIENCE", 0.05)
    with one_at_a_time("甲"):
        with pytest.raises(Busy), one_at_a_time("甲"):
            pass
        with one_at_a_time("乙"):
            pass
    with one_at_a_time("甲"):
        pass


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("/a b/甲.xlsx", "/a b/甲.xlsx"),
        ("file:///a%20b/%E4%B9%99%23%26.xlsx", "/a b/乙#&.xlsx"),
        ("file:///C:/%E8%87%AA%20x.xlsx", "C:/自 x.xlsx"),
        ("file://server/share/a.xlsx", "//server/share/a.xlsx"),
        ("工作簿1", "工作簿1"),
    ],
)
def test_a_workbook_is_named_by_its_path_or_its_address(text: str, path: str) -> None:
    assert path_of(text) == Path(path)
