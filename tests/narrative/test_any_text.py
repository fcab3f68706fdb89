"""Whatever stands in the texts, the rules come to their end, quickly, and say the same twice."""

from __future__ import annotations

import json
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xlprocess.checking import check
from xlprocess.derive import derive
from xlprocess.form.load import editions, load
from xlprocess.rules import CATALOGUE
from xlprocess.values import read_values, report_of

PIECES = (
    *("2021年", "2020年", "我局", "基本支出", "人员经费", "公用支出", "项目支出", "三公经费", "公务接待费", "专项资金", "工作经费"),
    *("459.1万元", "70万元", "0元", "约3亿元", "12", "20、", "10%", "98%", "92分", "５．１２", "____", "××", "万元", "第", "号"),
    *(
        "其中：",
        "分别为",
        "分为",
        "（",
        "）",
        "比上年",
        "增加",
        "减少",
        "下降",
        "占",
        "的",
        "由",
        "到",
        "等",
        "每人",
        "预算",
        "安排",
    ),
    *("，", "。", "；", "\n", "：", "无", "没有", "政府性基金", "收支", "弥补", "一、", "内设5个股室", "办公室、", "执法股、"),
    *("下属单位2个", "自评得分", "评价等次为“良”", "全年执行数", "执行率", "年初预算"),
)
LONG = {
    "digits": "1" * 32000,
    "numerals": "二" * 32000,
    "denials": "没有未发生" * 6000,
    "brackets": "10万元(" * 6000,
    "list": "其中甲10万元、" * 4000,
    "items": "内设5个股室：" + "甲股、" * 10000,
    "crosses": "×" * 32000,
    "blanks": "_" * 32000,
    "spaces": " " * 32000,
    "sentences": "基本支出70万元。" * 3500,
    "years": "2021年" * 6000 + "基本支出5万元",
    "asks": "（请" * 16000,
    "grades": "整体支出绩效自评等次为良，" * 2400,
    "evaluations": "2020年度整体支出绩效自评，" * 2400,
    "names first": "设办公室、财务股5个股室，" * 2400,
    "added": "甲10万元、乙20万元，共计35万元，" * 1600,
    "opened": "年初无结转" * 6000,
    "moves": "由1万元" * 6000,
}


def a_report(edition, text):
    form = load(edition)
    fields = {f.id: text for t in form.tables.values() for f in t.field if f.type == "longtext" and not t.json}
    given_values = {"fiscal_year": 2021, "dept_name": "某县某局", "score": "88", **fields}
    if "narrative" in form.tables:
        given_values["narrative"] = {"s2": text, "s3": text}
        given_values["rows"] = [{"org": "局机关", "exp_staff": "349.43", "exp_public_use": "109.67", "gov_fund": "3"}]
    report = report_of(form, read_values(form, json.dumps(given_values), "test"))
    derive(report)
    return report


@pytest.mark.parametrize("edition", editions())
@settings(max_examples=150, deadline=None)
@given(text=st.lists(st.sampled_from(PIECES), max_size=40).map("".join))
def test_every_rule_comes_to_its_end_and_says_the_same_twice(edition, text):
    found = check(a_report(edition, text))
    assert found == check(a_report(edition, text))
    for finding in found:
        assert "None" not in finding.message
        assert len(finding.message) < 400


@pytest.mark.parametrize("text", LONG.values(), ids=LONG.keys())
def test_the_steps_grow_with_the_text_and_no_faster(text):
    """Twice the text takes about twice the steps; looking through all amounts for each amount would take four times."""
    steps(text[:100])  # what is made once is there
    short, long = (steps(text[: len(text) * part // 16]) for part in (1, 2))
    assert long < 2.6 * short


def steps(text):
    """How many operations the interpreter takes for the rules on texts, and for what they call."""
    report = a_report("yueyang-2021", text)
    taken = 0

    def watch(frame, event, _):
        nonlocal taken
        frame.f_trace_opcodes = True
        taken += event == "opcode"
        return watch

    before = sys.gettrace()
    sys.settrace(watch)
    try:
        check_texts(report)
    finally:
        sys.settrace(before)
    return taken


def check_texts(report):
    for rule in CATALOGUE:
        if rule.id.startswith("R6"):
            list(rule.findings(report))


@pytest.mark.parametrize("text", LONG.values(), ids=LONG.keys())
def test_a_cell_full_of_text_comes_to_its_end(text):
    """A pattern that starts again at every sign would not come to an end here."""
    check_texts(a_report("yueyang-2021", text))
