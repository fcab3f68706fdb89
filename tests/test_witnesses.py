"""A typed 执行率 or 得分 tells whether a figure that a broken sum accuses is wrong: what it was computed from is right."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from xlprocess.report import Report
from xlprocess.sums import diagnoses
from xlprocess.witnesses import witnesses

Build = Callable[..., Report]
Found = Callable[[Report], list[str]]

TOTAL, GRANT = "年度资金总额", "当年财政拨款"


def test_a_report_that_agrees_raises_nothing(general: Build, found: Found) -> None:
    assert found(general()) == []


def test_a_total_that_its_rate_and_score_confirm_is_not_blamed_for_an_addend(general: Build, found: Found) -> None:
    """Digits swapped in 全年预算数 of one source: the total could have been swapped as well, but for its 执行率."""
    assert found(general((GRANT, "budget_full", "2590.00"))) == [
        "R103 当年财政拨款 budget_full 2590.00 expected 2950.00 swapped_digits(budget_full; 当年财政拨款)",
        "R704 当年财政拨款 executed 2810.00 follows 当年财政拨款 budget_full",
    ]


def test_a_total_that_its_rate_and_score_belie_is_the_only_one_to_be_blamed(general: Build, found: Found) -> None:
    """3500 for 3400: several addends could be off by 100 as well, but 执行率 and 得分 were computed from 3400."""
    assert found(general((TOTAL, "budget_full", "3500.00"))) == [
        "R103 年度资金总额 budget_full 3500.00 expected 3400.00"
        " competing counted_twice(budget_full; 其他资金) or mistyped_digit(budget_full)",
        "R310 年度资金总额 budget_rate 95.00 expected 92.29 follows 年度资金总额 budget_full",
        "R705 年度资金总额 budget_score 9.5 expected 9.23 follows 年度资金总额 budget_full",
    ]


def test_a_total_wrong_in_no_simple_way_is_blamed_where_its_rate_says_what_it_should_be(general: Build, found: Found) -> None:
    assert found(general((TOTAL, "budget_full", "3871.64"))) == [
        "R103 年度资金总额 budget_full 3871.64 expected 3400.00",
        "R310 年度资金总额 budget_rate 95.00 expected 83.43 follows 年度资金总额 budget_full",
        "R705 年度资金总额 budget_score 9.5 expected 8.34 follows 年度资金总额 budget_full",
    ]


def test_a_rate_of_an_addend_speaks_of_that_addend_alone(general: Build, found: Found) -> None:
    changes = [(GRANT, "budget_rate", "95.25"), (GRANT, "budget_full", "2590.00"), (TOTAL, "budget_rate", None)]
    assert found(general(*changes, (TOTAL, "budget_score", None))) == [
        "R103 当年财政拨款 budget_full 2590.00 expected 2950.00 swapped_digits(budget_full; 当年财政拨款)",
        "R310 当年财政拨款 budget_rate 95.25 expected 108.49 follows 当年财政拨款 budget_full",
        "R704 当年财政拨款 executed 2810.00 follows 当年财政拨款 budget_full",
    ]


def test_a_slip_that_the_rate_cannot_tell_is_judged_by_the_sums_alone(general: Build, found: Found) -> None:
    assert found(general((TOTAL, "executed", "3230.30"))) == [
        "R103 年度资金总额 executed 3230.30 expected 3230.00"
        " competing mistyped_digit(executed) or missing_item(executed) or mistyped_digit(executed; 上年结转资金)"
        " or mistyped_digit(executed; 其他资金) or mistyped_digit(executed; 当年财政拨款)",
    ]


@pytest.mark.parametrize("typed", [None, "95.00"])
def test_witnesses_are_typed_rates_and_scores(general: Build, typed: str | None) -> None:
    report = general((TOTAL, "budget_rate", typed), (TOTAL, "budget_score", typed and "9.50"), score=typed and "99.5")
    testify = witnesses(report)
    heard = None if testify is None else sorted(spot.field for spot in testify({}))
    assert heard == (None if typed is None else ["budget_rate", "budget_score", "score"])


def test_a_form_without_such_a_field_has_no_witness(report: Build) -> None:
    case = report(income_total="90.00")
    assert witnesses(case) is None
    assert diagnoses(case)
