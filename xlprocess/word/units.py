"""The unit in which the amounts of a Chinese table are printed, as captions, labels, rows and notes say it: （万元）, 单位：元,
金额单位为千元, 注：以上金额单位为元."""

from __future__ import annotations

import re

from xlprocess.form.model import normal
from xlprocess.typed import MONEY_EXPONENT

UNKNOWN = ""
"""A unit is told, but not understood, or not which of several."""
NOT_UNDERSTOOD = "金额单位没有看懂或不能确定，没有采用"
_LONGEST = 80
"""A longer text is no caption."""
_COIN = r"(?:人民币)?[十百千万亿]{0,2}(?:美|欧|日|港|澳|英镑|加|新台)?[元圆币]"
_OTHER = r"%|‰|人次?|个|台|辆|部|件|户|次|分|份|名|项|套|家|亩|公里|公顷|平方米|㎡"
_TOLD = re.compile(rf"(?:{_COIN}|{_OTHER})(?:[、/,，和及或·](?:{_COIN}|{_OTHER}))*")
_STATEMENT = re.compile(
    r"(?=单位\s*(?:[:：]|均?为\s*[:：]?|均?以|是)\s*(?:(?:人民币|RMB)\s*[:：]?)?\s*[（(]?\s*(?P<told>(?:(?!单位)[^\s（()）\]】。；;]){1,16}))"
)
_BRACKETS = re.compile(r"[（(\[【]\s*([^（()）\[\]【】]{1,8})\s*[)）\]】]")
_SCALES = frozenset("十百千万亿") | {"十万", "百万", "千万"}
_NOTE = re.compile(r"^\s*(?:备注|注|说明|※|＊|\*)|以上|上述|上表")
_NOTE_INSIDE = re.compile(rf"{_NOTE.pattern}|本表|表[中内]")
BEHIND = re.compile(
    r"[（(\[【/／,，]?\s*(?:(?:金额)?单位\s*(?:[:：]|均?为)\s*)?(?:人民币)?\s*(百万元|千万元|千元|亿元|万元|元)\s*[）)\]】]?\s*$"
)
"""A unit at the end of a label."""


def unit_of(text: str, brackets: bool = True) -> str | None:
    """The unit that a caption or corner tells; `UNKNOWN` for one that is not understood; None where none is told. Without
    `brackets` only where it is said to be one: 单位：元."""
    if len(text) > _LONGEST:
        return None
    told = [_one(m["told"]) for m in _STATEMENT.finditer(text)]
    told += [_one(m[1]) for m in _BRACKETS.finditer(text)] if brackets else []
    found = {t for t in told if t is not None}
    return found.pop() if len(found) == 1 else UNKNOWN if found else None


def unit_of_label(text: str) -> str | None:
    """The unit behind the label of a column, bracketed or not; also that of a cell in which nothing but a unit stands."""
    told = unit_of(text)
    if told is None:
        told = _one(text)
    if told is None:
        behind = BEHIND.search(text.strip().rstrip(":："))
        told = behind[1] if behind is not None else None
    return told


def unit_alone(text: str) -> str | None:
    """The unit that is all that a cell says."""
    return _one(text) if len(text) <= _LONGEST else None


def unit_below(text: str, inside: bool = False) -> str | None:
    """The unit that a note below a table tells of it; `inside`: in a row of its own at the foot of the table."""
    return unit_of(text) if (_NOTE_INSIDE if inside else _NOTE).search(text) else None


def is_statement(text: str) -> bool:
    """Nothing but a unit that is understood: 金额单位：万元."""
    if not unit_of(text):
        return False
    return bool(re.fullmatch(rf"(?:计量|金额|货币|数量)*单位(?:均?为|均?以|是)?(?:人民币)?{_TOLD.pattern}", normal(text)))


def without_statement(text: str) -> str:
    """A caption without the statement of a unit beside it."""
    return re.sub(r"[\s　，,]+(?:计量|金额|货币)*单位\s*[:：]\s*\S{1,8}\s*$", "", text)


def _one(told: str) -> str | None:
    """The unit of money in what is told: several, or another money, is not understood; no money at all is none."""
    word = normal(told).rstrip("等")
    raw = "".join(told.split()).replace("／", "/").strip("、/,，")
    if word in _SCALES:
        return UNKNOWN
    if not _TOLD.fullmatch(raw):
        return None
    coins = {c.removeprefix("人民币").replace("圆", "元") for c in re.findall(_COIN, raw)}
    if not coins:
        return None
    coin = coins.pop()
    return coin if not coins and coin in MONEY_EXPONENT else UNKNOWN
