"""The completion of an indicator as a live formula.

`xlprocess.target` decides what a completion is. This formula gives the same for what people usually write (numbers,
`95%`, `≥95%`, `不超过10万元`, a unit of one or two characters) and shows nothing when it is not sure.
"""

from __future__ import annotations

TURNED = ("不低于", "不少于", "不小于")
LESS = (
    *("≤", "＜", "<", "不超过", "不高于", "不大于", "不多于", "低于", "少于", "小于"),
    *("以内", "以下", "之内", "控制在"),
)
"""Less is better, where no 不 turns the word round."""
MORE = ("≥", "＞", ">", "以上", "大于", "高于", "达到")
WILD = (*"-−/:：年月日时天周季秒％~～至¥￥Ee", "星期", "分钟")
"""What makes Excel's VALUE see a date, a time, a sum of money or a range; and lengths of time, of which less may be
better."""


def completion_formula(target: str, actual: str) -> str:
    """For the cells of target and result."""
    turned = _without(target, TURNED)
    bare = _without(turned, (*LESS, *MORE, "=", " "))
    less, more = _has(LESS, turned), _has((*MORE, *TURNED), _without(target, ("不大于", "不高于")))
    unsure = [
        f"LEN({target})=0",
        f"LEN({actual})=0",
        f"ISNUMBER({target})<>ISNUMBER({actual})",
        f"{_has(WILD, f'{target}&{actual}')}>0",
        f"{less}*{more}>0",
        *(f'ISNUMBER(FIND("{unit}",{target}))<>ISNUMBER(FIND("{unit}",{actual}))' for unit in "%万亿"),
    ]
    ratio = f"VALUE({actual})/VALUE({bare})"
    for cell in (target, actual):
        for length in (1, 2):
            unit = f"RIGHT({cell},{length})"
            ratio = f'IFERROR({ratio},VALUE(SUBSTITUTE({actual},{unit},""))/VALUE(SUBSTITUTE({bare},{unit},"")))'
    # a power, not a choice between two quotients: where target or result is 0, either way must give nothing
    return f'IF(OR({",".join(unsure)}),"",IFERROR(1/(({ratio})^IF({less}>0,1,-1)),""))'


def _without(text: str, words: tuple[str, ...]) -> str:
    for word in words:
        text = f'SUBSTITUTE({text},"{word}","")'
    return text


def _has(words: tuple[str, ...], text: str) -> str:
    """How many of the words stand in a text."""
    listed = ",".join(f'"{w}"' for w in words)
    return f"SUMPRODUCT(--ISNUMBER(FIND({{{listed}}},{text})))"
