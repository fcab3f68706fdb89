"""`report`: a workbook becomes the Word report on the command line."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import docx
import pytest

PERSONAL = {"contact_name": "甲某", "contact_phone": "0730-0000", "reviewers": [{"name": "乙某", "title": "组长", "unit": "某局"}]}


@pytest.fixture
def book(here: Path, workbook: Callable[..., bytes]) -> Path:
    path = here / "自评表 一.xlsx"
    path.write_bytes(workbook(**PERSONAL))
    return path


def parts(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as file:
        return {n: file.read(n) for n in file.namelist()}


def test_report_prints_the_workbook(xlprocess: Any, here: Path, book: Path) -> None:
    done = xlprocess("report", book.name, "-o", "报告 一.docx")
    assert (done.status, done.out, done.err) == (0, "已新建 报告 一.docx\n", "")
    file = docx.Document(str(here / "报告 一.docx"))
    cells = [c.text for t in file.tables for r in t.rows for c in r.cells]
    assert {"收入合计", "甲某", "0730-0000", "乙某", "100.00", "负责应急管理工作。"} <= set(cells)
    assert sorted(p.name for p in here.iterdir()) == ["报告 一.docx", book.name]


def test_report_does_not_write_over_a_file_but_with_force(xlprocess: Any, here: Path, book: Path) -> None:
    (here / "报告.docx").write_bytes(b"somebody's")
    done = xlprocess("report", book.name, "-o", "报告.docx")
    assert (done.status, done.out) == (2, "")
    assert done.err == "没有写入 报告.docx：已有这个文件。请换一个文件名；确认不再需要，可加 --force 覆盖。\n"
    assert (here / "报告.docx").read_bytes() == b"somebody's"
    assert xlprocess("report", book.name, "-o", "报告.docx", "--force").status == 0
    assert "word/document.xml" in parts(here / "报告.docx")


def test_a_pdf_that_is_there_already_is_refused_before_anything_is_written(xlprocess: Any, here: Path, book: Path) -> None:
    (here / "报告.pdf").write_bytes(b"somebody's")
    done = xlprocess("report", book.name, "-o", "报告.docx", "--pdf")
    assert (done.status, (here / "报告.docx").exists(), (here / "报告.pdf").read_bytes()) == (2, False, b"somebody's")
    assert done.err.startswith("没有写入 报告.pdf：已有这个文件。")


def test_a_public_report_holds_nothing_personal_in_any_part(xlprocess: Any, here: Path, book: Path) -> None:
    assert xlprocess("report", book.name, "-o", "公开.docx", "--public").status == 0
    assert xlprocess("report", book.name, "-o", "内部.docx").status == 0
    public, inner = parts(here / "公开.docx"), parts(here / "内部.docx")
    told = ("甲某", "0730-0000", "乙某", "组长", "签字", "签章", "签名", "联系电话", "联络电话", "联系人")
    body = inner["word/document.xml"].decode()
    assert all(w in body for w in told[:4])
    held = [(n, w) for n, data in public.items() for w in told if w.encode() in data]
    assert held == []
    assert not [n for n in public if "custom" in n.lower() or "comment" in n.lower() or "thumbnail" in n]
    properties = docx.Document(str(here / "公开.docx")).core_properties
    assert (properties.author, properties.last_modified_by, properties.comments) == ("", "", "")


@pytest.mark.office
@pytest.mark.usefixtures("soffice")
def test_report_makes_a_pdf_too(xlprocess: Any, here: Path, book: Path) -> None:
    done = xlprocess("report", book.name, "-o", "报告.docx", "--pdf")
    assert (done.status, done.out, done.err) == (0, "已新建 报告.docx 和 报告.pdf\n", "")
    assert (here / "报告.pdf").read_bytes().startswith(b"%PDF-")


def test_without_libreoffice_a_pdf_is_refused_and_nothing_is_written(
    xlprocess: Any, here: Path, book: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("xlprocess.word.convert.office", lambda: None)
    done = xlprocess("report", book.name, "-o", "报告.docx", "--pdf")
    assert (done.status, done.out) == (2, "")
    assert done.err == ("没有生成 PDF：这台电脑没有 LibreOffice。请去掉 --pdf，再用 Word 或 WPS 打开报告后另存为 PDF。\n")
    assert not (here / "报告.docx").exists()


def test_report_wants_a_name_that_ends_in_docx(xlprocess: Any, here: Path, book: Path) -> None:
    done = xlprocess("report", book.name, "-o", "报告.pdf")
    assert (done.status, "文件名要以 .docx 结尾，不能是 报告.pdf" in done.err) == (64, True)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "无法处理 坏.xlsx：文件是空的，没有任何内容。"),
        (b"hello\n", "无法处理 坏.xlsx：这不是 .xlsx 工作簿，而是文本文件"),
        (b"%PDF-1.7\n", "无法处理 坏.xlsx：这不是 .xlsx 工作簿，而是 PDF 文件"),
        (b"PK\x03\x04rest", "无法处理 坏.xlsx：文件已损坏或不完整"),
        (None, "无法处理 坏.xlsx：找不到这个文件。"),
    ],
)
def test_what_cannot_be_printed_is_told_in_a_sentence(xlprocess: Any, here: Path, data: bytes | None, sentence: str) -> None:
    if data is not None:
        (here / "坏.xlsx").write_bytes(data)
    done = xlprocess("report", "坏.xlsx", "-o", "报告.docx")
    assert (done.status, done.out, done.err.count("\n")) == (2, "", 1)
    assert done.err.startswith(sentence)
    assert not (here / "报告.docx").exists()


def test_a_word_file_is_pointed_to_import(xlprocess: Any, here: Path) -> None:
    docx.Document().save(str(here / "报告.docx"))
    done = xlprocess("report", "报告.docx", "-o", "新.docx")
    assert (done.status, "请用 import 命令" in done.err) == (2, True)


def test_report_with_drafts_of_the_blank_sections(xlprocess: Any, here: Path, workbook: Any) -> None:
    (here / "表.xlsx").write_bytes(workbook(narrative={"s2": "按规定使用。"}))
    before = (here / "表.xlsx").read_bytes()
    done = xlprocess("report", "表.xlsx", "-o", "报告.docx", "--draft")
    assert done.out.splitlines()[0] == (
        "已写出初稿 3 段，标有“【初稿】”，请核实、修改后删去标记："
        "一、部门（单位）概况，三、政府性基金预算支出情况，六、部门整体支出绩效情况。"
    )
    assert done.out.splitlines()[1].startswith("表中没有可以据以起草的数，仍为空白：四、国有资本经营预算支出情况，")
    assert done.last == "已新建 报告.docx"
    assert (here / "表.xlsx").read_bytes() == before
    texts = [p.text for p in docx.Document(str(here / "报告.docx")).paragraphs]
    assert "【初稿】本年度没有政府性基金预算支出。" in texts
    assert texts[texts.index("二、一般公共预算支出情况") + 1] == "按规定使用。"
