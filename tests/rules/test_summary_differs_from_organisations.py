"""R103: 汇总 that is not the sum of the organisations."""

from xlprocess.checking import check

SECOND = {"org": "执法大队", "fa_in_use": "5", "tp_reception": "1.50", "tp_vehicle_operation": "2.00", "tp_total": "3.50"}


def test_flags_a_summary_that_leaves_an_organisation_out(report, found, figures):
    rows = [{"org": "局机关", **figures}, SECOND]
    case = report(rows=rows, summary={"tp_total": "6.50", "tp_reception": "1.00", "tp_vehicle_operation": "4.00"})
    assert found(case) == [
        "R103 汇总 tp_reception 1.00 expected 2.50 omitted_addend(tp_reception; 执法大队)",
        "R101 汇总 tp_total 6.50 expected 5.00 follows 汇总 tp_reception",
    ]


def test_accepts_the_sum(report, found, figures):
    assert found(report(rows=[{"org": "局机关", **figures}, SECOND], summary={"tp_total": "6.50"})) == []


def test_accepts_a_blank_summary(report, found, figures):
    assert found(report(rows=[{"org": "局机关", **figures}, SECOND])) == []


def test_accepts_organisations_that_keep_their_printed_names_and_are_blank(report, found, figures):
    rows = [{"org": "局机关", **figures}, {"org": "二级机构1"}, {"org": "二级机构2"}]
    assert found(report(rows=rows, summary=figures)) == []


def test_a_digit_that_makes_the_same_of_a_total_competes_with_the_organisation_left_out(three, found):
    """A new organisation whose own row is not sound: the search for slips that mend together is out of patience for the addend."""
    more = {"档案馆": {"public_budget": "33.00", "exp_staff": "10.00"}}
    balances = [("档案馆", "balance_current", None), ("档案馆", "balance_cumulative", None), ("档案馆", "exp_basic", None)]
    own = [("档案馆", "exp_total", "12.00"), ("档案馆", "income_total", "44.00")]
    summary = [("汇总", "exp_staff", "635.00"), ("汇总", "exp_basic", "848.12"), ("汇总", "exp_total", "1575.62")]
    case = three(*balances, *own, *summary, ("汇总", "income_total", "1731.69"), more=more)
    (line,) = [line for line in found(case) if line.startswith("R103 汇总 exp_staff")]
    assert line == (
        "R103 汇总 exp_staff 635.00 expected 645.00 competing omitted_addend(exp_staff; 档案馆) or mistyped_digit(exp_staff)"
    )


def test_a_second_sum_of_the_same_cell_does_not_point_to_itself(three, found):
    case = three(("汇总", "exp_total", "1478.27"))
    assert [line for line in found(case) if line.startswith("R1")] == [
        "R101 汇总 exp_total 1478.27 expected 1575.62",
        "R103 汇总 exp_total 1478.27 expected 1575.62 follows 汇总 exp_total",
    ]
    assert (
        check(case)[1].message == "汇总“支出合计” 1478.27，各机构之和 1575.62，少 97.35，这一格的几项不符是同一原因，请一并核对。"
    )


def severities(report):
    return [(f.rule, f.severity, "财政收回" in f.message) for f in check(report)]


def test_a_balance_typed_in_the_summary_alone_is_a_warning_as_in_any_row(report):
    """The organisations' balances are formulas: nobody typed what 汇总 is the sum of."""
    case = report(summary={"balance_current": "-5.94", "balance_cumulative": "4.06"})
    assert severities(case) == [("R103", "warning", True), ("R103", "warning", False), ("R104", "warning", False)]


def test_balances_that_were_typed_in_all_rows_must_add_up(report):
    case = report(balance_current="0", balance_cumulative="10", summary={"balance_current": "-5.94", "balance_cumulative": "4.06"})
    assert ("R103", "error", False) in severities(case)
