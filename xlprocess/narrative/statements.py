"""What a text states of the form's figures: an amount, and the fields that it can be said of."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from xlprocess.narrative import passages
from xlprocess.narrative.amounts import Amount
from xlprocess.narrative.context import Result
from xlprocess.narrative.names import Names, Said, names
from xlprocess.narrative.passage import PAUSES, Passage, Sentence
from xlprocess.report import Report

_TYPES = {"money": "money", "percent": "rate", "people": "count", "score": "score"}
_INTRODUCES = re.compile("(?:其中|分别|分为|包括|如下|具体|情况|明细|构成|组成|支出|收入|经费|合计|概况|是|为)$|^$")
_SEPARATORS = re.compile("[、和与及,，]|以及")
_RESPECTIVELY = re.compile("分别(?:是|为|达到|达|支出|完成|:|：)?$")


class Statement(NamedTuple):
    """`start` to the amount's end is what was read."""

    passage: Passage
    sentence: Sentence
    amount: Amount
    said: Said
    start: int


def result_of(report: Report) -> Result:
    """The year and the department that the texts of a report speak of."""
    year, name = report.role("year").typed_number, report.role("name").text
    return Result(int(year) if year is not None and year == int(year) else None, (name or "").strip())


def statements(report: Report, passage: Passage) -> tuple[Statement, ...]:
    """Every amount whose name is known, with whatever year or kind it is of."""
    texts = passages(report)
    if not texts:
        return ()
    kept = texts.stated
    if passage not in kept:
        kept[passage] = tuple(_statements(names(report.form), report.role("name").text or "", passage))
    return kept[passage]


def _statements(known: Names, owner: str, passage: Passage) -> Iterator[Statement]:
    if not passage.amounts:
        return
    for sentence in passage.sentences:
        inside = passage.within(sentence.start, sentence.end)
        previous = sentence.start
        for amount in inside:
            start = lead_start(passage.text, previous, amount.start)
            lead = passage.text[start : amount.start]
            said = known.read(lead, owner)
            if said is not None and (said := _of_kind(said, amount)) is not None:
                yield Statement(passage, sentence, amount, said, start)
            previous = amount.end
        yield from _respectively(known, owner, passage, sentence, inside)


def is_result(report: Report, s: Statement) -> bool:
    """The statement is about what this department got, spent or has in the report's year, and exactly meant."""
    if s.passage.field.plan or not s.amount.is_exact:
        return False
    result = result_of(report)
    if s.said.year is not None and result.is_other_year(s.said.year):
        return False
    own_year = s.said.year is not None or s.said.is_own
    is_actual = s.said.is_actual or s.said.tells_budget
    return not result.is_foreign(s.passage, s.sentence, s.start, s.amount.end, own_year, is_actual)


def lead_start(text: str, left: int, right: int) -> int:
    """Where the words begin that belong to the amount at `right`: after the last pause, the last unmatched bracket, or
    a `、` that ends a finished item."""
    depth = 0
    for k in range(right - 1, left - 1, -1):
        ch = text[k]
        if ch == ")":
            depth += 1
        elif ch == "(":
            if not depth:
                return k + 1
            depth -= 1
        elif depth:
            continue
        elif ch in PAUSES:
            return k + 1 if ch not in ":：" or _INTRODUCES.search(text[left:k].strip()) else left
        elif ch == "、" and not text[left:k].strip(" )"):
            return k + 1
    return left


def _of_kind(said: Said, amount: Amount) -> Said | None:
    """The fields of the amount's kind."""
    fields = tuple(at for at in said.fields if at.field.type == _TYPES.get(amount.kind))
    return said._replace(fields=fields) if fields else None


def _respectively(known: Names, owner: str, passage: Passage, sentence: Sentence, inside: list[Amount]) -> Iterator[Statement]:
    """`A和B分别为1万元和2万元`: names and amounts in the same number, in the same order."""
    for k, first in enumerate(inside):
        left = inside[k - 1].end if k else sentence.start
        before = passage.text[left : first.start].rstrip()
        marked = _RESPECTIVELY.search(before)
        if not marked:
            continue
        start = lead_of_list(passage.text, left, left + marked.start())
        listed = [part for part in _SEPARATORS.split(passage.text[start : left + marked.start()]) if part.strip()]
        amounts = [first]
        for amount in inside[k + 1 :]:
            if not _SEPARATORS.fullmatch(passage.text[amounts[-1].end : amount.start].strip()):
                break
            amounts.append(amount)
        if len(listed) != len(amounts) or len(listed) < 2:
            continue
        for part, amount in zip(listed, amounts, strict=True):
            said = known.read(part, owner)
            if said is not None and (said := _of_kind(said, amount)) is not None:
                yield Statement(passage, sentence, amount, said, start)


def lead_of_list(text: str, left: int, right: int) -> int:
    """Where a list of names that ends at `right` begins."""
    found = max(text.rfind(ch, left, right) for ch in ";；:：")
    return max(found + 1, left)
