"""R601: an amount in a text that is not what the cell holds."""

import pytest

from xlprocess.checking import check


def text(report, said, at="s2", **values):
    return report(narrative={at: said}, **values)


def of_texts(case):
    return [f for f in check(case) if f.rule == "R601"]


def test_flags_swapped_digits_and_says_so(report):
    (finding,) = of_texts(text(report, "2021年我局公用支出26.54万元。", exp_public_use="25.64"))
    assert (finding.where.table, finding.where.field, finding.severity) == ("narrative", "s2", "warning")
    assert (finding.actual, finding.expected, finding.difference) == ("26.54", "25.64", "0.90")
    assert (finding.cause.kind, finding.cause.fields) == ("swapped_digits", ("exp_public_use",))
    assert finding.message == (
        "“二、一般公共预算支出情况”中写“2021年我局公用支出26.54万元”，"
        "汇总“公用支出”是 25.64 万元，文字多 0.90 万元，可能有两位数字前后写反。"
    )


def test_flags_yuan_for_ten_thousand_yuan(report):
    (finding,) = of_texts(text(report, "基本支出70.00元。"))
    assert (finding.actual, finding.expected, finding.cause.kind) == ("0.007", "70.00", "unit")


def test_flags_an_amount_beside_a_blank_cell(report):
    (finding,) = of_texts(text(report, "公务用车购置费12.38万元。"))
    assert finding.message == "“二、一般公共预算支出情况”中写“公务用车购置费12.38万元”，汇总“公务用车购置费”是空白。"


def test_flags_people_and_rates(report):
    assert [(f.actual, f.expected) for f in of_texts(text(report, "我局编制12名，实有人数10人。", at="s1"))] == [("12", "10")]
    assert [(f.actual, f.expected) for f in of_texts(text(report, "资金支出率达99%。", at="s6"))] == [("99.00", "90.00")]


def test_what_may_be_the_money_of_one_source_is_a_notice(report):
    case = text(report, "一般公共预算基本支出41.27万元。", other_income="10", income_total="110")
    (finding,) = of_texts(case)
    assert (finding.severity, finding.because) == ("notice", "文字如果只说其中一种资金，请写明口径")


@pytest.mark.parametrize(
    "said",
    [
        "基本支出70万元，其中人员经费50万元、公用经费20.0万元。",
        "基本支出700000元。",
        "基本支出0.007亿元。",
        "因公出国（境）费支出0万元。",
        "全年收入合计90万元。",  # what final accounts call this year's income
        "收入总计１００万元，支出总计９０.00万元。",
        "基本支出约71万元。",
        "基本支出60万元左右。",
        "人均公用经费2万元。",
        "上年基本支出66万元。",
        "2020年基本支出66万元。",
        "2020年部门支出有所减少。基本支出66万元，项目支出15万元。",
        "年初预算中，基本支出80万元，项目支出30万元。",
        "2021年预算安排120万元，其中基本支出80万元、项目支出40万元。",
        "比上年减少10万元，其中公务接待费2万元。",
        "公务接待费比上年减少2万元。",
        "下属执法大队基本支出30万元。",
        "下属单位情况：基本支出30万元，项目支出5万元。",
        "公务接待费和公务用车运行维护费10万元。",
        "截至2021年6月，基本支出35万元。",
        "基本支出60-65万元。",
        "（二）2022年预算安排情况\n基本支出75万元。",
    ],
)
def test_accepts(report, said):
    assert of_texts(text(report, said)) == []


def test_plans_are_not_compared(report):
    assert of_texts(text(report, "公用支出18万元。", at="s8")) == []
    assert of_texts(report(goal_text="公用支出18万元。", tasks="基本支出60万元。")) == []


def test_any_row_may_be_meant(report, figures):
    rows = [{"org": "局机关", **figures}, {"org": "执法大队", **figures}]
    assert of_texts(report(rows=rows, narrative={"s2": "基本支出70万元。"})) == []
    assert of_texts(report(rows=rows, narrative={"s2": "基本支出140万元。"})) == []
    assert [f.expected for f in of_texts(report(rows=rows, narrative={"s2": "基本支出150万元。"}))] == ["140.00"]


def test_what_cannot_be_read_is_not_compared(report):
    case = report(narrative={"s2": "公用支出18万元。"}, typed={("expenditure", "局机关", "exp_public_use"): "二十左右"})
    assert of_texts(case) == []
