"""R502: a special fund of another year."""

from xlprocess.checking import check


def fund(year):
    return [{"name": "安全生产奖励资金", "year": year, "amount": "20"}]


def test_flags_a_fund_of_an_earlier_year(report, found):
    case = report(special_funds=fund(2019))
    assert found(case) == ["R502 special_funds 1 year 2019 expected 2021"]
    assert check(case)[0].message == ("第 1 项资金“安全生产奖励资金”是 2019 年的，本报告评价 2021 年，是结转到本年使用的，请写明。")


def test_flags_a_fund_of_a_later_year(report, found):
    assert found(report(special_funds=fund(2022))) == ["R502 special_funds 1 year 2022 expected 2021"]


def test_accepts_this_year_and_no_year(report, found):
    assert found(report(special_funds=fund(2021))) == []
    assert found(report(special_funds=fund(None))) == []
