"""Judgements over a figure that a broken sum blames say what they follow from."""

import json
from copy import copy
from pathlib import Path

from xlprocess.checking import catalogue, check
from xlprocess.derive import derive
from xlprocess.form.load import load
from xlprocess.values import read_values, report_of

GENERAL = json.loads((Path(__file__).parent / "golden" / "general-2022.json").read_text(encoding="utf-8"))


def test_three_public_over_public_use_follows_a_mistyped_figure(report, found):
    case = report(tp_reception="100.00", tp_total="3.00", summary={"tp_total": "3.00"})
    lines = found(case)
    assert lines == [
        "R101 局机关 tp_reception 100.00 expected 1.00 decimal_shift(tp_reception)",
        "R101 汇总 tp_total 3.00 expected 102.00 follows 局机关 tp_reception",
        "R304 汇总 tp_total 3.00 follows 局机关 tp_reception",
    ]
    assert check(case)[-1].message.endswith("用到的局机关“公务接待费”有差错，请先更正那一处。")


def test_a_blamed_figure_of_which_nobody_knows_what_it_should_be(report, found):
    """An item is missing somewhere: it may be the amount that is wrong."""
    case = report(
        special_funds=[{"name": "资金", "year": 2021, "amount": "77.77", "parts": [{"name": "宣传", "amount": "12.34"}]}],
    )
    assert found(case) == [
        "R105 special_funds 1 amount 77.77 expected 12.34 missing_item(amount)",
        "R315 special_funds 77.77 follows special_funds 1 amount",
    ]


def test_what_holds_after_mending_stands_by_itself(report, found):
    case = report(income_total="90.00", exp_project="25", exp_total="95", staff_actual=11)
    lines = found(case)
    assert "R301 staff_actual 11" in lines
    assert "R305 汇总 balance_current -5.00" in lines


def test_what_follows_from_a_warning_is_no_error(report):
    """A balance for which there may be good reasons: 汇总, which does not add it up, is no graver."""
    case = report(balance_current="99.00", summary={"balance_current": "0.00"})
    told = {(f.rule, f.severity) for f in check(case) if f.where.field == "balance_current"}  # both rows
    assert ("R104", "warning") in told
    assert not any(severity == "error" for _, severity in told)


def test_another_edition_needs_nothing_for_it():
    form = load("general-2022")
    document = json.loads(json.dumps(GENERAL))
    rows = {r["source"]: r for r in document["funds"]}
    rows["其他资金"]["budget_full"] = str(float(rows["其他资金"]["budget_full"]) / 10)
    report = report_of(form, read_values(form, json.dumps(document), "测试"))
    derive(report)
    assert [(f.rule, f.where.row, f.follows.field if f.follows else None) for f in check(report)] == [
        ("R103", "其他资金", None),
        ("R310", "其他资金", "budget_full"),
        ("R704", "其他资金", "budget_full"),
    ]


def test_trying_a_mended_figure_leaves_the_report_as_it_was(report):
    """A figure from which others are computed, in the row of an organisation and in 汇总."""
    case = report(tp_reception="100.00", tp_total="3.00", summary={"tp_total": "3.00", "tp_reception": None})
    before = [(spot, copy(cell)) for spot, _, cell in case.spots()]
    assert any(f.follows for f in check(case) if not f.rule.startswith("R1"))
    assert [(spot, cell) for spot, _, cell in case.spots()] == before


def test_checking_twice_finds_the_same(report):
    case = report(tp_reception="100.00", tp_total="3.00", summary={"tp_total": "3.00"})
    assert check(case) == check(case)
    assert case.at(case.spots()[0][0]) is case.spots()[0][2]


def test_sums_of_a_table_in_yuan_follow_its_unit(report, found, figures):
    """Balances stand in the table that is in yuan, what they are computed from in one that is not."""
    rows = [{**figures, "balance_current": "0.00", "balance_cumulative": "10.00"}]
    spent = {k: str(int(float(v) * 10000)) for k, v in rows[0].items() if k.startswith(("exp_", "balance"))}
    case = report(rows=[{"org": "局机关", **rows[0], **spent}], special_funds=[])
    assert found(case) == [
        "R306 汇总 exp_total 900000.00 expected 90.00 unit(exp_total)",
        "R104 局机关 balance_cumulative 100000.00 expected 10.00 follows 汇总 exp_total",
        "R104 局机关 balance_current 0.00 expected -899910.00 follows 汇总 exp_total",
    ]
    assert check(case)[2].message == (
        "局机关“当年结余” 0.00，按公式计算 -899910.00，多 899910.00，"
        "“年度支出和结余情况”的金额换算为万元后就相符，请先核对这张表的单位。"
    )


def test_a_sum_that_stays_wrong_in_a_table_in_yuan_stands_by_itself(report, found):
    case = report(exp_total="900000", exp_basic="700000", exp_staff="500000", exp_public_use="200000", exp_project="250000")
    assert [line for line in found(case) if line.startswith(("R101", "R306"))] == [
        "R101 局机关 exp_total 900000.00 expected 950000.00 mistyped_digit(exp_total)",
        "R306 汇总 exp_total 950000.00 expected 95.00 unit(exp_total)",
    ]


def test_a_total_over_a_blank_score_follows_it(general, found):
    case = general(first={"score": None})
    assert found(case) == [
        "R201 indicators 1 score",
        "R706 score 99.5 expected 9.5 follows indicators 1 score",
    ]
    assert check(case)[1].message.endswith("，用到的第 1 项“得分”还没有填，请先补填那一处。")


def test_weights_that_do_not_add_up_over_a_blank_one_follow_it(general, found):
    assert found(general(first={"weight": None})) == [
        "R201 indicators 1 weight",
        "R701 weight_total 10 expected 100 follows indicators 1 weight",
    ]


def test_a_score_outside_its_weight_is_what_its_total_and_its_lost_points_follow(general, found):
    assert found(general(first={"score": "-1"})) == [
        "R702 indicators 1 score -1",
        "R706 score 99.5 expected 8.5 follows indicators 1 score",
        "R707 indicators 1 reason follows indicators 1 score",
    ]


def test_a_total_that_is_right_with_the_budget_score_as_it_should_be_follows_it(general, found):
    score = ("年度资金总额", "budget_score", "9.80")
    assert found(general(score)) == [
        "R705 年度资金总额 budget_score 9.8 expected 9.5",
        "R706 score 99.5 expected 99.8 follows 年度资金总额 budget_score",
    ]
    assert found(general(score, score="88.5")) == [
        "R706 score 88.5 expected 99.8",
        "R705 年度资金总额 budget_score 9.8 expected 9.5",
        "R311 grade 优 expected 良 follows score",
    ]


def test_a_total_out_of_range_and_its_grade_follow_from_what_its_scores_give(general, found):
    assert found(general(score="109.5", grade="优")) == [
        "R706 score 109.5 expected 99.5",
        "R312 score 109.5 follows score",
    ]


def test_rules_follow_rules_that_there_are(report, general):
    for case in (report(), general()):
        rules = catalogue(case)
        assert {other for rule in rules for other in (*rule.follows, *rule.leads)} <= {rule.id for rule in rules}
