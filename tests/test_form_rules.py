"""Rules that an edition states as data: when they speak, where, and how their sentences print figures."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from xlprocess.checking import catalogue
from xlprocess.derive import derive
from xlprocess.finding import Finding
from xlprocess.form.load import Form, load
from xlprocess.form.model import FormRule
from xlprocess.form_rules import rules_of
from xlprocess.report import Report
from xlprocess.values import read_values, report_of

DEPARTMENT = json.loads((Path(__file__).parent / "golden" / "general-2022.json").read_text(encoding="utf-8"))
Build = Callable[..., Report]


def findings(report: Report, **stated: Any) -> list[Finding]:
    """What a rule with these keys finds, as if the report's edition stated it."""
    keys = {
        "id": "R799",
        "name": "不符",
        "fault": "fault",
        "severity": "warning",
        "basis": "规定。",
        "remedy": "更正。",
    }
    rule = msgspec.convert({**keys, "message": "不符。", **stated}, FormRule)
    form = report.form
    edition = msgspec.structs.replace(form.edition, rule=(rule,))
    (made,) = rules_of(Form(edition, tuple(form.tables.values()), form.folder))
    return list(made.findings(report))


def places(report: Report, **stated: Any) -> list[tuple[str, str | None, str | None]]:
    return [(f.where.table, f.where.row, f.where.field) for f in findings(report, **stated)]


@pytest.fixture
def department() -> Build:
    """The department of edition general-2022, lines of its indicators changed by number."""

    def build(lines: dict[int, dict[str, Any]] | None = None, **values: Any) -> Report:
        form = load("general-2022")
        document = json.loads(json.dumps({**DEPARTMENT, **values}))
        for number, changes in (lines or {}).items():
            document["indicators"][number - 1].update(changes)
        report = report_of(form, read_values(form, json.dumps(document), "测试"))
        derive(report)
        return report

    return build


# ---- when a rule speaks


def test_what_must_hold_and_does_not(report: Build) -> None:
    stated = {"table": "basics", "at": "staff_actual", "require": "staff_actual <= staff_quota"}
    assert places(report(staff_actual=11), **stated) == [("basics", None, "staff_actual")]
    assert places(report(staff_actual=10), **stated) == []


def test_what_must_not_hold_and_does(report: Build) -> None:
    stated = {"table": "basics", "at": "staff_actual", "avoid": "staff_actual > staff_quota"}
    assert places(report(staff_actual=11), **stated) == [("basics", None, "staff_actual")]
    assert places(report(staff_actual=10), **stated) == []


@pytest.mark.parametrize("stated", [{"require": "staff_actual <= staff_quota"}, {"avoid": "staff_actual > staff_quota"}])
@pytest.mark.parametrize("quota", [None, "十来个"])
def test_a_condition_that_cannot_be_told_raises_nothing(report: Build, stated: dict[str, str], quota: str | None) -> None:
    assert places(report(staff_quota=quota, staff_actual=11), table="basics", at="staff_actual", **stated) == []


def test_a_rule_is_silent_unless_its_condition_holds(report: Build) -> None:
    stated = {"table": "basics", "at": "staff_actual", "require": "staff_actual <= staff_quota"}
    assert places(report(staff_actual=11), when="staff_quota > 100", **stated) == []
    assert places(report(staff_actual=11), when="filled(eval_body)", **stated) == []
    assert places(report(staff_actual=11), when="staff_quota > 1", **stated) == [("basics", None, "staff_actual")]


def test_without_a_table_a_rule_is_asked_once(report: Build) -> None:
    assert places(report(score="100"), at="score", require="score < 100") == [("evaluation", None, "score")]


def test_every_row_of_a_grid_is_asked(report: Build) -> None:
    stated = {"table": "income", "at": "public_budget", "require": "public_budget <= 1"}
    assert [row for _, row, _ in places(report(), **stated)] == ["汇总", "局机关"]


def test_only_the_rows_that_are_named_are_asked(report: Build) -> None:
    stated = {"table": "income", "at": "public_budget", "require": "public_budget <= 1"}
    assert [row for _, row, _ in places(report(), rows=["局机关"], **stated)] == ["局机关"]
    assert [row for _, row, _ in places(report(), rows=["summary"], **stated)] == ["汇总"]
    assert [row for _, row, _ in places(report(), rows=["二级机构1"], **stated)] == []


def test_every_line_of_a_list_is_asked(department: Build) -> None:
    stated = {"table": "indicators", "at": "score", "require": "score < 15"}
    assert [row for _, row, _ in places(department(), **stated)] == ["1", "2", "5"]


# ---- figures that must agree


def test_two_expressions_that_must_agree(department: Build) -> None:
    stated = {"table": "evaluation", "at": "score", "equal": ["typed(score)", "score"]}
    (finding,) = findings(department(score="98.30"), **stated)
    assert (finding.actual, finding.expected, finding.difference) == ("98.3", "99.3", "-1")
    assert findings(department(), **stated) == []


@pytest.mark.parametrize(("score", "tolerance", "flagged"), [
    ("99.305", None, False),
    ("99.306", None, True),
    ("99.35", "0.05", False),
    ("99.36", "0.05", True),
])  # fmt: skip
def test_the_tolerance_is_closed(department: Build, score: str, tolerance: str | None, flagged: bool) -> None:
    stated: dict[str, Any] = {"table": "evaluation", "at": "score", "equal": ["typed(score)", "score"]}
    if tolerance:
        stated["tolerance"] = tolerance
    assert bool(findings(department(score=score), **stated)) is flagged


@pytest.mark.parametrize("score", [None, "不清楚"])
def test_what_is_blank_or_could_not_be_read_agrees_with_anything(department: Build, score: str | None) -> None:
    stated = {"table": "evaluation", "at": "score", "equal": ["typed(score)", "1"]}
    assert findings(department(score=score), **stated) == []


def test_a_line_that_could_not_be_read_leaves_its_sum_open(department: Build) -> None:
    stated = {"at": "score", "equal": ["sum(indicators.weight)", "1"]}
    assert places(department(), **stated) == [("evaluation", None, "score")]
    assert places(department(lines={1: {"weight": "十几分"}}), **stated) == []


# ---- names


def test_a_name_is_its_figure_from_the_leaves_up(report: Build) -> None:
    stated = {"table": "income", "rows": ["局机关"], "at": "income_total"}
    typed_wrong = report(income_total="90.00")
    assert places(typed_wrong, require="income_total == 100", **stated) == []
    assert places(typed_wrong, require="typed(income_total) == 100", **stated) == [("income", "局机关", "income_total")]
    assert places(typed_wrong, require="shown(income_total) == 90", **stated) == []


def test_a_figure_of_a_single_row_is_found_from_anywhere(department: Build) -> None:
    stated = {"table": "indicators", "at": "score", "when": "weight == 5"}
    assert places(department(), require="budget_weight == 10 and typed(budget_score) > 9", **stated) == []
    assert places(department(), require="budget_weight == 11", **stated) == [("indicators", "7", "score")]
    assert places(department(), at="score", require="budget_score == 9.72") == []


def test_a_line_and_the_report_may_have_a_field_of_one_name(department: Build) -> None:
    stated = {"table": "indicators", "at": "score", "when": "weight == 5"}
    assert places(department(), require="score == 5 and weight_total == 100", **stated) == []


def test_a_finding_may_stand_in_another_table(report: Build) -> None:
    found = places(report(), table="basics", at="score", require="staff_quota > 10")
    assert found == [("evaluation", None, "score")]


# ---- sentences


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("实有 {staff_actual} 人", "实有 11 人。"),
        ("收入 {public_budget} 万元。", "收入 90.00 万元。"),
        ("共 {public_budget + carryover_prev}", "共 100.00。"),
        ("比率 {staff_control_rate}", "比率 110.00%。"),
        ("日期 {report_date}", "日期 2022年6月30日。"),
        ("机构 {eval_body}", "机构未填。"),
        ("单位 {dept_name}", "单位 某区{score}局。"),
        ("没有数", "没有数。"),
    ],
)
def test_a_sentence_prints_figures_as_their_fields_do(report: Build, message: str, expected: str) -> None:
    case = report(staff_actual=11, dept_name="某区{score}局")
    stated = {"table": "income", "rows": ["局机关"], "at": "public_budget", "require": "public_budget > 1000"}
    (finding,) = findings(case, message=message, **stated)
    assert finding.message == expected
    assert finding.actual == "90.00"


def test_points_have_up_to_two_decimals(department: Build) -> None:
    stated = {"at": "score", "require": "score > 1000"}
    (finding,) = findings(department(), message="{score / 7} {sum(indicators.weight) / 7} {typed(score)}", **stated)
    assert finding.message == "14.19 12.86 99.3。"


def test_a_finding_has_number_name_and_severity_of_its_rule(report: Build) -> None:
    (finding,) = findings(report(), at="score", require="score < 1", severity="notice")
    assert (finding.rule, finding.name, finding.severity) == ("R799", "不符", "notice")


# ---- with the catalogue


@pytest.mark.parametrize("edition", ["yueyang-2021", "general-2022"])
def test_numbers_and_faults_are_those_of_one_rule(edition: str) -> None:
    form = load(edition)
    rules = catalogue(Report(form, "", {}, []))
    assert len({r.id for r in rules}) == len(rules)
    assert len({r.fault for r in rules}) == len(rules)
    for rule in rules_of(form):
        assert rule.basis.endswith("。") and rule.remedy.endswith("。") and not rule.name.endswith("。")
