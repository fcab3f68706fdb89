"""R311: a grade that is not of the score's band."""

import pytest

from xlprocess.checking import check

REASON = {"s7": "第3项指标扣8分。"}


def graded(report, score, grade):
    return report(score=score, grade=grade, narrative={**{f"s{n}": "已说明。" for n in range(1, 10)}, **REASON})


def test_flags_good_for_an_excellent_score(report, found):
    case = graded(report, "92", "良")
    assert found(case) == ["R311 grade 良 expected 优"]
    assert check(case)[0].message == "“评价等次”填的是“良”，“绩效自评综合得分” 92 分对应“优”。"


@pytest.mark.parametrize(
    ("score", "grade"),
    [
        ("92", "优"),
        ("90", "优"),
        ("89.99", "良"),
        ("80", "良"),
        ("79.5", "中"),
        ("60", "中"),
        ("59", "差"),
        ("92", "优秀"),
    ],
)
def test_accepts_the_bands_of_the_ministry(report, found, score, grade):
    assert found(graded(report, score, grade)) == []


def test_flags_a_word_of_another_scale(report, found):
    assert found(graded(report, "92", "合格")) == ["R311 grade 合格 expected 优"]


def test_leaves_a_score_out_of_range_to_its_own_rule(report, found):
    assert found(graded(report, "920", "中")) == ["R312 score 920"]


def test_accepts_a_blank_grade(report, found):
    assert found(graded(report, "92", None)) == []
