"""Sentences, headings and quotations of a long text."""

import pytest

from xlprocess.form.load import load
from xlprocess.identity import Spot
from xlprocess.narrative.passage import LONGEST_QUOTE, Passage, is_heading


def passage(text):
    return Passage(Spot("narrative", None, "s2"), load("yueyang-2021").tables["narrative"].fields["s2"], text)


def test_a_sentence_knows_its_paragraph_and_heading():
    text = passage("（一）基本支出情况\n甲。乙；丙。\n丁")
    said = [(text.text[s.start : s.end], s.opens, s.heading) for s in text.sentences]
    assert said == [("甲。", True, "(一)基本支出情况"), ("乙；丙。", False, "(一)基本支出情况"), ("丁", True, "(一)基本支出情况")]


@pytest.mark.parametrize("line", ["一、部门概况", "（二）项目支出情况", "1.存在的问题", "机构设置情况"])
def test_headings(line):
    assert is_heading(line.replace("（", "(").replace("）", ")"))


@pytest.mark.parametrize("line", ["基本支出70万元", "1.完成检查，成效明显。", "已完成", ""])
def test_no_headings(line):
    assert not is_heading(line)


def test_a_quotation_is_short_and_as_it_was_typed():
    text = passage("“三公”经费 １２万元，" + "甲" * 60)
    assert text.quote(0, 11) == "‘三公’经费１２万元"
    assert len(text.quote(0, len(text.text))) == LONGEST_QUOTE
    assert "…" in text.quote(0, len(text.text))


def test_offsets_hold_whatever_was_folded():
    text = passage("ａ１．５％（甲）￥３\u3000元")
    assert len(text.text) == len(text.raw)
