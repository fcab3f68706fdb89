"""R606: a text that speaks of another year as of the report's."""

import pytest

from xlprocess.checking import check


def of(report, said, **values):
    return [f for f in check(report(narrative={"s2": said}, **values)) if f.rule == "R606"]


def test_flags_this_years_figure_under_another_year(report):
    (finding,) = of(report, "2020年我局公用支出25.64万元。", exp_staff="44.36", exp_public_use="25.64")
    assert (finding.actual, finding.expected, finding.severity) == ("2020", "2021", "warning")
    assert finding.message == (
        "“二、一般公共预算支出情况”中写“2020年我局公用支出25.64万元”，本报告评价 2021 年，汇总“公用支出”正是这个数，年度可能漏改。"
    )


@pytest.mark.parametrize("said", ["2020年度我局整体支出绩效自评情况如下。", "2022年无政府性基金预算收支。"])
def test_flags_another_year_of_the_report_itself(report, said):
    assert len(of(report, said)) == 1


@pytest.mark.parametrize(
    "said",
    [
        "2021年我局公用支出25.64万元。",
        "2020年我局公用支出31.07万元。",
        "2020年公用支出25.64万元，2021年公用支出25.64万元。",
        "公用支出与2020年的25.64万元持平。",
        "根据2020年度部门整体支出绩效评价结果，压减项目3个。",
        "按照《2020年整体支出绩效评价办法》开展自评。",
        "2019年3月机构改革后组建。",
    ],
)
def test_accepts(report, said):
    assert of(report, said, exp_staff="44.36", exp_public_use="25.64") == []
