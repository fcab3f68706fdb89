"""How many subordinate units a text says that the department has."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from xlprocess.form.model import RowSet
from xlprocess.narrative.passage import Passage, Passages
from xlprocess.typed import read_number

_NUMBER = r"(\d{1,2}|[一二两三四五六七八九十]{1,3})"
_APART = re.compile(
    "未独立核算|不独立核算|非独立核算|无独立核算|报账制|报账单位|统一核算|纳入\\S{0,4}(?:本级|局机关|机关)核算|不单独核算|未单独核算|合并(?:核算|编制)"
)


@cache
def _told(called: tuple[str, ...]) -> re.Pattern[str]:
    words = "|".join(map(re.escape, sorted(called, key=len, reverse=True)))
    return re.compile(rf"(?:{words})(?:共|共有|有|为)?\s*{_NUMBER}\s*(?:个|家|所)|{_NUMBER}\s*(?:个|家|所)(?:{words})")


def holding(row_set: RowSet, texts: Passages) -> Sequence[Passage]:
    """The texts in which a number of them is told."""
    return texts.holding(_told(row_set.called)) if row_set.called else ()


def subordinates(row_set: RowSet, passage: Passage) -> tuple[int, int, int] | None:
    """Number, start and end; None where none is told, several are, or they are said to keep no accounts of their own."""
    if not row_set.called:
        return None
    found = list(_told(row_set.called).finditer(passage.text))
    if len(found) != 1 or _APART.search(passage.text):
        return None
    number = read_number(found[0][1] or found[0][2]).value
    return (int(number), found[0].start(), found[0].end()) if number else None
