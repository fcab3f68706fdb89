"""Sentences that say that there is none: `无政府性基金预算收支`, `未发生因公出国（境）费用`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from xlprocess.form.load import At, Form
from xlprocess.narrative.names import plain
from xlprocess.narrative.passage import Passage, Sentence

_HINT = re.compile(r"[无没未零]|[为均]\s*0|不涉及")
"""Something of this stands in every denial."""
_NONE = r"(?:没有|未发生|未安排|未产生|不涉及|未涉及|无|未)(?:发生|安排|产生|使用|涉及|取得|任何|相关)*"
_TAIL = r"(?:预算|财政拨款|拨款|收支|收入|支出|费用|经费|费|资金|业务|安排|情况|事项|项目|发生|及|和|的|任务|团组|人员|计划)*"
_TAIL_NONE = r"(?:预算|拨款|收支|收入|支出|费用|经费|费|资金|业务|情况)*(?:为零|为0|为无|没有发生|未发生|均?为0)"
_LEAD = re.compile(
    r"^(?:(?P<year>\d{4})年度?(?:全年)?|本年度?|当年|全年|今年|年末|年底|我(?:局|部门|单位|委|办|院|校|镇|乡|中心)|本(?:局|部门|单位|委|办|院|校|镇|乡|中心)|"
    r"部门|单位|无其他|也|且|均|其中|[一二三四五六七八九十]+[、是]|\d+[.、])*$"
)


class Denial(NamedTuple):
    """`fields` is what is said not to be. `year`: the year named with it. `is_spent`: only spending is denied."""

    fields: tuple[At, ...]
    year: int | None
    is_spent: bool
    sentence: Sentence
    start: int
    end: int


@cache
def _denied(form: Form) -> tuple[dict[str, tuple[At, ...]], re.Pattern[str] | None]:
    fields: dict[str, tuple[At, ...]] = {}
    for at in form.fields.values():
        for name in at.field.denied:
            fields[plain(name)] = (*fields.get(plain(name), ()), at)
    words = "|".join(sorted(map(re.escape, fields), key=len, reverse=True))
    if not words:
        return fields, None
    return fields, re.compile(rf"(?:{_NONE}(?P<first>{words})(?P<tail>{_TAIL})|(?P<second>{words}){_TAIL_NONE})$")


def denials(form: Form, passage: Passage, owner: str) -> Iterator[Denial]:
    """The denials of a text whose clause says nothing else."""
    fields, pattern = _denied(form)
    if pattern is None:
        return
    end = 0
    for hint in _HINT.finditer(passage.text):
        if hint.start() < end:
            continue  # its clause has been looked at
        start, end = passage.clause(*hint.span())
        clause = plain(passage.text[start:end]).strip("。！？；;、")
        if said := pattern.search(clause):
            lead = _LEAD.match(_without(owner, clause[: said.start()]))
            sentence = passage.sentence_at(start)
            if lead and sentence is not None:
                name = said["first"] or said["second"]
                year = int(lead["year"]) if lead["year"] else None
                tail = said["tail"] or ""
                spent = "支出" in tail and "收" not in tail
                yield Denial(fields[name], year, spent, sentence, start, end)


def _without(owner: str, text: str) -> str:
    for start in range(max(len(owner) - 2, 0)):
        if owner[start:] in text:
            return text.replace(owner[start:], "")
    return text
