"""Which way is better: one parser of targets and results, for completions and for whether a target was missed.

Read as people type them: `≥95%`, `95%以上`, `不超过10万元`, `控制在10万元以内`, `零事故`, `0起`, `12次`, `1,200人`.
A text that holds several figures (ranges, dates), an approximation or words alone has no quantity. What can be meant in
two ways is left open: precision comes first.
"""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from functools import lru_cache
from typing import Literal

import msgspec

from xlprocess.typed import read_number

Direction = Literal["more", "less", "none", "unclear"]
Bound = Literal["least", "most"]


class Quantity(msgspec.Struct, frozen=True):
    """A number as it was written, with its unit.

    `value` is a fraction where the unit is %, and multiplied out where 万 or 亿 stands before the unit (`scaled`).
    `bound`: at least or at most this much, when that is written; `strict`: more or less than it, not equal:
    a sign (<) says so, a word (低于) may be meant loosely. `trend`: by how much something rose or fell."""

    value: Decimal
    unit: str = ""
    scaled: bool = False
    bound: Bound | None = None
    strict: Literal["sign", "word"] | None = None
    trend: Literal["up", "down"] | None = None


def completion_of(target: str | None, actual: str | None) -> Decimal | None:
    """The completion as a fraction: actual/target, or target/actual where less is better. None unless each holds one
    number above zero, in units that can be compared."""
    aim, result = quantity(target), quantity(actual)
    if aim is None or result is None or result.bound:
        return None
    pair = _comparable(aim, result)
    way = direction(target)
    if pair is None or way not in ("more", "less") or min(pair) <= 0:
        return None
    wanted, reached = pair
    return reached / wanted if way == "more" else wanted / reached


@lru_cache(maxsize=1 << 12)
def missed(target: str | None, actual: str | None, name: str | None = None) -> bool | None:
    """Whether the target was missed: the result says so, or is a number on the wrong side of the target. Everything
    else counts as met; None where two figures cannot be compared, or may be meant either way.

    `name` is what is to be achieved: it may hold the target itself (`满意度不低于90%`, `杜绝重大事故`), and tells of a
    bare figure whether it may be a ceiling (a cost, a rate of complaints)."""
    if not actual or not actual.strip():
        return None
    if _says_missed(actual):
        return True
    result = quantity(actual)
    text = target if target and target.strip() else stated_in(name)
    if result is None or text is None:
        return False
    aim, way = quantity(text), direction(text)
    if way == "none":
        return _is_count(result, bare=aim is not None) and result.value > 0 and result.bound != "most"
    if aim is None or way == "unclear":
        return False if aim is None else None
    pair = _comparable(aim, result)
    if pair is None:
        return None
    wanted, reached = pair
    if wanted == reached:
        if aim.strict is None or result.bound is not None:
            return False
        return True if aim.strict == "sign" else None
    wrong = reached < wanted if way == "more" else reached > wanted
    if not wrong:
        return None if result.bound == ("most" if way == "more" else "least") else False
    if result.bound or (aim.bound is None and may_be_ceiling(aim, name)):
        return None
    return True


def direction(target: str | None) -> Direction:
    """Which way is better. `none`: nothing of the kind may happen; `unclear`: it cannot be told."""
    aim = quantity(target)
    if aim is None:
        return "none" if target and _NOTHING.search(_folded(target)) else "unclear"
    if aim.bound:
        return "more" if aim.bound == "least" else "less"
    if aim.value == 0:
        return "unclear" if aim.unit == "%" or aim.trend else "none"
    return "unclear" if _TIME.fullmatch(aim.unit) else "more"


@lru_cache(maxsize=1 << 12)
def is_measurable(target: str | None, name: str | None = None) -> bool:
    """A target against which a result can be measured, in the target itself or as a figure in the name. A range or a
    date is one too, if not for us."""
    if target and target.strip():
        return _DIGIT.search(_folded(target)) is not None or direction(target) == "none"
    return quantity(stated_in(name)) is not None


def is_percentage(text: str | None) -> bool:
    """The whole text is a percentage."""
    found = quantity(text)
    return found is not None and found.unit == "%"


def may_be_ceiling(aim: Quantity, name: str | None) -> bool:
    """A bare figure of which less may be better: money, or something that nobody wants much of."""
    return aim.unit == "元" or bool(name and _UNWANTED.search(name))


def stated_in(name: str | None) -> str | None:
    """The target that was written into the name of an indicator, at its end: `满意度≥90%`; only where it says which way
    is better."""
    text = _folded(name or "")
    for found in _BEFORE.finditer(text):
        aim = quantity(text[found.start() :])
        if aim is not None and aim.bound:
            return text[found.start() :]
    at_end = _AT_END.search(text)
    if at_end:
        aim = quantity(at_end[0])
        if aim is not None and aim.bound:
            return at_end[0]
    return text if _NOTHING.search(text) and _HARM.search(text) else None


# ---- quantities

_MOST = (
    "≤ <= =< < 不超过 不超 不高于 不大于 不多于 不得超过 不得高于 不突破 低于 少于 小于 控制在 控制到 最多 至多 "
    "降至 降到 降低到 降低至 下降到 下降至 减少到 减少至 压减到 压减至"
)
_LEAST = (
    "≥ >= => > 不低于 不少于 不小于 不得低于 不得少于 高于 大于 多于 超过 至少 最少 "
    "提高到 提高至 提升到 提升至 增加到 增加至 增长到 增长至"
)
_STRICT = ("低于", "少于", "小于", "高于", "大于", "多于", "超过")
_UP, _DOWN = "增长|提高|提升|增加|上升", "下降|降低|减少|压减"
_FILLER = "已|共计|共|总计|合计|累计|实际|同比|全年|每年|年度|目标值|完成率|完成|达到|达|为|是|等于|=|:|发生|开展|组织|举办"


def _any(words: str) -> str:
    return "|".join(sorted(map(re.escape, words.split()), key=len, reverse=True))


_BEFORE = re.compile(_any(f"{_MOST} {_LEAST}"))
_AFTER = "(?:及|或)?(?:(?P<under>以内|之内|以下|内)|(?P<over>以上))"
_QUANTITY = re.compile(
    rf"(?:{_FILLER})*(?:(?P<up>{_UP})|(?P<down>{_DOWN}))?(?:(?P<most>{_any(_MOST)})|(?P<least>{_any(_LEAST)}))?(?:{_FILLER})*"
    r"(?P<sign>-)?(?P<number>[0-9][0-9,]*(?:\.[0-9]+)?|(?P<han>[零〇一二两三四五六七八九十百千]+))"
    r"(?P<times>[十百千]?万|亿|千(?=[元人次户亩册]))?"
    rf"(?P<unit>[%‰A-Za-z/²³㎡\u4e00-\u9fff]{{0,7}}?)(?:{_AFTER})?(?:完成|达标)?"
)
_DIGIT = re.compile("[0-9]")
_AT_END = re.compile(r"[0-9][0-9,.]*[^0-9]{1,8}$")
_TIMES = {"千": 3, "万": 4, "十万": 5, "百万": 6, "千万": 7, "亿": 8}
_HAN_UNITS = re.compile("[起次件例人名个项户家所处台套条份场批篇辆座]|人次")
_COUNTS = re.compile("[起次件例人名个宗处户]|人次")
_TIME = re.compile("(?:个)?(?:工作日|自然日|日|天|周|星期|月|季度?|年|小时|分钟|秒)")
_NO_UNIT = re.compile("[前后内外上下左右第性成完已未不无多余约至到或和与的级等流号档类]|^[年月日][^/]")
_NOTHING = re.compile("不发生|不出现|杜绝|遏制|为零|(?:^|实现|确保|保持|达到|力争)(?:零|0)(?![0-9.星散售距容基部增])")
_HARM = re.compile("事故|事件|案件|死亡|伤亡|投诉|上访|舆情|火灾|腐败|违纪|违规|违法")
_UNWANTED = re.compile(
    "成本|费用|支出|经费|投诉|失业|死亡|伤亡|差错|事故|事件|案件|发生|信访|上访|违法|违规|违纪|逾期|返贫|控制|减少|降低|下降|"
    "遏制|压减|超支|损失|污染|排放|能耗|时限|时间|天数|用时|负债|债务|空置|闲置|退回|流失|辍学|发病|感染"
)


@lru_cache(maxsize=1 << 12)
def _folded(text: str) -> str:
    """Full-width forms folded, white space and the full stop at the end gone; 百分之九十五 is 95%."""
    text = unicodedata.normalize("NFKC", text.translate(_RAISED)).translate(_SAME)
    text = "".join(ch for ch in text if not ch.isspace()).replace("(含)", "").strip("。.;,")
    return re.sub("百分之([0-9.]+|[零〇一二两三四五六七八九十百点]+)", _percent, text)


_RAISED = str.maketrans({"²": "\ue002", "³": "\ue003", "㎡": "m\ue002", "㎥": "m\ue003"})  # folded they would be digits
_SAME = str.maketrans(
    {
        "\ue002": "²",
        "\ue003": "³",
        "≧": "≥",
        "≦": "≤",
        "⩾": "≥",
        "⩽": "≤",
        "﹥": ">",
        "﹤": "<",
        "，": ",",
        "：": ":",
        "−": "-",
        "–": "-",
    }
)


def _percent(found: re.Match[str]) -> str:
    number = read_number(found[1]).value
    return found[0] if number is None else f"{number:f}%"


@lru_cache(maxsize=1 << 12)  # several rules ask about the same texts
def quantity(text: str | None) -> Quantity | None:
    """The one quantity that a text is; None for anything else."""
    if not text or len(text) > 64:
        return None
    found = _QUANTITY.fullmatch(_folded(text))
    if found is None:
        return None
    unit = re.sub("(?:/|每)年$", "", found["unit"])
    number = read_number(found["number"]).value
    bounds = {_bound(found["least"] or found["over"], "least"), _bound(found["most"] or found["under"], "most")} - {None}
    if number is None or len(bounds) > 1 or (found["han"] and not _HAN_UNITS.fullmatch(unit)) or _NO_UNIT.search(unit):
        return None
    if unit.startswith(("%", "‰")) and len(unit) > 1:
        return None
    value = -number if found["sign"] else number
    if found["times"]:
        value = value.scaleb(_TIMES[found["times"]])
    if unit in ("%", "‰"):
        value, unit = value.scaleb(-2 if unit == "%" else -3), "%"
    return Quantity(
        value,
        unit,
        bool(found["times"]),
        bounds.pop() if bounds else None,
        _strict(found["most"] or found["least"]),
        "up" if found["up"] else "down" if found["down"] else None,
    )


def _bound(word: str | None, bound: Bound) -> Bound | None:
    return bound if word else None


def _strict(word: str | None) -> Literal["sign", "word"] | None:
    if word in ("<", ">"):
        return "sign"
    return "word" if word in _STRICT else None


def _comparable(aim: Quantity, result: Quantity) -> tuple[Decimal, Decimal] | None:
    """Both values in the same unit. A number without a unit is of the other's unit; beside a percentage only where it
    can be a fraction, beside 万元 only where it has its 万."""
    if aim.trend != result.trend:
        return None
    if aim.unit == result.unit:
        return (aim.value, result.value) if aim.unit or aim.scaled == result.scaled else None
    if aim.unit and result.unit:
        return None
    bare, other = (result, aim) if aim.unit else (aim, result)
    fits = 0 <= bare.value <= 1 if other.unit == "%" else bare.scaled == other.scaled or bare.value == 0
    return (aim.value, result.value) if fits else None


def _is_count(result: Quantity, *, bare: bool) -> bool:
    """A number of cases: `2起`. `bare`: the target is a figure, so that a number without unit counts too."""
    return result.trend is None and (_COUNTS.fullmatch(result.unit) is not None or (bare and result.unit == ""))


# ---- words

_MISSED = re.compile(
    "[^无没不零免防对将]{0,8}?"
    "(?:(?:未|没有|没|无法)(?:能|全部|全面|完全|按时|按期|如期|及时|足额){0,2}"
    "(?:完成|达成|实现|开展|启动)(?:整改|任务|年度|年初|预期|全部|计划|目标|指标|要求|值){0,4}"
    "|(?:未|没有|没)(?:能|全部|完全){0,1}达(?:到|标|成)?[^的]{0,12}"
    "|不达标|(?:部分|只|仅)(?:完成|达到|达标|达成|实现)(?:任务|年度|年初|预期|计划|目标|指标|要求|值|整改){0,4})"
)


def _says_missed(actual: str) -> bool:
    return any(_MISSED.fullmatch(clause) for clause in re.split("[,.;。；，、()!]|但", _folded(actual)))
