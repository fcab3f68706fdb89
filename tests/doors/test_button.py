"""What buttons do, in a window of LibreOffice that was opened as a person opens it: listening on nothing, with a screen, a mouse
and a keyboard."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from at_screen import Desk, differences
from screen import Screen, why_missing

from xlprocess.books.book import Ref
from xlprocess.books.file import FileBook
from xlprocess.doors.button import main
from xlprocess.doors.cli import execute
from xlprocess.pipeline import check_book

pytestmark = pytest.mark.office
ROOT = Path(__file__).parents[2]
MONEY = "收支情况"
FOUND = "错误 2，警告 1，提示 8，已填 11"
Open = Callable[..., Desk]


@pytest.fixture(scope="module")
def sample() -> bytes:
    return (ROOT / "workbooks" / "samples" / "应急管理局2021.xlsx").read_bytes()


@pytest.fixture(scope="module")
def screen(missing: Callable[[str], None]) -> Iterator[Screen]:
    reason = why_missing()
    if reason is not None:
        missing(reason)
    made = Screen()
    try:
        made.install_buttons()
        yield made
    finally:
        made.stop()


@pytest.fixture
def opened(screen: Screen, monkeypatch: pytest.MonkeyPatch) -> Iterator[Open]:
    for name in ("DISPLAY", "HOME"):
        monkeypatch.setenv(name, screen.environment[name])
    for name in ("XDG_CONFIG_HOME", "XDG_STATE_HOME"):
        monkeypatch.delenv(name, raising=False)
    yield lambda data, name="自评表 一.xlsx", *options: Desk(screen, data, name, *options)
    screen.close()


def by_file(path: Path, folder: Path, *options: str) -> FileBook:
    """What `xlprocess run` makes of a workbook."""
    assert execute(["run", str(path), "-o", str(folder), *options]) == 0
    return FileBook.open((folder / path.name).read_bytes(), path.name)


@pytest.fixture(scope="module")
def with_buttons(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The sample as a workbook with its buttons."""
    path = tmp_path_factory.mktemp("made") / "自评表.xlsm"
    values = ROOT / "workbooks" / "samples" / "应急管理局2021.json"
    assert execute(["new", str(path), "--data", str(values)]) == 0
    return path.read_bytes()


@pytest.mark.parametrize("button", ["in the workbook", "in the toolbar"])
def test_a_click_fills_flags_and_lists_as_the_command_does_and_a_second_click_changes_nothing(
    opened: Open, with_buttons: bytes, tmp_path: Path, button: str
) -> None:
    expected = tmp_path / "自评表 一.xlsm"
    expected.write_bytes(with_buttons)
    desk = opened(with_buttons, expected.name)
    click = desk.click if button == "in the workbook" else desk.click_in_toolbar
    click("运行检查")
    assert desk.answered().splitlines()[0] == FOUND
    first = FileBook.open(desk.save(), "x")
    other = by_file(expected, tmp_path / "out")
    assert differences(first, other) == []
    assert [f.message for f in check_book(first, "x").findings] == [f.message for f in check_book(other, "x").findings]
    click("运行检查")
    assert desk.answered().splitlines()[0] == FOUND
    assert not desk.is_modified()


def test_what_is_typed_and_not_saved_is_what_is_checked(opened: Open, sample: bytes) -> None:
    desk = opened(sample)
    desk.type_into(MONEY, Ref(6, 2), "1032.52")
    desk.type_into(MONEY, Ref(5, 2), "1032.52")
    desk.start("run")
    assert desk.answered().splitlines()[0] == "错误 0，警告 1，提示 8，已填 11"


@pytest.mark.parametrize("button", ["in the workbook", "in the toolbar"])
def test_what_is_typed_without_enter_is_taken_over(opened: Open, with_buttons: bytes, button: str) -> None:
    desk = opened(with_buttons, "自评表 一.xlsm")
    desk.type_into(MONEY, Ref(5, 2), "1032.52")
    desk.begin_to_type(MONEY, Ref(6, 2), "1032.52")
    (desk.click if button == "in the workbook" else desk.click_in_toolbar)("运行检查")
    assert desk.answered().splitlines()[0] == "错误 0，警告 1，提示 8，已填 11"
    assert FileBook.open(desk.save(), "x").sheet(MONEY).value(6, 2) == 1032.52


def test_a_formula_that_is_being_typed_is_neither_dropped_nor_passed_over(opened: Open, with_buttons: bytes) -> None:
    desk = opened(with_buttons, "自评表 一.xlsm")
    desk.begin_to_type(MONEY, Ref(6, 2), "=1000+32.52")
    sentence = "有一个单元格正在输入，还没有确认。请按回车键（放弃则按 Esc）后再点按钮。"
    for _ in range(2):  # it is still being typed afterwards
        desk.click_in_toolbar("运行检查")
        assert desk.answered().splitlines()[:2] == ["没有做完", sentence]
        assert not desk.is_modified()


def test_while_it_is_previewed_nothing_is_done(opened: Open, sample: bytes) -> None:
    desk = opened(sample)
    with desk.desktop() as (context, _):
        dispatcher = context.ServiceManager.createInstance("com.sun.star.frame.DispatchHelper")
        with desk.document() as document:
            dispatcher.executeDispatch(document.CurrentController.Frame, ".uno:PrintPreview", "", 0, ())
    for action in ("run", "clear"):
        desk.start(action)
        said = desk.answered().splitlines()
        assert said[:2] == ["没有做完", "无法处理 自评表 一.xlsx：正在显示打印预览。请先关闭打印预览，再点按钮。"]
    assert not desk.is_modified()


def test_what_cannot_be_done_is_one_sentence_and_changes_nothing(opened: Open) -> None:
    import io

    import xlsxwriter

    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        book.add_worksheet("别的表").write(0, 0, 1)
    desk = opened(out.getvalue(), "别的.xlsx")
    desk.start("run")
    said = desk.answered().splitlines()
    assert said[0] == "没有做完"
    assert said[1].startswith("无法处理 别的.xlsx：") and said[1].endswith("。")
    assert "Traceback" not in "".join(said)
    assert (desk.status, desk.is_modified()) == (2, False)


def test_clear_leaves_only_what_people_wrote(opened: Open, sample: bytes, tmp_path: Path) -> None:
    noted = FileBook.open(sample, "x")
    desk = opened(with_note(sample))
    before = FileBook.open(desk.save(), "x")
    desk.start("run")
    desk.answered()
    assert len(FileBook.open(desk.save(), "x").notes()) > len(noted.notes()) + 1
    desk.start("clear")
    assert desk.answered().splitlines()[0] == "已清除标注"
    after = FileBook.open(desk.save(), "x")
    assert after.notes() == before.notes() == {(MONEY, Ref(6, 2)): "已与财政核对"}
    assert after.sheet("检查结果").value(2, 1) == "尚未检查。"


def test_the_first_finding_is_shown_when_asked_for(opened: Open, sample: bytes) -> None:
    desk = opened(sample)
    desk.start("run")
    desk.answered(from_right=1)
    with desk.document() as document:
        shown = document.CurrentController
        assert (shown.ActiveSheet.Name, shown.Selection.AbsoluteName) == (MONEY, f"${MONEY}.$B$6")


def test_fill_only_fills(opened: Open, with_buttons: bytes, tmp_path: Path) -> None:
    expected = tmp_path / "自评表 一.xlsm"
    expected.write_bytes(with_buttons)
    desk = opened(with_buttons, expected.name)
    desk.click_in_toolbar("只填充")
    assert desk.answered().splitlines()[0] == "已填 11"
    filled = FileBook.open(desk.save(), "x")
    assert (filled.notes(), filled.sheet("检查结果").value(2, 1)) == ({}, "尚未检查。")
    assert differences(filled, by_file(expected, tmp_path / "out", "--fill-only")) == []


def test_the_report_stands_beside_the_workbook_and_is_replaced_only_when_asked_for(opened: Open, sample: bytes) -> None:
    desk = opened(sample)
    report = desk.path.with_name("自评表 一（报告）.docx")
    desk.start("report")
    assert desk.answered().splitlines()[0] == "报告已生成"
    first = report.read_bytes()
    report.write_bytes(b"mine")
    desk.start("report")
    assert desk.answered().splitlines()[:2] == ["要覆盖原来的报告吗？", f"{report.name} 已经有了。"]
    assert report.read_bytes() == b"mine"
    assert len(first) > 10_000


def test_a_folder_that_is_chosen_is_consolidated_beside_it(opened: Open, sample: bytes, screen: Screen) -> None:
    desk = opened(sample)
    folder = screen.home / "1 报送"  # the first in the dialog, however many there are
    folder.mkdir()
    (folder / "甲.xlsx").write_bytes(sample)
    desk.click_in_toolbar("汇总文件夹…")
    desk.choose_folder(folder)
    assert desk.answered().splitlines()[:2] == ["已汇总 1 个部门", "结果：1 报送（汇总）.xlsx，放在所选文件夹旁边。已打开。"]
    assert (screen.home / "1 报送（汇总）.xlsx").exists()


def test_a_workbook_that_was_never_saved_is_checked_and_cannot_be_printed_yet(opened: Open, sample: bytes) -> None:
    desk = opened(sample, "表样.xlsx", "-n")
    desk.start("run", "--window", "libreoffice")
    assert desk.answered().splitlines()[0] == FOUND
    desk.start("report", "--window", "libreoffice")
    assert desk.answered().splitlines()[:2] == [
        "没有做完",
        "这本工作簿还没有保存过。请先保存，再点“生成报告”：报告放在工作簿旁边。",
    ]


def test_a_workbook_that_is_not_open_is_one_sentence_in_a_box_of_the_system(
    opened: Open, sample: bytes, screen: Screen, tmp_path: Path
) -> None:
    opened(sample)
    zenity = tmp_path / "zenity"
    zenity.write_text(f'#!/bin/sh\nfor said; do :; done\nprintf %s "$said" > "{tmp_path}/said"\n', encoding="utf-8")
    zenity.chmod(0o755)
    command = [sys.executable, "-m", "xlprocess.doors.button", "run", "--file", "/别处/没有打开.xlsx"]
    environment = {**screen.environment, "PATH": f"{tmp_path}:{screen.environment['PATH']}"}
    assert subprocess.run(command, env=environment, check=False).returncode == 2
    said = (tmp_path / "said").read_text(encoding="utf-8")
    assert said == "没有在 LibreOffice 中找到工作簿 没有打开.xlsx。请打开工作簿后再点按钮。"


def test_two_clicks_at_once_are_one(opened: Open, sample: bytes) -> None:
    desk = opened(sample)
    desk.start("help")
    desk.screen.dialog()
    assert main(["run", "--file", str(desk.path)]) == 0
    assert desk.answered().splitlines()[0] == "绩效自评：各按钮的用法"
    assert not desk.is_modified()


def with_note(data: bytes) -> bytes:
    """The workbook with a person's note."""
    import io

    import openpyxl
    from openpyxl.comments import Comment

    book = openpyxl.load_workbook(io.BytesIO(data))
    book[MONEY]["B6"].comment = Comment("已与财政核对", "经办人")
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_blank_texts_are_drafted_and_what_was_written_stays(opened: Open, tmp_path: Path) -> None:
    values = json.loads((ROOT / "workbooks" / "samples" / "档案馆2021.json").read_text(encoding="utf-8"))
    (tmp_path / "值.json").write_text(json.dumps({**values, "narrative": {"s2": "按规定使用。"}}), encoding="utf-8")
    assert execute(["new", str(tmp_path / "表.xlsx"), "--data", str(tmp_path / "值.json")]) == 0
    desk = opened((tmp_path / "表.xlsx").read_bytes())
    desk.start("draft")
    said = desk.answered().splitlines()
    assert said[0] == "已写出初稿 3 段"
    assert said[1].startswith(
        "已起草：一、部门（单位）概况，三、政府性基金预算支出情况，六、部门整体支出绩效情况。请核实、修改后删去“【初稿】”。"
    )
    sheet = FileBook.open(desk.save(), "x").sheet("报告综述")
    assert (sheet.value(6, 1), sheet.value(9, 1)) == ("按规定使用。", "【初稿】本年度没有政府性基金预算支出。")
    desk.start("draft")
    assert desk.answered().splitlines()[0] == "没有写初稿"
    assert not desk.is_modified()
