"""The words that a form prints, as they are looked for in a document: labels, titles, hints and boxes."""

from __future__ import annotations

import re
from functools import cached_property, lru_cache

from xlprocess.form.heads import OF_WHICH
from xlprocess.form.load import At, Form
from xlprocess.form.model import Field, Table, normal
from xlprocess.row_name import NUMBERING
from xlprocess.word.periods import without_year
from xlprocess.word.plain_text import Words
from xlprocess.word.units import BEHIND, is_statement, without_statement

_MEASURES = re.compile(r"[（(]\s*(?:人|%|％|分|个|单位[:：][^）)]*)\s*[）)]\s*[:：]?\s*$")
_HEADING = re.compile(
    r"^\s*(?:第?[一二三四五六七八九十]{1,3}\s*[、．.]|[（(][一二三四五六七八九十0-9]{1,3}[）)]|[0-9]{1,2}\s*[、．.])\s*"
)
NOTE_MARK = re.compile(r"〔[^〔〕]{1,4}〕\s*$")
"""A small raised mark behind a label or a name."""
_SIGNED = re.compile(r"[\s　_：:年月日]+")
TOTALS = frozenset(("合计", "总计", "小计", "共计"))


@lru_cache(maxsize=1 << 13)
def key(text: str) -> str:
    """A printed label as it is compared: without numbering, unit, blanks and decoration."""
    text = NOTE_MARK.sub("", _HEADING.sub("", text.strip()))
    return normal(_MEASURES.sub("", BEHIND.sub("", text.strip().rstrip(":：")) or text))


class Labels:
    """Every word that a form prints, by its key."""

    def __init__(self, form: Form) -> None:
        self.form = form

    @cached_property
    def columns(self) -> dict[str, list[At]]:
        """Headers of the columns of grids and lists."""
        found: dict[str, list[At]] = {}
        for table in self.form.tables.values():
            if table.kind != "fields":
                for field in table.field:
                    for word in self.spelled(field):
                        found.setdefault(word, []).append(At(table, field))
        return found

    @cached_property
    def fields(self) -> dict[str, At]:
        """Labels that stand before or over a single value."""
        found: dict[str, At] = {}
        for table in self.form.tables.values():
            singles = table.field if table.kind == "fields" and table.json != self.narrative_json else ()
            for field in (*singles, *((table.total,) if table.total else ())):
                for word in self.spelled(field):
                    if word not in TOTALS:
                        found.setdefault(word, At(table, field))
        return found

    @cached_property
    def narrative(self) -> Table | None:
        """The table whose fields are the sections of a text: a table of fields with a place of its own in the JSON."""
        texts = (t for t in self.form.tables.values() if t.kind == "fields" and t.json)
        return next((t for t in texts if all(f.type == "longtext" for f in t.field)), None)

    @property
    def narrative_json(self) -> str | None:
        return self.narrative.json if self.narrative is not None else None

    def spelled(self, field: Field) -> set[str]:
        return {key(t) for t in (field.label, *field.spellings)}

    @cached_property
    def headings(self) -> set[str]:
        """Over the column of the row names."""
        return {key(r.heading) for r in self.form.row_sets.values()} | {key(t) for t in ("单位名称", "部门（单位）名称", "机构")}

    @cached_property
    def groups(self) -> set[str]:
        found = {key(f.group) for t in self.form.tables.values() for f in t.field if f.group}
        return found | {key(OF_WHICH)}

    @cached_property
    def titles(self) -> set[str]:
        """Over a table, a page or the whole."""
        words: list[str] = [self.form.edition.title]
        for table in self.form.tables.values():
            words += [table.title, *table.spellings, *((table.caption,) if table.caption else ())]
        for sheet in self.form.edition.sheet:
            words += [sheet.name, sheet.title, *sheet.spellings]
        return {key(w) for w in words}

    @cached_property
    def hints(self) -> set[str]:
        tables, rows = self.form.tables.values(), self.form.row_sets.values()
        words = [*(t.hint for t in tables), *(r.hint for r in rows), *(s.intro for s in self.form.edition.sheet)]
        return {key(w) for w in words if w}

    def is_title(self, text: str) -> bool:
        text = without_year(without_statement(text))
        return key(_asides(text)) in self.titles or key(text) in self.titles

    def is_layout(self, text: str) -> bool:
        """A title, a group, a hint, a unit, a heading: it says nothing about the department."""
        word = key(text)
        if not word or word in self.groups or word in self.headings or self.is_title(text) or word in self.hints:
            return True
        return is_statement(text) or word in ("校验", "平")

    @cached_property
    def boxes(self) -> list[str]:
        """What is printed where somebody signs, the longest first."""
        words = [w for s in self.form.edition.sheet for b in s.box for w in (b.label, b.sign) if w]
        return sorted([*words, *(w for s in self.form.edition.sheet for w in s.foot)], key=len, reverse=True)

    def is_box(self, text: str) -> bool:
        """An opinion, a signature, a date: nothing but what is printed."""
        for word in self.boxes:
            text = text.replace(word, "")
        return not _SIGNED.sub("", text)

    def in_boxes(self, text: str) -> str:
        """A text without the lines that are only what is printed where somebody signs; the same where nothing of a box is in it."""
        lines = [line for line in text.split("\n") if line.strip()]
        kept = [line.strip() for line in lines if not self.is_box(line)]
        return "\n".join(kept) if len(kept) < len(lines) and kept else text

    @cached_property
    def words(self) -> Words:
        """What an extracted text is cut into tables by."""
        every = set(self.columns) | set(self.fields) | self.headings
        groups = self.groups
        return Words(
            label=lambda t: key(t) in every or key(t) in groups,
            spanning=lambda t: key(t) in groups,
            title=lambda t: self.is_title(t),
        )


def _asides(text: str) -> str:
    """A title without what is said in brackets behind it: （参考提纲）."""
    return re.sub(r"[（(][^（()）]*[）)]\s*$", "", text.strip())


__all__ = ["NUMBERING", "TOTALS", "Labels", "key"]
