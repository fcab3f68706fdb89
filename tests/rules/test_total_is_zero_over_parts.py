"""R102: a total typed as 0 over parts that have figures."""


def test_flags_a_typed_zero(report, found):
    assert found(report(income_total="0")) == ["R102 局机关 income_total 0.00 expected 100.00"]


def test_accepts_a_zero_over_zeros(report, found):
    zeros = dict.fromkeys(("tp_total", "tp_reception", "tp_vehicle_operation"), "0")
    assert found(report(**zeros)) == []


def test_accepts_a_dash_as_nothing(report, found):
    assert found(report(tp_total="—")) == []


def test_one_zero_that_breaks_the_sums_across_and_down_is_told_once(report, found, figures):
    rows = [{"org": "局机关", **figures}, {"org": "执法大队", "tp_reception": "2.50", "tp_total": "2.50"}]
    case = report(rows=rows, summary={"tp_total": "0"})
    assert [x for x in found(case) if "tp_total" in x] == ["R102 汇总 tp_total 0.00 expected 5.50"]
