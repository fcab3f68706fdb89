"""`run` and `clear`: where results go, what is replaced, what is refused."""

from __future__ import annotations

import json
import os
import stat
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from xlprocess.books.book import CellWrite, Changes, Ref
from xlprocess.books.file import FileBook
from xlprocess.books.mark import MARK
from xlprocess.pipeline import is_untouched

COPY = Path("甲局（检查）.xlsx")


def files() -> list[str]:
    return sorted(str(p.relative_to(".")) for p in Path().rglob("*") if p.is_file())


def marked(path: Path) -> bool:
    return any(MARK in text for text in FileBook.open(path.read_bytes(), path.name).notes().values())


def mended(path: Path) -> bytes:
    """The copy as when a clerk has put the total right in it: our mark of the earlier content is still there."""
    book = FileBook.open(path.read_bytes(), path.name)
    write = CellWrite("收支情况", Ref(6, 2), Decimal("100.00"))
    book.apply(Changes(cells=[write], notes={}, results=None, properties={}))
    path.write_bytes(book.to_bytes())
    return book.to_bytes()


@pytest.fixture
def original(here: Path, workbook: Any) -> Path:
    path = Path("甲局.xlsx")
    path.write_bytes(workbook(income_total="90.00"))
    return path


def test_a_copy_beside_the_original(xlprocess: Any, original: Path) -> None:
    before = original.read_bytes()
    done = xlprocess("run", "甲局.xlsx")
    assert (done.status, done.err) == (0, "")
    assert done.out.splitlines()[-3:] == ["  结果：甲局（检查）.xlsx", "", "1 个文件：错误 1，警告 0，提示 0"]
    assert files() == ["甲局.xlsx", "甲局（检查）.xlsx"]
    assert original.read_bytes() == before
    assert marked(COPY)
    assert is_untouched(COPY.read_bytes(), COPY.name)


def test_the_document_tells_where_the_result_is(xlprocess: Any, original: Path) -> None:
    done = xlprocess("run", "甲局.xlsx", "--json", "--fail-on", "error")
    (report,) = done.json["reports"]
    assert (done.status, report["file"], report["output"]) == (1, "甲局.xlsx", "甲局（检查）.xlsx")
    assert [f["rule"] for f in report["findings"]] == ["R101"]


def test_a_second_run_changes_nothing(xlprocess: Any, original: Path) -> None:
    xlprocess("run", "甲局.xlsx")
    first = COPY.read_bytes()
    assert xlprocess("run", "甲局.xlsx").status == 0
    assert COPY.read_bytes() == first
    assert xlprocess("run", str(COPY)).status == 0
    assert COPY.read_bytes() == first
    assert files() == ["甲局.xlsx", "甲局（检查）.xlsx"]


def test_what_nobody_changed_is_replaced(xlprocess: Any, original: Path, workbook: Any) -> None:
    xlprocess("run", "甲局.xlsx")
    original.write_bytes(workbook())
    assert xlprocess("run", "甲局.xlsx").status == 0
    assert not marked(COPY)


def test_a_copy_that_a_clerk_has_mended_is_refused(xlprocess: Any, original: Path) -> None:
    xlprocess("run", "甲局.xlsx")
    before = mended(COPY)
    done = xlprocess("run", "甲局.xlsx")
    sentence = (
        "没有写入 甲局（检查）.xlsx：已有这个文件，而且它被人改过，或不是本程序写的。"
        "请先移走或改名；确认不再需要，可加 --force 覆盖。"
    )
    assert done.status == 2
    assert f"  {sentence}" in done.out.splitlines()
    assert done.last == "1 个文件：错误 1，警告 0，提示 0；1 个无法处理"
    assert COPY.read_bytes() == before
    (report,) = xlprocess("run", "甲局.xlsx", "--json").json["reports"]
    assert (report["status"], report["output"]) == ("checked", None)
    assert report["error"] == {"kind": "no_access", "message": sentence}
    assert [f["rule"] for f in report["findings"]] == ["R101"]
    assert xlprocess("run", "甲局.xlsx", "--force").status == 0
    assert marked(COPY)


def test_a_mended_copy_goes_on_in_itself(xlprocess: Any, original: Path) -> None:
    xlprocess("run", "甲局.xlsx")
    mended(COPY)
    done = xlprocess("run", str(COPY))
    assert (done.status, done.last) == (0, "1 个文件：没有发现问题")
    assert not marked(COPY)
    assert files() == ["甲局.xlsx", "甲局（检查）.xlsx"]


def test_over_the_original(xlprocess: Any, original: Path) -> None:
    original.chmod(0o640)
    assert xlprocess("run", "甲局.xlsx", "--in-place").status == 0
    assert files() == ["甲局.xlsx"]
    assert marked(original)
    assert stat.S_IMODE(original.stat().st_mode) == 0o640


def test_a_copy_has_the_permissions_of_its_original_and_can_be_written(xlprocess: Any, original: Path) -> None:
    original.chmod(0o440)
    xlprocess("run", "甲局.xlsx")
    assert stat.S_IMODE(COPY.stat().st_mode) == 0o640


def test_a_macro_workbook_keeps_its_ending(xlprocess: Any, original: Path) -> None:
    original.rename("甲局.xlsm")
    xlprocess("run", "甲局.xlsm")
    assert files() == ["甲局.xlsm", "甲局（检查）.xlsm"]


def test_only_filled(xlprocess: Any, original: Path) -> None:
    done = xlprocess("run", "甲局.xlsx", "--fill-only", "--json")
    assert [f["rule"] for f in done.json["reports"][0]["findings"]] == ["R101"]
    assert not marked(COPY)


def test_a_folder_keeps_its_folders_and_skips_copies(xlprocess: Any, workbook: Any) -> None:
    for name in ("全县/甲/a.xlsx", "全县/甲/a（检查）.xlsx", "全县/乙/深/a.xlsx"):
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_bytes(workbook())
    done = xlprocess("run", "全县", "-o", "结果")
    assert sorted(str(p) for p in Path("结果").rglob("*.xlsx")) == [
        str(Path("结果/乙/深/a.xlsx")),
        str(Path("结果/甲/a.xlsx")),
    ]
    assert done.out.splitlines()[-2:] == ["略过：已有的检查副本 1 个。", "2 个文件：没有发现问题"]


def test_results_inside_the_searched_folder_are_no_inputs(xlprocess: Any, workbook: Any) -> None:
    Path("全县").mkdir()
    Path("全县/a.xlsx").write_bytes(workbook())
    for _ in range(2):
        done = xlprocess("run", "全县", "-o", "全县/结果")
        assert done.last == "1 个文件：没有发现问题"
    assert files() == [str(Path("全县/a.xlsx")), str(Path("全县/结果/a.xlsx"))]
    assert "略过：存放结果的文件夹 1 个。" in done.out.splitlines()


def test_two_inputs_that_would_meet(xlprocess: Any, workbook: Any) -> None:
    for name in ("甲/A.xlsx", "乙/a.xlsx", "丙/a.xlsx"):
        Path(name).parent.mkdir()
        Path(name).write_bytes(workbook())
    done = xlprocess("run", "甲/A.xlsx", "乙/a.xlsx", "丙/a.xlsx", "-o", "结果")
    assert sorted(p.name for p in Path("结果").iterdir()) == ["A.xlsx", "a (2).xlsx", "a (3).xlsx"]
    assert "  结果名 a.xlsx 已用于 A.xlsx，改为 a (2).xlsx。" in done.out.splitlines()
    done = xlprocess("run", "甲/A.xlsx", "乙/a.xlsx", "-o", "结果", "--json")
    assert done.err == "结果名 a.xlsx 已用于 A.xlsx，改为 a (2).xlsx。\n"


def test_a_file_that_gives_no_result_takes_no_name(xlprocess: Any, workbook: Any) -> None:
    for name in ("甲/自评.xls", "甲/自评.csv", "乙/自评.xlsx"):
        Path(name).parent.mkdir(exist_ok=True)
        Path(name).write_bytes(b"x,y\n")
    Path("甲/自评.xlsx").write_bytes(workbook())
    for arguments in (["甲", "-o", "结果"], ["乙/自评.xlsx", "甲/自评.xlsx", "-o", "结果"]):
        assert xlprocess("run", *arguments).status == 2
        assert [p.name for p in Path("结果").iterdir()] == ["自评.xlsx"]
    xlprocess("run", "甲")
    assert sorted(p.name for p in Path("甲").iterdir()) == ["自评.csv", "自评.xls", "自评.xlsx", "自评（检查）.xlsx"]


@pytest.mark.skipif(os.name == "nt", reason="links need a privilege")
def test_nothing_outside_the_searched_folder_is_changed(xlprocess: Any, workbook: Any) -> None:
    data = workbook(income_total="90.00")
    for name in ("全县", "外面"):
        Path(name).mkdir()
        Path(name, "甲局.xlsx").write_bytes(data)
    Path("全县/外面").symlink_to("../外面")
    Path("全县/乙局.xlsx").symlink_to("../外面/甲局.xlsx")
    done = xlprocess("run", "全县", "--in-place")
    assert "略过：链接 2 个。" in done.out.splitlines()
    assert Path("外面/甲局.xlsx").read_bytes() == data
    assert Path("全县/甲局.xlsx").read_bytes() != data


def test_an_original_and_its_copy_together(xlprocess: Any, original: Path) -> None:
    xlprocess("run", "甲局.xlsx")
    mended(COPY)
    done = xlprocess("run", "甲局.xlsx", str(COPY), "--json")
    assert [r["output"] for r in done.json["reports"]] == ["甲局（检查） (2).xlsx", "甲局（检查）.xlsx"]
    assert not marked(COPY)


def test_the_folder_of_the_original_is_refused(xlprocess: Any, original: Path) -> None:
    before = original.read_bytes()
    done = xlprocess("run", "甲局.xlsx", "-o", ".")
    assert done.status == 2
    assert "  没有写入 甲局.xlsx：结果会盖掉原文件。请换一个文件夹；确要写回原文件，请用 --in-place。" in done.out.splitlines()
    assert original.read_bytes() == before


@pytest.mark.parametrize("owner", ["~$甲局（检查）.xlsx", ".~lock.甲局（检查）.xlsx#", ".~甲局（检查）.xlsx"])
def test_a_target_that_is_open_is_left_alone(xlprocess: Any, original: Path, workbook: Any, owner: str) -> None:
    xlprocess("run", "甲局.xlsx")
    before = COPY.read_bytes()
    original.write_bytes(workbook())
    Path(owner).write_bytes(b"x")
    for _ in range(2):
        done = xlprocess("run", "甲局.xlsx")
        assert done.status == 0
        assert done.out.splitlines()[-4:-2] == [
            "  甲局（检查）.xlsx 正在 Excel 或 WPS 中打开，结果写到了 甲局（检查） (2).xlsx。",
            "  结果：甲局（检查） (2).xlsx",
        ]
    assert COPY.read_bytes() == before
    assert files() == sorted([owner, "甲局.xlsx", "甲局（检查） (2).xlsx", "甲局（检查）.xlsx"])


def test_an_original_that_is_open_gets_its_copy(xlprocess: Any, original: Path) -> None:
    Path("~$甲局.xlsx").write_bytes(b"x")
    before = original.read_bytes()
    (report,) = xlprocess("run", "甲局.xlsx", "--in-place", "--json").json["reports"]
    assert report["output"] == str(COPY)
    assert original.read_bytes() == before


def test_a_target_that_cannot_be_replaced_is_open(
    xlprocess: Any, original: Path, monkeypatch: pytest.MonkeyPatch, workbook: Any
) -> None:
    xlprocess("run", "甲局.xlsx")
    original.write_bytes(workbook())
    replace = Path.replace

    def held(self: Path, target: Path) -> Path:
        if target.name == COPY.name:
            raise PermissionError(13, "held open")
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", held)
    (report,) = xlprocess("run", "甲局.xlsx", "--json").json["reports"]
    assert report["output"] == "甲局（检查） (2).xlsx"
    assert files() == ["甲局.xlsx", "甲局（检查） (2).xlsx", "甲局（检查）.xlsx"]


def test_an_interruption_leaves_no_half_file(xlprocess: Any, original: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(_: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupted)
    done = xlprocess("run", "甲局.xlsx")
    assert (done.status, done.err) == (130, "\n已中止：没有写完的结果不会留下。\n")
    assert files() == ["甲局.xlsx"]


def test_a_full_disk_is_told_and_leaves_nothing(xlprocess: Any, original: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    done = xlprocess("run", "甲局.xlsx")
    assert done.status == 2
    assert "  没有写入 甲局（检查）.xlsx：磁盘空间不足。请清理磁盘后再运行。" in done.out.splitlines()
    assert files() == ["甲局.xlsx"]


def test_a_bug_of_ours_while_writing_keeps_the_findings(xlprocess: Any, original: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from xlprocess.jobs import process

    def crash(*_: Any) -> None:
        raise KeyError("x")

    monkeypatch.setattr(process, "annotate_book", crash)
    done = xlprocess("run", "甲局.xlsx", "--json")
    (report,) = done.json["reports"]
    assert (done.status, report["status"], report["error"]["kind"], report["output"]) == (2, "checked", "internal", None)
    assert [f["rule"] for f in report["findings"]] == ["R101"]
    assert files() == ["甲局.xlsx"]


def test_clearing_takes_only_what_is_ours(xlprocess: Any, original: Path) -> None:
    before = original.read_bytes()
    xlprocess("run", "甲局.xlsx")
    done = xlprocess("clear", str(COPY))
    assert done == (
        0,
        "甲局（检查）.xlsx\n  结果：甲局（检查）.xlsx\n\n1 个文件：已清除 1 个\n",
        "",
    )
    assert not marked(COPY)
    assert xlprocess("export", str(COPY), "--json").json == xlprocess("export", "甲局.xlsx", "--json").json
    assert original.read_bytes() == before


def test_clearing_says_how_many_explanations_go(xlprocess: Any, original: Path) -> None:
    xlprocess("run", "甲局.xlsx")
    book = FileBook.open(COPY.read_bytes(), COPY.name)
    book.apply(Changes(cells=[CellWrite("检查结果", Ref(4, 9), "按决算口径填列")], notes={}, results=None, properties={}))
    COPY.write_bytes(book.to_bytes())
    assert "“检查结果”表中填写的 1 条说明随列表一并清除。" in xlprocess("clear", str(COPY), "--in-place").out


def test_clearing_an_original_makes_a_copy(xlprocess: Any, original: Path) -> None:
    xlprocess("run", "甲局.xlsx", "--in-place")
    assert xlprocess("clear", "甲局.xlsx").status == 0
    assert marked(original)
    assert not marked(COPY)
    assert xlprocess("clear", "甲局.xlsx", "-o", "清").status == 0
    assert not marked(Path("清/甲局.xlsx"))
    assert xlprocess("clear", "甲局.xlsx", "--in-place").status == 0
    assert not marked(original)


def test_clearing_takes_files_only(xlprocess: Any) -> None:
    Path("全县").mkdir()
    done = xlprocess("clear", "全县", "没有.xlsx", ".")
    assert (done.status, done.last) == (2, "3 个文件：已清除 0 个；3 个无法处理")
    assert "这是一个文件夹" in done.out


def test_names_that_no_text_can_hold(xlprocess: Any, workbook: Any, here: Path) -> None:
    name = os.fsdecode(b"\xff\xfe.xlsx")
    try:
        Path(name).write_bytes(workbook())
    except OSError:
        pytest.skip("this file system takes no such name")
    done = xlprocess("run", ".", "--json")
    assert done.status == 0
    assert json.loads(done.out)["reports"][0]["file"] == "\ufffd\ufffd.xlsx"
    assert xlprocess("check", ".").last == "2 个文件：没有发现问题"
