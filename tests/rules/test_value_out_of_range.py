"""R312: a number outside its range."""

import pytest

from xlprocess.checking import check


@pytest.mark.parametrize("score", ["100.5", "-1", "9200"])
def test_flags_a_score_outside_its_range(report, found, score):
    assert found(report(score=score)) == [f"R312 score {score}"]


def test_says_the_range(report):
    assert check(report(score="120"))[0].message == "“绩效自评综合得分” 120，应在 0 至 100 之间。"
    assert check(report(staff_actual=-1))[0].message == "“实有人数” -1，应不小于 0。"


def test_flags_a_negative_head_count_once(report, found):
    assert found(report(staff_actual=-1)) == ["R312 staff_actual -1"]


@pytest.mark.parametrize("score", ["0", "100"])
def test_accepts_the_ends(report, found, score):
    grade = "优" if score == "100" else "差"
    assert [x for x in found(report(score=score, grade=grade)) if "R312" in x] == []
