"""What an amount is said of: the names under which prose speaks of the form's figures (`named` in an edition's TOML)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

from xlprocess.form.load import At, Form
from xlprocess.narrative.context import BUDGET

_DROPPED = re.compile(r"[\s()（）“”\"'‘’《》【】\[\]]")
# What may stand before a name without changing what is meant, and what between a name and its figure.
_BEFORE = re.compile(
    r"(?P<part>一般公共预算财政拨款|一般公共预算|财政拨款|公共财政|财政性资金)|"
    r"(?P<year>\d{4})年(?:度|全年|末|底)?|(?P<own>本年度?|当年度?|今年|全年度?|本报告期|报告期内?)|[本此]次|年末|年底|年内|截至|截止|12月31日|"
    r"(?:我|本|全)(?:部门|单位|[局委办院校镇乡厅会所站队中心街道]{1,3})|部门|单位|局机关|局本级|机关|本级|局|整体|"
    r"其中|包括|包含|含|分别|即|共计|共|总共|(?P<actual>实际|决算|执行)|核定|现有|目前|全部|的|"
    r"(?:第?[一二三四五六七八九十]|\d{1,2})(?:是|[.、])|[一二三四五六七八九十]{1,2}(?=[^一二三四五六七八九十])|[①-⑳]|\d{1,2}\.?(?=[^\d.年%])"
)
_AFTER = (
    r"(?:费用|金额|总额|总计|合计|共计|总共|全年|总数|[共合]计支出|共|计|为|是|达到|达|实际|决算|执行|数|完成|实现|发生|情况|有|了|人民币|[:：]|资金|"
    r"评定|最终|总)*"
)
_MORE = {"费": "(?:支出|开支|列支|使用)?", "款": "(?:收入|资金)?", "出": "(?:列支)?"}


class Said(NamedTuple):
    """The fields that a name can mean. `year`: a year that was named with it; `is_own`: this year; `is_part`: only money of one
    source was meant; `is_actual`: what was spent, not planned."""

    fields: tuple[At, ...]
    name: str
    year: int | None
    is_own: bool
    is_part: bool
    is_actual: bool

    @property
    def tells_budget(self) -> bool:
        """The name itself is that of a budget, or of a share of one."""
        return all(at.field.type == "rate" or bool(BUDGET.search(at.field.label)) for at in self.fields)


def plain(text: str) -> str:
    """A text as names are compared: white space, brackets and quotation marks gone."""
    return _DROPPED.sub("", text)


class Names:
    """The names of one edition."""

    def __init__(self, form: Form) -> None:
        self.fields: dict[str, tuple[At, ...]] = {}
        for at in _all_fields(form):
            for name in at.field.named:
                self.fields[plain(name)] = (*self.fields.get(plain(name), ()), at)
        words = "|".join(sorted(map(re.escape, self.fields), key=len, reverse=True))
        self.pattern = re.compile(words) if words else None

    def read(self, lead: str, owner: str) -> Said | None:
        """What stands before a figure, when it is a known name and nothing that could change its meaning. `owner` is the
        department's name."""
        if self.pattern is None:
            return None
        rest, year, own, part, actual = plain(lead), None, False, False, False
        for _ in range(12):
            name = self.pattern.match(rest)
            if name and _links(name[0], rest[name.end() :]):
                return Said(self.fields[name[0]], name[0], year, own, part, actual)
            token = _BEFORE.match(rest)
            if token and token.end():
                if token["year"]:
                    year = int(token["year"])
                own, part, actual = own or bool(token["own"]), part or bool(token["part"]), actual or bool(token["actual"])
                rest = rest[token.end() :]
                continue
            length = _owner_length(rest, owner)
            if not length:
                return None
            rest = rest[length:]
        return None

    def known(self, text: str) -> tuple[At, ...]:
        """The fields of a text that is a name and nothing else."""
        return self.fields.get(plain(text), ())


@cache
def names(form: Form) -> Names:
    """The names of an edition, made once."""
    return Names(form)


def _all_fields(form: Form) -> Iterable[At]:
    for table in form.tables.values():
        if table.kind != "list":
            yield from (At(table, f) for f in table.field)
        if table.total:
            yield At(table, table.total)


@cache
def _link(last: str) -> re.Pattern[str]:
    return re.compile(_MORE.get(last, "") + _AFTER)


def _links(name: str, rest: str) -> bool:
    return _link(name[-1]).fullmatch(rest) is not None


def _owner_length(text: str, owner: str) -> int:
    """How much of the beginning of `text` is the department's name, whole or without its first words."""
    for start in range(max(len(owner) - 2, 0)):
        if text.startswith(owner[start:]):
            return len(owner) - start
    return 0
