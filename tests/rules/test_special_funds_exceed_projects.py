"""R315: special funds of the year that are more than what was spent on projects."""

from xlprocess.checking import check


def fund(amount, year=2021):
    return {"name": "安全生产资金", "year": year, "amount": amount}


def test_flags_more_than_was_spent(report, found):
    case = report(special_funds=[fund("15"), fund("8", None)])
    assert found(case) == ["R315 special_funds 23.00"]
    assert check(case)[0].message == "专项资金合计 23.00 万元，大于“项目支出” 20.00 万元，超出 3.00 万元。"


def test_accepts_what_was_spent_and_a_fund_of_another_year(report, found):
    assert found(report(special_funds=[fund("20.05")])) == []
    older = report(special_funds=[fund("15"), fund("80", 2020)])
    assert [x for x in found(older) if "R315" in x] == []


def test_says_nothing_where_the_projects_are_wrong(report, found):
    assert [x for x in found(report(exp_project="-20", exp_total="50")) if "R315" in x] == []
