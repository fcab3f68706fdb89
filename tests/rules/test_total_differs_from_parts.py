"""R101: a total that is not the sum of its parts."""

from xlprocess.checking import check, roundings


def test_flags_a_total_that_leaves_the_carryover_out(report, found):
    case = report(carryover_prev="79.97", public_budget="922.68", other_income="29.87", income_total="952.55")
    assert found(case) == ["R101 局机关 income_total 952.55 expected 1032.52 omitted_addend(carryover_prev)"]
    assert check(case)[0].message == (
        "局机关“收入合计” 952.55，各分项之和 1032.52，少 79.97，恰等于“上年结转”，合计可能未含上年结转。"
        "决算报表的本年收入合计（952.55）不含上年结转，本表收入合计按表头含上年结转（1032.52），以财政部门的填报说明为准。"
    )


def test_names_the_summary_as_following(report, found):
    figures = {"carryover_prev": "79.97", "public_budget": "922.68", "other_income": "29.87", "income_total": "952.55"}
    assert found(report(**figures, summary=figures)) == [
        "R101 局机关 income_total 952.55 expected 1032.52 omitted_addend(carryover_prev)",
        "R101 汇总 income_total 952.55 expected 1032.52 omitted_addend(carryover_prev) follows 局机关 income_total",
    ]


def test_flags_a_total_that_nothing_explains(report, found):
    assert found(report(fa_total="211.37")) == ["R101 局机关 fa_total 211.37 expected 200.00"]


def test_accepts_a_rounding_gap(report, found):
    case = report(tp_reception="1.005", tp_vehicle_operation="2.004", tp_total="3.00")
    assert found(case) == []
    assert [(r.spot.field, str(r.difference)) for r in roundings(case)] == [("tp_total", "-0.009")]


def test_a_gap_is_no_rounding_beyond_half_a_unit_for_each_figure(report, found):
    assert found(report(tp_total="3.015")) == []
    assert [line.split(" competing")[0] for line in found(report(tp_total="3.02"))] == ["R101 局机关 tp_total 3.02 expected 3.00"]


def test_accepts_a_blank_total(report, found):
    assert found(report(income_total=None, exp_total=None, exp_basic=None, tp_total=None, fa_total=None)) == []


def test_says_nothing_where_a_part_cannot_be_read(report, found):
    assert found(report(tp_reception="约1万")) == ["R202 局机关 tp_reception 约1万"]


def test_a_total_wrong_in_no_simple_way_does_not_accuse_a_part_from_which_four_cells_were_added_up(three, found):
    """904.52 for 1004.52: one digit less in a part would do as well, were it added up wrongly three more times."""
    assert [line for line in found(three(("汇总", "fa_total", "904.52"))) if line.startswith("R1")] == [
        "R101 汇总 fa_total 904.52 expected 1004.52 competing mistyped_digit(fa_in_use; 局机关)",
        "R103 汇总 fa_total 904.52 expected 1004.52 follows 汇总 fa_total",
    ]
