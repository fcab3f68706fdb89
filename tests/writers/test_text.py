"""What is told of a file, and the last line of a batch."""

from __future__ import annotations

from pathlib import Path

import pytest

from xlprocess.books.book import Ref
from xlprocess.errors import Attachment, Unreadable
from xlprocess.finding import Finding, Severity, Where
from xlprocess.jobs.inputs import Search
from xlprocess.jobs.outcome import FailOn, Outcome, exit_status
from xlprocess.writers.columns import Look
from xlprocess.writers.text import Tally, file_lines, left_out_line

BAD = Outcome(Path("坏.xlsx"), "unreadable", Unreadable("damaged", "无法处理 坏.xlsx：文件已损坏。请重发。"))
SCAN = Outcome(Path("章.pdf"), "attachment", Attachment("attachment", "没有打开 章.pdf。"))


def finding(severity: Severity, place: Where) -> Finding:
    return Finding(place, "收入合计 1，应为 2", "漏加一项", rule="R101", name="x", severity=severity)


def checked(*severities: Severity, where: Where | None = None) -> Outcome:
    place = where or Where("收支情况", Ref(7, 2), "income")
    return Outcome(Path("甲.xlsx"), "checked", findings=[finding(s, place) for s in severities])


@pytest.mark.parametrize(
    ("outcomes", "line"),
    [
        ([], "没有找到工作簿"),
        ([SCAN], "没有找到工作簿"),
        ([checked()], "1 个文件：没有发现问题"),
        ([BAD], "1 个文件：1 个无法处理"),
        ([checked(), BAD, SCAN], "2 个文件：没有发现问题；1 个无法处理"),
        (
            [checked("error", "error", "warning"), checked("notice"), BAD],
            "3 个文件：错误 2，警告 1，提示 1；1 个无法处理",
        ),
    ],
)
def test_the_last_line(outcomes: list[Outcome], line: str) -> None:
    tally = Tally()
    for outcome in outcomes:
        tally.add(outcome)
    assert tally.line() == line


@pytest.mark.parametrize(
    ("outcomes", "fail_on", "status"),
    [
        ([], "error", 0),
        ([SCAN], "warning", 0),
        ([checked("notice")], "warning", 0),
        ([checked("warning")], "error", 0),
        ([checked("warning")], "warning", 1),
        ([checked("error")], "never", 0),
        ([checked("error"), BAD], "error", 2),
        ([BAD], "never", 2),
    ],
)
def test_the_exit_status(outcomes: list[Outcome], fail_on: FailOn, status: int) -> None:
    assert exit_status(outcomes, fail_on) == status


def test_findings_stand_by_cell() -> None:
    outcome = checked("error", "notice")
    outcome.findings = [*outcome.findings, *checked("warning", where=Where(None, None, "workbook")).findings]
    assert list(file_lines(outcome, Look())) == [
        "甲.xlsx：错误 1，警告 1，提示 1",
        "  收支情况!B7",
        "    错误 R101 收入合计 1，应为 2，漏加一项。",
        "    提示 R101 收入合计 1，应为 2，漏加一项。",
        "  整个工作簿",
        "    警告 R101 收入合计 1，应为 2，漏加一项。",
    ]


def test_colours_and_width_are_for_a_terminal() -> None:
    assert list(file_lines(checked("error"), Look(columns=40, colours=True))) == [
        "\x1b[1m甲.xlsx\x1b[0m：错误 1",
        "  收支情况!B7",
        "    \x1b[31m错误\x1b[0m R101 收入合计 1，应为 2，漏加一",
        "              项。",
    ]


def test_a_file_that_failed_has_its_sentence() -> None:
    assert list(file_lines(BAD, Look())) == ["坏.xlsx", "  无法处理 坏.xlsx：文件已损坏。请重发。"]


def test_what_was_left_out() -> None:
    assert left_out_line(Search()) is None
    assert left_out_line(Search(links=1)) == "略过：链接 1 个。"
    assert left_out_line(Search(hidden=2, copies=1)) == "略过：已有的检查副本 1 个，隐藏或临时文件 2 个。"
