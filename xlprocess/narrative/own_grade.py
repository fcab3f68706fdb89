"""Whose grade a sentence tells.

Departments are graded for many things (考核, 决算, 信用 …), and so are projects, subordinates and other years. A grade is the
report's own only where its sentence says so, and nothing unknown stands between that and the grade.
"""

from __future__ import annotations

import re

from xlprocess.narrative.context import Result
from xlprocess.narrative.passage import Passage, Sentence

REMEMBERED = 160
"""Signs before a sentence in which a project may have been named of which it goes on to speak."""
LONGEST = 300
"""Signs from the beginning of a sentence after which nobody knows any more of what it speaks."""

_PAUSE = re.compile("[，,；;：:]")
_OWN = r"(?:[我本全](?:部门|单位|局机关|街道|中心|[局委办院校镇乡厅会所队站]))"
_DATE = r"\d{4}年度?|本年度?|当年度?|今年|[本此]次"
_WHOLE = re.compile(r"整体(?:支出)?(?:预算)?(?:管理)?绩效")
_SELF = re.compile("(?:绩效)?自评|(?:评分|打分)结果[，,]")
# Other words before the subject in its clause, or between subject and grade, and nobody knows what is graded.
_BEFORE = re.compile(
    rf"(?:{_OWN}|{_DATE}|部门|单位|[()（）\s]|经|根据|按照|对照|综合|评定|评价|评审|打分|组|考虑|因此|据此|故|最终|最后|总的来看|总体|对|的|在|"
    r"[一二三四五六七八九十][是、]|\d{1,2}[、.])*"
)
_BETWEEN = re.compile(
    rf"(?:{_OWN}|{_DATE}|部门|单位|其|该|的|[\d.]+分|自评价?|自我评价|评价|绩效|综合|总体|最终|评定|评审|打分|组|得分|评分|总分|分值|结果|"
    r"结论|等次|等级|标准|确定|对应|相应|属于?|经|根据|按照?|对照|据此|因此|情况|如下|为|是|达到?|[，,、：:()（）\s])*"
)
_OTHERS_GRADE = re.compile("重点评价|抽查|复核|复评|再评价|第三方|考核|考评|力争|争取|目标值|预期|如果|若|假如")
_OTHER_SUBJECT = re.compile(
    "项目|专项|下属|所属|二级|资金(?!支出率|使用)|中心|子公司|大队|支队|分局|考核|考评|政策|部门决算|内部控制"
)


def is_own(passage: Passage, sentence: Sentence, match: re.Match[str], result: Result) -> bool:
    """The sentence says that the whole department's evaluation of the report's year is graded."""
    if match.start() - sentence.start > LONGEST:
        return False
    text = result.without_owner(passage.text[sentence.start : match.start()])
    told = text + match[0]
    if result.tells_other_time(told) or _OTHERS_GRADE.search(told):
        return False
    if _is_subject(_last(_WHOLE, told), told, len(text)):
        return "自评" in told or "自我评价" in told or "财政" not in told
    if not _is_subject(_last(_SELF, told), told, len(text)):
        return False
    remembered = passage.text[max(sentence.start - REMEMBERED, 0) : sentence.start].rpartition("\n")[2]
    return not any(map(_OTHER_SUBJECT.search, (text, result.without_owner(remembered), sentence.heading)))


def _is_subject(found: re.Match[str] | None, told: str, end: int) -> bool:
    """This is what is graded: nothing unknown stands before it in its clause, nor behind it."""
    if found is None or not _BETWEEN.fullmatch(told, found.end(), max(end, found.end())):
        return False
    clause = max((m.end() for m in _PAUSE.finditer(told, 0, found.start())), default=0)
    return _BEFORE.fullmatch(told, clause, found.start()) is not None


def _last(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    found = None
    for found in pattern.finditer(text):  # noqa: B007
        pass
    return found
