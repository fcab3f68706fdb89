"""Whose workbook it is: code, then name; what only looks alike is suggested."""

from __future__ import annotations

from pathlib import Path

from xlprocess.consolidation.consolidation import File, RosterLine
from xlprocess.consolidation.matching import Matched, Sent, match
from xlprocess.consolidation.submission import Submission

ROSTER = [
    RosterLine(2, "012001", "甲区财政局"),
    RosterLine(3, "012002", "甲区审计局"),
    RosterLine(4, "012003", "甲区档案馆", excused="免报"),
    RosterLine(5, "012004", "甲区农业农村局"),
]


def sent(path: str, name: str | None, code: str | None) -> Sent:
    return Sent(File(0, path, Path(path), "", 0, 0.0, "checked", "current"), Submission("checked", department=name, code=code))


def told(matched: Matched) -> list[str]:
    """Every department with its line and its files."""
    return [f"{g.line.number if g.line else '-'} {g.name}: {' '.join(s.file.path for s in g.sent)}" for g in matched.groups]


def test_matches_by_code_whatever_the_file_is_called() -> None:
    matched = match([sent("审计局.xlsx", "甲区财政局", "012001")], ROSTER)
    assert told(matched) == ["2 甲区财政局: 审计局.xlsx"]
    assert [line.code for line in matched.missing] == ["012002", "012004"]


def test_matches_a_code_that_lost_its_zeros_on_either_side() -> None:
    assert told(match([sent("a", None, "12002")], ROSTER)) == ["3 甲区审计局: a"]
    assert told(match([sent("a", None, "012002")], [RosterLine(2, "12002", "甲区审计局")])) == ["2 甲区审计局: a"]


def test_a_code_is_shown_with_its_zeros_whichever_side_has_them() -> None:
    for code, line in (("012002", "12002"), ("12002", "012002"), ("012002", "012002")):
        assert [g.code for g in match([sent("a", None, code)], [RosterLine(2, line, "甲区审计局")]).groups] == ["012002"]
    assert [g.code for g in match([sent("a", "甲区审计局", "9")], [RosterLine(2, "12002", "甲区审计局")]).groups] == ["12002"]


def test_matches_by_name_where_the_code_is_blank_or_unknown() -> None:
    matched = match([sent("a", "甲区（审计局） ", None), sent("b", "甲区财政局", "999")], ROSTER)
    assert told(matched) == ["2 甲区财政局: b", "3 甲区审计局: a"]
    assert [g.renamed for g in matched.groups] == [
        "编码在工作簿中是 999，在名单中是 012001。",
        "工作簿中没有填编码，在名单中是 012002。",
    ]


def test_says_that_a_name_differs_from_the_roster() -> None:
    matched = match([sent("a", "财政局", "012001")], ROSTER)
    assert [g.renamed for g in matched.groups] == ["名称在工作簿中是“财政局”，在名单中是“甲区财政局”。"]


def test_asks_where_code_and_name_are_two_lines() -> None:
    matched = match([sent("a.xlsx", "甲区审计局", "012001")], ROSTER)
    assert told(matched) == ["2 甲区财政局: a.xlsx"]
    assert matched.clashes == [
        "a.xlsx 的编码 012001 是“甲区财政局”的，名称却是“甲区审计局”，两者都在名单中；暂按编码计入，请确认。"
    ]


def test_a_workbook_with_the_code_of_a_department_that_sent_its_own_goes_by_its_name() -> None:
    own, wrong = sent("财政.xlsx", "甲区财政局", "012001"), sent("审计.xlsx", "甲区审计局", "012001")
    for files in ([own, wrong], [wrong, own]):
        matched = match(files, ROSTER)
        assert told(matched) == ["2 甲区财政局: 财政.xlsx", "3 甲区审计局: 审计.xlsx"]
        assert [g.renamed for g in matched.groups] == [None, "编码在工作簿中是 012001，在名单中是 012002。"]
        assert [line.code for line in matched.missing] == ["012004"]
        assert matched.clashes == [
            "编码冲突：审计.xlsx 填的编码 012001 是“甲区财政局”的，“甲区财政局”也报来了自己的工作簿；"
            "这一份按名称计入“甲区审计局”，请更正编码。"
        ]
    stranger = match([own, sent("b", "丁镇水利处", "012001"), sent("c", "财政局", "012001")], ROSTER)
    assert told(stranger) == ["2 甲区财政局: 财政.xlsx c", "- 丁镇水利处: b"]


def test_suggests_a_name_that_is_alike_and_does_not_join_it() -> None:
    matched = match([sent("a", "甲区农业和农村局", None), sent("b", "丁区水利处", "777")], ROSTER)
    assert told(matched) == ["- 丁区水利处: b", "- 甲区农业和农村局: a"]
    assert matched.suggestions == [
        "“甲区农业和农村局”不在名单中，与未报的“甲区农业农村局”（012004）相近；没有自动合并，请确认是否同一部门。",
    ]
    assert matched.strangers == "“丁区水利处”（777）不在名单中，已计入汇总，请确认。"


def test_counts_what_an_excused_department_sends_and_says_so() -> None:
    matched = match([sent("a", None, "012003")], ROSTER)
    assert told(matched) == ["4 甲区档案馆: a"]
    assert matched.suggestions == ["“甲区档案馆”在名单中是“免报”，但报来了工作簿，已计入。"]


def test_joins_without_a_roster_by_code_and_then_by_name() -> None:
    matched = match(
        [sent("a", "财政局", "012001"), sent("b", "财政局", "12001"), sent("c", "财政局", None), sent("d", "审计局", None)], None
    )
    assert told(matched) == ["- 财政局: a b c", "- 审计局: d"]
    assert matched.suggestions == []


def test_keeps_two_departments_apart_that_use_one_code() -> None:
    matched = match([sent("a", "甲区财政局", "1"), sent("b", "人民医院", "1")], None)
    assert told(matched) == ["- 人民医院: b", "- 甲区财政局: a"]
    assert matched.clashes == ["“甲区财政局”、“人民医院”用了同一个编码 1，按不同的部门计入，请确认编码。"]


def test_keeps_workbooks_without_name_and_code_apart() -> None:
    matched = match([sent("a.xlsx", None, None), sent("b.xlsx", None, None)], None)
    assert told(matched) == ["- （没有填名称：a.xlsx）: a.xlsx", "- （没有填名称：b.xlsx）: b.xlsx"]


def test_says_that_lines_of_the_roster_repeat_each_other() -> None:
    matched = match([], [RosterLine(2, "1", "甲"), RosterLine(3, "1", "乙")])
    assert matched.clashes == ["名单第 2 行、第 3 行的编码相同（1），请核对名单。"]


def test_many_departments_that_are_on_no_line_are_one_sentence() -> None:
    matched = match([sent(f"{k}", f"外来单位第{k}处", f"9{k:02}") for k in range(12)], ROSTER)
    assert matched.suggestions == []
    assert matched.strangers is not None
    assert matched.strangers.endswith("等 12 个部门不在名单中，已计入汇总，都列在“报送情况”中，请确认。")
