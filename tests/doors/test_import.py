"""`import`: a Word report becomes a workbook on the command line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import docx
import openpyxl


def _report(path: Path) -> None:
    file = docx.Document()
    for text in ("某区2021年度部门整体支出", "绩效评价自评报告", "部门（单位）名称：某区应急管理局", "预算编码：0507001"):
        file.add_paragraph(text)
    rows = (("机构名称", "三公经费合计", "公务接待费", "公务用车运维费", "其他费"), ("局机关", "3.00", "1.00", "2.00", "0.55"))
    table = file.add_table(2, 5)
    for row, texts in zip(table.rows, rows, strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
    file.save(str(path))


def test_import_gives_a_workbook_and_lists_what_found_no_place(xlprocess: Any, here: Path) -> None:
    _report(here / "报告 一.docx")
    done = xlprocess("import", "报告 一.docx", "-o", "自评表.xlsx")
    assert (done.status, done.last) == (0, "已新建 自评表.xlsx，来源见“导入来源”表")
    assert done.err.splitlines() == [
        "已放入 6 项，其中 0 项取自文字，待核；没有找到位置的 2 处。",
        "第1个表第1行：“其他费”没有对应的栏目",
        "第1个表第2行第5列：“局机关（其他费） 0.55”在表样中没有对应的栏目",
    ]
    got = json.loads(xlprocess("export", "自评表.xlsx", "--json").out)
    assert (got["dept_name"], got["budget_code"], got["fiscal_year"]) == ("某区应急管理局", "0507001", 2021)
    assert {k: v for k, v in got["rows"][1].items() if k.startswith("tp_") and v} == {
        "tp_total": "3.00",
        "tp_reception": "1.00",
        "tp_vehicle_operation": "2.00",
    }
    sheet = openpyxl.load_workbook(here / "自评表.xlsx")["导入来源"]
    told = {r[1]: (r[2], r[3]) for r in sheet.iter_rows(min_row=3, values_only=True)}
    assert told["三公经费　局机关　公务接待费"] == ("1.00", "第1个表第2行第3列")
    assert told["部门（单位）基本概况　预算编码"] == ("0507001", "第4段")


def test_import_does_not_write_over_a_file(xlprocess: Any, here: Path) -> None:
    _report(here / "报告.docx")
    (here / "自评表.xlsx").write_bytes(b"somebody's")
    done = xlprocess("import", "报告.docx", "-o", "自评表.xlsx")
    assert (done.status, (here / "自评表.xlsx").read_bytes()) == (2, b"somebody's")
    assert "没有写入 自评表.xlsx：已有这个文件" in done.err


def test_import_tells_a_document_that_is_no_report(xlprocess: Any, here: Path) -> None:
    file = docx.Document()
    file.add_paragraph("关于召开会议的通知")
    file.save(str(here / "通知.docx"))
    done = xlprocess("import", "通知.docx", "-o", "自评表.xlsx")
    assert (done.status, done.err) == (
        2,
        "无法导入 通知.docx：没有找到部门整体支出绩效自评的表格。请确认文件是自评报告，且表格没有粘贴为图片。\n",
    )


def test_import_of_a_folder_asks_for_the_report_in_it(xlprocess: Any, here: Path) -> None:
    (here / "报告").mkdir()
    done = xlprocess("import", "报告", "-o", "新.xlsx")
    assert "无法处理 报告：这是一个文件夹，不是文件。请给出文件夹中自评报告的名称。" in done.err
