"""The completion of an indicator, as a live formula and as the twin of that formula in Python.

`xlprocess.target` decides what a completion is. A formula in a cell cannot read all that people write, so it takes apart
what is common, `(word)(number)(unit)(word)` with known words and units, and shows nothing for the rest. What we derive is
what the formula shows, neither more nor less: a figure must not vanish when Excel calculates.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from decimal import Decimal


def words(text: str) -> tuple[str, ...]:
    """The words of a text."""
    return tuple(text.split())


MORE = words(
    "≥ ≧ >= > 不低于 不少于 不小于 不得低于 不得少于 大于 大于等于 高于 多于 超过 至少 达到≥ 提高到 提高至 提升到 "
    "提升至 增加到 增加至"
)
LESS = words(
    "≤ ≦ <= < 不超过 不高于 不大于 不多于 不得超过 不得高于 不突破 低于 少于 小于 小于等于 控制在 控制在≤ "
    "不超过≤ 最多 至多 降低到 降低至 降至 下降到 下降至"
)
NEUTRAL = words("= 达到 达 完成 共 每年 全年")
DONE = words("= 完成 已完成 实际完成 共完成 累计完成 达到 已达到 达 共 累计 实际 开展 发生 共计")
UNITS = words(
    "次 人 人次 个 件 起 家 户 项 名 场 场次 期 批 批次 篇 份 台 套 辆 架 艘 艘次 所 座 处 条 例 宗 本 册 张 幅 块 "
    "面 片 部 支 队 班 班次 站 点 门 节 课时 学时 岗 栋 幢 间 村 只 头 株 棵 亩 万亩 公顷 元 万元 人民币元 万人 "
    "万人次 公里 千米 米 延米 平方米 立方米 m km ㎡ m² 吨 万吨 公斤 千克 千瓦 度 分 个百分点 百分点 盏 根 车次 床 卷 "
    "万册 万份 万件 万户 户次 家次 件次 条次 项次 例次"
)
TIMES = words("天 日 工作日 个工作日 小时 分钟 个月 月 周 年")
"""Lengths of time: of these less is better, but only where the target says so."""
AROUND = ("以上", "以下", "以内", "之内", "内", "/年")
DIGITS = (*"0123456789", ".", "%")


def _one_of(listed: Iterable[str]) -> str:
    """A text in which `|word|` is looked for: where it stands says which kind of word it is."""
    return f"|{'|'.join(listed)}|"


_BEFORE_MORE = f"{_one_of(('', *NEUTRAL))[:-1]}{_one_of(MORE)[:-1]}"
_BEFORE = _BEFORE_MORE + _one_of(LESS)
_BEFORE_ACTUAL = _one_of(("", *DONE))
_PLAIN_UNITS = "|||" + "||".join(UNITS) + "||"
_UNITS = _PLAIN_UNITS + "||".join(TIMES) + "||"
"""`|target's||`, `||actual's|`: a unit in both (which leaves nothing of the target's) or in one of them."""


def completion_formula(target: str, actual: str) -> str:
    """For the cells of target and result."""
    aim, result = _Parts(target), _Parts(actual)
    word = f'{aim.before}&IF(RIGHT({aim.text},2)="以上","≥",IF(OR(RIGHT({aim.text})="内",RIGHT({aim.text},2)="以下"),"≤",""))'
    less = f'(FIND("|"&{word}&"|","{_BEFORE}")>{len(_BEFORE_MORE)})'
    unit = f'SUBSTITUTE({_without(aim.after, AROUND)},{result.after},"")'
    time = f'(FIND("|"&{unit}&"|"&{result.after}&"|","{_UNITS}")>={len(_PLAIN_UNITS) - 1})'
    both = [f'ISNUMBER(FIND("{mark}",{{}}))' for mark in ("%", "万")]
    percent, scaled = (f"{b.format(f'ASC({target})')}={b.format(f'ASC({actual})')}" for b in both)
    bare = ",".join(f'IFERROR(VALUE(SUBSTITUTE({part.text},"%","|")),9)' for part in (aim, result))
    sure = f'AND(OR({percent},MIN({bare})<=1),{scaled},FIND("|"&{result.before}&"|","{_BEFORE_ACTUAL}"))'
    # a power, not a choice between two quotients: where target or result is 0, either way must give nothing
    return f'IFERROR(IF({sure},1/(({aim.number}/{result.number})^CHOOSE(1+{less}+2*{time},1,-1,NA(),-1)),""),"")'


class _Parts:
    """A text taken apart, in Excel's words: before the first digit, the number, after it."""

    def __init__(self, cell: str) -> None:
        self.text = _without(f"ASC({cell})", (" ", "\u3000", ","))
        left = _without(self.text, DIGITS)
        self.at = f"MIN(FIND({{0,1,2,3,4,5,6,7,8,9}},{self.text}&1234567890))"
        self.before = f"LEFT({self.text},{self.at}-1)"
        self.after = f"MID({left},{self.at},9)"
        self.number = f"VALUE(MID({self.text},{self.at},LEN({self.text})-LEN({left})))"


def _without(text: str, gone: tuple[str, ...]) -> str:
    for word in gone:
        found = word if word.isdigit() else f'"{word}"'
        text = f'SUBSTITUTE({text},{found},"")'
    return text


# ---- the same in Python


def shown_completion(target: str | None, actual: str | None) -> Decimal | None:
    """What the formula shows for two texts (or numbers as Excel writes them), as a fraction; None for nothing."""
    if not target or not actual:
        return None
    aim, result = _taken_apart(target), _taken_apart(actual)
    if aim is None or result is None:
        return None
    (before, number, after, text), (done, reached, unit, beside) = aim, result
    word = before + ("≥" if text.endswith("以上") else "≤" if text.endswith(("内", "以下")) else "")
    for around in AROUND:
        after = after.replace(around, "")
    if unit:
        after = after.replace(unit, "")
    way, measured = _BEFORE.find(f"|{word}|"), _UNITS.find(f"|{after}|{unit}|")
    if way < 0 or measured < 0 or f"|{done}|" not in _BEFORE_ACTUAL:
        return None
    less, time = way >= len(_BEFORE_MORE), measured >= len(_PLAIN_UNITS) - 2
    if ("万" in text) != ("万" in beside) or (time and not less):
        return None
    if ("%" in text) != ("%" in beside) and not (_is_fraction(text) or _is_fraction(beside)):
        return None
    if not number or not reached:
        return None
    return number / reached if less else reached / number


def _taken_apart(cell: str) -> tuple[str, Decimal, str, str] | None:
    # Excel's ASC: full-width forms of ASCII
    text = "".join(unicodedata.normalize("NFKC", ch) if "\uff01" <= ch <= "\uff5e" else ch for ch in cell).translate(_GONE)
    found = re.search("[0-9]", text)
    if found is None:
        return None
    left = re.sub("[0-9.%]", "", text)
    at = found.start()
    number = re.fullmatch(r"([0-9]+(?:\.[0-9]*)?)(%?)", text[at : at + len(text) - len(left)])
    if number is None:
        return None
    return text[:at], Decimal(number[1]).scaleb(-2 if number[2] else 0), left[at : at + 9], text


_GONE = str.maketrans("", "", " \u3000,")


def _is_fraction(text: str) -> bool:
    return re.fullmatch(r"[0-9]+(?:\.[0-9]*)?", text) is not None and Decimal(text) <= 1
