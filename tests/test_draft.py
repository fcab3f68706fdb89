"""First drafts of blank texts: they say what the cells show, agree with the tables, and never touch what a person wrote."""

from __future__ import annotations

import json
import shutil
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xlprocess.checking import check
from xlprocess.derive import derive
from xlprocess.draft import MARK, draft_cells, drafts, still_blank, write_drafts
from xlprocess.form.load import FORMS, FormError, load, load_folder
from xlprocess.form.model import Table
from xlprocess.form.template import build
from xlprocess.pipeline import open_book, read_book
from xlprocess.report import Report
from xlprocess.values import read_values, report_of

ROOT = Path(__file__).parents[1]


def of(document: dict[str, Any]) -> Report:
    form = load(document.get("form", "yueyang-2021"))
    report = report_of(form, read_values(form, json.dumps(document), "test"))
    derive(report)
    return report


def sample() -> dict[str, Any]:
    document = json.loads((ROOT / "workbooks/samples/档案馆2021.json").read_text(encoding="utf-8"))
    return {**document, "narrative": {}}


def told(report: Report) -> dict[str, str]:
    return {spot.field: text for spot, text in drafts(report).items()}


def test_the_draft_of_a_report() -> None:
    assert told(of(sample())) == {
        "s1": "【初稿】示例区档案馆人员编制28人，实有人数27人，在职人员控制率96.43%。\n"
        "2021年度收入合计761.00万元，其中上年结转44.80万元、公共财政拨款700.00万元、其他收入16.20万元。\n"
        "2021年末固定资产合计967.00万元，固定资产利用率100.00%。",
        "s2": "【初稿】2021年度支出合计710.95万元，其中基本支出438.45万元、项目支出272.50万元。"
        "基本支出438.45万元，其中人员支出349.75万元、公用支出88.70万元。\n"
        "三公经费合计6.28万元，其中公务接待费2.16万元、公务用车运维费4.12万元。\n"
        "档案数字化经费182.50万元，其中加工服务150.00万元、质量检验32.50万元。\n"
        "库房改造经费90.00万元，其中温湿度设备72.40万元、安装调试17.60万元。",
        "s3": "【初稿】本年度没有政府性基金预算支出。",
        "s6": "【初稿】2021年度资金支出率93.42%，累计结余50.05万元。整体支出绩效自评得分100分，评价等次为优。",
    }


def test_the_draft_in_an_edition_without_sections() -> None:
    document = json.loads((ROOT / "tests/golden/general-2022.json").read_text(encoding="utf-8"))
    assert told(of({**document, "goal_result": None})) == {
        "goal_result": "【初稿】2022年度年初预算数1860.00万元，全年预算数2045.50万元，全年执行数1987.35万元，预算执行率97.16%。"
        "整体支出绩效自评得分99.3分，评价等次为优。"
    }


def test_what_a_person_wrote_is_never_touched() -> None:
    report = of({**sample(), "narrative": {"s1": "本馆概况另附。", "s3": "—", "s6": " "}})
    texts = report.tables["narrative"].rows[0].cells
    before = {field: (cell.raw, cell.value) for field, cell in texts.items() if cell.raw not in (None, " ")}
    made = [spot.field for spot in write_drafts(report)]
    assert made == ["s2", "s6"]
    assert {field: (texts[field].raw, texts[field].value) for field in before} == before
    assert write_drafts(report) == [], "a draft is a text like any other"
    assert still_blank(report) == [
        "四、国有资本经营预算支出情况",
        "五、社会保险基金预算支出情况",
        "七、存在的问题及原因分析",
        "八、下一步改进措施",
        "九、其他需要说明的情况",
    ]


def test_parts_that_do_not_add_up_are_not_told() -> None:
    """The draft would contradict itself."""
    document = sample()
    document["rows"][0]["exp_total"] = "800.00"
    assert told(of(document))["s2"].startswith("【初稿】2021年度支出合计800.00万元。基本支出438.45万元，其中")


def test_a_name_that_reads_like_a_figure_or_a_sentence_is_not_told() -> None:
    document = sample()
    document["special_funds"] = [
        {"name": "2019年专项资金", "year": 2019, "amount": "5"},
        {"name": "修缮资金", "year": 2021, "amount": "7", "parts": [{"name": "一期，二期", "amount": "7"}]},
    ]
    assert told(of(document))["s2"].splitlines()[2:] == ["修缮资金7.00万元。"]


def test_nothing_is_told_of_an_empty_report() -> None:
    assert drafts(of({})) == {}


def test_the_drafts_for_the_cells_of_a_workbook() -> None:
    form = load("yueyang-2021")
    data = build(form, read_values(form, json.dumps(sample()), "test"))
    cells = draft_cells(read_book(open_book(data, "表.xlsx"), "表.xlsx"))
    assert [(c.sheet, str(c.ref), str(c.value)[:9]) for c in cells] == [
        ("报告综述", "A3", "【初稿】示例区档案"),
        ("报告综述", "A6", "【初稿】2021年"),
        ("报告综述", "A9", "【初稿】本年度没有"),
        ("报告综述", "A15", "【初稿】2021年"),
    ]


# ---- by construction


def amounts(random: Random, table: Table, names: list[str]) -> dict[str, str]:
    return {n: f"{random.randrange(0, 5_000_00) / 100:.2f}" for n in names if random.random() < 0.75}


def consistent(seed: int) -> dict[str, Any]:
    """A report whose totals are left to the formulas, or typed as they are."""
    random = Random(seed)
    form = load("yueyang-2021")
    row: dict[str, Any] = {"org": "局机关"}
    for table in form.grids("organisations"):
        row |= amounts(random, table, [f.id for f in table.field if f.kind == "input" and not f.negative])
    parts = [f"{random.randrange(1, 9_000) / random.choice((10, 100, 1000)):.3f}" for _ in range(random.randrange(0, 4))]
    whole = sum(map(Decimal, parts), Decimal(0)) or Decimal("12.5")
    named = [{"name": f"工程{'甲乙丙丁'[k]}", "amount": p} for k, p in enumerate(parts)]
    score = random.choice(("59.5", "60", "79.99", "85", "90", "92.35", "100"))
    return {
        "fiscal_year": 2021,
        "dept_name": random.choice(("某区水利局", "某县第一人民医院", "某市档案馆")),
        "staff_quota": random.randrange(1, 200),
        "staff_actual": random.randrange(1, 200),
        "rows": [{"org": "汇总"}, row],
        "score": score,
        "special_funds": [{"name": "水库维修资金", "year": 2021, "amount": str(whole), "parts": named}],
        "social_items": [{"name": "救助金", "amount": "3.20"}, {"name": "补助金", "amount": "1.15"}],
        "narrative": {},
    }


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 100_000))
def test_a_draft_agrees_with_the_tables(seed: int) -> None:
    report = of(consistent(seed))
    write_drafts(report)
    said = [f"{f.rule} {f.message}" for f in check(report) if f.rule.startswith("R6")]
    assert said == [], report.tables["narrative"].rows[0].cells


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 100_000))
def test_a_draft_in_the_other_edition_agrees_with_the_tables(seed: int) -> None:
    random = Random(seed)
    document = json.loads((ROOT / "tests/golden/general-2022.json").read_text(encoding="utf-8"))
    document |= {"score": None, "grade": None}
    for row in document["funds"]:
        row |= {k: None for k in ("budget_rate", "budget_score") if k in row}
        for field in ("budget_initial", "budget_full", "executed"):
            row[field] = None if row["source"] == "年度资金总额" else f"{random.randrange(0, 900_000) / 100:.2f}"
    report = of({**document, "goal_result": None})
    assert MARK in "".join(drafts(report).values())
    write_drafts(report)
    assert [f"{f.rule} {f.message}" for f in check(report) if f.rule.startswith("R6")] == []


@pytest.mark.parametrize("edition", ["yueyang-2021", "general-2022"])
def test_a_draft_that_contradicts_the_edition_is_refused(edition: str, tmp_path: Path) -> None:
    folder = shutil.copytree(FORMS / edition, tmp_path / edition)
    table = folder / ("narrative.toml" if edition == "yueyang-2021" else "evaluation.toml")
    table.write_text(table.read_text(encoding="utf-8").replace("万元", "{nowhere}万元"), encoding="utf-8")
    with pytest.raises(FormError, match=r"draft [0-9]: there is no field 'nowhere'"):
        load_folder(folder)
