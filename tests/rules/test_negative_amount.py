"""R309: a negative amount where none can be."""

from xlprocess.checking import check


def test_flags_a_negative_expense(report, found):
    case = report(exp_project="-20", exp_total="50")
    assert found(case) == ["R309 局机关 exp_project -20.00"]
    assert check(case)[0].message == "局机关“项目支出” -20.00，这一项一般不会是负数。"


def test_says_what_the_summary_has_from_an_organisation(report, found):
    case = report(exp_project="-20", exp_total="50", summary={"exp_project": "-20", "exp_total": "50"})
    assert found(case) == [
        "R309 局机关 exp_project -20.00",
        "R309 汇总 exp_project -20.00 follows 局机关 exp_project",
    ]


def test_leaves_a_wrong_sign_that_breaks_a_sum_to_that_finding(report, found):
    summary = {"fa_in_use": "200", "fa_other": "20", "fa_total": "220"}
    assert found(report(fa_other="-20", fa_total="220", summary=summary)) == [
        "R101 局机关 fa_other -20.00 expected 20.00 sign(fa_other)",
        "R103 汇总 fa_other 20.00 expected -20.00 follows 局机关 fa_other",
    ]


def test_flags_a_negative_amount_in_a_list(report, found):
    items = [{"name": "基本养老保险", "amount": "-5"}]
    assert found(report(social_items=items)) == ["R309 social_items 1 amount -5.00"]


def test_accepts_a_negative_balance(report, found):
    case = report(balance_current="-5", exp_project="25", exp_total="95", special_funds=[])
    assert found(case) == ["R305 汇总 balance_current -5.00"]
