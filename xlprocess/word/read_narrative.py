"""The sections of the narrative: what stands under each printed heading, in the body or in one large cell."""

from __future__ import annotations

import re
from difflib import SequenceMatcher

from xlprocess.form.model import Field
from xlprocess.word.document import Document, Origin, Paragraph
from xlprocess.word.labels import Labels, key
from xlprocess.word.ledger import Ledger, Placed
from xlprocess.word.marks import CAPTION, SECTION

_ORDINAL = re.compile(r"^\s*([一二三四五六七八九十]{1,2})\s*[、．.]")
_ALIKE = 0.6
_LONGEST_HEADING = 40


class NarrativeReader:
    """Reads the narrative into the ledger."""

    def __init__(self, labels: Labels, document: Document, ledger: Ledger) -> None:
        self.labels = labels
        self.document = document
        self.ledger = ledger
        self.table = labels.narrative

    def heading(self, paragraph: Paragraph) -> tuple[Field, str] | None:
        """The section that a paragraph opens, and what stands behind the heading in the same line."""
        text = paragraph.text.strip()
        if self.table is None or (self.document.exact and paragraph.style != SECTION):
            return None
        ordinal = _ORDINAL.match(text)
        for field in self.table.field:
            if key(text) in self.labels.spelled(field):
                return field, ""
            head, _, rest = text.partition("：")
            if rest and ordinal and key(head) in self.labels.spelled(field):
                return field, rest
        for field in self.table.field:
            printed = _ORDINAL.match(field.label)
            same = ordinal and printed and ordinal[1] == printed[1] and len(text) <= _LONGEST_HEADING and text[-1] not in "。；"
            if same and SequenceMatcher(None, key(text), key(field.label)).ratio() >= _ALIKE:
                return field, ""
        return None

    def is_narrative(self, paragraphs: list[Paragraph]) -> bool:
        return sum(self.heading(p) is not None for p in paragraphs) >= 2

    def read(self, paragraphs: list[Paragraph]) -> list[Paragraph]:
        """Takes the sections out of a run of paragraphs; gives what stands before the first heading."""
        if self.table is None:
            return paragraphs
        before: list[Paragraph] = []
        lines: dict[str, list[str]] = {}
        origins: dict[str, Origin] = {}
        at: str | None = None
        for paragraph in paragraphs:
            found = self.heading(paragraph)
            if found is not None and found[0].id not in lines:
                at = found[0].id
                lines[at] = [found[1]] if found[1] else []
                origins[at] = paragraph.origin
                self.ledger.use(paragraph)
            elif at is None or paragraph.style == CAPTION:
                at = None
                before.append(paragraph)
            else:
                text = paragraph.text if self.document.exact else paragraph.text.strip()
                if text or self.document.exact:
                    lines[at].append(text)
                self.ledger.use(paragraph)
        for field, said in lines.items():
            text = "\n".join(said)
            if text:
                self.ledger.put(self.table.id, field, Placed(text, text, origins[field]))
        return before
