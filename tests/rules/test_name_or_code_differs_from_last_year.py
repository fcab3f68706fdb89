"""R307: another name or code than last year."""

from xlprocess.checking import check


def test_flags_both(report, found):
    case = report(dept_name="某区应急局", budget_code="507002", previous=report(fiscal_year=2020))
    assert found(case) == [
        "R307 dept_name 某区应急局 expected 某区应急管理局",
        "R307 budget_code 507002 expected 507001",
    ]
    assert check(case)[1].message == "“预算编码”为“507002”，上年报告为“507001”。"


def test_accepts_the_same_in_full_width(report, found):
    assert found(report(budget_code="５０７００１", dept_name="某区 应急管理局", previous=report(fiscal_year=2020))) == []


def test_says_nothing_without_last_year(report, found):
    assert found(report(dept_name="某区应急局")) == []
