"""The grade that a text names: `评价等次为“优”`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache

from xlprocess.form.model import Field
from xlprocess.narrative.passage import Passage, Passages


@cache
def _said(named: tuple[str, ...], choices: tuple[str, ...]) -> re.Pattern[str]:
    names = "|".join(map(re.escape, sorted(named, key=len, reverse=True)))
    grades = "|".join(map(re.escape, sorted(choices, key=len, reverse=True)))
    return re.compile(
        rf"(?:{names})(?:评定|确定|定|结果|是|为|:|：)*\s*[“\"‘]?(?P<grade>{grades})(?=[秀好”\"’。，,；;）)\s]|等级|等次|$)"
    )


def holding(field: Field, texts: Passages) -> Sequence[Passage]:
    """The texts that speak of the grade at all."""
    return [p for p in texts if any(name in p.text for name in field.named)]


def grades(field: Field, passage: Passage) -> Iterator[tuple[str, int, int]]:
    """Grade, start and end, each time that one of the field's choices is said of it; not last year's."""
    said = _said(field.named, field.choices)
    for sentence in passage.sentences:
        for match in said.finditer(passage.text, sentence.start, sentence.end):
            if not re.search("上年|去年|项目|指标|以上|分档|标准", passage.text[sentence.start : match.start()][-16:]):
                yield match["grade"], match.start(), match.end()
