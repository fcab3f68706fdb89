"""R105: an amount that is not the sum of its uses, and a foot that is not the sum of its lines."""


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
