"""Special funds said to make up for what a department's own budget should bear."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from xlprocess.narrative.passage import Passage, Passages

_FUND = re.compile("专项资金|项目资金|专项经费|专款|该[项笔]资金|补助资金|奖励资金|救灾资金|转移支付")
_COSTS = r"(?:工作|办公|公用|运转|日常|人员|机关|业务|单位|行政|运行)+经费"
_MADE_UP = re.compile(
    rf"(?:弥补|补充|补足|贴补|冲抵|抵补|垫补|填补)[^，,。；]{{0,8}}?(?:{_COSTS}|经费(?=[^，,。；]{{0,3}}(?:不足|缺口|短缺)))"
    rf"|(?:专项|项目)资金[^，,。；]{{0,6}}用于(?:支付|发放|列支|解决)?(?:本?单位|机关|我局)?{_COSTS}"
)
_DENIED = re.compile("不得|未|没有|严禁|禁止|杜绝|防止|避免|不能|不用于|不准|无|不存在|严格控制|不")


_BEGINS = re.compile("[弥补贴冲抵垫填用](?:补|充|足|抵|于)")


def holding(texts: Passages) -> Sequence[Passage]:
    """The texts in which it may be said."""
    return texts.holding(_BEGINS)


def made_up(passage: Passage) -> Iterator[tuple[int, int]]:
    """The clauses that say so, not those that forbid or deny it."""
    start = 0
    for line in passage.text.split("\n"):
        if _FUND.search(line):
            for found in _MADE_UP.finditer(line):
                left, right = passage.clause(start + found.start(), start + found.end())
                if not _DENIED.search(passage.text[left : start + found.end()]):
                    yield left, right
        start += len(line) + 1
