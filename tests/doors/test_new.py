"""`new` and `export`: a workbook from values and back, and who wins where several give a value."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest

SEED = Path(__file__).parents[1] / "golden" / "seed.json"


def exported(xlprocess: Any, name: str) -> Any:
    done = xlprocess("export", name, "--json")
    assert (done.status, done.err) == (0, "")
    return done.json


def row(document: Any, name: str) -> Any:
    return next(r for r in document["rows"] if r["org"] == name)


def given(**values: Any) -> str:
    Path("values.json").write_text(json.dumps(values, ensure_ascii=False), encoding="utf-8")
    return "values.json"


def test_a_blank_workbook(xlprocess: Any) -> None:
    assert xlprocess("new", "空白.xlsx") == (0, "已新建 空白.xlsx\n", "")
    document = exported(xlprocess, "空白.xlsx")
    assert (document["form"], document["dept_name"], document["indicators"]) == ("yueyang-2021", None, [])
    assert [r["org"] for r in document["rows"]] == ["汇总", "局机关", "二级机构1", "二级机构2"]


def test_another_edition(xlprocess: Any) -> None:
    assert xlprocess("new", "空白.xlsx", "--form", "general-2022").status == 0
    assert exported(xlprocess, "空白.xlsx")["form"] == "general-2022"


def test_options_give_name_code_and_year(xlprocess: Any) -> None:
    options = ("--department", "甲局", "--code", "007001", "--year", "2022")
    assert xlprocess("new", "甲.xlsx", *options).status == 0
    document = exported(xlprocess, "甲.xlsx")
    assert (document["dept_name"], document["budget_code"], document["fiscal_year"]) == ("甲局", "007001", 2022)


def test_export_gives_back_what_new_was_given(xlprocess: Any) -> None:
    assert xlprocess("new", "甲.xlsx", "--data", str(SEED)).status == 0
    document = exported(xlprocess, "甲.xlsx")
    for key, value in json.loads(SEED.read_bytes()).items():
        if isinstance(value, (str, int)):
            assert document[key] == value
    Path("again.json").write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8-sig")
    assert xlprocess("new", "乙.xlsx", "--data", "again.json").status == 0
    assert exported(xlprocess, "乙.xlsx") == document
    assert Path("乙.xlsx").read_bytes() == Path("甲.xlsx").read_bytes()


def test_data_from_standard_input(xlprocess: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(SEED.read_bytes())))
    assert xlprocess("new", "甲.xlsx", "--data", "-").status == 0
    assert exported(xlprocess, "甲.xlsx")["budget_code"] == "507001"


def test_options_win_over_data_and_data_over_last_year(xlprocess: Any) -> None:
    xlprocess("new", "去年.xlsx", "--department", "去年局", "--code", "1", "--year", "2020", "--data", given(staff_quota=9))
    data = given(dept_name="数据局", budget_code="2")
    assert xlprocess("new", "甲.xlsx", "--previous", "去年.xlsx", "--data", data, "--code", "3").status == 0
    document = exported(xlprocess, "甲.xlsx")
    told = (document["dept_name"], document["budget_code"], document["staff_quota"], document["fiscal_year"])
    assert told == ("数据局", "3", 9, None)


def test_last_year_gives_organisations_and_the_carryover(xlprocess: Any) -> None:
    rows = [
        {"org": "局机关", "carryover_prev": "5", "public_budget": "100", "exp_staff": "98"},
        {"org": "执法大队", "public_budget": "50", "exp_staff": "40", "balance_cumulative": "9.99"},
    ]
    xlprocess("new", "去年.xlsx", "--year", "2020", "--data", given(dept_name="甲局", staff_quota=12, rows=rows))
    assert xlprocess("new", "今年.xlsx", "--year", "2021", "--previous", "去年.xlsx").status == 0
    document = exported(xlprocess, "今年.xlsx")
    assert (document["dept_name"], document["staff_quota"], document["staff_actual"]) == ("甲局", 12, None)
    assert [(r["org"], r["carryover_prev"]) for r in document["rows"]] == [
        ("汇总", None),
        ("局机关", "7.00"),
        ("执法大队", "9.99"),
    ]
    assert row(document, "汇总")["derived"]["carryover_prev"] == "16.99"
    from xlprocess.books.file import FileBook

    notes = FileBook.open(Path("今年.xlsx").read_bytes(), "x").notes()
    assert [(str(ref), "待核" in text) for (_, ref), text in sorted(notes.items())] == [("C6", True), ("C7", True)]


def test_a_carryover_that_is_given_is_not_marked(xlprocess: Any) -> None:
    from xlprocess.books.file import FileBook

    xlprocess("new", "去年.xlsx", "--data", given(rows=[{"org": "局机关", "balance_cumulative": "9.99"}]))
    data = given(rows=[{"org": "局机关", "carryover_prev": "9.99"}])
    xlprocess("new", "今年.xlsx", "--previous", "去年.xlsx", "--data", data)
    assert row(exported(xlprocess, "今年.xlsx"), "局机关")["carryover_prev"] == "9.99"
    assert not FileBook.open(Path("今年.xlsx").read_bytes(), "x").notes()


def test_an_existing_target_is_refused(xlprocess: Any) -> None:
    Path("甲.xlsx").write_bytes(b"mine")
    done = xlprocess("new", "甲.xlsx")
    assert done == (2, "", "没有写入 甲.xlsx：已有这个文件。请换一个文件名；确认不再需要，可加 --force 覆盖。\n")
    assert Path("甲.xlsx").read_bytes() == b"mine"
    assert xlprocess("new", "甲.xlsx", "--force").status == 0
    assert Path("甲.xlsx").read_bytes() != b"mine"


@pytest.mark.parametrize(
    ("arguments", "status", "sentence"),
    [
        (["没有/甲.xlsx"], 2, "没有写入 甲.xlsx：找不到要写入的文件夹。请先建立文件夹，或检查路径。"),
        (["甲.xlsx", "--data", "没有.json"], 2, "无法处理 没有.json：找不到这个文件。请确认文件没有被移走、改名或删除。"),
        (["甲.xlsx", "--data", "坏.json"], 2, "无法读取 坏.json：不是有效的 JSON 文件。请检查文件内容后重试。"),
        (["甲.xlsx", "--previous", "坏.json"], 2, None),
        (
            ["甲.xls"],
            64,
            "xlprocess new：文件名要以 .xlsx 结尾（带按钮的以 .xlsm 结尾），不能是 甲.xls。用法见 xlprocess new --help。",
        ),
        (
            ["甲.xlsx", "--form", "x"],
            64,
            "xlprocess new：没有 x 这个表样，可用的有 general-2022、yueyang-2021。用法见 xlprocess new --help。",
        ),
        (
            ["甲.xlsx", "--year", "21"],
            64,
            "xlprocess new：--year 要写四位年份，如 2021，不能是 21。用法见 xlprocess new --help。",
        ),
    ],
)
def test_what_cannot_be_made(xlprocess: Any, arguments: list[str], status: int, sentence: str | None) -> None:
    Path("坏.json").write_text("{", encoding="utf-8")
    done = xlprocess("new", *arguments)
    assert (done.status, done.out) == (status, "")
    assert sentence is None or done.err == f"{sentence}\n"
    assert len(done.err.splitlines()) == 1
    assert not list(Path().glob("*.xls*"))


def test_export_of_what_cannot_be_read(xlprocess: Any) -> None:
    done = xlprocess("export", "没有.xlsx", "--json")
    assert done == (2, "", "无法处理 没有.xlsx：找不到这个文件。请确认文件没有被移走、改名或删除。\n")


def test_export_needs_its_format(xlprocess: Any) -> None:
    done = xlprocess("export", "甲.xlsx")
    sentence = "xlprocess export：请加上 --json，目前只能导出为 JSON。用法见 xlprocess export --help。\n"
    assert done == (64, "", sentence)


@pytest.mark.parametrize(
    "number",
    ['"1e400"', "1e999", "1e300", "9" * 400, f'"{"9" * 400}"', "9" * 5000, "-1e15", '"1000000000000000"', "1e99999999999999999999"],
)
@pytest.mark.parametrize(
    ("document", "place"),
    [
        ('{"rows": [{"org": "局机关", "exp_staff": NUMBER}]}', "rows[0].exp_staff"),
        ('{"staff_quota": NUMBER}', "staff_quota"),
        ('{"fiscal_year": NUMBER}', "fiscal_year"),
    ],
)
def test_a_number_beyond_all_bounds_is_refused(xlprocess: Any, document: str, place: str, number: str) -> None:
    Path("大.json").write_text(document.replace("NUMBER", number), encoding="utf-8")
    done = xlprocess("new", "甲.xlsx", "--data", "大.json")
    assert done == (2, "", f"无法使用 大.json：{place} 数字过大。请参照 export 的输出格式改正后重试。\n")
    assert not Path("甲.xlsx").exists()


def test_a_number_of_countless_decimals_is_refused(xlprocess: Any) -> None:
    for number in ('"1e-400"', "1e-999999999", "0." + "3" * 400):
        Path("小.json").write_text(f'{{"score": {number}}}', encoding="utf-8")
        done = xlprocess("new", "甲.xlsx", "--data", "小.json")
        assert done == (2, "", "无法使用 小.json：score 小数位数过多。请参照 export 的输出格式改正后重试。\n")


def test_a_large_number_in_a_text_is_a_text(xlprocess: Any) -> None:
    Path("大.json").write_text(f'{{"duties": {"9" * 5000}}}', encoding="utf-8")
    assert xlprocess("new", "甲.xlsx", "--data", "大.json").status == 0
