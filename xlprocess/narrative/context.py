"""Whether a figure is this year's result: what was said before it in its sentence, paragraph and heading.

Last year's figures, budgets, plans, amounts a head, running totals and those of other organisations are no results of
the report, whatever they are called.
"""

from __future__ import annotations

import re
from bisect import bisect_left

from xlprocess.narrative.passage import Passage, Sentence

OTHER_TIME = (
    r"上年|去年|上一年|前年|往年|历年|以前年度|以往|明年|次年|下年|来年|十[二三四五]五|近[两三五]年|同期|同比|环比|累计(?!结)|"
    r"上半年|下半年|季度|\d{1,2}月份|\d{1,2}-\d{1,2}月|截至\d{4}年(?:[1-9]|1[01])月"
)
_OTHER_TIME = re.compile(OTHER_TIME)
_OWN_TIME = re.compile("本年|当年|今年|全年")
_YEAR = re.compile(r"(?<!\d)(\d{4})年")
BUDGET = re.compile(
    r"年初|预算(?:数|安排|批复|下达|编制|总|为|金额|指标|调整|申报|资金)|部门预算|批复|下达|计划|拟[投安用]|预计|力争|目标|申请|申报|控制数|限额|标准|额度|需求|缺口"
)
_RESULT = re.compile("实际|决算|执行(?!率)|支出数|全年支出|完成支出")
PER = re.compile("人均|平均|每[人月户年天次名个]|/人|人/|每生|生均|日均|月均")
CHANGE = re.compile("比|较|增|减|上升|下降|提高|降低|压缩|节约|压减|差额|超支|追加|调整")
OTHERS = re.compile("下属|所属|二级|直属|分局|大队|支队|中心|各镇|各街道|乡镇|各单位|各部门|全区|全市|全县|全省|兄弟|企业|村|社区")
LONGEST_MEMORY = 12
"""Sentences after which nobody remembers the year that a paragraph began with."""
_BUDGET_HEADING = re.compile("年初|预算安排|预算编制|预算批复|部门预算(?!支出|执行)|收支预算")


class Result:
    """Whose results the texts of a report are: the year (None: unknown) and the department's name."""

    def __init__(self, year: int | None, owner: str) -> None:
        self.year = year
        self.owner = owner

    def is_foreign(self, passage: Passage, sentence: Sentence, start: int, end: int, own_year: bool, actual: bool) -> bool:
        """A figure said in `start`..`end` is of another time, kind or organisation. `own_year`, `actual`: it says itself that it
        is of this year, and a result."""
        before = passage.text[sentence.start : start]
        if self.owner:
            before = before.replace(self.owner, "")
        said = passage.text[start:end]
        if PER.search(said) or PER.search(passage.text[end : end + 4]) or PER.search(before[-12:]):
            return True
        if OTHERS.search(self.without_owner(before)) or OTHERS.search(self.without_owner(sentence.heading)):
            return True
        if not actual and self._is_budget(sentence, before):
            return True
        return not own_year and self._is_other_time(passage, sentence, before)

    def without_owner(self, text: str) -> str:
        """The text without the department's own name, as far as it is written."""
        for start in range(max(len(self.owner) - 3, 0)):
            if self.owner[start:] in text:
                return text.replace(self.owner[start:], "")
        return text

    def _is_budget(self, sentence: Sentence, before: str) -> bool:
        if _BUDGET_HEADING.search(sentence.heading):
            return True
        cues = [m.end() for m in BUDGET.finditer(before)]
        results = [m.end() for m in _RESULT.finditer(before)]
        return bool(cues) and (not results or results[-1] < cues[-1])

    def _is_other_time(self, passage: Passage, sentence: Sentence, before: str) -> bool:
        found = self._last_time(before)
        if found is None and self._last_time(sentence.heading) is True:
            return True
        if found is None and not sentence.opens:
            found = self._opening_time(passage, sentence)
        return found is True

    def tells_other_time(self, text: str) -> bool:
        """The last time that a text names is another than the report's."""
        return self._last_time(text) is True

    def _last_time(self, text: str) -> bool | None:
        """The last time that a text names is another than the report's; None where it names none."""
        named = [(m.end(), True) for m in _OTHER_TIME.finditer(text)]
        named += [(m.end(), False) for m in _OWN_TIME.finditer(text)]
        named += [(m.end(), self.is_other_year(int(m[1]))) for m in _YEAR.finditer(text)]
        return max(named)[1] if named else None

    def is_other_year(self, year: int) -> bool:
        return self.year is not None and year != self.year

    def _opening_time(self, passage: Passage, sentence: Sentence) -> bool | None:
        """The time at the beginning of an earlier sentence of the paragraph, which goes on until another is named."""
        number = bisect_left(passage.sentences, sentence)
        for other in reversed(passage.sentences[max(number - LONGEST_MEMORY, 0) : number]):
            named = self._last_time(passage.text[other.start : other.start + 8])
            if named is not None or other.opens:
                return named
        return None
