"""How many there are said to be, against the names or points that follow."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from xlprocess.narrative.passage import Passage
from xlprocess.typed import read_number

_THINGS = (
    "内设机构|内设股室|内设科室|职能股室|职能科室|业务股室|业务科室|股室|科室|处室|科|股|下属单位|下属二级单位|下属事业单位|下属机构|"
    "二级机构|二级单位|二级预算单位|直属单位|直属事业单位|事业单位|预算单位|所属单位|单位|机构|部门|站所|站|所|中心|大队|办公室|镇|乡|街道|社区|村|学校"
)
_NUMBER = r"(?P<number>\d{1,2}|[一二两三四五六七八九十]{1,3})"
_SAID = re.compile(
    rf"(?:{_NUMBER}\s*[个家所]\s*(?P<thing>{_THINGS})"
    rf"|(?P<thing2>{_THINGS})(?:共|有|共有)?{_NUMBER.replace('number', 'number2')}\s*[个家所])"
    r"(?:[,，]?\s*(?:分别(?:是|为)|即|包括|为|是))?\s*[:：]\s*"
)
_RESPECTIVELY = re.compile(rf"{_NUMBER}\s*(?:个|家|所)\s*(?P<thing>{_THINGS})[,，]?\s*(?:分别(?:是|为)|即)\s*[:：]?\s*")
_SUFFIX = re.compile(
    r"(?:股|室|科|处|中心|办|队|局|所|站|院|校|镇|街道|乡|部|组|会|馆|厅|委|园|库|司|台|社|村|学|医院|场|庄|行|办事处|\))$"
)
_END = re.compile(r"[。；;！？\n]")
_NEXT = re.compile(
    rf"[，,](?=[^，,、]{{0,8}}(?:{_THINGS})?(?:共|有)?(?:\d{{1,2}}|[一二两三四五六七八九十]{{1,3}})\s*(?:个|家|所|名|人))"
)
_AND = re.compile("以及|及|和|与")


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
    for match in (*_SAID.finditer(text), *_RESPECTIVELY.finditer(text)):
        groups = match.groupdict()
        stated = read_number(groups.get("number") or groups.get("number2")).value
        end = _list_end(text, match.end())
        items = _items(text[match.end() : end])
        if stated is None or len(items) < 2 or any(item.endswith(("等", "等等")) for item in items):
            continue
        if not all(_SUFFIX.search(item) for item in items):
            continue  # a name may go on after its 、
        if int(stated) not in _readings(items):
            yield Count(int(stated), len(items), groups.get("thing") or groups.get("thing2") or "", match.start(), end)


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
    ends = [m.start() for m in (_END.search(text, start), _NEXT.search(text, start)) if m]
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
