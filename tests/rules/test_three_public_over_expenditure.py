"""R304, data of yueyang-2021: 三公 larger than the whole expenditure."""


def test_flags_more_than_was_spent(report, found):
    assert found(report(tp_vehicle_purchase="97", tp_total="100")) == ["R304 汇总 tp_total 100.00"]


def test_accepts_a_total_that_leaves_the_purchase_out(report, found):
    """What was typed as total is another rule's affair: the parts decide."""
    assert [line for line in found(report(exp_total="2")) if "R304" in line] == []


def test_says_nothing_without_expenditure(report, found):
    blank = dict.fromkeys(("exp_total", "exp_basic", "exp_staff", "exp_public_use", "exp_project"))
    assert found(report(**blank)) == []
