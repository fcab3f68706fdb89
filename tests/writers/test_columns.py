"""Text in columns, where a Chinese character takes two."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from xlprocess.writers.columns import pad, plain, readable, width, wrapped


def test_chinese_takes_two_columns() -> None:
    assert [width(t) for t in ("ab", "收入", "“a”", "e\u0301", "")] == [2, 4, 5, 1, 0]
    assert pad("收入", 6) + "|" == "收入  |"


def test_numbers_are_kept_whole_and_no_line_begins_with_a_closing_mark() -> None:
    text = "局机关“收入合计”952.55，各分项之和 1032.52，少 79.97。"
    assert list(wrapped(text, 20, 2)) == ["局机关“收入合计”", "  952.55，各分项之和", "  1032.52，少", "  79.97。"]


def test_without_a_width_it_is_one_line() -> None:
    assert list(wrapped("很长" * 100, None)) == ["很长" * 100]


def test_nothing_moves_the_cursor() -> None:
    assert plain("a\x1b[31mb\r\nc\u202ed") == "a\ufffd[31mb  c\ufffdd"
    assert plain("局（检查）.xlsx") == "局（检查）.xlsx"


def test_names_read_whatever_the_locale_was() -> None:
    assert readable("局.xlsx".encode().decode("ascii", "surrogateescape")) == "局.xlsx"
    assert readable("\ud800局") == "\ufffd局"
    assert readable("\udcff") == "\ufffd"


@given(st.text(st.characters(codec="utf-8")), st.integers(12, 90), st.integers(0, 4))
def test_no_line_is_wider_and_nothing_is_lost(text: str, columns: int, indent: int) -> None:
    text = plain(text)
    lines = list(wrapped(text, columns, indent))
    assert all(width(line) <= columns for line in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())
