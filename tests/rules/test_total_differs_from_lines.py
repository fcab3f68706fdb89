"""R105: an amount that is not the sum of its uses, and a foot that is not the sum of its lines."""

from xlprocess.checking import check


def fund(amount, *parts):
    return {"name": "救灾资金", "year": 2021, "amount": amount, "parts": [{"name": "用途", "amount": p} for p in parts]}


def test_flags_a_fund_whose_uses_do_not_add_up(report, found):
    assert found(report(special_funds=[fund("20", "13.1", "4.4")])) == [
        "R105 special_funds 1 amount 20.00 expected 17.50 missing_item(amount)"
    ]


def test_flags_a_foot_that_does_not_add_up(report, found):
    items = [{"name": "临时救助", "amount": "5"}, {"name": "慰问", "amount": "7.62"}]
    assert found(report(social_items=items, social_total="23.41")) == [
        "R105 social_items social_total 23.41 expected 12.62 missing_item(social_total)"
    ]


def test_accepts_three_decimals_in_the_uses(report, found):
    assert found(report(special_funds=[fund("10", "5.374", "1.5", "3.126"), fund("10", "10")])) == []


def test_accepts_a_fund_without_uses(report, found):
    assert found(report(special_funds=[fund("20")])) == []


def test_a_foot_follows_the_line_that_is_named_and_has_no_amount(report, found):
    items = [{"name": "临时救助", "amount": "5"}, {"name": "慰问", "amount": None}]
    case = report(social_items=items, social_total="23.41")
    assert found(case) == [
        "R218 social_items 2 amount",
        "R105 social_items social_total 23.41 expected 5.00 missing_item(social_total) follows social_items 2 amount",
    ]
    assert [f.severity for f in check(case)] == ["error", "error"]
    assert check(case)[1].message == (
        "“合计” 23.41，各明细之和 5.00，多 18.41，第 2 项“慰问”没有填“金额”，多出的可能就是这一项，请先补填。"
    )


def test_a_fund_follows_its_use_that_is_named_and_has_no_amount(report, found):
    parts = [{"name": "宣传", "amount": "13.10"}, {"name": "应急设备租赁", "amount": None}]
    case = report(special_funds=[{"name": "救灾资金", "year": 2021, "amount": "20", "parts": parts}])
    assert found(case) == [
        "R218 special_funds 1 parts[2].amount",
        "R105 special_funds 1 amount 20.00 expected 13.10 missing_item(amount) follows special_funds 1 parts[2].amount",
    ]


def test_a_sum_that_is_too_small_does_not_follow_a_line_without_amount(report, found):
    items = [{"name": "临时救助", "amount": "5"}, {"name": "慰问", "amount": None}]
    assert found(report(social_items=items, social_total="4.20")) == [
        "R105 social_items social_total 4.20 expected 5.00",
        "R218 social_items 2 amount",
    ]
