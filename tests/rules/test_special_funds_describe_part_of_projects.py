"""R501: the special funds described are part of the project expenditure: for information."""

from xlprocess.checking import check


def funds(*amounts):
    return [{"name": f"资金{k}", "year": 2021, "amount": a} for k, a in enumerate(amounts, 1)]


def test_says_once_how_much_is_described(report, found):
    case = report(special_funds=funds("5", "3"))
    assert found(case) == ["R501 special_funds 8.00"]
    assert check(case)[0].message == (
        "专项资金说明了 5.00 + 3.00 = 8.00 万元，占“项目支出” 20.00 万元的 40.00%，其余项目不要求说明。"
    )


def test_accepts_all_of_it(report, found):
    assert found(report(special_funds=funds("12", "8"))) == []


def test_leaves_more_than_that_to_its_own_rule(report, found):
    assert found(report(special_funds=funds("30"))) == ["R315 special_funds 30.00"]


def test_says_nothing_without_funds(report, found):
    assert found(report(special_funds=[])) == []
