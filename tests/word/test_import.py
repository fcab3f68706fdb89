"""A Word report becomes a workbook: every figure at its place, or listed."""

from __future__ import annotations

import json
import random
import subprocess
import zipfile
from collections.abc import Callable, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.document import Document as Docx
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from xlprocess.errors import CannotProcess
from xlprocess.values import report_of, write_values
from xlprocess.word import convert
from xlprocess.word.open_document import open_document
from xlprocess.word.read_form import Reading, read_form

INCOME = ("上年结转", "公共财\n政拨款", "政府基金拨款", "纳入专户管理的非税收入拨款", "其他\n收入")
FIELDS = ("income_total", "carryover_prev", "public_budget", "gov_fund", "special_account_nontax", "other_income")
ROWS = (
    ("局机关及二级机构汇总", "150.00", "10.00", "130.00", "", "", "10.00"),
    ("1、局机关", "100.00", "10.00", "90.00", "", "", ""),
    ("2、监察大队", "50.00", "", "40.00", "", "", "10.00"),
)


def test_the_parts_of_a_form_come_back_from_a_word_file() -> None:
    got = values(read(report()))
    assert got["dept_name"] == "某区应急管理局"
    assert got["budget_code"] == "0507001"
    assert got["fiscal_year"] == 2021
    assert (got["staff_quota"], got["staff_actual"]) == (35, 36)
    assert income(got) == printed(ROWS)
    assert got["indicators"] == [
        {"level1": "产出目标", "level2": "数量指标", "name": "开展检查", "target": "≥12次", "actual": "13次"},
        {"level1": "产出目标", "level2": "质量指标", "name": "整改率", "target": None, "actual": "100%"},
    ]
    assert (got["score"], got["grade"]) == ("92", "优")
    assert got["narrative"]["s1"] == "本局内设五个股室。\n编制35人。"
    assert got["narrative"]["s3"] == "无政府性基金预算收支业务。"


@pytest.mark.parametrize("order", [(0, 1, 2), (1, 2, 0), (2, 0, 1)])
def test_the_summary_may_stand_first_or_last(order: Sequence[int]) -> None:
    rows = [ROWS[k] for k in order]
    assert income(values(read(report(rows=rows)))) == printed(ROWS)


def test_amounts_in_yuan_are_converted_and_the_conversion_is_told() -> None:
    rows = [("合计", "１,500,000.00元", "", "1,500,000", "—", "/", "无")]
    reading = read(report(rows=rows, unit="（单位：元）"))
    row = values(reading)["rows"][0]
    assert (row["org"], row["income_total"], row["public_budget"]) == ("汇总", "150.00", "150.00")
    assert (row["gov_fund"], row["other_income"]) == (None, None)
    told = [v.remark for s, v in reading.sources.items() if s.field == "public_budget"]
    assert told == ["原表单位为元，换算为 150.00 万元"]


def test_an_extra_column_is_listed_and_shifts_nothing() -> None:
    reading = read(report(extra=("上级补助", "7.77")))
    assert income(values(reading)) == printed(ROWS)
    assert [(u.text, u.why) for u in reading.unplaced] == [
        ("上级补助", "没有对应的栏目"),
        ("汇总（上级补助） 7.77", "在表样中没有对应的栏目"),
        ("局机关（上级补助） 7.77", "在表样中没有对应的栏目"),
        ("监察大队（上级补助） 7.77", "在表样中没有对应的栏目"),
    ]


def test_the_accepted_state_is_read_and_hidden_text_is_not() -> None:
    file = report()
    cell = file.tables[1].cell(4, 1)
    run = cell.paragraphs[0].runs[0]._r
    deleted = OxmlElement("w:del")
    run.addprevious(deleted)
    deleted.append(run)
    inserted = OxmlElement("w:ins")
    cell.paragraphs[0]._p.append(inserted)
    new = cell.paragraphs[0].add_run("101.00")
    inserted.append(new._r)
    hidden = cell.paragraphs[0].add_run("999")
    hidden.font.hidden = True
    row = values(read(file))["rows"][1]
    assert (row["org"], row["income_total"]) == ("局机关", "101.00")


def test_a_nested_table_is_read_as_one_in_the_body() -> None:
    file = docx.Document()
    outer = file.add_table(1, 1)
    table = outer.cell(0, 0).add_table(len(ROWS) + 2, 7)
    fill_income(table, ROWS)
    add_basics(file)
    assert income(values(read(file))) == printed(ROWS)


def test_what_no_field_asks_for_is_listed_with_its_place() -> None:
    file = report()
    file.add_table(1, 2).rows[0].cells[0].text = "电子邮箱"
    file.tables[-1].rows[0].cells[1].text = "12.34"
    assert [str(u) for u in read(file).unplaced] == ["第5个表第1行：“电子邮箱 12.34”没有对应的栏目"]


@pytest.mark.parametrize("seed", range(40))
def test_every_figure_is_at_its_place_or_listed(seed: int) -> None:
    """Forms at random: columns in any order, some left out, others added, rows of any number; every figure is its own."""
    choose = random.Random(seed)
    labels = ["收入合计", *(t.replace("\n", "") for t in INCOME), "上级补助", "预算数"]
    fields = [*FIELDS, None, None]
    order = choose.sample(range(8), choose.randint(4, 8))
    names = ["合计", "局机关", *(f"中心{k}" for k in range(choose.randint(0, 4)))]
    choose.shuffle(names)
    file = docx.Document()
    add_basics(file)
    file.add_paragraph("年度收入情况（万元）")
    table = file.add_table(len(names) + 1, len(order) + 1)
    wanted: dict[tuple[str, str | None, str], str] = {}
    for column, k in enumerate(order, 1):
        table.cell(0, column).text = labels[k]
    table.cell(0, 0).text = "机构名称"
    for row, name in enumerate(names, 1):
        table.cell(row, 0).text = name
        for column, k in enumerate(order, 1):
            figure = f"{choose.randint(1, 10**6)}.{row}{column}"
            table.cell(row, column).text = figure
            wanted[name, fields[k], figure] = figure
    reading = read(file)
    rows = {r["org"]: r for r in values(reading)["rows"]}
    listed = " ".join(u.text for u in reading.unplaced)
    for name, field, figure in wanted:
        at_place = field is not None and rows.get("汇总" if name == "合计" else name, {}).get(field) == figure
        assert at_place != (figure in listed), (name, field, figure)


@pytest.mark.parametrize(
    ("data", "name", "kind"),
    [
        (b"", "a.docx", "damaged"),
        (b"PK\x03\x04rest", "a.docx", "damaged"),
        (b"%PDF-1.7", "a.docx", "other_format"),
    ],
)
def test_what_is_no_word_file_is_refused_with_a_sentence(data: bytes, name: str, kind: str) -> None:
    with pytest.raises(CannotProcess) as caught:
        open_document(data, name)
    assert caught.value.kind == kind
    assert caught.value.message.startswith(f"无法导入 {name}：")


def test_ten_thousand_tables_are_refused() -> None:
    table = "<w:tbl><w:tr><w:tc><w:p/></w:tc></w:tr></w:tbl>" * 10_000
    assert refused(lambda body: body.replace("<w:body>", f"<w:body>{table}")) == "over_limit"


def test_entities_are_refused() -> None:
    declared = '<!DOCTYPE x [<!ENTITY a "b">]><w:document'
    assert refused(lambda body: body.replace("<w:document", declared, 1)) == "over_limit"


def test_a_bomb_is_refused() -> None:
    assert refused(lambda body: body + " " * (40 << 20)) == "over_limit"


def refused(change: Callable[[str], str]) -> str:
    target = BytesIO()
    with zipfile.ZipFile(BytesIO(bytes_of(docx.Document()))) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            body = old.read(name)
            new.writestr(name, change(body.decode()).encode() if name == "word/document.xml" else body)
    with pytest.raises(CannotProcess) as caught:
        open_document(target.getvalue(), "a.docx")
    return caught.value.kind


# ---- a form built with python-docx alone


def report(*, rows: Sequence[Sequence[str]] = ROWS, unit: str = "（万元）", extra: tuple[str, str] | None = None) -> Docx:
    file = docx.Document()
    file.add_paragraph("某市某区2021年度部门整体支出")
    file.add_paragraph("绩效评价自评报告")
    file.add_paragraph("预算编码：   0507001")
    add_basics(file)
    table = file.add_table(len(rows) + 3, 8 if extra else 7)
    title = table.cell(0, 0).merge(table.cell(0, len(table.columns) - 1))
    title.text = f"年度收入情况{unit}"
    fill_income(table, rows, top=1)
    if extra:
        table.cell(1, 7).merge(table.cell(2, 7)).text = extra[0]
        for k in range(len(rows)):
            table.cell(3 + k, 7).text = extra[1]
    indicators = file.add_table(3, 4)
    indicators.cell(0, 0).merge(indicators.cell(0, 1)).text = "评价内容"
    for column, text in ((2, "绩效目标"), (3, "完成情况")):
        indicators.cell(0, column).text = text
    indicators.cell(1, 0).merge(indicators.cell(2, 0)).text = "产出目标\n（按实际细化）"
    for row, texts in enumerate((("数量指标", "指标1：开展检查；目标值：≥12次", "13次"), ("质量指标", "指标1：整改率", "100%")), 1):
        for column, text in enumerate(texts, 1):
            indicators.cell(row, column).text = text
    score = file.add_table(2, 2)
    for row, texts in enumerate((("绩效自评综合得分", "92"), ("评价等次", "优"))):
        for column, text in enumerate(texts):
            score.cell(row, column).text = text
    lines = ("五、评价报告综述", "一、部门（单位）概况", "本局内设五个股室。", "编制35人。")
    for text in (*lines, "三、政府性基金预算支出情况", "无政府性基金预算收支业务。"):
        file.add_paragraph(text)
    return file


def add_basics(file: Docx) -> None:
    file.add_paragraph("部门（单位）名称：  某区应急管理局")
    table = file.add_table(1, 4)
    for cell, text in zip(table.rows[0].cells, ("人员\n编制", "35", "实有人数", "36"), strict=True):
        cell.text = text


def fill_income(table: Any, rows: Sequence[Sequence[str]], top: int = 0) -> None:
    table.cell(top, 0).merge(table.cell(top + 1, 0)).text = "机构名称"
    table.cell(top, 1).merge(table.cell(top + 1, 1)).text = "收入合计"
    table.cell(top, 2).merge(table.cell(top, 6)).text = "其中："
    for column, text in enumerate(INCOME, 2):
        table.cell(top + 1, column).text = text
    for k, row in enumerate(rows, top + 2):
        for column, text in enumerate(row):
            table.cell(k, column).text = text


def bytes_of(file: Docx) -> bytes:
    target = BytesIO()
    file.save(target)
    return target.getvalue()


def read(file: Docx) -> Reading:
    assert qn("w:body") == file.element.body.tag
    return read_form(open_document(bytes_of(file), "a.docx"), "a.docx")


def values(reading: Reading) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(json.dumps(write_values(report_of(reading.form, reading.values))))
    return document


def income(got: dict[str, Any]) -> dict[str, list[str | None]]:
    return {r["org"]: [r[f] for f in FIELDS] for r in got["rows"]}


def printed(rows: Sequence[Sequence[str]]) -> dict[str, list[str | None]]:
    names = {"局机关及二级机构汇总": "汇总", "1、局机关": "局机关", "2、监察大队": "监察大队"}
    return {names[r[0]]: [t or None for t in r[1:]] for r in rows}


def test_the_total_of_a_list_is_no_line_of_it() -> None:
    file = docx.Document()
    add_basics(file)
    file.add_paragraph("附表二　社会保障支出情况")
    table = file.add_table(4, 2)
    for row, texts in enumerate((("项目", "金额"), ("基本养老保险", "24.64"), ("住房公积金", "18.48"), ("合计", "43.12"))):
        for column, text in enumerate(texts):
            table.cell(row, column).text = text
    got = values(read(file))
    assert got["social_items"] == [{"name": "基本养老保险", "amount": "24.64"}, {"name": "住房公积金", "amount": "18.48"}]
    assert got["social_total"] == "43.12"


def test_what_is_written_in_a_box_for_signatures_is_told_without_what_is_printed_there() -> None:
    text = "\n".join(
        (
            "评价组组长（签字）：甲某",
            "    年  月  日",
            "部门（单位）意见：",
            "",
            "同意。",
            "部门（单位）负责人（签章）：",
            "年 月 日",
        )
    )
    file = report()
    file.add_table(1, 1).cell(0, 0).text = text
    reading = read(file)
    assert [(u.text, u.why) for u in reading.unplaced] == [
        ("评价组组长（签字）：甲某\n同意。", "写在意见、签字栏里，工作簿没有这一栏，请写在打印的报告上")
    ]


@pytest.mark.office
@pytest.mark.parametrize(("suffix", "kind"), [(".doc", "doc"), (".wps", "doc"), (".rtf", "rtf"), (".odt", "odt")])
def test_old_documents_are_read_through_libreoffice(suffix: str, kind: str, tmp_path: Path, soffice: str) -> None:
    source = tmp_path / "报告 一.docx"
    source.write_bytes(bytes_of(report()))
    office = [soffice, f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless", "--convert-to", kind]
    subprocess.run([*office, "--outdir", str(tmp_path / "old"), str(source)], check=True, capture_output=True, timeout=120)
    data = (tmp_path / "old" / f"报告 一.{kind}").read_bytes()
    name = f"报告 一{suffix}"
    got = read_form(open_document(data, name), name)
    assert income(values(got)) == income(values(read(report())))


def test_without_libreoffice_it_is_said_how_to_save(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(convert, "office", lambda: None)
    with pytest.raises(CannotProcess) as refused:
        open_document(b"{\\rtf1 x}", "报告.rtf")
    assert (refused.value.kind, refused.value.message) == (
        "other_format",
        "无法导入 报告.rtf：这是旧格式的文字文档，需要 LibreOffice 才能读取。请用 Word 或 WPS 打开后另存为 .docx，再运行。",
    )
