"""`check`: exit status, last line, and the JSON document as a whole."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

KEYS = ("sheet", "cell", "table", "row", "field")
INCOME, EXPENDITURE, THREE, ASSETS = "income", "expenditure", "three_public", "fixed_assets"
DERIVED = [
    ("基本概况", "B7", "basics", None, "staff_control_rate", "100.00"),
    ("收支情况", "B5", INCOME, "汇总", "income_total", "100.00"),
    ("收支情况", "C5", INCOME, "汇总", "carryover_prev", "10.00"),
    ("收支情况", "D5", INCOME, "汇总", "public_budget", "90.00"),
    ("收支情况", "H5", INCOME, "汇总", "current_year_income", "90.00"),
    ("收支情况", "H6", INCOME, "局机关", "current_year_income", "90.00"),
    ("收支情况", "B14", EXPENDITURE, "汇总", "exp_total", "90.01"),
    ("收支情况", "C14", EXPENDITURE, "汇总", "exp_basic", "70.01"),
    ("收支情况", "D14", EXPENDITURE, "汇总", "exp_staff", "50.01"),
    ("收支情况", "E14", EXPENDITURE, "汇总", "exp_public_use", "20.00"),
    ("收支情况", "F14", EXPENDITURE, "汇总", "exp_project", "20.00"),
    ("收支情况", "G14", EXPENDITURE, "汇总", "balance_current", "-0.01"),
    ("收支情况", "H14", EXPENDITURE, "汇总", "balance_cumulative", "9.99"),
    ("收支情况", "I14", EXPENDITURE, "汇总", "execution_rate", "90.01"),
    ("收支情况", "G15", EXPENDITURE, "局机关", "balance_current", "-0.01"),
    ("收支情况", "H15", EXPENDITURE, "局机关", "balance_cumulative", "9.99"),
    ("收支情况", "I15", EXPENDITURE, "局机关", "execution_rate", "90.01"),
    ("收支情况", "B22", THREE, "汇总", "tp_total", "3.00"),
    ("收支情况", "C22", THREE, "汇总", "tp_reception", "1.00"),
    ("收支情况", "D22", THREE, "汇总", "tp_vehicle_operation", "2.00"),
    ("收支情况", "B30", ASSETS, "汇总", "fa_total", "200.00"),
    ("收支情况", "C30", ASSETS, "汇总", "fa_in_use", "200.00"),
    ("收支情况", "F30", ASSETS, "汇总", "fa_use_rate", "100.00"),
    ("收支情况", "F31", ASSETS, "局机关", "fa_use_rate", "100.00"),
    ("绩效自评", "F9", "indicators", "1", "completion", "100.00"),
]
WRONG_TOTAL = {
    "rule": "R101",
    "name": "合计不等于各分项之和",
    "severity": "error",
    "sheet": "收支情况",
    "cell": "B6",
    "table": "income",
    "row": "局机关",
    "field": "income_total",
    "actual": "90.00",
    "expected": "100.00",
    "difference": "-10.00",
    "cause": None,
    "competing": [
        {"kind": "omitted_addend", "fields": ["carryover_prev"], "rows": []},
        {"kind": "mistyped_digit", "fields": ["public_budget"], "rows": []},
    ],
    "follows": None,
    "message": "局机关“收入合计” 90.00，各分项之和 100.00，少 10.00，可能是漏加一项，也可能是录错一位数字，请核对原始凭证。",
}


def test_a_workbook_in_order(xlprocess: Any, workbook: Any) -> None:
    Path("甲局.xlsx").write_bytes(workbook())
    done = xlprocess("check", "甲局.xlsx")
    assert done == (0, "甲局.xlsx：没有发现问题\n  由公式算出 17 格。\n\n1 个文件：没有发现问题\n", "")


def test_the_document_of_a_small_workbook(xlprocess: Any, workbook: Any) -> None:
    Path("甲局.xlsx").write_bytes(workbook(exp_staff="50.01", income_total="90.00"))
    done = xlprocess("check", "甲局.xlsx", "--json")
    assert (done.status, done.err) == (1, "")
    derived = [dict(zip((*KEYS, "value"), entry, strict=True)) for entry in DERIVED]
    place = dict(zip(KEYS, ("收支情况", "C15", "expenditure", "局机关", "exp_basic"), strict=True))
    report = {
        "file": "甲局.xlsx",
        "output": None,
        "status": "checked",
        "error": None,
        "derived": derived,
        "rounding": [{**place, "difference": "-0.01"}],
        "findings": [WRONG_TOTAL],
    }
    assert done.json == {"reports": [report]}
    (printed,) = done.json["reports"]
    assert list(printed) == list(report)
    assert list(printed["findings"][0]) == list(WRONG_TOTAL)
    assert list(printed["derived"][0]) == [*KEYS, "value"]
    assert list(printed["rounding"][0]) == [*KEYS, "difference"]


def test_a_finding_is_told_with_its_cell_and_its_cause(xlprocess: Any, workbook: Any) -> None:
    Path("甲局.xlsx").write_bytes(workbook(income_total="90.00"))
    assert xlprocess("check", "甲局.xlsx").out.splitlines() == [
        "甲局.xlsx：错误 1",
        "  收支情况!B6",
        f"    错误 R101 {WRONG_TOTAL['message']}",
        "  由公式算出 17 格。",
        "",
        "1 个文件：错误 1，警告 0，提示 0",
    ]


@pytest.mark.parametrize(
    ("fail_on", "wrong", "status"),
    [
        ("error", {"income_total": "90.00"}, 1),
        ("warning", {"income_total": "90.00"}, 1),
        ("never", {"income_total": "90.00"}, 0),
        ("error", {"duties": None}, 0),
        ("warning", {"duties": None}, 1),
        ("never", {"duties": None}, 0),
    ],
)
def test_the_exit_status_follows_fail_on(xlprocess: Any, workbook: Any, fail_on: str, wrong: dict[str, Any], status: int) -> None:
    Path("甲局.xlsx").write_bytes(workbook(**wrong))
    assert xlprocess("check", "甲局.xlsx", "--fail-on", fail_on).status == status
    assert xlprocess("check", "甲局.xlsx", "--fail-on", fail_on, "--json").status == status


def test_a_file_that_cannot_be_processed_wins_over_findings(xlprocess: Any, workbook: Any) -> None:
    Path("甲局.xlsx").write_bytes(workbook(income_total="90.00"))
    Path("乙局.xlsx").write_bytes(workbook()[:4000])
    done = xlprocess("check", "乙局.xlsx", "甲局.xlsx", "丙局.xlsx")
    assert done.status == 2
    assert done.last == "3 个文件：错误 1，警告 0，提示 0；2 个无法处理"
    assert done.out.splitlines()[:2] == [
        "乙局.xlsx",
        "  无法处理 乙局.xlsx：文件已损坏或不完整。请用 Excel 或 WPS 打开，确认内容正常后另存为新的 .xlsx 文件；"
        "打不开的，请重新复制或请填报单位重新发送。",
    ]


def test_files_that_cannot_be_processed_are_in_the_document(xlprocess: Any, workbook: Any) -> None:
    Path("甲局.xlsx").write_bytes(workbook())
    Path("文件夹").mkdir()
    Path("文件夹/盖章页.pdf").write_bytes(b"%PDF-1.4")
    Path("文件夹/表.xls").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
    done = xlprocess("check", "没有.xlsx", "文件夹", "甲局.xlsx", "--json")
    assert done.status == 2
    told = [(r["file"], r["status"], r["error"] and r["error"]["kind"]) for r in done.json["reports"]]
    assert told == [
        ("没有.xlsx", "unreadable", "no_access"),
        (str(Path("文件夹/盖章页.pdf")), "attachment", "attachment"),
        (str(Path("文件夹/表.xls")), "unreadable", "other_format"),
        ("甲局.xlsx", "checked", None),
    ]
    for report in done.json["reports"][:3]:
        assert report["output"] is None
        assert report["derived"] == report["rounding"] == report["findings"] == []
        assert report["error"]["message"].endswith("。")


def test_what_a_search_leaves_out_is_counted(xlprocess: Any, workbook: Any) -> None:
    folder = Path("全县")
    (folder / "甲局").mkdir(parents=True)
    for name in ("甲局/a.xlsx", "甲局/a（检查）.xlsx", "甲局/~$a.xlsx", "甲局/.a.xlsx"):
        (folder / name).write_bytes(workbook())
    for name in ("说明.txt", "Thumbs.db", "盖章页.pdf", "材料.zip"):
        (folder / name).write_bytes(b"x")
    done = xlprocess("check", "全县", str(folder / "甲局" / "a.xlsx"))
    assert done.status == 0
    assert done.out.splitlines()[-5:] == [
        "附件 2 个，没有打开：",
        f"  {folder / '材料.zip'}（压缩包，里面如有工作簿请先解压）",
        f"  {folder / '盖章页.pdf'}",
        "略过：隐藏或临时文件 2 个，其他文件 2 个，重复给出的文件 1 个。",
        "2 个文件：没有发现问题",
    ]


def test_a_folder_without_workbooks(xlprocess: Any) -> None:
    Path("空").mkdir()
    assert xlprocess("check", "空") == (0, "没有找到工作簿\n", "")
    assert xlprocess("check", "空", "--json").json == {"reports": []}


def test_a_file_that_is_no_form(xlprocess: Any) -> None:
    import xlsxwriter

    with xlsxwriter.Workbook("账.xlsx") as book:
        book.add_worksheet().write("A1", "流水")
    done = xlprocess("check", "账.xlsx", "--json")
    (report,) = done.json["reports"]
    assert (done.status, report["status"], report["error"]["kind"]) == (2, "not_a_form", "not_this_form")


def test_a_rule_that_crashes_is_no_pass(xlprocess: Any, workbook: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from xlprocess import pipeline
    from xlprocess.checking import check as right

    def crash(report: Any) -> Any:
        return 1 / 0 if report.file == "甲局.xlsx" else right(report)

    monkeypatch.setattr(pipeline, "check", crash)
    for name in ("甲局.xlsx", "乙局.xlsx"):
        Path(name).write_bytes(workbook())
    done = xlprocess("check", "甲局.xlsx", "乙局.xlsx", "--json")
    told = [(r["status"], r["error"] and r["error"]["kind"], r["findings"]) for r in done.json["reports"]]
    assert (done.status, told) == (2, [("not_checked", "internal", []), ("checked", None, [])])
    assert xlprocess("check", "甲局.xlsx").last == "1 个文件：1 个无法处理"


def test_an_unforeseen_error_is_a_sentence_for_its_file(xlprocess: Any, workbook: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from xlprocess.jobs import process

    def crash(data: bytes, name: str) -> Any:
        raise ZeroDivisionError

    monkeypatch.setattr(process, "open_values", crash)
    Path("甲局.xlsx").write_bytes(workbook())
    done = xlprocess("check", "甲局.xlsx")
    assert done == (
        2,
        "甲局.xlsx\n  无法处理 甲局.xlsx：程序内部出错。请把文件交给技术人员查找原因。\n\n1 个文件：1 个无法处理\n",
        "",
    )
    monkeypatch.setenv("XLPROCESS_DEBUG", "1")
    with pytest.raises(ZeroDivisionError):
        xlprocess("check", "甲局.xlsx")


def test_last_year_is_compared(xlprocess: Any, workbook: Any) -> None:
    Path("今年.xlsx").write_bytes(workbook())
    Path("去年.xlsx").write_bytes(workbook(budget_code="507002", fiscal_year=2020))
    done = xlprocess("check", "今年.xlsx", "--previous", "去年.xlsx", "--json")
    (report,) = done.json["reports"]
    assert [(f["rule"], f["field"]) for f in report["findings"]] == [("R307", "budget_code")]


def test_what_can_be_checked_without_last_year_is(xlprocess: Any, workbook: Callable[..., bytes]) -> None:
    Path("今年.xlsx").write_bytes(workbook())
    done = xlprocess("check", "今年.xlsx", "--previous", "没有.xlsx")
    assert (done.status, done.last) == (2, "1 个文件：没有发现问题")
    assert done.err == "无法处理 没有.xlsx：找不到这个文件。请确认文件没有被移走、改名或删除。本次没有与上年比较。\n"
