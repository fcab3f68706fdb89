"""Sentences that say that there is none: `无政府性基金预算收支`, `未发生因公出国（境）费用`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import NamedTuple

from xlprocess.form.load import At, Form
from xlprocess.narrative.names import plain
from xlprocess.narrative.passage import Passage, Sentence

_HINT = re.compile(r"[无没未零]|[为均]\s*0|不涉及")
"""Something of this stands in every denial."""
_NONE = re.compile(r"(?:没有|未发生|未安排|未产生|不涉及|未涉及|无|未)(?:发生|安排|产生|使用|涉及|取得|任何|相关)*$")
_TAIL = re.compile(
    r"用?(?:预算|财政拨款|拨款|收支|收入|支出|费用|经费|费|资金|业务|安排|情况|事项|项目|发生|及|和|的|任务|团组|人员|计划)*"
)
_PLANNED = re.compile("(?:预算|计划|任务|项目)(?:安排|资金|的)*$")
"""With this behind the name no money was planned, or no project carried over: money there may be all the same."""
_OPENED = ("年初", "上年")
_INSIDE = ("无", "没有", "均无")
_HELD = re.compile("(?:均?无|没有)$")
_TAIL_NONE = re.compile(r"用?(?:预算|拨款|收支|收入|支出|费用|经费|费|资金|业务|情况)*(?:为零|为0|为无|没有发生|未发生|均?为0)")
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


class _Said(NamedTuple):
    """A name denied in a clause, from `start` on: `tail` stands between it and the end. The least one counts."""

    start: int
    is_behind: bool
    before: int
    shortness: int
    name: str
    tail: str


class _Denied(NamedTuple):
    """What can be denied by name; `opened` are the names with a denial inside (`年初无结转`), each with its own name."""

    fields: dict[str, tuple[At, ...]]
    opened: dict[str, str]
    pattern: re.Pattern[str]
    """Some of the names: most clauses hold none, and one look tells."""


@cache
def _denied(form: Form) -> _Denied:
    fields: dict[str, tuple[At, ...]] = {}
    for at in form.fields.values():
        for name in at.field.denied:
            fields[plain(name)] = (*fields.get(plain(name), ()), at)
    opened = {f"{name[:2]}{none}{name[2:]}": name for name in fields if name.startswith(_OPENED) for none in _INSIDE}
    return _Denied(fields, opened, re.compile("|".join(map(re.escape, (*fields, *opened))) or r"(?!)"))


def _said(clause: str, denied: _Denied) -> _Said | None:
    """`没有…` before a name, or `…为零` behind it, to the end of the clause: the first in it, the longest name."""
    if not denied.pattern.search(clause):
        return None
    found: list[_Said] = []
    for name in denied.fields:
        at = clause.find(name)
        while at >= 0:
            tail = clause[at + len(name) :]
            if _is_all(name, tail) and (none := (_HELD if name.endswith("资产") else _NONE).search(clause, 0, at)):
                found.append(_Said(none.start(), False, -at, -len(name), name, tail))
            if _TAIL_NONE.fullmatch(tail):
                found.append(_Said(at, True, -at, -len(name), name, ""))
            at = clause.find(name, at + 1)
    found += _opened(clause, denied.opened)
    return min(found, default=None)


def _is_all(name: str, tail: str) -> bool:
    """Nothing that stands behind the name says that only something about it is not. What is owned has no 支出 or 预算."""
    if name.endswith("资产"):
        return tail in ("", "情况")
    return _TAIL.fullmatch(tail) is not None and not _PLANNED.search(tail)


def _opened(clause: str, opened: Mapping[str, str]) -> Iterator[_Said]:
    """`年初无结转`: the denial stands inside the name."""
    for said, name in opened.items():
        at = clause.find(said)
        if at >= 0 and _is_all(name, tail := clause[at + len(said) :]):
            yield _Said(at, False, -at, -len(name), name, tail)


def denials(form: Form, passage: Passage, owner: str) -> Iterator[Denial]:
    """The denials of a text whose clause says nothing else."""
    denied = _denied(form)
    end = 0
    for hint in _HINT.finditer(passage.text):
        if hint.start() < end:
            continue  # its clause has been looked at
        start, end = passage.clause(*hint.span())
        clause = plain(passage.text[start:end]).strip("。！？；;、")
        if said := _said(clause, denied):
            lead = _LEAD.match(_without(owner, clause[: said.start]))
            sentence = passage.sentence_at(start)
            if lead and sentence is not None:
                year = int(lead["year"]) if lead["year"] else None
                spent = "支出" in said.tail and "收" not in said.tail
                yield Denial(denied.fields[said.name], year, spent, sentence, start, end)


def _without(owner: str, text: str) -> str:
    for start in range(max(len(owner) - 2, 0)):
        if owner[start:] in text:
            return text.replace(owner[start:], "")
    return text
