"""The year of a report, as its document tells it: in the title, beside the label of the year, or in the captions of its tables."""

from __future__ import annotations

import re
from collections.abc import Iterator

from xlprocess.form.load import Form
from xlprocess.typed import read_year
from xlprocess.word.document import Document, Grid, Paragraph
from xlprocess.word.labels import Labels, key
from xlprocess.word.periods import only, years_in

YEAR = re.compile(r"(?P<year>[0-9０-９]{4}|[二〇零一三四五六七八九○]{4})\s*年度?")
_LONGEST = 60
_LEAST = 2
"""So many characters of the title behind the year are surely a part of it."""


def year_in_title(text: str, form: Form) -> re.Match[str] | None:
    """The year before the title of the report, or before the first of the lines that it is broken into."""
    found = YEAR.search(text)
    rest = key(text[found.end() :]) if found else ""
    return found if rest and rest in key(form.edition.title) else None


def report_year(form: Form, labels: Labels, document: Document) -> int | None:
    """The year; None where nothing tells it, or captions tell several."""
    role = form.role("year")
    spelled = labels.spelled(role.field) if role is not None else set()
    titled: set[int] = set()
    for text, beside in _texts(document):
        found = year_in_title(text, form)
        if found is not None and len(key(text[found.end() :])) >= _LEAST:
            year = read_year(f"{found['year']}年")[0]
            if year is not None:
                return year
        label, _, value = text.replace(":", "：").partition("：")
        if spelled and key(label) in spelled:
            year = read_year((value or beside).strip())[0]
            if year is not None:
                return year
        if labels.is_title(text):
            titled |= years_in(text)
    return only(titled)


def _texts(document: Document) -> Iterator[tuple[str, str]]:
    """Short texts, and what stands right of them."""
    for block in document.blocks:
        if isinstance(block, Paragraph):
            if len(block.text) <= _LONGEST:
                yield block.text.strip(), ""
        else:
            yield from _cells(block)


def _cells(grid: Grid) -> Iterator[tuple[str, str]]:
    for number in range(grid.height):
        row = [c for c in grid.row(number) if not c.is_blank]
        for k, cell in enumerate(row):
            if cell.top == number and len(cell.text) <= _LONGEST:
                yield cell.text, row[k + 1].text if k + 1 < len(row) else ""
