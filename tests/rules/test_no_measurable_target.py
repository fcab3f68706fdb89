"""R401: no indicator has a target that can be measured."""

import pytest

from xlprocess.checking import check
from xlprocess.form.load import load
from xlprocess.rules.no_measurable_target import no_measurable_target
from xlprocess.values import read_values, report_of


def indicator(name="提高安全意识", target=None, actual="提高", level2="社会效益"):
    return {"level1": "效益目标", "level2": level2, "name": name, "target": target, "actual": actual}


def test_flags_the_table_once(report, found):
    case = report(indicators=[indicator(), indicator("消除隐患", "完成")])
    assert found(case) == ["R401 indicators target"]
    assert check(case)[0].message == "2 项指标都没有可衡量的目标值，无法计算完成率（目标值可以不填）。"


@pytest.mark.parametrize("target", ["≥95%", "零事故", "3-5次", "2021年12月31日前", "不发生", "0起"])
def test_accepts_a_single_measurable_target(report, found, target):
    assert found(report(indicators=[indicator(), indicator("消除隐患", target, "完成")])) == []


def test_accepts_a_target_in_the_name(report, found):
    assert found(report(indicators=[indicator("群众满意度不低于90%", None, "95%", "满意度")])) == []


def test_says_nothing_of_an_empty_table(report, found):
    assert found(report(indicators=[])) == []


def test_does_not_call_a_target_optional_where_lines_have_points():
    form = load("general-2022")
    document = '{"indicators": [{"level2": "社会效益指标", "name": "提高安全意识", "target": "提高", "actual": "提高"}]}'
    report = report_of(form, read_values(form, document, "test"))
    assert [f.message for f in no_measurable_target.findings(report)] == ["1 项指标都没有可衡量的指标值，无法计算完成率。"]
