"""Rises, falls, shares and rates that a sentence states beside the figures that give them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from xlprocess.narrative.amounts import Amount
from xlprocess.narrative.passage import Passage, Sentence

UP, DOWN = "增加|增长|上升|提高|扩大|增幅|增|多|升", "减少|下降|降低|压减|压缩|缩减|降幅|节约|减|少|降"
_WORD = f"(?:{UP}|{DOWN})"
_BY = "(?:了|幅度?|率)?(?:为|达到?|[:：])?"
_MOVED = re.compile(
    rf"[由从][^，,。；⟦]{{0,14}}⟦(?P<from>\d+)⟧[^，,。；⟦]{{0,2}}?(?P<way>{_WORD})[了幅]?[到至为]⟦(?P<to>\d+)⟧"
    rf"(?:[，,](?P<word>{_WORD}){_BY}⟦(?P<by>\d+)⟧)?"
)
_COMPARED = re.compile(
    rf"⟦(?P<now>\d+)⟧[，,(](?:比|较|同比|与)[^，,。；⟦]{{0,14}}?(?P<before>⟦\d+⟧)?(?:相比[，,]?)?(?P<way>{_WORD})了?⟦(?P<by>\d+)⟧"
    rf"(?:[，,、(](?P<word>{_WORD}){_BY}⟦(?P<rate>\d+)⟧)?"
)
_SHARE = re.compile(
    r"⟦(?P<part>\d+)⟧[，,(]?占(?P<name>[^，,。；⟦]{2,14}?)的?(?P<whole>⟦\d+⟧)?的?(?:比例|比重|百分比)?(?:为|是|达)?⟦(?P<rate>\d+)⟧"
)
_EXECUTED = re.compile(
    r"(?:预算|计划|下达|安排|到位|收到)[^，,。；⟦]{0,14}⟦(?P<whole>\d+)⟧[，,；][^，,。；⟦]{0,8}(?:支出|执行|使用|完成|拨付)[^，,。；⟦]{0,4}"
    r"⟦(?P<part>\d+)⟧[，,；](?:(?:预算|资金)?(?:执行率|支出率|完成率|使用率|支付率)(?:为|是|达到?|[:：])?|完成(?:年初|全年|调整)?预算(?:数)?的)"
    r"⟦(?P<rate>\d+)⟧"
)
_TWO_YEARS = re.compile(
    r"(?P<first>\d{4})年度?(?P<name>[^，,。；⟦\d]{2,14}?)(?:为|是)?⟦(?P<before>\d+)⟧[，,；](?P<second>\d{4})年度?(?P=name)(?:为|是)?"
    rf"⟦(?P<now>\d+)⟧[，,；](?:同比|比上年|较上年|[比较]\d{{4}}年度?)?(?P<way>{_WORD})了?⟦(?P<by>\d+)⟧"
)


class Clash(NamedTuple):
    """What a sentence says and what its figures give: `said` and `given` are ready to be printed."""

    said: str
    given: str
    start: int
    end: int


class Share(NamedTuple):
    """A part said to be a percentage of something that is named, and perhaps told."""

    part: Amount
    rate: Amount
    whole: Amount | None
    name: str
    start: int
    end: int


class Skeleton:
    """A sentence with its amounts replaced by their numbers."""

    def __init__(self, passage: Passage, sentence: Sentence, amounts: list[Amount]) -> None:
        self.amounts = amounts
        pieces, at = [], sentence.start
        for k, a in enumerate(self.amounts):
            pieces.append(f"{passage.text[at : a.start]}⟦{k}⟧")
            at = a.end
        self.text = "".join([*pieces, passage.text[at : sentence.end]]).replace(" ", "")

    def get(self, match: re.Match[str], key: str) -> Amount | None:
        return self.amounts[int(match[key].strip("⟦⟧"))] if match[key] else None


def skeletons(passage: Passage) -> list[Skeleton]:
    """The sentences in which two amounts or more can be set against each other."""
    if len(passage.amounts) < 2:
        return []
    inside = ((sentence, passage.within(sentence.start, sentence.end)) for sentence in passage.sentences)
    return [Skeleton(passage, sentence, amounts) for sentence, amounts in inside if len(amounts) > 1]


def clashes(passage: Passage) -> Iterator[Clash]:
    """Where the words of a sentence contradict its own figures."""
    for skeleton in skeletons(passage):
        for match in _MOVED.finditer(skeleton.text):
            yield from _moved(skeleton, match)
        for match in _COMPARED.finditer(skeleton.text):
            yield from _compared(skeleton, match)
        for match in _TWO_YEARS.finditer(skeleton.text):
            yield from _of_two_years(skeleton, match)
        for match in _EXECUTED.finditer(skeleton.text):
            yield from _executed(skeleton, match)


def shares(passage: Passage) -> Iterator[Share]:
    """`基本支出45万元，占支出合计的45%`."""
    for skeleton in skeletons(passage):
        for match in _SHARE.finditer(skeleton.text):
            part, rate, whole = (skeleton.get(match, key) for key in ("part", "rate", "whole"))
            if part and rate and rate.kind == "percent" and part.kind == "money" and part.is_exact and rate.is_exact:
                yield Share(part, rate, whole, match["name"], part.start, rate.end)


def rate_gap(part: Amount, whole: Amount, rate: Amount) -> Decimal | None:
    """What `part` of `whole` is in percent, where that is not what was said within the printed decimals; else None."""
    return ratio_gap(_bounds(part), _bounds(whole), part.figure(0), whole.figure(0), rate)


def ratio_gap(
    part: tuple[Decimal, Decimal], whole: tuple[Decimal, Decimal], exact_part: Decimal, exact_whole: Decimal, rate: Amount
) -> Decimal | None:
    if part[0] < 0 or whole[0] <= 0:
        return None
    low, high = part[0] / whole[1] * 100, part[1] / whole[0] * 100
    half = rate.half(0) * 2  # many cut the last digit off instead of rounding it
    if low - half <= rate.value <= high + half:
        return None
    return exact_part / exact_whole * 100


def _moved(skeleton: Skeleton, match: re.Match[str]) -> Iterator[Clash]:
    old, new, by = skeleton.get(match, "from"), skeleton.get(match, "to"), skeleton.get(match, "by")
    if old is None or new is None or old.kind != new.kind or not (old.is_exact and new.is_exact):
        return
    end = by.end if by else new.end
    way, change = _is_up(match["way"]), new.figure(0) - old.figure(0)
    if change and (change > 0) is not way:
        yield Clash(match["way"], f"{_text(old)}到{_text(new)}是{'增加' if change > 0 else '减少'}", old.start, end)
    elif by and match["word"] and change and (change > 0) is not _is_up(match["word"]):
        yield Clash(match["word"], f"{_text(old)}到{_text(new)}是{'增加' if change > 0 else '减少'}", old.start, end)
    elif by and by.kind == "percent" and by.is_exact and old.kind == "money":
        slack = old.half(0) + new.half(0)
        size = abs(change)
        given = ratio_gap((max(size - slack, Decimal(0)), size + slack), _bounds(old), size, old.figure(0), by)
        if given is not None:
            yield Clash(f"{match['word']}{_text(by)}", f"{_text(old)}到{_text(new)}变动 {given:.2f}%", old.start, end)


def _compared(skeleton: Skeleton, match: re.Match[str]) -> Iterator[Clash]:
    now, before, by, rate = (skeleton.get(match, key) for key in ("now", "before", "by", "rate"))
    if now is None or by is None or now.kind != "money" or not (now.is_exact and by.is_exact):
        return
    if rate is not None and rate.kind != "percent":
        rate = None  # `减少5万元，增加2人` tells of something else
    way = _is_up(match["way"])
    end = rate.end if rate else by.end
    contradicted = list(_from_before(now, before, by, way, match["way"], end)) if before is not None else []
    yield from contradicted
    if contradicted:
        return
    if rate is not None and _is_up(match["word"]) is not way:
        yield Clash(f"{match['way']}{_text(by)}", f"后面又写{match['word']}{_text(rate)}", now.start, end)
    elif before is not None:
        said, word = (by, match["way"]) if by.kind == "percent" else (rate, match["word"])
        if said is not None and said.is_exact:
            yield from _rate_of(before, now, by, said, word)
    elif rate is not None and by.kind == "money" and rate.is_exact:
        base = now.figure(0) - by.figure(0) if way else now.figure(0) + by.figure(0)
        slack = now.half(0) + by.half(0)
        given = ratio_gap(_bounds(by), (base - slack, base + slack), by.figure(0), base, rate) if base > slack else None
        if given is not None:
            yield Clash(
                f"{match['word']}{_text(rate)}", f"{_text(now)}比原数{match['way']}{_text(by)}，变动 {given:.2f}%", now.start, end
            )


def _of_two_years(skeleton: Skeleton, match: re.Match[str]) -> Iterator[Clash]:
    """`2020年基本支出4万元，2021年基本支出5万元，同比减少1万元`."""
    before, now, by = (skeleton.get(match, key) for key in ("before", "now", "by"))
    if before is None or now is None or by is None or now.kind != "money" or not (now.is_exact and by.is_exact):
        return
    if int(match["first"]) + 1 != int(match["second"]):
        return
    if by.kind == "percent":
        yield from _rate_of(before, now, by, by, match["way"])
    contradicted = _from_before(now, before, by, _is_up(match["way"]), match["way"], by.end)
    yield from contradicted


def _from_before(now: Amount, before: Amount, by: Amount, way: bool, word: str, end: int) -> Iterator[Clash]:
    if before.kind != "money" or not before.is_exact:
        return
    change = now.figure(0) - before.figure(0)
    if change and (change > 0) is not way:
        yield Clash(word, f"{_text(before)}到{_text(now)}是{'增加' if change > 0 else '减少'}", now.start, end)
    elif by.kind == "money" and abs(abs(change) - by.figure(0)) > now.half(0) + before.half(0) + by.half(0):
        yield Clash(
            f"{word}{_text(by)}", f"{_text(now)}与{_text(before)}相差 {abs(change).scaleb(-by.power):f} ".rstrip(), now.start, end
        )


def _rate_of(before: Amount, now: Amount, by: Amount, rate: Amount, word: str) -> Iterator[Clash]:
    """The rate beside the two amounts that give it; where the change is told too, it may have been taken of that."""
    if before.kind != "money" or not before.is_exact:
        return
    changes = {abs(now.figure(0) - before.figure(0)): now.half(0) + before.half(0)}
    if by.kind == "money":
        changes[by.figure(0)] = by.half(0)
    given = [
        ratio_gap((max(size - slack, Decimal(0)), size + slack), _bounds(before), size, before.figure(0), rate)
        for size, slack in changes.items()
    ]
    if given[0] is not None and None not in given:
        yield Clash(f"{word}{_text(rate)}", f"{_text(before)}到{_text(now)}变动 {given[0]:.2f}%", now.start, rate.end)


def _executed(skeleton: Skeleton, match: re.Match[str]) -> Iterator[Clash]:
    whole, part, rate = (skeleton.get(match, key) for key in ("whole", "part", "rate"))
    if whole is None or part is None or rate is None or {whole.kind, part.kind} != {"money"} or rate.kind != "percent":
        return
    if whole.is_exact and part.is_exact and rate.is_exact and (given := rate_gap(part, whole, rate)) is not None:
        yield Clash(_text(rate), f"{_text(part)}是{_text(whole)}的 {given:.2f}%", whole.start, rate.end)


def _bounds(amount: Amount) -> tuple[Decimal, Decimal]:
    value, half = amount.figure(0), amount.half(0)
    return value - half, value + half


def _is_up(word: str) -> bool:
    return word in UP.split("|")


def _text(amount: Amount) -> str:
    units = {8: "亿元", 7: "千万元", 6: "百万元", 4: "万元", 3: "千元", 0: "元"}
    unit = (
        units[amount.power]
        if amount.kind == "money"
        else {"percent": "%", "points": "个百分点", "people": "人", "score": "分"}[amount.kind]
    )
    return f"{amount.value:f}{unit}"
