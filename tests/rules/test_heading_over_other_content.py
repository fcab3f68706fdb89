"""R609: a section that holds what belongs elsewhere."""

import pytest

from xlprocess.checking import check


def of(report, said, at, **values):
    return [f for f in check(report(narrative={at: said}, **values)) if f.rule == "R609"]


def test_flags_another_kind_of_budget(report):
    (finding,) = of(report, "2021年无国有资本经营预算收支。", "s3")
    assert (finding.severity, finding.where.field) == ("notice", "s3")
    assert finding.message == (
        "“三、政府性基金预算支出情况”没有写这一节的内容，写到的“国有资本”属于“四、国有资本经营预算支出情况”。"
    )


def test_flags_contributions_where_no_table_tells_them(report):
    said = "社保支出30万元，包括职业年金和住房公积金。"
    (finding,) = of(report, said, "s5")
    assert "“住房公积金”、“职业年金”" in finding.message
    table = [{"name": "职业年金", "amount": "30"}]
    assert of(report, said, "s5", social_items=table, social_total="30") == []


@pytest.mark.parametrize(
    ("said", "at"),
    [
        ("2021年无政府性基金预算收支。", "s3"),
        ("无。", "s3"),
        ("无政府性基金、国有资本经营预算收支。", "s4"),
        ("预算编制不够精细，下一步将进一步加强管理。", "s7"),
        ("1.细化预算编制。2.加强财务管理。", "s8"),
    ],
)
def test_accepts(report, said, at):
    assert of(report, said, at) == []
