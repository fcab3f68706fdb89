"""Which lines of a note are ours: whatever a person writes around or into them stays."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xlprocess.books.mark import LINES, MARK, RULE, below, checked, spans, with_ours, without_ours

OURS = f"{MARK}\n错误 R101 少 79.97\n　可能原因：漏计\n　处理：更正"
OTHER = f"{MARK}\n警告 R205 比率"


def test_a_note_of_ours_leaves_nothing():
    assert without_ours(OURS) is None
    assert without_ours(MARK) is None
    assert without_ours(OURS + "\n\n") is None


@pytest.mark.parametrize("person", ["张三：\n已核对", "abc\n", "\n\n x ", "", "错误 R101 是我写的", "────", "见绩效自评检查表"])
def test_a_persons_text_above_ours_comes_back_exactly(person):
    assert without_ours(person + below(OURS)) == person


@pytest.mark.parametrize(
    ("note", "person"),
    [
        (OURS + "\n我已核对", "我已核对"),
        (OURS + "\n\n我已核对\n\n没有问题\n", "我已核对\n\n没有问题"),
        (f"{MARK}\n错误 R101 一\n我写在中间\n　处理：更正", "我写在中间"),
        (f"{MARK}已看\n错误 R101 一", "已看"),
        (f"知道了{MARK}\n错误 R101 一", "知道了"),
        ("甲" + below(OURS) + "\n乙", "甲\n乙"),
        ("甲" + below(OURS) + below(OTHER), "甲"),
        (OURS.replace("\n", "\r\n") + "\r\n我", "我"),
        (OURS.replace("\n", "_x000D_\n"), None),
    ],
)
def test_what_a_person_typed_into_or_below_ours_stays(note, person):
    assert without_ours(note) == person


def test_a_mark_that_a_person_only_mentions_is_no_note_of_ours():
    text = f"为什么有{MARK}这样的批注？"
    assert without_ours(text) == text
    assert spans("没有标记\n错误 R101 也不是我们的") == []


def test_ours_is_replaced_and_stands_below_what_a_person_typed_into_it():
    assert with_ours(None, OURS) == OURS
    assert with_ours(OTHER, OURS) == OURS
    assert with_ours(OTHER + "\n我已核对", OURS) == f"我已核对\n{RULE}\n{OURS}"


def test_refuses_a_text_that_could_not_be_told_from_a_persons():
    for text in ("没有标记", f"{MARK}\n随便写的", f"{MARK}\n错误 R101 一\n"):
        with pytest.raises(ValueError, match="begins with"):
            checked(text)


_lines = st.text(alphabet="甲乙 ab─【】\r", max_size=8)
_ours = st.lists(st.tuples(st.sampled_from(LINES), _lines.filter(lambda s: "\r" not in s)), max_size=4).map(
    lambda items: "\n".join([MARK, *(a + b for a, b in items)])
)


@given(st.lists(_lines, max_size=5).map("\n".join), _ours, _ours)
@settings(deadline=None)
def test_any_text_above_any_note_comes_back_and_the_second_time_nothing_changes(person, first, second):
    once = with_ours(person, first)
    assert without_ours(once) == person
    assert with_ours(once, first) == once
    assert without_ours(with_ours(once, second)) == person
