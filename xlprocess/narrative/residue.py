"""What a form or a model text leaves in a text that was not rewritten: printed hints, blanks to be filled, crosses."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from xlprocess.narrative.names import plain
from xlprocess.narrative.passage import Passage, Passages

_UNIT = "年|月|日|万元|元|亿元|个|项|家|人|名|次|%|局|委|办|单位|部门|县|区|市|镇|乡|街道|公司|项目|资金|股|科|处|同志"
_CROSSES = re.compile(rf"(?:(?<![×✕ｘＸ〇○△□])[×✕ｘＸ〇○△□]{{2,}}+|(?<![A-Za-z])[xX]{{2,}}+)(?=\s*(?:{_UNIT}))")
_BLANKS = re.compile(rf"(?<![_＿])[_＿]{{2,}}+\s*+(?:{_UNIT})|(?<![\d.\s])\s\s++(?:万元|亿元)")
_ASKS = re.compile(
    r"[(（【\[](?:注[:：])?(?:请|此处|可|应|简要|简述|根据实际)[^()（）【】\[\]\n]{0,24}(?:填写|填报|说明|描述|概述|列明|删除|补充|调整|简述|介绍)[^()（）【】\[\]\n]{0,40}[)）】\]]"
    r"|[(（【\[](?:字数)?(?:限|不超过|不少于|不得超过|控制在|约)?\s*\d{2,5}\s*字(?:以[内上]|左右|之内)?[)）】\]]"
    r"|(?:^|(?<=[\n(（]))按照?提纲(?:要求)?(?:逐[条项])?(?:填写|填报|说明|概述|简述|介绍|描述)(?![了完])"
    r"|[(（]参考(?:提纲|格式|样式|模板)[)）]|填写说明[:：]|此处填写"
)


_BEGINS = re.compile(
    r"[×✕ｘＸ〇○△□xX_＿\s(（【\[填此](?:[×✕ｘＸ〇○△□xX_＿\s]|注|请|此处|可|应|简|根据|参考|写说明|处填写)|字(?:以[内上]|左右|之内)?[)）】\]]|按照?提纲"
)
"""What each of them begins with, in two signs."""


def holding(texts: Passages) -> Iterator[Passage]:
    """The texts in which something may have been left."""
    some = texts.holding(_BEGINS)
    for passage in texts:
        if passage in some or any(_find_plain(passage.text, hint) for hint in passage.field.hints):
            yield passage


def residues(passage: Passage) -> Iterator[tuple[int, int]]:
    """Where something printed or blank was left."""
    for hint in passage.field.hints:
        if (found := _find_plain(passage.text, hint)) is not None:
            yield found
    for pattern in (_CROSSES, _BLANKS, _ASKS):
        for match in pattern.finditer(passage.text):
            yield (match.start(), match.end()) if pattern is _ASKS else _around(passage, match.start(), match.end())


def _around(passage: Passage, start: int, end: int) -> tuple[int, int]:
    left, right = passage.clause(start, end)
    return max(left, start - 12), min(right, end + 12)


def _find_plain(text: str, hint: str) -> tuple[int, int] | None:
    """A hint, whatever its white space and punctuation."""
    signs = _signs(hint)
    if not all(sign in text for sign in signs):
        return None  # so it is nearly always, and no pattern need be made
    found = _printed(signs).search(text)
    return found.span() if found else None


@cache
def _signs(hint: str) -> str:
    return "".join(ch for ch in plain(hint) if ch not in "，,。；;、：:")


@cache
def _printed(signs: str) -> re.Pattern[str]:
    return re.compile(r"[\s，,。；;、：:()（）“”\"]*".join(map(re.escape, signs)))
