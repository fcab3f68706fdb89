from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from xlprocess.finding import Finding
from xlprocess.narrative import passages
from xlprocess.report import Report
from xlprocess.rules.rule import flag, rule
from xlprocess.typed import write_number

if TYPE_CHECKING:
    from xlprocess.narrative.lists import Split
    from xlprocess.narrative.passage import Passage

SHOWN = 6


@rule("R602", severity="warning")
def listed_parts_differ_from_whole(report: Report) -> Iterator[Finding]:
    """文字中列出的分项相加不等于总数。

    依据：一句话里先写总数再写分项的，读者会逐项相加。
    处理：核对总数和各分项，更正写错的数，或补上漏写的分项；只列了一部分的，写明“主要”或“等”。
    """
    texts = passages(report)
    if not texts:
        return
    from xlprocess.narrative.lists import splits

    for passage in texts:
        for split in dict.fromkeys(splits(report.form, passage)):  # two words may introduce the same list
            if split.gap > 0 or split.closed == "yes":
                yield _finding(report, passage, split)
            elif split.closed == "unsaid" and _is_a_slip(split):
                yield _finding(report, passage, split, is_sure=False)


def _finding(report: Report, passage: Passage, split: Split, is_sure: bool = True) -> Finding:
    from xlprocess.narrative.wording import said_in

    unit = passage.text[split.whole.start : split.whole.end].lstrip("-+负正¥ 0123456789,.")
    figures = [write_number(p.figure(split.whole.power)) for p in split.parts]
    added = "+".join(figures) + "=" if len(figures) <= SHOWN else f"所列 {len(figures)} 项之和 "
    gap = write_number(abs(split.gap))
    problem = (
        f"{said_in(passage, split.start, split.end)}，{added}{write_number(split.total)}，"
        f"与总数 {write_number(split.whole.value)} {unit}相差 {gap} {unit}"
    )
    return flag(
        report,
        passage.spot,
        problem,
        None if is_sure else "只列了一部分的无需修改",
        actual=write_number(split.whole.value),
        expected=write_number(split.total),
        difference=write_number(-split.gap),
        severity=None if is_sure else "notice",
    )


def _is_a_slip(split: Split) -> bool:
    """One slip of the pen in the whole or in a part explains the gap. Round figures explain nothing."""
    from xlprocess.narrative.wording import slip_of

    if len(split.parts) < 3 or not any(p.decimals for p in split.parts):
        return False
    missing = -split.gap
    if missing * 20 > split.whole.value:
        return False
    return any(
        slip_of(p.figure(split.whole.power), p.figure(split.whole.power) + missing, p.half(split.whole.power), "")
        for p in split.parts
    )
