"""The grade that a text names for the report's own evaluation: `2021年度部门整体支出绩效自评等次为“优”`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache

from xlprocess.form.model import Field
from xlprocess.narrative.context import Result
from xlprocess.narrative.passage import Passage, Passages

RESULTS = ("自评结果", "评价结果", "绩效等级", "绩效等次")
"""What a grade may be called besides the names of the field."""


@cache
def _said(named: tuple[str, ...], choices: tuple[str, ...]) -> re.Pattern[str]:
    names = "|".join(map(re.escape, sorted({*named, *RESULTS}, key=len, reverse=True)))
    grades = "|".join(map(re.escape, sorted(choices, key=len, reverse=True)))
    return re.compile(
        rf"(?:{names})(?:(?<!结果)|(?=[为是:：]|评?[评确]?定[为是]))(?:评定|确定|定|结果|是|为|:|：)*\s*"
        rf"[“\"‘]?(?P<grade>{grades})[秀好]?(?:等次|等级)?[”\"’]?(?:等次|等级)?(?=[。，,；;）)\s]|$)"
    )


def holding(field: Field, texts: Passages) -> Sequence[Passage]:
    """The texts that speak of a grade at all."""
    return [p for p in texts if any(name in p.text for name in (*field.named, *RESULTS))]


def grades(field: Field, passage: Passage, result: Result, typed: str) -> Iterator[tuple[str, int, int]]:
    """Grade, start and end, each time that another than the typed one is said of the report's own evaluation."""
    said = _said(field.named, field.choices)
    for sentence in passage.sentences:
        for match in said.finditer(passage.text, sentence.start, sentence.end):
            if match["grade"] in typed:
                continue
            from xlprocess.narrative.own_grade import is_own

            if is_own(passage, sentence, match, result):
                yield match["grade"], match.start(), match.end()
