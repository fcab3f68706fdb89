"""Amounts typed with 元 where 万元 was meant: the unit is named as the cause."""

from xlprocess.checking import check


def messages(report):
    return [f"{f.rule} {f.message}" for f in check(report)]


def test_the_unit_is_named_where_the_number_alone_keeps_the_sums(report, found):
    case = report(public_budget="90.00元")
    assert found(case) == [
        "R101 局机关 public_budget 0.009 expected 90.00 unit(public_budget; 局机关)",
        "R203 局机关 public_budget 90.00元",
        "R313 汇总 balance_cumulative -79.991 follows 局机关 public_budget",
    ]
    assert messages(case)[0] == (
        "R101 局机关“收入合计” 100.00，各分项之和 10.009，多 89.991，"
        "局机关“公共财政拨款”的单位可能应为“万元”，误写成了“元”（0.009 应为 90.00）。"
    )
    assert messages(case)[1].endswith("请改填数字，单位如应为万元，改填 90。")


def test_a_total_typed_so_is_blamed_itself(report, found):
    assert found(report(exp_total="90元"))[0] == "R101 局机关 exp_total 0.009 expected 90.00 unit(exp_total; 局机关)"


def test_the_summary_follows(report, found):
    case = report(exp_project="20元", summary={"exp_total": "90", "exp_project": "20"})
    assert [x for x in found(case) if x.startswith("R1")] == [
        "R101 局机关 exp_project 0.002 expected 20.00 unit(exp_project; 局机关)",
        "R103 汇总 exp_project 20.00 expected 0.002 unit(exp_project; 局机关) follows 局机关 exp_project",
    ]


def test_an_amount_that_is_in_yuan_is_accepted(report, found):
    assert found(report(public_budget="900000元")) == ["R203 局机关 public_budget 900000元"]
    assert found(report(public_budget="90万元")) == ["R203 局机关 public_budget 90万元"]


def test_another_slip_in_such_a_cell_is_left_to_the_others(report, found):
    assert found(report(public_budget="123.00元"))[0].startswith("R101")
    assert "unit" not in found(report(public_budget="123.00元"))[0]
