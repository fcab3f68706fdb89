"""R305, data of yueyang-2021: this year's spending met from the carry-over."""

from xlprocess.checking import check


def spending(total):
    return {"exp_total": total, "exp_project": str(round(float(total) - 70, 2))}


def test_flags_what_the_carryover_meets(report, found):
    case = report(**spending("95"), special_funds=[])
    assert found(case) == ["R305 汇总 balance_current -5.00"]
    assert check(case)[0].message == "当年支出 95.00 大于本年收入 90.00，超出 5.00，由上年结转 10.00 弥补。"


def test_flags_up_to_the_last_of_the_carryover(report, found):
    assert found(report(**spending("100"), special_funds=[])) == ["R305 汇总 balance_current -10.00"]


def test_accepts_a_gap_of_rounding(report, found):
    assert found(report(**spending("90.05"), special_funds=[])) == []


def test_leaves_what_no_carryover_meets_to_the_other_rule(report, found):
    assert found(report(**spending("101"), special_funds=[])) == ["R313 汇总 balance_cumulative -1.00"]


def test_says_nothing_without_income(report, found):
    blank = dict.fromkeys(("income_total", "carryover_prev", "public_budget"))
    assert found(report(**blank)) == []
