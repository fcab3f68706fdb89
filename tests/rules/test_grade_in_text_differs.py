"""R611: a grade in the text that is not the one in the table."""

import pytest

from xlprocess.checking import check


def of(report, said):
    return [f for f in check(report(narrative={"s6": said})) if f.rule == "R611"]


def test_flags_another_grade(report):
    (finding,) = of(report, "经评价组打分，自评等级为“良”。")
    assert (finding.actual, finding.expected, finding.severity) == ("良", "优", "warning")
    assert finding.message == "“六、部门整体支出绩效情况”中写“自评等级为‘良’”，“评价等次”是“优”。"


@pytest.mark.parametrize("said", ["评价等次为优秀。", "上年评价等次为良。", "该项目评价等次为良。", "营商环境优良。"])
def test_accepts(report, said):
    assert of(report, said) == []
