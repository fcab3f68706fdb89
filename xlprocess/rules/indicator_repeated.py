from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from xlprocess.finding import Finding
from xlprocess.form.model import normal
from xlprocess.identity import Spot
from xlprocess.report import Report
from xlprocess.rules.indicators import TABLE, Indicator, indicators
from xlprocess.rules.rule import flag, rule

NUMBERING = re.compile(r"^(?:指标|目标)?[(（]?(?:[0-9]{1,2}|[一二三四五六七八九十]{1,2})[、.．:：)）]|^[\u2460-\u2473]")


@rule("R406", severity="notice")
def indicator_repeated(report: Report) -> Iterator[Finding]:
    """指标重复。

    依据：同一指标列两次，会重复计算完成情况。
    处理：删去重复的一行；确属两项指标的，把名称写得能够区分。
    """
    seen: dict[tuple[str, str], list[Indicator]] = {}
    for line in indicators(report):
        name = normal(NUMBERING.sub("", (line.name or "").strip()))
        if not name:
            continue
        alike = seen.setdefault((normal(line.level2 or ""), name), [])
        first = next((other for other in alike if _same_target(line, other)), None)
        if first is None:
            alike.append(line)
            continue
        spot = Spot(TABLE, line.key, "name")
        said = f"第 {line.key} 项指标“{(line.name or '').strip()}”与第 {first.key} 项相同"
        yield flag(report, spot, said, actual=line.name)


def _same_target(a: Indicator, b: Indicator) -> bool:
    """Two targets for one name are two indicators; a blank one tells nothing."""
    one, other = ("".join(unicodedata.normalize("NFKC", line.target or "").split()) for line in (a, b))
    return not one or not other or one == other
