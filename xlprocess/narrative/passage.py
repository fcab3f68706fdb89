"""A long text of a report: sentences with their offsets, paragraphs under their headings, quotations."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple

from xlprocess.form.model import Field
from xlprocess.identity import Spot
from xlprocess.narrative.amounts import Amount, amounts

if TYPE_CHECKING:
    from xlprocess.narrative.statements import Statement

LONGEST_QUOTE = 40
LONGEST_HEADING = 30
STOPS = "。！？!?\n"
PAUSES = "，,；;：:"

_FOLD = {code: chr(code - 0xFEE0) for code in range(0xFF10, 0xFF1A)}  # digits
_FOLD |= {ord(a): b for a, b in zip("．％＋－−–（）［］￥～﹣\u3000\u00a0\t\r", ".%+---()[]¥~-    ", strict=True)}
_FOLDED = re.compile(f"[{re.escape(''.join(map(chr, _FOLD)))}]")
_SENTENCE = re.compile(rf"[^{STOPS}]+[{STOPS}]?")
_NUMBERED = re.compile(r"\s*(?:\(?[一二三四五六七八九十]{1,3}[、)]|\(?\d{1,2}(?:[、)]|\.(?!\d))|[①-⑳])")
_PAUSE = re.compile(f"[{STOPS}{PAUSES}]")
_START = attrgetter("start")
_DIGIT = re.compile(r"\d")
_SPACE = re.compile(r"\s+")
_INNER = {ord("“"): "‘", ord("”"): "’"}  # quotation marks inside quotation marks


class Sentence(NamedTuple):
    """From `start` to `end`, its full stop included. `opens`: it is the first of its paragraph; `heading`: the heading above."""

    start: int
    end: int
    opens: bool
    heading: str


class Passage:
    """The text of one cell. `text` has full-width digits and signs folded, character by character, so that offsets hold."""

    def __init__(self, spot: Spot, field: Field, raw: str) -> None:
        self.spot = spot
        self.field = field
        self.raw = raw
        self.text = raw.translate(_FOLD) if _FOLDED.search(raw) else raw
        self._sentences: tuple[Sentence, ...] | None = None
        self._amounts: tuple[Amount, ...] | None = None
        self._pauses: list[int] | None = None

    @property
    def sentences(self) -> tuple[Sentence, ...]:
        """The sentences, headings left out."""
        if self._sentences is None:
            self._sentences = self._split()
        return self._sentences

    def _split(self) -> tuple[Sentence, ...]:
        found: list[Sentence] = []
        heading = ""
        start = 0
        for line in self.text.split("\n"):
            if is_heading(line):
                heading = line.strip()
            else:
                spans = [(m.start() + start, m.end() + start) for m in _SENTENCE.finditer(line)]
                spans = [span for span in spans if self.text[slice(*span)].strip()]
                found += [Sentence(a, b, k == 0, heading) for k, (a, b) in enumerate(spans)]
            start += len(line) + 1
        return tuple(found)

    @property
    def amounts(self) -> tuple[Amount, ...]:
        if self._amounts is None:
            self._amounts = amounts(self.text)
        return self._amounts

    def within(self, start: int, end: int) -> list[Amount]:
        """The amounts between two offsets."""
        first, last = bisect_left(self.amounts, start, key=_START), bisect_left(self.amounts, end, key=_START)
        return [a for a in self.amounts[first:last] if a.end <= end]

    def sentence_at(self, at: int) -> Sentence | None:
        """The sentence that holds this offset; None in a heading."""
        number = bisect_right(self.sentences, at, key=_START) - 1
        return self.sentences[number] if number >= 0 and at < self.sentences[number].end else None

    def clause(self, start: int, end: int) -> tuple[int, int]:
        """The clause that holds this stretch, without its pauses."""
        if self._pauses is None:
            self._pauses = [m.start() for m in _PAUSE.finditer(self.text)]
        before, behind = bisect_left(self._pauses, start) - 1, bisect_left(self._pauses, end)
        left = self._pauses[before] + 1 if before >= 0 else 0
        return left, self._pauses[behind] if behind < len(self._pauses) else len(self.text)

    def quote(self, start: int, end: int) -> str:
        """This stretch as it was typed, short: what is too long loses its middle."""
        text = _SPACE.sub("", self.raw[start:end]).strip("，,；;：:。、").translate(_INNER)
        if len(text) <= LONGEST_QUOTE:
            return text
        half = LONGEST_QUOTE // 2
        return f"{text[:half]}…{text[-half + 1 :]}"


class Passages(tuple[Passage, ...]):
    """The texts of a report in the order of the form."""

    text: str
    """All of them, one behind the other: most patterns stand nowhere, and one look tells."""
    stated: dict[Passage, tuple[Statement, ...]]
    """By `statements`. Kept here: a statement knows its passage, and what refers to itself is not freed at once."""

    def __new__(cls, texts: Sequence[tuple[Spot, Field, str]]) -> Passages:
        made = super().__new__(cls, (Passage(*text) for text in texts))
        made.stated = {}
        made.text = "\0".join(p.text for p in made)  # no pattern reaches over that sign
        return made

    def mention(self, *words: str) -> bool:
        """One of these words stands somewhere: else what looks for them need not even be imported."""
        return any(word in self.text for word in words)

    def holding(self, pattern: re.Pattern[str]) -> Sequence[Passage]:
        """Those in which a pattern is found that does not ask where a text begins or ends."""
        return [p for p in self if pattern.search(p.text)] if pattern.search(self.text) else ()


def is_heading(line: str) -> bool:
    """A short line without a full stop that states nothing: numbered, or ending as headings do."""
    text = line.strip()
    if (
        not text
        or len(text) > LONGEST_HEADING
        or any(stop in text for stop in "。；，！？")
        or (_DIGIT.search(text) and amounts(text))
    ):
        return False
    return bool(_NUMBERED.match(text)) or text.endswith(("情况", "概况", "：", ":", "分析", "措施"))
