"""A stated whole and the parts listed after it: `63万元（分配甲20、乙43）`, `总支出9万元，其中甲4万元、乙5万元`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Literal, NamedTuple

from xlprocess.form.load import At, Form
from xlprocess.form.model import Field
from xlprocess.narrative.amounts import NUMBER, Amount, bare
from xlprocess.narrative.context import BUDGET, CHANGE, OTHER_TIME, PER
from xlprocess.narrative.names import names
from xlprocess.narrative.passage import Passage, Sentence
from xlprocess.narrative.statements import lead_start

Closed = Literal["yes", "no", "unsaid"]
ZERO = Decimal(0)
LONGEST_REMARK = 400
TOTALS = ("共计", "合计", "总计", "，共", "；共")
"""What a total that stands behind its parts begins with."""
MOST_AMOUNTS = 80
"""More amounts in one sentence are a table, and no sentence."""

_OPENS = re.compile(r"\s*\(")
_BRACKET = re.compile(r"[()\n]")
_ITEM = re.compile(rf"(?P<label>\D*?[\u4e00-\u9fff]\D*?)\s*(?P<number>{NUMBER})$")
MARK = re.compile(
    r"其中|分为|分别(?:为|是|用于|安排|拨付|支出)|分配(?:给|至|到|如下|情况)?|包括|由以下\w{0,4}组成|具体(?:为|是|包括|用于|如下)|全部用于|主要用于|用于"
)
_ALL = ("分为", "分别", "分配", "由", "具体", "全部")
_MORE = re.compile(rf"(?:其余|其他用途|余下|剩余|大部分|部分)|{NUMBER}\s*(?:万元|亿元|元|人|名)?等")
_MAINLY = re.compile(r"^\S{0,3}[:：]?\s*(?:主要|重点|如)")
_BARE = re.compile(r"(?<=[\u4e00-\u9fff])\d+\.\d+(?=(?:支出)?[，,、；;。])")
_ENDS = re.compile(
    r"合计|总计|共计|小计|总额|结余|结转|另外|此外|另有|另|同时|截至|占|相当于|折合|每|各(?!镇|街道|乡|村|校|科|股|部门|单位)|均|余额|已|尚|还|收回|预拨|第"
)
_LINK = re.compile(r"[，,；;：:、。(（\s]*$")


class Split(NamedTuple):
    """`closed`: the parts are said to be the whole, are known not to be, or it is not said."""

    whole: Amount
    parts: tuple[Amount, ...]
    closed: Closed
    start: int
    end: int

    @property
    def total(self) -> Decimal:
        return sum((p.figure(self.whole.power) for p in self.parts), ZERO)

    @property
    def gap(self) -> Decimal:
        """The parts less the whole, in the unit of the whole."""
        return self.total - self.whole.value


def splits(form: Form, passage: Passage) -> Iterator[Split]:
    """The wholes of a text that are not what their parts give, in any reading of where the parts end."""
    for sentence in passage.sentences if passage.amounts else ():
        inside = [a for a in passage.within(sentence.start, sentence.end) if a.kind in ("money", "people")]
        for whole in inside:
            split = _in_brackets(passage, whole)
            if split and not _agrees(split, form):
                yield split
        if len(inside) <= MOST_AMOUNTS:
            money = [a for a in inside if a.kind == "money"]
            yield from _after_marks(form, passage, sentence, money)
            if len(money) > 2 and any(word in passage.text for word in TOTALS):
                from xlprocess.narrative.parts_first import parts_first

                yield from parts_first(form, passage, sentence, money)


def _in_brackets(passage: Passage, whole: Amount) -> Split | None:
    opening = _OPENS.match(passage.text, whole.end)
    if not opening or not whole.is_exact:
        return None
    start, end = opening.end(), _closing(passage.text, opening.end())
    parts: list[Amount] = []
    inside = passage.within(start, end)
    mark = MARK.match(passage.text, start)
    for left, right in _pieces(passage.text, mark.end() if mark else start, end):
        own = [a for a in inside if left <= a.start and a.end <= right]
        piece = passage.text[left:right].rstrip()
        if len(own) == 1 and own[0].end == left + len(piece) and own[0].kind == whole.kind and own[0].is_exact:
            parts.append(own[0])
        elif not own and (item := _ITEM.fullmatch(piece)):
            parts.append(bare(passage.text, left + item.start("number"), left + item.end("number"), whole))
        else:
            return None
        if CHANGE.search(piece) or PER.search(piece) or re.search(OTHER_TIME, piece) or _ENDS.search(piece.rstrip("0123456789. ")):
            return None
    if len(parts) < 2 or len({p.has_unit for p in parts}) != 1:
        return None
    text = passage.text[start:end]
    return Split(whole, tuple(parts), _closed(mark[0] if mark else "分为", text), whole.start, end)


def _after_marks(form: Form, passage: Passage, sentence: Sentence, inside: Sequence[Amount]) -> Iterator[Split]:
    text = passage.text
    for mark in MARK.finditer(text, sentence.start, sentence.end):
        before = [a for a in inside if a.end <= mark.start()]
        if not before or not _stands_alone(text, before[-1].end, mark):
            continue
        whole = before[-1]
        lead = text[lead_start(text, before[-2].end if len(before) > 1 else sentence.start, whole.start) : whole.start]
        if not whole.is_exact or CHANGE.search(lead) or PER.search(lead):
            continue
        next_mark = MARK.search(text, mark.end(), sentence.end)
        own, is_cut = _children(form, lead), False
        parts: list[Amount] = []
        previous, depth_start = mark.end(), mark.end()
        for amount in _candidates(text, sentence, inside, mark.end(), whole):
            start = lead_start(text, previous, amount.start)
            label = text[start : amount.start]
            if _depth(text, depth_start, amount.start):
                continue
            if next_mark and next_mark[0] == "其中" and next_mark.start() < amount.start:
                is_cut = True
                break
            if not amount.is_exact or is_no_part(label) or _is_foreign(form, own, label):
                is_cut = True
                break
            parts.append(amount)
            previous = amount.end
        if len(parts) < 2:
            continue
        end = parts[-1].end
        closed = _closed(mark[0], text[mark.start() : _clause_end(text, end)])
        is_known = bool(own) and not is_cut and closed != "no" and _names_all(form, own, passage, mark.end(), parts)
        closed = "yes" if is_known else closed
        split = Split(whole, tuple(parts), "no" if is_cut else closed, lead_start(text, sentence.start, whole.start), end)
        if (
            not _agrees(split, form)
            and (is_known or not _prefix_agrees(split, form))
            and not _candidate_agrees(split, before[:-1], form)
        ):
            yield split


def _candidates(text: str, sentence: Sentence, inside: Sequence[Amount], start: int, whole: Amount) -> list[Amount]:
    """The amounts after a mark, and figures with decimals whose unit was forgotten."""
    found = [a for a in inside if a.start >= start]
    found += [bare(text, *m.span(), whole) for m in _BARE.finditer(text, start, sentence.end)]
    return sorted(found)


def slack(split: Split, cap: Decimal) -> Decimal:
    """What the printed decimals leave open. Whole numbers of one list are meant exactly; figures of equally many decimals may
    be off by the cap at most."""
    every = (split.whole, *split.parts)
    places = {a.decimals for a in every}
    power = split.whole.power
    if places == {0} and len({a.power for a in every}) == 1:
        return ZERO
    halves = sum((a.half(power) for a in every), ZERO)
    return min(halves, cap.scaleb(4 - power)) if len(places) == 1 and power <= 4 else halves


def _agrees(split: Split, form: Form) -> bool:
    return abs(split.gap) <= slack(split, form.edition.cap)


def _prefix_agrees(split: Split, form: Form) -> bool:
    return any(_agrees(split._replace(parts=split.parts[:k]), form) for k in range(1, len(split.parts)))


def _candidate_agrees(split: Split, others: Sequence[Amount], form: Form) -> bool:
    return any(_agrees(split._replace(whole=other), form) for other in others)


def _closed(mark: str, text: str) -> Closed:
    if _MORE.search(text) or _MAINLY.search(text.removeprefix(mark)) or mark.startswith("主要"):
        return "no"
    return "yes" if mark.startswith(_ALL) else "unsaid"


def is_no_part(label: str) -> bool:
    cues = (_ENDS, CHANGE, PER, BUDGET)
    return any(cue.search(label) for cue in cues) or bool(re.search(OTHER_TIME, label))


def _stands_alone(text: str, left: int, mark: re.Match[str]) -> bool:
    """Nothing but a pause, a remark in brackets or a few words stands between; before 分别 no list of names."""
    between = re.sub(r"\([^()]*\)", "", text[left : mark.start()]).strip(" ,，；;：:(")
    if re.search("[；;]", between) or (mark[0].startswith("分别") and re.search("[、和及与]", between)):
        return False
    return len(between) <= 12 and not CHANGE.search(between) and not re.search(r"\d", between)


def _children(form: Form, lead: str) -> tuple[At, ...]:
    """The field that the words before an amount name, when it has parts in the form."""
    known = names(form)
    if known.pattern is None:
        return ()
    found = [m[0] for m in known.pattern.finditer(re.sub(r"[“”\"（）()\s]", "", lead))]
    fields = known.fields[found[-1]] if found else ()
    return tuple(at for at in fields if at.table.children(at.field))


def _is_foreign(form: Form, own: tuple[At, ...], label: str) -> bool:
    """The words name a figure of the form that is no part of the whole."""
    if not own:
        return False
    parts = {c.id for at in own for c in _below(at)}
    known = names(form)
    found = [m[0] for m in known.pattern.finditer(re.sub(r"[“”\"（）()\s]", "", label))] if known.pattern else []
    return bool(found) and not any(at.field.id in parts for at in known.fields[found[-1]])


def _below(at: At) -> list[Field]:
    below = list(at.table.children(at.field))
    return [*below, *(f for c in below for f in _below(At(at.table, c)))]


def _names_all(form: Form, own: tuple[At, ...], passage: Passage, start: int, parts: Sequence[Amount]) -> bool:
    """Every part that the form knows of the whole is named in the list, and nothing else."""
    known = names(form)
    said: set[str] = set()
    previous = start
    for part in parts:
        label = re.sub(r"[“”\"（）()\s]", "", passage.text[previous : part.start])
        found = [m[0] for m in known.pattern.finditer(label)] if known.pattern else []
        if not found:
            return False
        said |= {at.field.id for at in known.fields[found[-1]]}
        previous = part.end
    return any({c.id for c in at.table.children(at.field)} <= said for at in own)


def _pieces(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The items between two offsets, split at pauses outside brackets."""
    depth, left = 0, start
    for k in range(start, end):
        depth += (text[k] == "(") - (text[k] == ")")
        if not depth and text[k] in "、，,；;":
            if text[left:k].strip():
                yield left, k
            left = k + 1
    if text[left:end].strip():
        yield left, end


def _closing(text: str, start: int) -> int:
    depth = 0
    for sign in _BRACKET.finditer(text, start, start + LONGEST_REMARK):
        if sign[0] == "\n":
            break
        if sign[0] == "(":
            depth += 1
        elif not depth:
            return sign.start()
        else:
            depth -= 1
    return start


def _depth(text: str, start: int, end: int) -> int:
    return text.count("(", start, end) - text.count(")", start, end)


def _clause_end(text: str, start: int) -> int:
    for k in range(start, min(start + 30, len(text))):
        if text[k] in "。；！？\n":
            return k
    return min(start + 30, len(text))
