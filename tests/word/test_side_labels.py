"""The other edition as bureaus usually print it: one table, a label at the side of each part, the totals in the last row."""

from __future__ import annotations

import json
from typing import Any

import pytest
from word.test_variations import cell, document, paragraph, row, table
from word.test_variations_general import merged

from xlprocess.values import report_of, write_values
from xlprocess.word.open_document import open_document
from xlprocess.word.read_form import Reading, read_form

FUNDS = [
    ("年度资金总额：", "500.00", "600.00", "588.00", "10", "98%", "9.8"),
    ("其中：当年财政拨款", "400.00", "480.00", "470.00", "—", "", "—"),
    ("上年结转资金", "60.00", "70.00", "70.00", "—", "", "—"),
    ("其他资金", "40.00", "50.00", "48.00", "—", "", "—"),
]
INDICATORS = [
    ("产出指标", "数量指标", "巡堤里程", "≥50公里", "55公里", "40", "40"),
    ("效益指标", "社会效益指标", "受益人口", "1万人", "0.9万人", "50", "46"),
]


def side(text: str, start: bool, merge: bool) -> str:
    content = paragraph(text if start else "")
    return merged(content, start) if merge else cell(content)


def printed(total: list[tuple[str, int]], merge: bool = True) -> Reading:
    heads = ("年初预算数", "全年预算数", "全年执行数", "分值", "执行率", "得分")
    rows = [row(cell(paragraph("部门（单位）名称")), cell(paragraph("某县水利局"), 8))]
    rows.append(row(side("部门整体支出资金（万元）", True, merge), cell(paragraph(""), 2), *(cell(paragraph(t)) for t in heads)))
    for name, *figures in FUNDS:
        rows.append(row(side("", False, merge), cell(paragraph(name), 2), *(cell(paragraph(t)) for t in figures)))
    rows.append(row(side("年度总体目标", True, merge), cell(paragraph("预期目标"), 4), cell(paragraph("实际完成情况"), 4)))
    rows.append(row(side("", False, merge), cell(paragraph("完成水毁修复。"), 4), cell(paragraph("全部修复。"), 4)))
    labels = ("一级指标", "二级指标", "三级指标", "年度指标值", "实际完成值", "分值", "得分", "偏差原因分析及改进措施")
    rows.append(row(side("绩效指标", True, merge), *(cell(paragraph(t)) for t in labels)))
    rows += [row(side("", False, merge), *(cell(paragraph(t)) for t in (*line, ""))) for line in INDICATORS]
    rows.append(row(*(cell(paragraph(text), span) for text, span in total)))
    data = document(paragraph("部门整体支出绩效自评表") + paragraph("（2022年度）") + table(rows, 9))
    return read_form(open_document(data, "a.docx"), "a.docx")


def values(reading: Reading) -> dict[str, Any]:
    got: dict[str, Any] = json.loads(json.dumps(write_values(report_of(reading.form, reading.values))))
    return got


@pytest.mark.parametrize("label", ["总分", "合计", "总 计", "自评总分", "合计（1+2）"])
@pytest.mark.parametrize("merge", [True, False])
def test_the_last_row_holds_the_total_score_under_the_column_of_scores(label: str, merge: bool) -> None:
    reading = printed([(label, 6), ("100", 1), ("95.8", 1), ("", 1)], merge)
    got = values(reading)
    assert (reading.form.id, got["dept_name"], got["fiscal_year"], got["score"]) == ("general-2022", "某县水利局", 2022, "95.8")
    assert [(x["name"], x["weight"], x["score"]) for x in got["indicators"]] == [("巡堤里程", "40", "40"), ("受益人口", "50", "46")]
    assert [[r[k] for k in ("budget_initial", "budget_full", "executed")] for r in got["funds"]] == [list(f[1:4]) for f in FUNDS]
    assert (got["goal_text"], got["goal_result"]) == ("完成水毁修复。", "全部修复。")
    assert reading.unplaced == []


def test_a_total_of_weights_that_is_not_their_sum_is_listed() -> None:
    reading = printed([("合计", 6), ("90", 1), ("95.8", 1), ("", 1)])
    assert values(reading)["score"] == "95.8"
    assert [str(u) for u in reading.unplaced] == ["第1个表第12行第2列：“90”是由系统计算的“分值合计”，与算出的数不同，没有采用"]


def test_two_figures_behind_the_total_that_stand_under_no_columns_are_both_listed() -> None:
    reading = printed([("总分", 2), ("100", 1), ("95.8", 1), ("", 5)])
    assert values(reading)["score"] is None
    assert [u.text.split()[-1] for u in reading.unplaced] == ["100", "95.8"]


def test_results_of_several_indicators_in_one_cell_are_told_apart_or_listed() -> None:
    def indicators(actual: str) -> Reading:
        heads = row(*(cell(paragraph(t)) for t in ("目标类别", "指标类别", "绩效目标", "完成情况")))
        names = paragraph("指标1：检查企业50家") + paragraph("指标2：培训20次") + paragraph("指标3：演练3次")
        cells = (
            cell(paragraph("产出目标")),
            cell(paragraph("数量指标")),
            cell(names),
            cell("".join(map(paragraph, actual.split("\n")))),
        )
        parts = [paragraph("2021年度部门整体支出绩效评价自评报告"), table([heads, row(*cells)], 4)]
        parts.append(table([row(*(cell(paragraph(t)) for t in ("人员编制", "35", "实有人数", "36")))], 4))
        return read_form(open_document(document("".join(parts)), "a.docx"), "a.docx")

    def actuals(reading: Reading) -> list[str | None]:
        return [line["actual"] for line in values(reading)["indicators"]]

    assert actuals(indicators("50家\n20次\n3次")) == ["50家", "20次", "3次"]
    assert actuals(indicators("全部完成")) == ["全部完成"] * 3
    reading = indicators("50家\n20次")
    assert (actuals(reading), [u.text for u in reading.unplaced]) == ([None] * 3, ["50家\n20次"])
