"""Sentences that speak of another year as if it were the report's."""

from __future__ import annotations

import re
from collections.abc import Iterator

from xlprocess.narrative.context import OTHER_TIME
from xlprocess.narrative.passage import Passage, Sentence
from xlprocess.narrative.statements import Statement, result_of, statements
from xlprocess.report import Report

_EVALUATED = re.compile(r"(?<!\d)(?P<year>\d{4})年度?[^，,。；《》〔〕\d]{0,14}?整体支出绩效(?:自评|评价)")
_NOT_OWN = re.compile("上年|根据|依据|按照|结果|通知|文件|办法|《|〔|印发|以前|往年|去年|计划|将")
_YEAR = re.compile(r"(?<!\d)(\d{4})年")
_COMPARES = re.compile(rf"{OTHER_TIME}|比|较|相比|结转|以来|起|至")


def evaluated_years(passage: Passage, year: int) -> Iterator[tuple[int, int, int]]:
    """Year, start and end where the evaluation itself is said to be of another year."""
    for sentence in passage.sentences:
        text = passage.text[sentence.start : sentence.end]
        for found in _EVALUATED.finditer(text):
            stated = int(found["year"])
            if stated != year and not _NOT_OWN.search(text) and not _names(text, year):
                yield stated, sentence.start + found.start(), sentence.start + found.end()


def told_of_another_year(report: Report, passage: Passage, year: int) -> Iterator[Statement]:
    """Statements that name another year, in a sentence that compares nothing and does not name the report's."""
    result = result_of(report)
    for s in statements(report, passage):
        if s.said.year in (None, year) or not s.amount.is_exact:
            continue
        if not compares(passage, s.sentence, year) and not result.is_foreign(
            passage, s.sentence, s.start, s.amount.end, True, False
        ):
            yield s


def compares(passage: Passage, sentence: Sentence, year: int) -> bool:
    """The sentence names the report's year too, or sets years against each other."""
    text = passage.text[sentence.start : sentence.end]
    years = {int(y) for y in _YEAR.findall(text)}
    return year in years or len(years) > 1 or bool(_COMPARES.search(text))


def names_another(text: str, year: int) -> bool:
    """Another year is named at all."""
    return any(int(y) != year for y in _YEAR.findall(text))


def _names(text: str, year: int) -> bool:
    return any(int(y) == year for y in _YEAR.findall(text))
