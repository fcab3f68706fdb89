"""Sentences that speak of another year as if it were the report's."""

from __future__ import annotations

import re
from collections.abc import Iterator

from xlprocess.narrative.context import OTHER_TIME
from xlprocess.narrative.passage import Passage, Sentence
from xlprocess.narrative.statements import Statement, result_of, statements
from xlprocess.report import Report

_YEAR = re.compile(r"(?<!\d)(\d{4})年")
_COMPARES = re.compile(rf"{OTHER_TIME}|比|较|相比|结转|以来|起|(?<!截)至")
_OPENING = re.compile(r"\s*(?:截[至止])?(\d{4})年(?:度|末|底|12月31日)?止?[，,]")

_OPENING_CLAUSE = re.compile(r"\s*(\d{4})年度[^，,；年\d]{1,24}[，,]")


def told_of_another_year(report: Report, passage: Passage, year: int) -> Iterator[tuple[Statement, int]]:
    """Statements that name another year, and it, in a sentence that compares nothing and does not name the report's."""
    result = result_of(report)
    for s in statements(report, passage):
        named = s.said.year or _opening_year(passage, s, year)
        if named in (None, year) or not s.amount.is_exact:
            continue
        if not compares(passage, s.sentence, year) and not result.is_foreign(
            passage, s.sentence, s.start, s.amount.end, True, False
        ):
            yield s, named


def _opening_year(passage: Passage, s: Statement, year: int) -> int | None:
    """The year that the sentence opens with, when nothing but a pause stands between it and the statement; an earlier 年度 also
    when a clause does that names no year."""
    opening = _OPENING.fullmatch(passage.text, s.sentence.start, s.start)
    if opening is None:
        opening = _OPENING_CLAUSE.fullmatch(passage.text, s.sentence.start, s.start)
        if opening is None or int(opening[1]) > year:
            return None
    return int(opening[1])


def compares(passage: Passage, sentence: Sentence, year: int) -> bool:
    """The sentence names the report's year too, or sets years against each other."""
    text = passage.text[sentence.start : sentence.end]
    years = {int(y) for y in _YEAR.findall(text)}
    return year in years or len(years) > 1 or bool(_COMPARES.search(text))


def names_another(text: str, year: int) -> bool:
    """Another year is named at all."""
    return any(int(y) != year for y in _YEAR.findall(text))


def names_it(text: str, year: int) -> bool:
    """The year is named."""
    return any(int(y) == year for y in _YEAR.findall(text))
