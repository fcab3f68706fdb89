"""R102: a total typed as 0 over parts that have figures."""


def test_flags_a_typed_zero(report, found):
    assert found(report(income_total="0")) == ["R102 局机关 income_total 0.00 expected 100.00"]


def test_accepts_a_zero_over_zeros(report, found):
    zeros = dict.fromkeys(("tp_total", "tp_reception", "tp_vehicle_operation"), "0")
    assert found(report(**zeros)) == []


def test_accepts_a_dash_as_nothing(report, found):
    assert found(report(tp_total="—")) == []
