from __future__ import annotations

from collections.abc import Iterator

from xlprocess.finding import Finding
from xlprocess.narrative import passages
from xlprocess.report import Report
from xlprocess.rules.rule import flag, rule

SHOWN = 3


@rule("R608", severity="notice")
def printed_hint_left(report: Report) -> Iterator[Finding]:
    """表样的填写提示或空位留在了文字里。

    依据：填写提示和空位不是报告内容，公开后影响报告的严肃性。
    处理：删去提示语，把空位和代替文字的符号改成实际内容。
    """
    texts = passages(report)
    if not texts:
        return
    from xlprocess.narrative.residue import holding, residues

    found = [(passage, span) for passage in holding(texts) for span in residues(passage)]
    if found:
        first = found[0][0]
        quotes = list(dict.fromkeys(f"“{passage.field.label}”中的“{passage.quote(*span)}”" for passage, span in found))
        more = f"等 {len(quotes)} 处" if len(quotes) > SHOWN else ""
        yield flag(report, first.spot, f"{'，'.join(quotes[:SHOWN])}{more}看来是表样的填写提示或没有填的空位")
