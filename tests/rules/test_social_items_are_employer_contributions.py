"""R503: the employer's contributions given as the budget of a social security fund."""

from xlprocess.checking import check


def items(**amounts):
    return [{"name": name, "amount": amount} for name, amount in amounts.items()]


def test_names_the_housing_fund_apart(report, found):
    case = report(social_total="10", social_items=items(基本养老保险="6", 工伤保险="1", 住房公积金="3"))
    assert found(case) == ["R503 social_items social_total 10.00"]
    assert check(case)[0].message == (
        "社会保障支出 10.00 万元看来是单位为职工缴纳的费用，一般已列入人员支出，其中住房公积金 3.00 不属于社会保险；"
        "没有社会保险基金预算的单位，这一节写“无”。"
    )


def test_says_no_more_without_the_housing_fund(report):
    case = report(social_items=items(职业年金="6"))
    assert check(case)[0].message == (
        "社会保障支出 6.00 万元看来是单位为职工缴纳的费用，一般已列入人员支出；没有社会保险基金预算的单位，这一节写“无”。"
    )


def test_accepts_nothing(report, found):
    assert found(report(social_total="无", social_items=[])) == []
    assert found(report(social_total="无", social_items=[{"name": "无"}])) == []


def test_accepts_the_fund_of_a_bureau_that_keeps_one(report, found):
    assert found(report(social_items=items(城乡居民基本养老保险基金支出="900", 失业保险待遇="50"))) == []


def test_accepts_other_items(report, found):
    assert found(report(social_items=items(临时困难帮扶="6", 工伤保险="1"))) == []
