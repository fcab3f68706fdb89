"""R313, data of yueyang-2021: more spent than there was."""

from xlprocess.checking import check


def test_flags_spending_beyond_income_and_carryover(report, found):
    case = report(exp_project="40", exp_total="110", special_funds=[])
    assert found(case) == ["R313 汇总 balance_cumulative -10.00"]
    assert check(case)[0].message == ("当年支出 110.00 大于上年结转（10.00）与本年收入 90.00 之和，超出 10.00。")


def test_speaks_well_of_a_blank_carryover(report, found):
    case = report(carryover_prev=None, income_total="90", exp_project="40", exp_total="110", special_funds=[])
    assert found(case) == ["R313 汇总 balance_cumulative -20.00"]
    assert check(case)[0].message == ("当年支出 110.00 大于上年结转（未填）与本年收入 90.00 之和，超出 20.00。")


def test_accepts_spending_all_of_it(report, found):
    assert [x for x in found(report(exp_project="30", exp_total="100", special_funds=[])) if "R313" in x] == []
