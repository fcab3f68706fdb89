"""R602: parts listed in a sentence that do not add up to its whole."""

import pytest

from xlprocess.checking import check


def of(report, said):
    return [f for f in check(report(narrative={"s2": said})) if f.rule == "R602"]


def test_flags_figures_in_brackets_that_take_the_unit_of_their_whole(report):
    (finding,) = of(report, "拨付各镇36万元（分配东河镇12、西山镇15、南溪街道10）。")
    assert (finding.actual, finding.expected, finding.difference, finding.severity) == ("36", "37", "-1", "warning")
    assert finding.message == (
        "“二、一般公共预算支出情况”中写“36万元（分配东河镇12、西山镇15、南溪街道10”，12+15+10=37，与总数 36 万元相差 1 万元。"
    )


def test_flags_parts_above_their_whole(report):
    (finding,) = of(report, "护林防火资金50万元，其中：购置装备31.5万元，队伍训练21.5万元。")
    assert (finding.actual, finding.expected, finding.severity) == ("50", "53", "warning")


def test_flags_parts_that_the_form_knows_to_be_all(report):
    (finding,) = of(report, "基本支出70万元，其中人员支出50万元，用于工资等；公用支出12万元，用于办公费等。")
    assert (finding.actual, finding.expected) == ("70", "62")


def test_a_gap_that_a_slip_explains_is_a_notice(report):
    (finding,) = of(report, "缴费支出65.59万元，其中养老22.64万元，年金12.32万元，医疗8.61万元，工伤1.54万元，公积金18.48万元。")
    assert (finding.severity, finding.because) == ("notice", "只列了一部分的无需修改")


@pytest.mark.parametrize(
    "said",
    [
        "拨付各镇36万元（分配东河镇12、西山镇15、南溪街道9）。",
        "护林防火资金50万元，其中：购置装备31.5万元，队伍训练18.5万元。",
        "护林防火资金50万元，其中购置装备31.5万元。",
        "护林防火资金50万元，主要用于购置装备20万元、队伍训练10万元等。",
        "护林防火资金50万元，其中购置装备20万元、队伍训练10万元。",
        "护林防火资金50万元，其中购置装备30万元（含水泵12万元）、队伍训练20万元，年末结余3万元。",
        "全年收入90万元，比上年增加8万元，其中基本支出增加5万元、项目支出增加4万元。",
        "培训12期，投入5.37万元，其中场地1.5万元、师资3.87万元。",
        "基本支出70万元，其中人员支出50万元、公用支出20万元，项目支出20万元。",
        "资金100.00万元，其中甲镇33.33万元、乙镇33.33万元、丙镇33.33万元。",
        "资金100万元（含上年结转20万元），其中甲镇40万元、乙镇60万元。",
    ],
)
def test_accepts(report, said):
    assert of(report, said) == []
