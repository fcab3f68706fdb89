"""The grade that a text names: `评价等次为“优”`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from xlprocess.form.model import Field
from xlprocess.narrative.passage import Passage


def grades(field: Field, passage: Passage) -> Iterator[tuple[str, int, int]]:
    """Grade, start and end, each time that one of the field's choices is said of it; not last year's."""
    names = "|".join(map(re.escape, sorted(field.named, key=len, reverse=True)))
    choices = "|".join(map(re.escape, sorted(field.choices, key=len, reverse=True)))
    said = re.compile(
        rf"(?:{names})(?:评定|确定|定|结果|是|为|:|：)*\s*[“\"‘]?(?P<grade>{choices})(?=[秀好”\"’。，,；;）)\s]|等级|等次|$)"
    )
    for sentence in passage.sentences:
        for match in said.finditer(passage.text, sentence.start, sentence.end):
            if not re.search("上年|去年|项目|指标|以上|分档|标准", passage.text[sentence.start : match.start()][-16:]):
                yield match["grade"], match.start(), match.end()
