"""Parts that stand before their total: `甲20万元、乙43万元，共计65万元`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from xlprocess.form.load import Form
from xlprocess.narrative.amounts import NUMBER, Amount
from xlprocess.narrative.lists import MARK, ZERO, Split, is_no_part, slack
from xlprocess.narrative.passage import Passage, Sentence
from xlprocess.narrative.statements import lead_start
from xlprocess.narrative.wording import slip_of

MOST = 10

_ADDED = re.compile(
    rf"[，,；;]\s*(?:以上|上述|[两二三四五六七八九十]项|\d项|三者|全年|年度)*(?:共计|合计|总计|总共|共)(?:支出|安排|投入|拨付)?为?\s*(?={NUMBER}\s*[百千]?[万亿]?元)"
)


def parts_first(form: Form, passage: Passage, sentence: Sentence, inside: Sequence[Amount]) -> Iterator[Split]:
    """`甲20万元、乙43万元，共计65万元`: parts first. Only where the sentence holds nothing else and one slip explains the gap."""
    text = passage.text
    added = _ADDED.search(text, inside[1].end, sentence.end)
    if added is None:
        return
    at = added.end()
    parts = [a for a in inside if a.end <= at]
    whole = next((a for a in inside if a.start == at), None)
    if whole is None or not 1 < len(parts) <= MOST or not all(a.is_exact for a in (*parts, whole)):
        return
    previous = sentence.start
    for part in parts:
        label = text[lead_start(text, previous, part.start) : part.start]
        if not label.strip() or is_no_part(label):
            return
        previous = part.end
    start = lead_start(text, sentence.start, parts[0].start)
    split = Split(whole, tuple(parts), "yes", start, whole.end)
    stretch = text[start : whole.start]
    if "%" in stretch or "(" in stretch or MARK.search(stretch) or not _ADDED.match(text, parts[-1].end):
        return
    if not _some_agree(split, form) and _is_one_slip(split):
        yield split


def _some_agree(split: Split, form: Form) -> bool:
    """Some of the parts give the whole: which of them are meant is not said."""
    sums = {ZERO}
    for part in split.parts:
        sums |= {s + part.figure(split.whole.power) for s in sums}
    near = slack(split, form.edition.cap)
    return any(abs(s - split.whole.value) <= near for s in sums)


def _is_one_slip(split: Split) -> bool:
    said = [
        (split.whole.value, split.total),
        *((p.figure(split.whole.power), p.figure(split.whole.power) - split.gap) for p in split.parts),
    ]
    return any(slip_of(was, needed, ZERO, "") for was, needed in said if needed > 0)
