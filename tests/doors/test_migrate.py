"""`migrate`, and `run` on a file that is only read: an old workbook becomes a standard one on the command line."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import openpyxl

XLSB = Path(__file__).parents[1] / "books" / "foreign" / "应急管理局2021.xlsb"


def homemade(path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "三公"
    for row in (
        ("三公经费", None, None, None, "单位：元"),
        ("机构名称", "三公经费合计", "公务接待费", "公务用车运维费", "其他费"),
        ("局机关", 30_000, 10_000, 20_000, 5_500),
    ):
        sheet.append(row)
    other = book.create_sheet("封面")
    other.append(("部门（单位）名称", "某区应急管理局", None, "评价年度", 2021))
    book.save(path)


def test_migrate_gives_a_workbook_and_lists_what_found_no_place(xlprocess: Any, here: Path) -> None:
    homemade(here / "自制 表.xlsx")
    done = xlprocess("migrate", "自制 表.xlsx", "-o", "新表.xlsx")
    assert (done.status, done.last) == (0, "已新建 新表.xlsx，来源见“迁移来源”表，没有位置的见“未迁移”表")
    assert done.err.splitlines() == [
        "表样 yueyang-2021：已迁移 5 项，其中 1 项恢复为公式；没有位置的 2 处。",
        "三公!E2：“其他费”（公务用车运维费；单位：元）没有对应的栏目",
        "三公!E3：“5500”（局机关；其他费）在表样中没有对应的栏目",
    ]
    book = openpyxl.load_workbook(here / "新表.xlsx")
    assert book.sheetnames[-2:] == ["未迁移", "迁移来源"]
    told = {r[1]: r[2:5] for r in book["迁移来源"].iter_rows(min_row=4, values_only=True)}
    assert told["三公经费　局机关　公务接待费"] == ("10000", "三公!C3", "原表单位为元，换算为 1.00 万元")
    assert told["三公经费　局机关　三公经费合计"] == ("30000", "三公!B3", "恢复为公式")


def test_migrate_as_json_names_every_cell(xlprocess: Any, here: Path) -> None:
    homemade(here / "自制.xlsx")
    document = xlprocess("migrate", "自制.xlsx", "-o", "新.xlsx", "--json").json
    assert (document["output"], document["form"]) == ("新.xlsx", "yueyang-2021")
    assert document["moved"][-1] == {
        "table": "three_public",
        "row": "局机关",
        "field": "tp_vehicle_operation",
        "value": "2.00",
        "raw": "20000",
        "from": {"sheet": "三公", "cell": "D3"},
        "restored": False,
        "remark": "原表单位为元，换算为 2.00 万元",
    }
    assert [(x["sheet"], x["cell"], x["value"], x["why"]) for x in document["left"]] == [
        ("三公", "E2", "其他费", "没有对应的栏目"),
        ("三公", "E3", "5500", "在表样中没有对应的栏目"),
    ]


def test_migrate_writes_over_nothing_and_tells_what_is_no_form(xlprocess: Any, here: Path) -> None:
    homemade(here / "自制.xlsx")
    (here / "新.xlsx").write_bytes(b"somebody's")
    done = xlprocess("migrate", "自制.xlsx", "-o", "新.xlsx")
    assert (done.status, (here / "新.xlsx").read_bytes()) == (2, b"somebody's")
    openpyxl.Workbook().save(here / "空.xlsx")
    done = xlprocess("migrate", "空.xlsx", "-o", "另一.xlsx")
    assert (done.status, done.err) == (
        2,
        "无法迁移 空.xlsx：没有找到部门整体支出绩效自评的表格。请确认文件是自评工作簿，且表格没有粘贴为图片。\n",
    )
    assert not (here / "另一.xlsx").exists()


def test_run_on_a_file_that_is_only_read_makes_a_standard_workbook_beside_it(xlprocess: Any, here: Path) -> None:
    shutil.copy(XLSB, here / "自评.xlsb")
    before = (here / "自评.xlsb").read_bytes()
    for way in ([], ["--in-place"]):
        done = xlprocess("run", "自评.xlsb", *way)
        assert done.status == 0
        assert ".xlsb 文件只能读取：内容已转到标准工作簿（迁移 143 项），检查结果在新的 .xlsx 中，原文件不变。" in done.out
        assert "结果：自评（检查）.xlsx" in done.out
        assert sorted(p.name for p in here.iterdir()) == ["自评.xlsb", "自评（检查）.xlsx"]
    assert (here / "自评.xlsb").read_bytes() == before
    checked = xlprocess("check", "自评.xlsb", "自评（检查）.xlsx", "--json").json["reports"]
    assert [f["rule"] for f in checked[0]["findings"]] == [f["rule"] for f in checked[1]["findings"]]


def test_a_checked_copy_that_was_saved_in_another_format_is_not_written_over(xlprocess: Any, here: Path) -> None:
    shutil.copy(XLSB, here / "自评（检查）.xlsb")
    done = xlprocess("run", "自评（检查）.xlsb")
    assert "结果：自评（检查）.xlsx" in done.out
    assert (here / "自评（检查）.xlsb").read_bytes() == XLSB.read_bytes()
