"""R303, data of yueyang-2021: 三公 without purchases larger than 公用支出."""

from xlprocess.checking import check


def test_flags_running_costs_above_public_use(report, found):
    case = report(tp_reception="15", tp_vehicle_operation="10", tp_total="25")
    assert found(case) == ["R303 汇总 tp_total 25.00"]
    assert check(case)[0].message == "三公经费（不含车辆购置）25.00，大于公用支出 20.00，超出 5.00。"


def test_accepts_a_purchase_above_public_use(report, found):
    assert found(report(tp_vehicle_purchase="38", tp_total="41")) == []


def test_accepts_the_same_amount(report, found):
    assert found(report(tp_reception="18", tp_total="20")) == []


def test_says_nothing_where_public_use_is_blank(report, found):
    case = report(exp_public_use=None, exp_basic="50", exp_total="70", tp_reception="30", tp_total="32")
    assert found(case) == []
