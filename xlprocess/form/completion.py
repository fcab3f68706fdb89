"""The completion of an indicator as a live formula.

`xlprocess.target` decides what a completion is; this formula gives the same for what people usually write (numbers, `95%`, `≥95%`,
`不超过10万元`, a unit of one or two characters that target and result share) and shows nothing when it is not sure."""

from __future__ import annotations

LESS = (
    "≤",
    "＜",
    "<",
    "不超过",
    "不高于",
    "不大于",
    "不多于",
    "低于",
    "少于",
    "小于",
    "以内",
    "以下",
    "之内",
    "控制在",
)
"""Words and signs by which less is better, where no 不 turns them round."""
TURNED = ("不低于", "不少于", "不小于")
MORE = (*TURNED, "≥", "＞", ">", "=", "以上", "大于", "高于", "达到")
WILD = ("-", "−", "/", ":", "：", "年", "月", "日", "时", "％", "~", "～", "至", "E", "e", "¥", "￥")
"""What makes Excel's VALUE see a date, a time, a sum of money, or a range."""


def completion_formula(target: str, actual: str) -> str:
    """For the cells of target and result."""
    turned = target
    for word in TURNED:
        turned = f'SUBSTITUTE({turned},"{word}","")'
    bare = turned
    for word in (*LESS, *(m for m in MORE if m not in TURNED), " "):
        bare = f'SUBSTITUTE({bare},"{word}","")'
    less = f"SUMPRODUCT(--ISNUMBER(FIND({_any(LESS)},{turned})))"
    wild = f"SUMPRODUCT(--ISNUMBER(FIND({_any(WILD)},{target}&{actual})))"
    percent = f'ISNUMBER(FIND("%",{target}))<>ISNUMBER(FIND("%",{actual}))'
    mixed = f"ISNUMBER({target})<>ISNUMBER({actual})"
    ratio = f"VALUE({actual})/VALUE({bare})"
    for unit in (1, 2):
        ratio = f"IFERROR({ratio},{_with_unit(target, actual, bare, unit)})"
    # a power, not a choice: target and result are long, and either being 0 must give nothing
    return (
        f'IF(OR(LEN({target})=0,LEN({actual})=0,{wild}>0,{percent},{mixed}),"",'
        f'IFERROR(1/(({ratio})^IF({less}>0,1,-1)),""))'
    )


def _with_unit(target: str, actual: str, bare: str, length: int) -> str:
    unit = f"RIGHT({actual},{length})"
    return (
        f'VALUE(LEFT({actual},LEN({actual})-{length}))/VALUE(SUBSTITUTE({bare},{unit},""))'
        f"/ISNUMBER(FIND({unit},{target}))"
    )


def _any(words: tuple[str, ...]) -> str:
    return "{" + ",".join(f'"{w}"' for w in words) + "}"
