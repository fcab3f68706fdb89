"""R607: a special fund said to make up for running costs."""

import pytest

from xlprocess.checking import check


def of(report, said):
    return [f for f in check(report(narrative={"s2": said})) if f.rule == "R607"]


def test_flags_and_asks_to_verify(report):
    (finding,) = of(report, "专项资金未出现挪用现象，结余部分弥补了日常工作经费的不足。")
    assert (finding.severity, finding.where.field) == ("notice", "s2")
    assert finding.message == (
        "“二、一般公共预算支出情况”中写“结余部分弥补了日常工作经费的不足”，"
        "请对照资金管理办法核实是否允许，并与“专款专用”“没有挤占、挪用”等表述核对。"
    )
    assert "违" not in finding.message


@pytest.mark.parametrize(
    "said",
    [
        "专项资金不得用于弥补工作经费。",
        "专项资金全部用于救灾，没有弥补公用经费的情况。",
        "积极争取上级支持，弥补工作经费不足。",
        "安全生产专项资金10万元用于宣传活动。",
    ],
)
def test_accepts(report, said):
    assert of(report, said) == []
