"""What of an import is told once: a cover whose year is not that of the tables leaves out every figure, for one reason."""

from __future__ import annotations

import re
from collections.abc import Sequence

from xlprocess.word.ledger import Unplaced

_OTHER_YEAR = re.compile(r"是(?P<year>[0-9]{4})年的，没有采用$")
_MANY = 5


def sentences(unplaced: Sequence[Unplaced]) -> list[str]:
    """What found no place, a sentence each; the figures of tables of another year in one, where they are many."""
    years = {id(u): found["year"] for u in unplaced if (found := _OTHER_YEAR.search(u.why))}
    said: list[str] = []
    for year in sorted(set(years.values())):
        own = [u for u in unplaced if years.get(id(u)) == year]
        if len(own) >= _MANY:
            said.append(
                f"{year}年的表与报告写的年度不同，其中 {len(own)} 处没有采用（从{own[0].origin}起，逐条见“导入来源”表）。"
                "报告的年度写错的，请更正后重新导入。"
            )
            unplaced = [u for u in unplaced if years.get(id(u)) != year]
    return said + [str(u) for u in unplaced]
