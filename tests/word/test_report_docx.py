"""The printed report: what an import takes from it is what the workbook held."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from io import BytesIO
from random import Random
from typing import Any

import docx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from random_values import random_values

from xlprocess.derive import derive
from xlprocess.form.load import editions, load
from xlprocess.report import Report
from xlprocess.values import Line, Values, read_values, report_of, write_values
from xlprocess.word import convert
from xlprocess.word.open_document import open_document
from xlprocess.word.read_form import read_form
from xlprocess.word.report_docx import write_report

TEXTS = st.text(st.sampled_from("甲乙丙1. 一、；：（）\n　年"), max_size=30)


@pytest.mark.parametrize("edition", editions())
@settings(max_examples=12, deadline=None)
@given(seed=st.integers(0, 10**9))
def test_an_import_of_the_report_gives_the_values_back(edition: str, seed: int) -> None:
    form = load(edition)
    report = report_of(form, random_values(form, Random(seed)))
    derive(report)
    assert imported(write_report(report)) == plain(report)


@settings(max_examples=20, deadline=None)
@given(texts=st.lists(TEXTS, min_size=9, max_size=9))
def test_the_texts_of_the_narrative_come_back_to_the_letter(texts: list[str]) -> None:
    document = {"dept_name": "某局", "staff_quota": 1, "narrative": {f"s{n}": t for n, t in enumerate(texts, 1)}}
    report = of(document)
    assert imported(write_report(report))["narrative"] == plain(report)["narrative"]


def test_a_target_is_printed_behind_the_name_and_taken_back() -> None:
    line = {"level1": "产出目标", "level2": "数量指标", "name": "开展检查", "target": "≥12次", "actual": "13次"}
    report = of({"dept_name": "某局", "indicators": [line]})
    data = write_report(report)
    assert "指标1：开展检查；目标值：≥12次" in all_text(data)
    assert imported(data)["indicators"] == [line]


LIKE_OURS = (
    *("；目标值：", "指标1：甲；目标值：乙", "合计", "万元", "12.5万元", "无", "—", "2021年度"),
    *("评价等次", "部门（单位）名称：某局", "=1+1", "甲\n\n乙", ":", "年 月 日"),
)
HOSTILE = st.sampled_from(LIKE_OURS) | st.text(
    st.sampled_from("甲乙指标1：:；;目标值（）()、。\n\t 　=+-@%５😀"), min_size=1, max_size=24
)


@pytest.mark.parametrize("edition", editions())
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_every_text_comes_back_to_the_letter(edition: str, data: st.DataObject) -> None:
    form = load(edition)
    values = Values()
    for table in form.tables.values():
        fields = [f for f in table.field if f.type in ("text", "longtext") and not f.choices and not f.part]
        if table.kind == "fields":
            values.fields.update({(table.id, f.id): text for f in fields if (text := data.draw(st.none() | HOSTILE)) is not None})
        elif table.kind == "list":
            lines = [{f.id: data.draw(HOSTILE.filter(str.strip)) for f in fields} for _ in range(data.draw(st.integers(0, 3)))]
            values.lines[table.id] = [Line(dict(line)) for line in lines]
    report = report_of(form, values)
    derive(report)
    assert imported(write_report(report)) == plain(report)


def test_a_name_on_the_cover_comes_back_with_its_breaks_and_blanks() -> None:
    report = of({"dept_name": " 某区\n应急管理局　", "eval_body": "预算编码：甲、乙\t丙"})
    got = imported(write_report(report))
    assert (got["dept_name"], got["eval_body"]) == (" 某区\n应急管理局　", "预算编码：甲、乙\t丙")


def test_a_target_that_holds_its_own_label_comes_back() -> None:
    lines = [
        {"level1": "产出目标", "level2": "数量指标", "name": "检查；目标值：高", "target": "12次；目标值：15次", "actual": "13次"},
        {"level1": "产出目标", "level2": "数量指标", "name": "检查；目标值：", "target": None, "actual": "是"},
    ]
    report = of({"dept_name": "某局", "indicators": lines})
    assert imported(write_report(report))["indicators"] == lines


def test_a_text_instead_of_a_total_comes_back_without_any_line() -> None:
    for text in ("见附件", "—"):
        report = of({"dept_name": "某局", "social_total": text})
        assert imported(write_report(report))["social_total"] == plain(report)["social_total"]


def test_a_public_report_holds_nothing_personal() -> None:
    document = {"dept_name": "某局", "contact_name": "甲某", "contact_phone": "0730", "reviewers": [{"name": "乙某"}]}
    text = all_text(write_report(of(document), public=True))
    assert not [word for word in ("甲某", "0730", "乙某", "签字", "签章") if word in text]
    assert text.index("四、评价人员") < text.index("本项内容不公开。") < text.index("五、评价报告综述")
    assert "甲某" in all_text(write_report(of(document)))


def test_blanks_before_a_text_and_texts_that_are_labels_come_back() -> None:
    lines = [{"level1": "产出目标", "level2": "数量指标", "name": "\t 检查企业", "target": "　≥50家", "actual": " 52家"}]
    people = [{"name": n, "title": "股长", "unit": "某局", "signature": None} for n in ("甲某", "年度", "评价等次")]
    report = of({"dept_name": "某局", "achievements": "评价等次", "indicators": lines, "reviewers": people})
    got = imported(write_report(report))
    assert (got["achievements"], got["indicators"], got["reviewers"]) == ("评价等次", lines, people)


def test_levels_are_merged_down_and_come_back() -> None:
    levels = (("产出目标", "数量指标"), ("产出目标", "数量指标"), ("产出目标", "质量指标"), ("效益目标", "社会效益"))
    lines = [{"level1": a, "level2": b, "name": f"第{k}", "target": None, "actual": "是"} for k, (a, b) in enumerate(levels)]
    report = of({"dept_name": "某局", "indicators": lines})
    data = write_report(report)
    table = next(t for t in docx.Document(BytesIO(data)).tables if "目标类别" in t.cell(0, 0).text)
    column = [table.cell(k, 0)._tc for k in range(1, 5)]
    assert [column.index(c) for c in column] == [0, 0, 0, 3]
    column = [table.cell(k, 1)._tc for k in range(1, 5)]
    assert [column.index(c) for c in column] == [0, 0, 2, 3]
    assert imported(data)["indicators"] == lines


def test_a_fund_is_one_cell_over_its_parts_and_comes_back() -> None:
    parts = [{"name": "宣传", "amount": "4"}, {"name": "演练", "amount": "6"}]
    fund = {"name": "安全生产资金", "year": 2021, "amount": "10", "parts": parts}
    report = of({"dept_name": "某局", "special_funds": [fund, fund]})
    assert imported(write_report(report))["special_funds"] == plain(report)["special_funds"]


def of(document: dict[str, Any]) -> Report:
    form = load("yueyang-2021")
    report = report_of(form, read_values(form, json.dumps(document, ensure_ascii=False), "test"))
    derive(report)
    return report


def imported(data: bytes) -> dict[str, Any]:
    reading = read_form(open_document(data, "a.docx"), "a.docx")
    assert reading.unplaced == []
    return plain(report_of(reading.form, reading.values))


def plain(report: Report) -> dict[str, Any]:
    """The values that were typed; a part of a line in which nothing stands is none."""
    document = json.loads(json.dumps(write_values(report)), object_hook=_numbers)
    document.pop("derived", None)
    for lines in (v for v in document.values() if isinstance(v, list)):
        for line in lines:
            line.pop("derived", None)
            if "parts" in line:
                line["parts"] = [p for p in line["parts"] if any(v is not None for v in p.values())]
    return document  # type: ignore[no-any-return]


def _numbers(found: dict[str, Any]) -> dict[str, Any]:
    """Figures are compared as numbers: 2270.70 is 2270.7, and 900.00 is 900."""
    is_figure = re.compile(r"-?(?:0|[1-9][0-9]*)(?:[.][0-9]+)?").fullmatch
    return {k: Decimal(v) if isinstance(v, str) and is_figure(v) else v for k, v in found.items()}


def all_text(data: bytes) -> str:
    file = docx.Document(BytesIO(data))
    cells = [c.text for t in file.tables for r in t.rows for c in r.cells]
    return "\n".join([*(p.text for p in file.paragraphs), *cells])


@pytest.mark.office
@pytest.mark.parametrize("edition", editions())
def test_a_report_saved_anew_by_an_office_program_gives_the_same_back(edition: str) -> None:
    program = convert.office()
    if program is None:
        pytest.skip("no LibreOffice")
    form = load(edition)
    report = report_of(form, random_values(form, Random(7)))
    derive(report)
    old = convert._converted(program, write_report(report), ".docx", "doc")
    assert imported(convert.to_docx(old, "报告.doc")) == plain(report)
