"""Of what year a text says that it reports itself: its title, `…情况报告如下`, the score that it tells."""

from __future__ import annotations

import re
from collections.abc import Iterator

from xlprocess.narrative.passage import Passage
from xlprocess.narrative.years import names_it
from xlprocess.report import Report

_EVALUATED = re.compile(
    r"(?<!\d)(?P<year>\d{4})年度?[^，,。；《》〔〕\d]{0,14}?整体支出绩效[^，,。；《》〔〕\d]{0,4}?(?:自评|评价)"
)
_PAST = re.compile(
    "上年|去年|前年|往年|以前|以来|问题|整改|提出|反映|发现|指出|比|较|与|同|均|获|被评|荣|批复|通知|文件|办法|《|〔|印发|计划|应用|公开|(?<!现)将"
)
"""With these a sentence may well speak of an evaluation of another year."""
_CLAUSES = re.compile("[，,。；;：:、《》]")
LONGEST_TITLE = 50
_AFTERWARDS = re.compile("(?:情况|结果|报告|汇报|说明|公开|公示)(?:报告|汇报|说明|公开|公示)?如下")
_NOW = re.compile(r"\s*(?:(?:一|二|三|四|\d)[、.])?(?:经|通过|根据|按照|对照)?(?:本次|此次|自评|综合评[价定]|评[价审]组)")


def evaluated_years(report: Report, passage: Passage, year: int) -> Iterator[tuple[int, int, int]]:
    """Year, start and end where the text says of what year it reports itself, and that is another: as a title,
    as `…情况报告如下`, or with the score that the report has. Evaluations of other years, spoken of as such, are none of these."""
    seen = -1
    for found in _EVALUATED.finditer(passage.text):
        start, end = _around(passage, found.start())
        if start == seen:
            continue
        seen, text = start, passage.text[start:end]
        if int(found["year"]) == year or names_it(text, year):
            continue
        if _is_title(text) or (not _PAST.search(text) and _is_this_report(report, passage, start, end)):
            yield int(found["year"]), *found.span()


def _around(passage: Passage, at: int) -> tuple[int, int]:
    """The sentence, or the heading."""
    sentence = passage.sentence_at(at)
    if sentence is not None:
        return sentence.start, sentence.end
    end = passage.text.find("\n", at)
    return passage.text.rfind("\n", 0, at) + 1, end if end >= 0 else len(passage.text)


def _is_title(text: str) -> bool:
    """A line that is the title of such a report and nothing else."""
    text = text.strip()
    return len(text) <= LONGEST_TITLE and text.endswith("报告") and not _CLAUSES.search(text) and not _PAST.search(text)


def _is_this_report(report: Report, passage: Passage, start: int, end: int) -> bool:
    """The sentence introduces the report, says how it was made, or tells the score that stands in the table."""
    text = passage.text[start:end]
    if _AFTERWARDS.search(text) or _NOW.match(text):
        return True
    score = report.role("score").typed_number
    told = [a for a in passage.within(start, end) if a.kind == "score"]
    return len(told) == 1 and told[0].is_exact and told[0].value == score
