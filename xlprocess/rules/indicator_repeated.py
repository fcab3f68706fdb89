from __future__ import annotations

import re
from collections.abc import Iterator

from xlprocess.finding import Finding
from xlprocess.form.model import normal
from xlprocess.identity import Spot
from xlprocess.report import Report
from xlprocess.rules.indicators import TABLE, indicators
from xlprocess.rules.rule import flag, rule

NUMBERING = re.compile(r"^(?:指标|目标)?[0-9一二三四五六七八九十]{1,2}[、.．:：)）]")


@rule("R406", severity="notice")
def indicator_repeated(report: Report) -> Iterator[Finding]:
    """指标重复。

    依据：同一指标列两次，会重复计算完成情况。
    处理：删去重复的一行；确属两项指标的，把名称写得能够区分。
    """
    first: dict[tuple[str, str], str] = {}
    for line in indicators(report):
        name = normal(NUMBERING.sub("", (line.name or "").strip()))
        if not name:
            continue
        key = first.setdefault((normal(line.level2 or ""), name), line.key)
        if key != line.key:
            spot = Spot(TABLE, line.key, "name")
            said = f"第 {line.key} 项指标“{(line.name or '').strip()}”与第 {key} 项相同"
            yield flag(report, spot, said, actual=line.name)
