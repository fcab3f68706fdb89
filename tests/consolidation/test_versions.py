"""Several submissions of one department."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from xlprocess.consolidation.consolidation import Change, File
from xlprocess.consolidation.matching import Sent
from xlprocess.consolidation.submission import Figure, Line, Submission
from xlprocess.consolidation.versions import changes, settle


def sent(path: str, figures: str, modified: float = 0.0, **head: Any) -> Sent:
    file = File(0, path, Path(path), "", 0, modified, "checked", "current")
    return Sent(file, Submission("checked", figures_hash=figures, **head))


def told(order: list[Sent]) -> list[tuple[str, str]]:
    return [(s.file.path, s.file.role) for s in order]


def test_counts_identical_figures_once() -> None:
    order = settle([sent("a", "x"), sent("b", "x", saved="2022-02-01T00:00:00Z")])
    assert told(order) == [("b", "current"), ("a", "duplicate")]
    assert [s.file.why for s in order] == [None, "与 b 填的内容完全相同，只计一次。"]


def test_counts_the_higher_round_whatever_the_dates_say() -> None:
    order = settle([sent("new", "x", report_date="2022-09-01"), sent("again", "y", round=1, report_date="2022-01-01")])
    assert told(order) == [("again", "current"), ("new", "superseded")]
    assert [s.file.why for s in order] == ["第 1 轮退回后重报。", "已由第 1 轮退回后重报的 again 代替。"]


def test_asks_where_no_round_tells_and_counts_the_later_date_meanwhile() -> None:
    later = sent("later", "x", report_date="2022-03-01", saved="2022-01-01T00:00:00Z")
    order = settle([later, sent("earlier", "y", report_date="2022-02-01", saved="2022-05-01T00:00:00Z")])
    assert told(order) == [("later", "current"), ("earlier", "conflicting")]
    assert [s.file.why for s in order] == [
        "与 earlier 填的内容不同，请确认以哪一份为准；日期较晚，暂按这一份计入。",
        "与 later 填的内容不同，又没有退回轮次可以区分，请确认以哪一份为准；暂按日期较晚的 later 计入。",
    ]


def test_of_two_forms_the_one_that_most_departments_used_counts_and_that_is_said() -> None:
    other = sent("other", "x", form="b", report_date="2023-03-01", round=2)
    order = settle([other, sent("usual", "y", form="a", report_date="2022-03-01")], "a")
    assert told(order) == [("usual", "current"), ("other", "conflicting")]
    assert [s.file.why for s in order] == [
        "另报来的 other 用的是别的表样；多数部门用的是这一份的表样，按这一份计入，请确认。",
        "用的表样与计入的 usual 不同；多数部门用的是 usual 的表样，按那一份计入，请确认。",
    ]


def test_a_form_that_few_used_counts_where_the_department_sent_nothing_else() -> None:
    order = settle([sent("new", "x", form="b", round=1), sent("old", "y", form="b")], "a")
    assert told(order) == [("new", "current"), ("old", "superseded")]


def test_goes_by_the_time_of_saving_where_the_report_dates_are_the_same() -> None:
    order = settle([sent("a", "x", saved="2022-01-01T00:00:00Z"), sent("b", "y", saved="2022-01-02T00:00:00Z")])
    assert told(order) == [("b", "current"), ("a", "conflicting")]


def test_the_same_round_twice_is_a_conflict_and_earlier_rounds_are_superseded() -> None:
    order = settle([sent("a", "x", round=2), sent("b", "y", round=2), sent("c", "z", round=1), sent("d", "w")])
    assert told(order) == [("b", "current"), ("a", "conflicting"), ("c", "superseded"), ("d", "superseded")]


def test_a_copy_as_it_went_back_stands_behind_the_mended_one_of_its_round() -> None:
    order = settle([sent("back", "x", 9.0, round=1, is_as_returned=True), sent("mended", "y", 1.0, round=1), sent("first", "x")])
    assert told(order) == [("mended", "current"), ("back", "superseded"), ("first", "superseded")]
    assert order[1].file.why == "是第 1 轮退回的原样，没有改动，已由改好的 mended 代替。"
    alone = settle([sent("back", "x", round=1, is_as_returned=True)])
    assert alone[0].file.why == "第 1 轮退回后重报，所填内容没有改动。"


def test_the_bureaus_own_copy_that_nobody_changed_is_no_answer() -> None:
    """The department mended its original and handed that in; the copy that went back lies beside it."""
    back = sent("back", "x", 9.0, round=1, is_as_returned=True, report_date="2022-06-30")
    order = settle([back, sent("mended", "y", report_date="2022-08-08")])
    assert told(order) == [("mended", "current"), ("back", "superseded")]
    assert [s.file.why for s in order] == [None, "是第 1 轮退回的原样，没有改动，已由改好的 mended 代替。"]
    assert told(settle([back, sent("draft", "y", report_date="2022-06-01")])) == [("back", "current"), ("draft", "superseded")]
    assert told(settle([back, sent("first", "x", report_date="2022-08-08")])) == [("back", "current"), ("first", "duplicate")]


def test_lists_what_a_resubmission_changed() -> None:
    def submission(income: str, rate: str, lines: list[str]) -> Submission:
        figures = [
            Figure("income", "局机关", "income_total", "收支情况", "B6", income),
            Figure("income", "局机关", "rate", "收支情况", "C6", rate, "derived"),
        ]
        return Submission(
            "checked", figures=figures, lines=[Line("indicators", str(k), None, {"name": n}, {}) for k, n in enumerate(lines, 1)]
        )

    found = changes(submission("1.50", "0.1", ["甲", "乙"]), submission("1.5", "0.2", ["甲"]))
    assert found == [Change("indicators", "2", "name", "乙", None)]
    found = changes(submission("1.50", "0.1", []), submission("100", "0.1", []))
    assert found == [Change("income", "局机关", "income_total", "1.5", "100")]
