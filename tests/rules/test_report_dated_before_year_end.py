"""R302, data of yueyang-2021: a report dated before the year was over."""

from xlprocess.checking import check


def test_flags_the_day_before_the_last(report, found):
    case = report(report_date="2021年12月30日")
    assert found(case) == ["R302 report_date 2021-12-30"]
    assert check(case)[0].message == ("报告日期 2021年12月30日 早于评价年度 2021 年的年末，全年数字此时还没有结果。")


def test_accepts_the_last_day(report, found):
    assert found(report(report_date="2021-12-31")) == []


def test_says_nothing_of_a_year_that_cannot_be_read(report, found):
    assert found(report(fiscal_year="去年")) == ["R202 fiscal_year 去年"]
