"""R404: full marks beside a target that was missed."""

import json

import pytest

from xlprocess.checking import check
from xlprocess.derive import derive
from xlprocess.form.load import load
from xlprocess.rules.full_marks_on_missed_target import full_marks_on_missed_target
from xlprocess.values import read_values, report_of


def indicators(*results):
    return [
        {"level1": "产出目标", "level2": "数量指标", "name": f"任务{k}", "target": target, "actual": actual}
        for k, (target, actual) in enumerate(results, 1)
    ]


def test_flags_a_result_below_its_target(report, found):
    case = report(indicators=indicators(("12次", "12次"), ("≥12次", "10次")))
    assert found(case) == ["R404 score 100"]
    assert check(case)[0].message == ("“绩效自评综合得分”为满分 100 分，而第 2 项指标（目标“≥12次”，实际“10次”）没有完成。")


@pytest.mark.parametrize("actual", ["未完成", "部分完成", "未达标", "未达到年初目标", "已完成80%，其余未完成"])
def test_flags_a_result_that_says_so(report, found, actual):
    assert found(report(indicators=indicators(("12次", actual)))) == ["R404 score 100"]


@pytest.mark.parametrize("actual", ["未发生", "下降", "完成", "效果明显", "未超预算", "无未完成事项", "12次", "13次"])
def test_accepts_everything_else_as_met(report, found, actual):
    assert found(report(indicators=indicators(("12次", actual)))) == []


def test_accepts_less_than_full_marks(report, found):
    assert found(report(score="95", indicators=indicators(("12次", "10次")))) == []


def test_flags_the_line_where_lines_have_points():
    form = load("general-2022")
    lines = [
        {"name": "检查次数", "target": "12次", "actual": "10次", "weight": "10", "score": "10"},
        {"name": "培训次数", "target": "12次", "actual": "10次", "weight": "10", "score": "8"},
    ]
    document = {"indicators": [{"level2": "数量指标", **line} for line in lines]}
    report = report_of(form, read_values(form, json.dumps(document), "test"))
    derive(report)
    assert [(f.where.row, f.where.field, f.message) for f in full_marks_on_missed_target.findings(report)] == [
        ("1", "score", "第 1 项“得分”为满分 10 分，而这项指标没有完成（目标“12次”，实际“10次”）。")
    ]
