"""R308: a carry-over that is not last year's cumulative balance."""

from xlprocess.checking import check


def test_flags_the_organisation_and_what_follows(report, found):
    case = report(previous=report(fiscal_year=2020, balance_current="0", balance_cumulative="12.50", carryover_prev="12.50",
                                  income_total="102.50"))  # fmt: skip
    assert found(case) == [
        "R308 局机关 carryover_prev 10.00 expected 12.50",
        "R308 汇总 carryover_prev 10.00 expected 12.50 follows 局机关 carryover_prev",
    ]
    assert check(case)[0].message == (
        "局机关“上年结转” 10.00，上年报告的“累计结余”为 12.50，少 2.50，"
        "结余还会因财政收回、结余分配、专用结余、年初余额调整等变动；属于这些情形的在“说明”中写明，否则更正。"
    )


def test_flags_a_blank_one(report, found):
    case = report(carryover_prev=None, income_total="90", previous=report(fiscal_year=2020))
    assert found(case) == [
        "R308 局机关 carryover_prev expected 10.00",
        "R308 汇总 carryover_prev expected 10.00 follows 局机关 carryover_prev",
    ]


def test_accepts_last_years_balance(report, found):
    assert found(report(previous=report(fiscal_year=2020))) == []


def test_accepts_a_new_organisation_and_one_that_is_gone(report, found, figures):
    last = report(fiscal_year=2020, rows=[{"org": "局机关", **figures}, {"org": "旧中心"}])
    rows = [
        {"org": "局机关", **figures},
        {"org": "新中心", "carryover_prev": None, "public_budget": "5", "income_total": "5", "fa_in_use": "1"},
    ]
    assert found(report(rows=rows, previous=last)) == []


def test_says_nothing_where_last_year_is_blank(report, found, figures):
    blank = dict.fromkeys(figures)
    assert found(report(previous=report(fiscal_year=2020, **blank))) == []
