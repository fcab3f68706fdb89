from __future__ import annotations

import re
from collections.abc import Iterator

from xlprocess.finding import Finding
from xlprocess.narrative import passages
from xlprocess.report import Report
from xlprocess.rules.rule import flag, rule

_NUMBERED = re.compile(r"[0-9一二两三四五六七八九十]\s*[个家所]")
"""What begins a count: looked for before the module that reads it is imported."""


@rule("R604", severity="warning")
def listed_items_differ_from_count(report: Report) -> Iterator[Finding]:
    """文字中说的个数与列出的不符。

    依据：写明了几个又逐一列出的，个数应当一致；机构名称还要与编制文件一致。
    处理：核对个数和名单，更正写错的一处；没有全部列出的，写“等”。
    """
    texts = passages(report)
    if not texts or not _NUMBERED.search(texts.text):
        return
    from xlprocess.narrative.counts import counts
    from xlprocess.narrative.wording import said_in

    for passage in texts:
        for count in counts(passage):
            problem = f"{said_in(passage, count.start, count.end)}，说的是 {count.stated} 个，列出了 {count.listed} 个"
            yield flag(report, passage.spot, problem, actual=str(count.stated), expected=str(count.listed))
