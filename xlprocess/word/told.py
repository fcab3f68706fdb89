"""Special funds and social items that a report tells of in sentences alone: amounts with their names, taken only from lists
that stand plainly there. What is taken so is to be verified by somebody: it is marked 待核."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import NamedTuple

_AMOUNT = re.compile(r"(?P<number>[0-9]+(?:\.[0-9]+)?)\s*(?P<unit>亿元|万元|元)")
_BRACKETS = re.compile(r"[（(][^（()）]*[）)]")
_FUND = re.compile(
    r"^(?:[（(]?[0-9一二三四五六七八九十]{1,2}[、.．）)]\s*)?(?:(?P<year>20[0-9]{2})年度?)?(?P<name>[^，。；,;]{2,40}?资金)\s*"
    r"(?P<number>[0-9]+(?:\.[0-9]+)?)\s*(?P<unit>亿元|万元|元)"
)
_ITEM = re.compile(r"(?P<name>[^，。；、,;0-9]{2,20}?)(?:缴费)?(?:支出)?\s*(?P<number>[0-9]+(?:\.[0-9]+)?)\s*(?:万元|支出)")
_LEAD = re.compile(r"^(?:主要|其中|分别)?(?:用于|是|为|：|:)?\s*")
_PLACES = {"元": -4, "万元": 0, "亿元": 4}


class Told(NamedTuple):
    """A name and an amount in 万元, as a sentence tells them."""

    name: str
    amount: Decimal


class ToldFund(NamedTuple):
    name: str
    year: str | None
    amount: Decimal
    parts: list[Told]
    sentence: str


def told_funds(text: str) -> list[ToldFund]:
    """The special funds of a section: paragraphs that begin with one. Its uses only where they add up to it exactly."""
    found = []
    for line in text.split("\n"):
        start = _FUND.match(line.strip())
        if start is None:
            continue
        amount = _value(start["number"], start["unit"])
        rest = _BRACKETS.sub("", line.strip()[start.end() :])
        found.append(ToldFund(start["name"], start["year"], amount, _parts(rest, amount), line.strip()))
    return found


def _parts(text: str, whole: Decimal) -> list[Told]:
    """The run of amounts that makes up the whole; two at least."""
    amounts = []
    for clause in re.split(r"[，。；,;]", text):
        found = list(_AMOUNT.finditer(clause))
        if len(found) == 1:
            before = _LEAD.sub("", clause[: found[0].start()].strip())
            name = before or _LEAD.sub("", clause[found[0].end() :].strip())
            if name:
                amounts.append(Told(name, _value(found[0]["number"], found[0]["unit"])))
    for first in range(len(amounts)):
        for last in range(first + 2, len(amounts) + 1):
            if sum(a.amount for a in amounts[first:last]) == whole:
                return amounts[first:last]
    return []


def told_items(text: str) -> tuple[Decimal, list[Told], str] | None:
    """A total and its items: the first sentence that states a total and, behind 其中, two items or more."""
    for sentence in re.split(r"[。\n]", text):
        head, inner, tail = sentence.partition("其中")
        total = _AMOUNT.search(head)
        items = [Told(_LEAD.sub("", m["name"].strip()), Decimal(m["number"])) for m in _ITEM.finditer(_BRACKETS.sub("", tail))]
        if inner and total is not None and total["unit"] == "万元" and len(items) >= 2:
            return _value(total["number"], total["unit"]), items, sentence.strip()
    return None


def _value(number: str, unit: str) -> Decimal:
    return Decimal(number).scaleb(_PLACES[unit])
