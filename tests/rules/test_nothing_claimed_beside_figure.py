"""R605: a text says that there is none, and the cell holds a figure."""

import pytest

from xlprocess.checking import check


def of(report, said, at="s3", **values):
    return [f for f in check(report(narrative={at: said}, **values)) if f.rule == "R605"]


def test_flags_a_fund_that_the_table_holds(report):
    (finding,) = of(report, "2021年无政府性基金预算收支业务。", gov_fund="30", public_budget="60")
    assert (finding.expected, finding.severity, finding.where.field) == ("30.00", "warning", "s3")
    assert finding.message == (
        "“三、政府性基金预算支出情况”中写“2021年无政府性基金预算收支业务”，汇总“政府基金拨款”却是 30.00 万元。"
    )


def test_spending_denied_beside_income_is_a_notice(report):
    (finding,) = of(report, "本年度没有政府性基金支出。", gov_fund="30", public_budget="60")
    assert finding.severity == "notice"


@pytest.mark.parametrize("said", ["全年未发生公务接待费用。", "无公务接待。", "我局公务接待费为零。"])
def test_flags_other_words(report, said):
    assert [f.expected for f in of(report, said, "s2")] == ["1.00"]


@pytest.mark.parametrize(
    "said",
    [
        "2021年无政府性基金预算收支业务。",
        "无超标准公务接待情况。",
        "未发生公务接待违规问题。",
        "无新增公务用车运行维护费。",
        "上年无公务接待费。",
        "下属单位无公务接待费。",
        "没有截留、挤占、挪用资金的情况。",
    ],
)
def test_accepts(report, said):
    assert of(report, said, "s2") == []
