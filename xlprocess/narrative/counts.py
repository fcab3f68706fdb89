"""How many there are said to be, against the names or points that follow."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from xlprocess.narrative.passage import Passage
from xlprocess.typed import read_number

_THINGS = (
    "内设机构|内设股室|内设科室|职能股室|职能科室|业务股室|业务科室|股室|科室|处室|科|股|下属单位|下属二级单位|下属事业单位|下属机构|"
    "二级机构|二级单位|二级预算单位|直属单位|直属事业单位|事业单位|预算单位|所属单位|单位|机构|部门|站所|站|所|中心|大队|办公室|镇|乡|街道|社区|村|学校"
)
_NUMBER = re.compile(r"(?P<number>\d{1,2}|[一二两三四五六七八九十]{1,3})\s*[个家所]")
_THING = re.compile(rf"\s*(?P<thing>{_THINGS})")
_INTRODUCED = re.compile(r"(?:[,，]?\s*(?:分别(?:是|为)|即|包括|为|是))?\s*[:：]\s*|[,，]?\s*(?:分别(?:是|为)|即)\s*")
_SUFFIX = re.compile(
    r"(?:股|室|科|处|中心|办|队|局|所|站|院|校|镇|街道|乡|部|组|会|馆|厅|委|园|库|司|台|社|村|学|医院|场|庄|行|办事处|\))$"
)
_END = re.compile(r"[。；;！？\n]")
_AND = re.compile("以及|及|和|与")


@cache
def _goes_on() -> re.Pattern[str]:
    return re.compile(r"[^，,、。；;]{0,4}[，,、和及]\s*(?:另?有)?(?:\d|[一二两三四五六七八九十])+\s*[个家所]")


@cache
def _listed_before() -> re.Pattern[str]:
    return re.compile(
        r"(?:(?<!建)设(?![备施计])(?:置|立)?有?|辖|包括)(?:内设机构|职能|业务)?[:：]?(?P<list>[^，,：:。；;\d]+?)[，,]?(?:共计?|合计)?$"
    )


@cache
def _thing_before() -> re.Pattern[str]:
    """Compiled when it is needed: most texts count nothing."""
    return re.compile(rf"(?P<thing>{_THINGS})(?:共|有|共有)?\s*$")


@cache
def _next() -> re.Pattern[str]:
    return re.compile(
        rf"[，,](?=[^，,、]{{0,8}}(?:{_THINGS})?(?:共|有)?(?:\d{{1,2}}|[一二两三四五六七八九十]{{1,3}})\s*(?:个|家|所|名|人))"
    )


LONGEST_LIST = 300


class Count(NamedTuple):
    """`stated` beside the `listed` items."""

    stated: int
    listed: int
    thing: str
    start: int
    end: int


def counts(passage: Passage) -> Iterator[Count]:
    """Counts that the list after them contradicts, whatever way its names are split. Silent when a name could hold a `、`."""
    text = passage.text
    for match in _NUMBER.finditer(text):
        after = _THING.match(text, match.end())
        before = None if after else _thing_before().search(text[max(match.start() - 12, 0) : match.start()])
        thing = after or before
        if after and (listed := _list_before(text, match.start(), after.end())) is not None:
            stated, items = read_number(match["number"]).value, listed[1]
            if stated is not None and int(stated) not in _readings(items):
                yield Count(int(stated), len(items), after["thing"], listed[0], after.end())
            continue
        opening = _INTRODUCED.match(text, after.end() if after else match.end()) if thing else None
        if thing is None or opening is None:
            continue
        start = match.start() - (len(before[0]) if before else 0)
        stated = read_number(match["number"]).value
        end = _list_end(text, opening.end())
        items = _items(text[opening.end() : end])
        if stated is None or len(items) < 2 or any(item.endswith(("等", "等等")) for item in items):
            continue
        if not all(_SUFFIX.search(item) for item in items):
            continue  # a name may go on after its 、
        if int(stated) not in _readings(items):
            yield Count(int(stated), len(items), thing["thing"], start, end)


def _list_before(text: str, number: int, end: int) -> tuple[int, list[str]] | None:
    """Where a list of whole names begins that ends at the count, and the names; None where anything else is possible."""
    if text[number - 1 : number] in ("", "等"):
        return None
    left = max(number - LONGEST_LIST, 0)
    left = max(left, *(text.rfind(stop, left, number) + 1 for stop in "。；;！？\n"))
    if "、" not in text[left:number] or _goes_on().match(text, end):
        return None
    found = _listed_before().search(text, left, number)
    items = _items(found["list"]) if found else []
    if found is None or len(items) < 2 or not all(map(_SUFFIX.search, items)) or any("等" in item for item in items):
        return None
    return found.start(), items


def _readings(items: list[str]) -> set[int]:
    """How many items there can be: one that holds 和 or 及 between two whole names may be two."""
    more = 0
    for item in items:
        for found in _AND.finditer(item):
            if _SUFFIX.search(item[: found.start()]):
                more += 1
                break
    return set(range(len(items), len(items) + more + 1))


def _list_end(text: str, start: int) -> int:
    ends = [m.start() for m in (_END.search(text, start), _next().search(text, start)) if m]
    return min([*ends, len(text)])


def _items(text: str) -> list[str]:
    """Split at `、` outside brackets and quotation marks; commas where there is no `、`."""
    for separators in ("、", "，,"):
        found, depth, left = [], 0, 0
        for k, ch in enumerate(text):
            depth += (ch in "(“《") - (ch in ")”》")
            if not depth and ch in separators:
                found.append(text[left:k])
                left = k + 1
        found.append(text[left:])
        found = [item.strip(" ，,“”") for item in found]
        if len(found) > 1:
            return [item for item in found if item]
    return [text.strip()]
