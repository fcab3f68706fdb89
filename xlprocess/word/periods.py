"""The year and the stage of the budget that the captions and columns of Chinese tables name: last year's figures and those of the
budget stand beside this year's, and are not what a report is filled with."""

from __future__ import annotations

import re
from collections.abc import Iterable

from xlprocess.form.model import normal
from xlprocess.typed import read_year

OWN = ""
"""It is said that the figures are this year's, and no plan."""
NO_YEAR = "写有年度，但不能确定报告是哪一年的，没有采用"
_LONGEST = 40
_YEAR = re.compile(
    r"(?<![0-9])((?:19|20)[0-9]{2}|二[〇○零]?[〇○零一二三四五六七八九]{2,3})\s*(?:年度?|财年)(?!\s*(?:[0-9]|[一二三四五六七八九十]{1,2}\s*月|[印监编]?制))"
)
_LEADING = re.compile(rf"^\s*(?:[（(]?[一二三四五六七八九十0-9]{{1,2}}\s*[）)、．.]\s*)?(?:{_YEAR.pattern})\s*")
_BEFORE = re.compile(r"上一?年(?:度|数|决算|执行|实际|同期|收|支|部门|三公|$)|去年|以前年度|上期|年初数|期初数")
_AFTER = re.compile(r"下一?年|次年|明年")
_PLAN = re.compile(r"(?<!公共)(?<!基金)(?<!经营)(?<!国资)预算(?!外|内|执行|编码|编号|代码|绩效|单位|部门|股|科)|预计|匡算|计划数")
_DONE = re.compile(r"决算|实际|执行|完成")
_TABLE = re.compile(r"(?:表|情况|数据|收支|决算|预算|数|一览)[^，。；]*$")
_COLUMN_BEFORE = re.compile(
    r"(?:上一?年|去年|上期|上年同期|年初|期初)(?:度|数|额|同期|同期数|决算数?|决算|执行(?:数)?|实际数?|实际支出|完成数?|余额|发生数)*"
)
_COLUMN_PLAN = re.compile(
    r"(?:本年|当年|年度|全年|年初|年中|调整|调整后|追加|批复|批复的|部门|财政)*(?:预算|计划|批复|安排|核定)(?:安排|批复|下达|调整)?(?:数|额|金额)?"
)
_COLUMN_CHANGE = re.compile(
    r"(?:比|较|与)?(?:上年|去年|上期|年初|预算)?(?:相比|同比)?(?:增减|增长|增加|减少|变动|差异|差)(?:额|数|率|幅度|情况|%)*"
)
_COLUMN_OWN = re.compile(
    r"(?:本年|本年度|当年|本期|本期末|全年|年度|年末|期末)?(?:决算|实际|执行|实际执行|实际支出|实际收入|发生|支付|累计)?(?:数|额|金额|余额|发生数)?"
)
_ANY = re.compile(r"[年期末]|决算|实际|执行|发生|完成")


def without_year(text: str) -> str:
    """A caption without the year before it: 2021年度收入情况 is 年度收入情况."""
    found = _LEADING.match(text)
    if found is None:
        return text
    rest = text[found.end() :]
    return rest if not found[0].rstrip().endswith("年度") else f"年度{rest}"


def years_in(text: str) -> set[int]:
    found = (read_year(f"{m[1]}年")[0] for m in _YEAR.finditer(text))
    return {y for y in found if y is not None}


def period_of(text: str, year: int | None) -> str | None:
    """What a caption says of the figures below it: `OWN`, or why they are not the report's (a clause in Chinese); None where it
    says nothing. `year` of the report; None where that is not known."""
    if is_prose(text):
        return None
    years = years_in(text)
    if years and year is None:
        return NO_YEAR
    if years and year not in years:
        return f"是{'、'.join(map(str, sorted(years)))}年的，没有采用"
    if _BEFORE.search(text) and not re.search(r"本年|当年", text):
        return "是上年的，没有采用"
    if _AFTER.search(text):
        return "是以后年度的，没有采用"
    if _PLAN.search(text) and not _DONE.search(text):
        return "是预算的数，没有采用"
    return OWN if years or re.search(r"本年|当年|决算", text) else None


def is_prose(text: str) -> bool:
    """A sentence or more: what stands above it stands over no table below it."""
    return len(text) > _LONGEST or "。" in text


def is_heading(text: str) -> bool:
    """Whether a line that names no table may stand over several."""
    return len(text) <= _LONGEST and _TABLE.search(text) is not None


def period_of_column(text: str, year: int | None) -> str | None:
    """The same of the label of a column, or of a group of columns; None for every other label."""
    word = normal(text)
    years = years_in(text)
    bare = normal(_YEAR.sub("", text))
    if years:
        if bare and not (_COLUMN_OWN.fullmatch(bare) or _COLUMN_PLAN.fullmatch(bare)):
            return None
        if year is None:
            return NO_YEAR
        if year not in years:
            return f"是{'、'.join(map(str, sorted(years)))}年的，没有采用"
        return "是预算的数，没有采用" if bare and _COLUMN_PLAN.fullmatch(bare) else OWN
    if _COLUMN_BEFORE.fullmatch(word) and word not in ("年初", "期初"):
        return "是上年的或年初的，没有采用"
    if word in ("年初", "期初"):
        return "是年初的，没有采用"
    if _COLUMN_PLAN.fullmatch(word):
        return "是预算的数，没有采用"
    if _COLUMN_CHANGE.fullmatch(word):
        return "是增减数，没有采用"
    if word and _COLUMN_OWN.fullmatch(word) and _ANY.search(word):
        return OWN
    return None


def only(years: Iterable[int]) -> int | None:
    """The year, where all name the same."""
    found = set(years)
    return found.pop() if len(found) == 1 else None
