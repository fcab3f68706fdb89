"""What the control cells (校验) show, case by case. `test_live.py` holds that their formulas show the same."""

from __future__ import annotations

import json
from random import Random
from typing import Any

import pytest
from random_values import random_values

from xlprocess.checking import check
from xlprocess.derive import derive
from xlprocess.form.arrange import arrange
from xlprocess.form.control_texts import ControlTexts
from xlprocess.form.load import Form, load
from xlprocess.form.template import seen_by_excel
from xlprocess.values import read_values, report_of

LEAVES = {"carryover_prev": "79.97", "public_budget": "922.68", "other_income": "29.87"}
SPENT = {"exp_staff": "349.43", "exp_public_use": "109.67", "exp_project": "557.51"}


def controls(form: Form, **document: Any) -> dict[tuple[str, str | None, str], str]:
    values = read_values(form, json.dumps(document), "test")
    texts = ControlTexts(seen_by_excel(form, values), arrange(form, values))
    return {(c.kind, c.row, c.field.id): texts.text(c) for c in arrange(form, values).controls if c.kind != "lines"} | {
        ("lines", c.row, f"{c.table.id}.{c.field.id}"): texts.text(c) for c in arrange(form, values).controls if c.kind == "lines"
    }


def rows(*organisations: dict[str, Any], summary: dict[str, Any] | None = None) -> list[dict[str, Any]]:
    return [{"org": "汇总", **(summary or {})}, *({"org": f"单位{k}", **o} for k, o in enumerate(organisations, 1))]


@pytest.mark.parametrize(
    ("total", "shown"),
    [
        ("952.55", "差 −79.97"),
        ("1032.52", "平"),
        ("1042.52", "差 10.00"),
        ("1032.54", "平"),  # four figures: 0.005 × 4 = 0.02
        ("1032.541", "差 0.021"),
        (None, "平"),  # the form's own formula
        ("0", "差 −1032.52"),
        ("—", ""),
        ("1032.52万元", ""),  # a text: Excel's formulas leave it out
    ],
)
def test_a_total_against_its_parts(form: Form, total: str | None, shown: str) -> None:
    found = controls(form, rows=rows({**LEAVES, "income_total": total}))
    assert found["columns", "单位1", "income_total"] == shown


@pytest.mark.parametrize(
    ("leaf", "shown"), [("约 79.97", "有文字，未核"), ("79.97万元", "有文字，未核"), ("—", "差 79.97"), ("无", "差 79.97")]
)
def test_a_text_among_the_parts_is_said_instead_of_a_difference(form: Form, leaf: str, shown: str) -> None:
    found = controls(form, rows=rows({**LEAVES, "carryover_prev": leaf, "income_total": "1032.52"}))
    assert found["columns", "单位1", "income_total"] == shown


def test_a_text_that_a_sum_has_nothing_to_do_with_hides_no_difference(form: Form) -> None:
    """A typed total of an organisation stands for its parts; where none was typed, a text among them may make up the difference."""
    parts = {"tp_reception": "10.25", "tp_vehicle_operation": "12.38万元"}
    found = controls(form, rows=rows({**parts, "tp_total": "30"}, summary={"tp_total": "22.63"}))
    assert found["organisations", "汇总", "tp_total"] == "差 −7.37"
    assert found["columns", "单位1", "tp_total"] == "有文字，未核"
    found = controls(form, rows=rows(parts, summary={"tp_total": "22.63"}))
    assert found["organisations", "汇总", "tp_total"] == "有文字，未核"


def test_nothing_to_compare_shows_nothing(form: Form) -> None:
    found = controls(form, rows=rows({}))
    assert {v for (kind, _, _), v in found.items() if kind not in ("required",)} == {""}


@pytest.mark.parametrize(("total", "shown"), [("5", "差 5.00"), ("0", "平")])
def test_a_total_over_blank_parts_is_compared_with_nothing(form: Form, total: str, shown: str) -> None:
    assert controls(form, rows=rows({"income_total": total}))["columns", "单位1", "income_total"] == shown


def test_the_tolerance_ends_at_the_cap(form: Form) -> None:
    many = [{"carryover_prev": "1"} for _ in range(12)]
    for total, shown in (("12.05", "平"), ("12.06", "差 0.06")):
        found = controls(form, rows=rows(*many, summary={"carryover_prev": total}))
        assert found["organisations", "汇总", "carryover_prev"] == shown


def test_a_typed_part_counts_as_typed(form: Form) -> None:
    found = controls(form, rows=rows({**SPENT, "exp_basic": "469.10", "exp_total": "1026.61"}))
    assert found["columns", "单位1", "exp_basic"] == "差 10.00"
    assert found["columns", "单位1", "exp_total"] == "平"


@pytest.mark.parametrize(("total", "shown"), [("1016.61", "差 −10.00"), (None, "平")])
def test_a_typed_total_is_compared_with_what_is_typed_and_a_formula_is_right_by_construction(
    form: Form, total: str | None, shown: str
) -> None:
    found = controls(form, rows=rows({**SPENT, "exp_basic": "469.10", "exp_total": total}))
    assert (found["columns", "单位1", "exp_basic"], found["columns", "单位1", "exp_total"]) == ("差 10.00", shown)


@pytest.mark.parametrize(
    ("typed", "current", "cumulative"),
    [
        ({}, "平", "平"),
        ({"balance_current": "-64.06", "balance_cumulative": "15.91"}, "平", "平"),
        ({"balance_current": "-54.06", "balance_cumulative": "25.91"}, "差 10.00", "平"),
        ({"balance_cumulative": "25.91"}, "平", "差 10.00"),
    ],
)
def test_balances(form: Form, typed: dict[str, str], current: str, cumulative: str) -> None:
    found = controls(form, rows=rows({**LEAVES, **SPENT, "income_total": "952.55", **typed}))
    assert found["operands", "单位1", "balance_current"] == current
    assert found["operands", "单位1", "balance_cumulative"] == cumulative


def test_the_summary_against_the_organisations_column_by_column(form: Form) -> None:
    one, two = {"public_budget": "10", "gov_fund": "1"}, {"public_budget": "20"}
    found = controls(form, rows=rows(one, two, summary={"public_budget": "25", "gov_fund": "1", "other_income": "3"}))
    assert found["organisations", "汇总", "public_budget"] == "差 −5.00"
    assert found["organisations", "汇总", "gov_fund"] == "平"
    assert found["organisations", "汇总", "other_income"] == "差 3.00"


def test_the_summary_is_compared_only_where_an_organisation_has_a_figure_in_that_table(form: Form) -> None:
    found = controls(form, rows=rows({"exp_staff": "1"}, summary={"public_budget": "25", "exp_staff": "1"}))
    assert found["organisations", "汇总", "public_budget"] == ""
    assert found["organisations", "汇总", "exp_staff"] == "平"


def test_what_another_table_gives_the_organisations_is_nothing_to_compare_with(form: Form) -> None:
    found = controls(form, rows=rows({"public_budget": "1"}, summary={"balance_current": "5"}))
    assert found["organisations", "汇总", "balance_current"] == ""


def test_lists(form: Form) -> None:
    funds = [
        {"name": "甲", "amount": "10", "parts": [{"amount": "5.374"}, {"amount": "1.5"}, {"amount": "3.126"}]},
        {"name": "乙", "amount": "70", "parts": [{"amount": "63"}]},
        {"name": "丙", "amount": "5"},
    ]
    items = [{"name": "甲", "amount": "24.64"}, {"name": "乙", "amount": "12.32"}]
    found = controls(form, special_funds=funds, social_items=items, social_total="36.90")
    assert [found["lines", row, "special_funds.amount"] for row in ("1", "1.2", "2", "3", "4")] == [
        "平",
        "",
        "差 7.00",
        "",
        "",
    ]
    assert found["lines", None, "social_items.social_total"] == "差 −0.06"


@pytest.mark.parametrize(
    ("score", "grade", "within", "band"),
    [
        ("92", "优", "平", "平"),
        ("92", "良", "平", "应为优"),
        ("92", None, "平", "平"),
        ("120", "优", "应为 0—100", ""),
        ("92", "优秀", "平", "平"),
        ("85", "优秀", "平", "应为良"),
        ("92", "优良", "平", "应为优"),
        (None, "优", "", ""),
        ("92分", "优", "", ""),
        ("-1", "差", "应为 0—100", ""),
    ],
)
def test_score_and_grade(form: Form, score: str | None, grade: str | None, within: str, band: str) -> None:
    found = controls(form, score=score, grade=grade)
    assert (found["range", None, "score"], found["band", None, "grade"]) == (within, band)


def test_what_is_required_and_blank(form: Form) -> None:
    found = controls(form, dept_name="某局", staff_quota=0, score="92")
    blank = [v for (kind, _, _), v in found.items() if kind == "required" and v]
    assert blank == ["未填：预算编码", "未填：评价年度", "未填：实有人数"]


@pytest.mark.parametrize(("typed", "shown"), [("29.5", "差 0.50"), ("29", "平"), (None, "平"), ("20", "差 −9.00")])
def test_a_printed_figure_whose_formula_does_more_than_add(typed: str | None, shown: str) -> None:
    lines = [{"name": "甲", "weight": 10, "score": 9}, {"name": "乙", "weight": 20, "score": 20}]
    assert controls(load("general-2022"), indicators=lines, score=typed)["formula", None, "score"] == shown


GENERAL = load("general-2022")
FUNDS = [{"source": "年度资金总额", "budget_weight": "10"}, {"source": "当年财政拨款", "budget_full": "100", "executed": "90"}]


def of_general(weights: list[str], scores: list[str | None], **more: Any) -> dict[tuple[str, str | None, str], str]:
    lines = [{"name": f"第{k}项", "weight": w, "score": s} for k, (w, s) in enumerate(zip(weights, scores, strict=True))]
    return controls(GENERAL, **{"funds": FUNDS, "indicators": lines, **more})


@pytest.mark.parametrize(
    ("weights", "shown"),
    [
        (["50", "40"], "平"),
        (["22.33", "22.33", "22.33", "23"], "平"),  # 99.99: five figures, 0.025
        (["50", "39.98"], "差 −0.02"),  # three figures: 0.015
        (["60", "40"], "差 10.00"),
    ],
)
def test_the_weights_against_what_a_rule_of_the_edition_says(weights: list[str], shown: str) -> None:
    assert of_general(weights, [None] * len(weights))["equal", None, "weight_total"] == shown


@pytest.mark.parametrize(("score", "shown"), [("50", "平"), ("50.5", "应为 0—50"), ("-1", "应为 0—50"), (None, "")])
def test_a_score_within_the_weight_of_its_line(score: str | None, shown: str) -> None:
    assert of_general(["50", "40"], [score, "40"])["within", "1", "score"] == shown


@pytest.mark.parametrize(("score", "shown"), [("9", "平"), ("8", "差 −1.00"), ("11", "应为 0—10"), (None, "平")])
def test_limits_come_before_what_the_formula_says(score: str | None, shown: str) -> None:
    funds = [{**FUNDS[0], "budget_score": score}, *FUNDS[1:]]
    assert of_general(["90"], ["90"], funds=funds)["formula", "年度资金总额", "budget_score"] == shown


@pytest.mark.parametrize(("total", "shown"), [("98.97", "平"), ("98.96", "差 −0.04"), ("99", "平")])
def test_the_total_may_differ_by_half_a_unit_for_each_figure(total: str, shown: str) -> None:
    """One total, four lines and the execution: 0.03."""
    scores = ["22.5"] * 4
    found = of_general(scores, scores, score=total)
    assert found["formula", None, "score"] == shown


def test_a_line_that_was_begun_says_what_it_lacks() -> None:
    lines = [{"level1": "产出指标", "name": "甲", "weight": "50"}, {"target": "5"}, {}]
    found = controls(GENERAL, indicators=lines)
    blank = {(row, v) for (kind, row, _), v in found.items() if kind == "required" and row and v and row.isdigit()}
    wanted = {("1", "未填：得分"), ("2", "未填：三级指标"), ("2", "未填：分值"), ("2", "未填：得分")}
    assert blank == wanted
    assert found["required", "年度资金总额", "budget_weight"] == "未填：分值"


KINDS = {
    "R701": "equal", "R702": "within", "R703": "formula", "R705": "formula", "R706": "formula", "R311": "band", "R312": "range",
    "R201": "required",
}  # fmt: skip


def test_says_what_the_rules_of_the_edition_find_and_nothing_else() -> None:
    """At random, figures typed as numbers."""
    seen: set[str] = set()
    for seed in range(200):
        values = random_values(GENERAL, Random(seed))
        report = report_of(GENERAL, values)
        derive(report)
        if any(cell.state in ("text_number", "unreadable") for _, _, cell in report.spots()):
            continue  # Excel leaves texts out
        layout = arrange(GENERAL, values)
        texts = ControlTexts(seen_by_excel(GENERAL, values), layout)
        unlike = {
            (c.kind, c.row, c.field.id): t for c in layout.controls if (t := texts.text(c)).startswith(("差", "应为", "未填"))
        }
        shown = {k for k in unlike if k[0] in KINDS.values()}
        found: set[tuple[str, str | None, str | None]] = set()
        for finding in check(report):
            if finding.rule in KINDS:
                seen.add(finding.rule)
                found.add((KINDS[finding.rule], finding.where.row, finding.where.field))
        assert shown == found, (seed, shown ^ found)
    assert seen >= {"R701", "R702", "R706", "R311", "R312", "R201"}
