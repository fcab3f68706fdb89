"""Copied texts and indicators: found by fingerprints, near copies too, and nothing that is merely short or given out to all."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from xlprocess.consolidation.between import compare
from xlprocess.consolidation.condense import signature
from xlprocess.consolidation.consolidation import Consolidation, Department, File
from xlprocess.consolidation.copies import CopiesComparison
from xlprocess.consolidation.submission import Line, Submission, Text
from xlprocess.form.load import load

FORM = load("yueyang-2021")
WORDS = "全面落实安全生产责任监管执法检查隐患排查整治宣传培训应急演练救援队伍建设防灾减灾物资储备预案修订值班值守信息报送考核督导"


def words(seed: int, length: int = 300) -> str:
    random = Random(seed)
    return "".join(random.choice(WORDS) for _ in range(length))


def text(said: str, field: str = "tasks") -> Text:
    return Text("basics", field, "基本概况", "B9", len(said), signature(said))


def line(number: int, name: str, target: str = "12次", actual: str = "12次") -> Line:
    values = {"level1": "产出目标", "level2": "数量指标", "name": name, "target": target, "actual": actual}
    return Line("indicators", str(number), "绩效自评", values, {"level1": f"A{number + 5}"})


@pytest.fixture
def compared() -> Callable[..., Consolidation]:
    def make(texts: list[list[Text]], lines: list[list[Line]] | None = None) -> Consolidation:
        submissions = [Submission("checked", form=FORM.id, texts=t, lines=lines[n] if lines else []) for n, t in enumerate(texts)]
        files = [File(n, f"{n}.xlsx", Path(f"{n}.xlsx"), "", 0, 0.0, "checked", "current") for n in range(len(submissions))]
        departments = [Department(f"第{n}局", f"第{n}局", f"{n:06}", f) for n, f in enumerate(files)]
        found = Consolidation(FORM, load, "2022-07-01", departments, files, [], None, lambda file: submissions[file.key])
        compare(found, [CopiesComparison(FORM)])
        return found

    return make


def said(found: Consolidation) -> list[tuple[str, str, str]]:
    return [(b.department, b.rule, b.message) for b in found.between]


def test_flags_a_text_that_two_departments_have(compared: Callable[..., Consolidation]) -> None:
    found = compared([[text(words(1))], [text(words(2))], [text(words(1))]])
    assert said(found) == [
        ("第0局", "R823", "“年度主要工作内容”（300 字）与“第2局”的基本相同。"),
        ("第2局", "R823", "“年度主要工作内容”（300 字）与“第0局”的基本相同。"),
    ]
    first = found.between[0]
    assert (first.severity, first.sheet, first.cell, first.table, first.field) == ("notice", "基本概况", "B9", "basics", "tasks")


def test_flags_a_copy_in_which_a_few_words_were_changed(compared: Callable[..., Consolidation]) -> None:
    original = words(1, 600)
    changed = f"某某局{original[:290]}另行{original[290:]}"
    found = compared([[text(original)], [text(changed)], *([text(words(n))] for n in range(5, 25))])
    assert [(d, r) for d, r, _ in said(found)] == [("第0局", "R823"), ("第1局", "R823")]
    more = "".join(f"{original[k : k + 50]}{words(k, 3)}" for k in range(0, 600, 50))
    found = compared([[text(original)], [text(more)]])
    assert [m.partition("的")[2] for _, _, m in said(found)] == ["约有 84% 相同。"] * 2


def test_accepts_texts_that_share_a_paragraph(compared: Callable[..., Consolidation]) -> None:
    shared = words(99, 150)
    assert said(compared([[text(shared + words(n, 300))] for n in range(8)])) == []


def test_accepts_short_texts_and_other_fields_with_the_same_words(compared: Callable[..., Consolidation]) -> None:
    short, long = words(1, 60), words(2)
    assert said(compared([[text(short), text(long)], [text(short), text(long, "achievements")]])) == []


def test_what_most_departments_have_was_given_out_to_them(compared: Callable[..., Consolidation]) -> None:
    found = compared([[text(words(1))] for _ in range(12)])
    assert said(found) == []
    assert found.suggestions == ["12 个部门的“年度主要工作内容”几乎相同，可能是统一下发的内容，没有逐个列为雷同。"]


def test_flags_indicators_that_are_the_same_one_by_one(compared: Callable[..., Consolidation]) -> None:
    lines = [line(n, words(n, 12)) for n in range(1, 7)]
    others = [line(n, words(n + 50, 12)) for n in range(1, 7)]
    found = compared([[], [], []], [lines, others, list(reversed(lines))])
    assert said(found) == [
        ("第0局", "R824", "“整体支出绩效定量目标及实施计划完成情况”（6 项）与“第2局”的基本相同。"),
        ("第2局", "R824", "“整体支出绩效定量目标及实施计划完成情况”（6 项）与“第0局”的基本相同。"),
    ]
    assert (found.between[0].sheet, found.between[0].cell, found.between[0].row) == ("绩效自评", "A6", "1")


def test_accepts_indicators_of_one_name_with_other_results(compared: Callable[..., Consolidation]) -> None:
    names = [words(n, 12) for n in range(1, 7)]
    lines = [[line(n, name, actual=f"{n * 7 + k}次") for n, name in enumerate(names, 1)] for k in range(3)]
    assert said(compared([[], [], []], lines)) == []


def test_accepts_a_few_indicators_that_everybody_has(compared: Callable[..., Consolidation]) -> None:
    lines = [line(1, "服务对象满意度", "≥95%", "96%"), line(2, "按时完成率", "100%", "100%")]
    assert said(compared([[], []], [lines, lines])) == []


def test_many_texts_are_compared_in_no_time(compared: Callable[..., Consolidation]) -> None:
    """Each text with those alone that share a hash with it: two thousand departments are compared at once."""
    texts = [[text(words(n, 120))] for n in range(2000)]
    texts[7] = texts[1999]
    assert [d for d, _, _ in said(compared(texts))] == ["第7局", "第1999局"]
