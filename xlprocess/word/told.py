"""Special funds and social items that a report tells of in sentences alone: amounts with their names, taken only from lists
that stand plainly there. What is taken so is to be verified by somebody: it is marked 待核."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import NamedTuple

_NUMBER = r"(?P<number>[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?|[0-9]+(?:\.[0-9]+)?)"
_UNIT = r"(?P<unit>亿元|万元|元)"
_AMOUNT = re.compile(rf"(?<![0-9.,]){_NUMBER}\s*{_UNIT}")
_BRACKETS = re.compile(r"[（(][^（()）]*[）)]")
_FUND = re.compile(
    r"^(?:[（(]?[0-9一二三四五六七八九十]{1,2}[、.．）)]\s*)?(?:(?P<year>20[0-9]{2})年度?)?(?P<name>[^，。；,;]{2,40}?资金)\s*"
    rf"{_NUMBER}\s*{_UNIT}"
)
_NO_FUND = re.compile(
    r"(?:上年|往年|以前年度|年初|年末|本年|历年)?(?:结转|结余|结转结余|结转和结余)资金"
    r"|(?:中央|省|市|县|区|州|本|上)?级?(?:财政)?(?:下达|拨付|拨入|安排|补助|拨款|配套|自筹|其他|自有)*(?:财政)?资金|(?:财政|项目|其他|自有|自筹)资金"
)
"""Money that comes from somewhere, and no fund for something."""
_OF_OTHERS = re.compile(r"上年|去年|上一年|往年|同期|预算(?!支出)|计划|下年|明年")
_OF_THIS_YEAR = re.compile(r"实际|本年|当年|决算")
_CLAUSES = re.compile(r"[，。；;]|,(?![0-9]{3})")
"""Before an amount that is not what the year cost."""
_ITEM = re.compile(rf"(?P<name>[^，。；、,;0-9]{{2,20}}?)(?:缴费)?(?:支出)?\s*{_NUMBER}\s*(?:{_UNIT}|支出)")
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
        if start is None or _NO_FUND.fullmatch(start["name"]):
            continue
        amount = _value(start["number"], start["unit"])
        rest = _BRACKETS.sub("", line.strip()[start.end() :])
        found.append(ToldFund(start["name"], start["year"], amount, _parts(rest, amount), line.strip()))
    return found


def _parts(text: str, whole: Decimal) -> list[Told]:
    """The run of amounts that makes up the whole; two at least."""
    amounts = []
    for clause in _CLAUSES.split(text):
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
    """A total and its items: the first sentence that states one total of the year and, behind 其中, two items or more. What is a
    part of an item is none itself."""
    for sentence in re.split(r"[。\n]", text):
        head, inner, tail = sentence.partition("其中")
        clauses = [c for c in _CLAUSES.split(head) if not _OF_OTHERS.search(c)]
        said = [(m, _OF_THIS_YEAR.search(c)) for c in clauses for m in _AMOUNT.finditer(c)]
        totals = [m for m, own in said if own or len(said) == 1]
        items = _items(_BRACKETS.sub("", tail))
        if inner and len(totals) == 1 and len(items) >= 2:
            return _value(totals[0]["number"], totals[0]["unit"]), items, sentence.strip()
    return None


def _items(text: str) -> list[Told]:
    found = []
    for m in _ITEM.finditer(text):
        if not m["name"].strip().startswith("其中"):
            found.append(Told(_LEAD.sub("", m["name"].strip()), _value(m["number"], m["unit"] or "万元")))
    return found


def _value(number: str, unit: str) -> Decimal:
    return Decimal(number.replace(",", "")).scaleb(_PLACES[unit])
