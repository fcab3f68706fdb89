"""A typed 执行率 or 得分 tells whether a figure that a broken sum accuses is wrong: what it was computed from is right."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from xlprocess.derive import derive
from xlprocess.form.load import load
from xlprocess.report import Report
from xlprocess.sums import diagnoses
from xlprocess.values import read_values, report_of
from xlprocess.witnesses import witnesses

Found = Callable[[Report], list[str]]

TOTAL, GRANT, CARRIED, OTHER = "年度资金总额", "当年财政拨款", "上年结转资金", "其他资金"
FUNDS = {
    TOTAL: {
        "budget_initial": "3200.00",
        "budget_full": "3400.00",
        "executed": "3230.00",
        "budget_weight": "10",
        "budget_rate": "95.00",
        "budget_score": "9.50",
    },
    GRANT: {"budget_initial": "2800.00", "budget_full": "2950.00", "executed": "2810.00"},
    CARRIED: {"budget_initial": "300.00", "budget_full": "350.00", "executed": "330.00"},
    OTHER: {"budget_initial": "100.00", "budget_full": "100.00", "executed": "90.00"},
}
INDICATOR = {
    "level1": "产出指标",
    "level2": "数量指标",
    "name": "检修管网长度",
    "target": "≥120公里",
    "actual": "125公里",
    "weight": "90",
    "score": "90",
}


def general(*changes: tuple[str, str, Any], **values: Any) -> Report:
    """A report of general-2022 that agrees, but for what a test changes in its funds (row, field, value) and besides."""
    form = load("general-2022")
    funds = [{"source": row, **typed} for row, typed in FUNDS.items()]
    for row, field, value in changes:
        next(each for each in funds if each["source"] == row)[field] = value
    document = {
        "form": "general-2022",
        "fiscal_year": 2023,
        "dept_name": "某市水务局",
        "budget_code": "006001",
        "report_date": "2024-03-15",
        "goal_text": "保障供水。",
        "goal_result": "已保障。",
        "score": "99.5",
        "grade": "优",
        "indicators": [dict(INDICATOR)],
        "funds": funds,
        **values,
    }
    report = report_of(form, read_values(form, json.dumps(document), "测试"))
    derive(report)
    return report


def test_a_report_that_agrees_raises_nothing(found: Found) -> None:
    assert found(general()) == []


def test_a_total_that_its_rate_and_score_confirm_is_not_blamed_for_an_addend(found: Found) -> None:
    """Digits swapped in 全年预算数 of one source: the total could have been swapped as well, but for its 执行率."""
    assert found(general((GRANT, "budget_full", "2590.00"))) == [
        "R103 当年财政拨款 budget_full 2590.00 expected 2950.00 swapped_digits(budget_full; 当年财政拨款)",
        "R704 当年财政拨款 executed 2810.00 follows 当年财政拨款 budget_full",
    ]


def test_a_total_that_its_rate_and_score_belie_is_the_only_one_to_be_blamed(found: Found) -> None:
    """3500 for 3400: several addends could be off by 100 as well, but 执行率 and 得分 were computed from 3400."""
    assert found(general((TOTAL, "budget_full", "3500.00"))) == [
        "R103 年度资金总额 budget_full 3500.00 expected 3400.00"
        " competing counted_twice(budget_full; 其他资金) or mistyped_digit(budget_full)",
        "R310 年度资金总额 budget_rate 95.00 expected 92.29 follows 年度资金总额 budget_full",
        "R705 年度资金总额 budget_score 9.5 expected 9.23 follows 年度资金总额 budget_full",
    ]


def test_a_total_wrong_in_no_simple_way_is_blamed_where_its_rate_says_what_it_should_be(found: Found) -> None:
    assert found(general((TOTAL, "budget_full", "3871.64"))) == [
        "R103 年度资金总额 budget_full 3871.64 expected 3400.00",
        "R310 年度资金总额 budget_rate 95.00 expected 83.43 follows 年度资金总额 budget_full",
        "R705 年度资金总额 budget_score 9.5 expected 8.34 follows 年度资金总额 budget_full",
    ]


def test_a_rate_of_an_addend_speaks_of_that_addend_alone(found: Found) -> None:
    changes = [(GRANT, "budget_rate", "95.25"), (GRANT, "budget_full", "2590.00"), (TOTAL, "budget_rate", None)]
    assert found(general(*changes, (TOTAL, "budget_score", None))) == [
        "R103 当年财政拨款 budget_full 2590.00 expected 2950.00 swapped_digits(budget_full; 当年财政拨款)",
        "R310 当年财政拨款 budget_rate 95.25 expected 108.49 follows 当年财政拨款 budget_full",
        "R704 当年财政拨款 executed 2810.00 follows 当年财政拨款 budget_full",
    ]


def test_a_slip_that_the_rate_cannot_tell_is_judged_by_the_sums_alone(found: Found) -> None:
    assert found(general((TOTAL, "executed", "3230.30"))) == [
        "R103 年度资金总额 executed 3230.30 expected 3230.00"
        " competing mistyped_digit(executed) or missing_item(executed) or mistyped_digit(executed; 上年结转资金)"
        " or mistyped_digit(executed; 其他资金) or mistyped_digit(executed; 当年财政拨款)",
    ]


@pytest.mark.parametrize("typed", [None, "95.00"])
def test_witnesses_are_typed_rates_and_scores(typed: str | None) -> None:
    report = general((TOTAL, "budget_rate", typed), (TOTAL, "budget_score", typed and "9.50"), score=typed and "99.5")
    testify = witnesses(report)
    heard = None if testify is None else sorted(spot.field for spot in testify({}))
    assert heard == (None if typed is None else ["budget_rate", "budget_score", "score"])


def test_a_form_without_such_a_field_has_no_witness(report: Callable[..., Report]) -> None:
    case = report(income_total="90.00")
    assert witnesses(case) is None
    assert diagnoses(case)
