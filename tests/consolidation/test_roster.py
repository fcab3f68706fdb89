"""Rosters as offices keep them."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from xlsxwriter import Workbook

from xlprocess.consolidation.consolidation import RosterLine
from xlprocess.consolidation.roster import read_roster
from xlprocess.errors import Refused, Unreadable

TEXT = (
    "预算编码,部门名称,上级,分组,归口股室,联系人,电话,免报/涉密/线下报送\n"
    "012001,甲局,,经济,预算股,某人,0000,\n012002,乙局,甲局,经济,,,,涉密\n,,,,,,,\n"
)
LINES = [
    RosterLine(2, "012001", "甲局", group="经济", office="预算股", contact="某人", phone="0000"),
    RosterLine(3, "012002", "乙局", superior="甲局", group="经济", excused="涉密"),
]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
def test_reads_a_csv_in_the_encodings_of_excel_and_wps(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "名单.csv"
    path.write_bytes(TEXT.encode(encoding))
    assert read_roster(path) == LINES


def test_a_row_of_totals_is_no_department(tmp_path: Path) -> None:
    path = tmp_path / "名单.csv"
    path.write_text(f"{TEXT}合计,12个部门,,,,,,\n,小 计：,,,,,,\n", encoding="utf-8")
    assert read_roster(path) == LINES


def test_reads_a_table_separated_by_tabs(tmp_path: Path) -> None:
    path = tmp_path / "名单.csv"
    path.write_bytes(TEXT.replace(",", "\t").encode("utf-16"))
    assert read_roster(path) == LINES


def sheet(rows: list[list[object]]) -> bytes:
    target = BytesIO()
    book = Workbook(target)
    book.add_worksheet("说明").write(0, 0, "填写说明")
    page = book.add_worksheet("名单")
    for r, row in enumerate(rows):
        for c, value in enumerate(row):
            page.write(r + 2, c + 1, value)
    book.close()
    return target.getvalue()


def test_reads_a_sheet_below_a_title_with_codes_that_are_numbers(tmp_path: Path) -> None:
    path = tmp_path / "名单.xlsx"
    rows: list[list[object]] = [["某区应报部门名单"], ["序号", "单位名称", "单位编码", "免报"]]
    path.write_bytes(sheet([*rows, [1, "甲局", 12001, None], [2, "乙局", "012002", "是"], [3, "丙局", 12003.0, "否"]]))
    assert read_roster(path) == [
        RosterLine(5, "12001", "甲局"),
        RosterLine(6, "012002", "乙局", excused="免报"),
        RosterLine(7, "12003", "丙局"),
    ]


@pytest.mark.parametrize(
    ("heading", "said", "excused"),
    [
        ("涉密", "是", "涉密"),
        ("线下报送", "√", "线下报送"),
        ("报送方式", "线下报送", "线下报送"),
        ("报送方式", "网上报送", None),
        ("免报/涉密/线下报送", "涉密", "涉密"),
        ("免报/涉密/线下报送", "是", "免报"),
        ("免报原因", "当年新设", "当年新设"),
        ("免报", "无", None),
    ],
)
def test_tells_why_no_report_is_expected(tmp_path: Path, heading: str, said: str, excused: str | None) -> None:
    path = tmp_path / "名单.csv"
    path.write_text(f"预算编码,部门名称,{heading}\n1,甲局,{said}\n", encoding="utf-8")
    assert read_roster(path) == [RosterLine(2, "1", "甲局", excused=excused)]


def test_refuses_a_table_without_headings(tmp_path: Path) -> None:
    path = tmp_path / "名单.csv"
    path.write_text("012001,甲局\n", encoding="utf-8")
    with pytest.raises(Refused) as refused:
        read_roster(path)
    assert refused.value.message == ("无法使用名单 名单.csv：没有找到标题行。请在第一行写上“预算编码”和“部门名称”，每个部门一行。")


def test_refuses_headings_with_nothing_below(tmp_path: Path) -> None:
    path = tmp_path / "名单.csv"
    path.write_text("预算编码,部门名称\n\n", encoding="utf-8")
    with pytest.raises(Refused) as refused:
        read_roster(path)
    assert refused.value.message == ("无法使用名单 名单.csv：标题行下面没有部门。请逐行填入预算编码和部门名称后再运行。")


def test_refuses_what_is_neither_workbook_nor_text(tmp_path: Path) -> None:
    path = tmp_path / "名单.csv"
    path.write_bytes(b"\x00\x01\x02\xff\xff\xfe" * 20)
    with pytest.raises(Refused) as refused:
        read_roster(path)
    assert refused.value.message == (
        "无法使用名单 名单.csv：它不是 .xlsx 工作簿，也不是 UTF-8 或 GBK 编码的 .csv 文件。请另存为其中一种后再运行。"
    )


def test_says_of_an_old_workbook_what_it_is(tmp_path: Path) -> None:
    path = tmp_path / "名单.xls"
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
    with pytest.raises(Unreadable):
        read_roster(path)
