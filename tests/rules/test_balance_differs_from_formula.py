"""R104: a balance that its printed formula does not give. Balances move for other reasons too: a warning."""

from xlprocess.checking import check


def test_flags_a_balance_and_names_the_other_reasons(report, found):
    case = report(balance_current="3.37", balance_cumulative="13.37")
    assert found(case) == ["R104 局机关 balance_current 3.37 expected 0.00"]
    finding = check(case)[0]
    assert finding.severity == "warning"
    assert "财政收回、结余分配、专用结余、年初余额调整" in finding.message


def test_accepts_the_balances_of_the_formula(report, found):
    assert found(report(balance_current="0", balance_cumulative="10.00")) == []


def test_accepts_blank_balances(report, found):
    assert found(report(balance_current=None, balance_cumulative=None)) == []
