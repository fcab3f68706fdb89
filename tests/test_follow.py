"""Judgements over a figure that a broken sum blames say what they follow from."""

import json
from copy import copy
from pathlib import Path

from xlprocess.checking import check
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
