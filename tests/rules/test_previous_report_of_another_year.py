"""R314: a report of another year is given as last year's."""

from xlprocess.checking import check


def test_flags_the_report_of_the_year_before_last(report, found):
    case = report(previous=report(fiscal_year=2019))
    assert found(case) == ["R314 fiscal_year 2019 expected 2020"]
    assert check(case)[0].message == "本报告评价 2021 年，所给的上年报告却是 2019 年的。"


def test_accepts_the_report_of_the_year_before(report, found):
    assert found(report(previous=report(fiscal_year=2020))) == []
