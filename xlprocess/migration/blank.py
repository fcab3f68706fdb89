"""What the blank workbook of an edition says: whatever an old workbook says as well is no content of its own."""

from __future__ import annotations

import re
from functools import cache

from xlprocess.books.file import FileBook
from xlprocess.form.load import Form
from xlprocess.form.model import normal
from xlprocess.form.template import build

_REFERENCE = re.compile(r"\$?[A-Z]{1,3}\$?[0-9]+(?::\$?[A-Z]{1,3}\$?[0-9]+)?")


@cache
def _blank(form: Form) -> FileBook:
    return FileBook.open(build(form), "空白")


@cache
def printed_texts(form: Form) -> frozenset[str]:
    """Every text in the blank workbook, comparable."""
    book = _blank(form)
    rows = (row for name in book.sheet_names() for row in book.sheet(name).rows)
    return frozenset(normal(v) for row in rows for v in row if isinstance(v, str) and v.strip())


@cache
def own_formulas(form: Form) -> frozenset[str]:
    """Every formula in the blank workbook, wherever it stands."""
    book = _blank(form)
    return frozenset(anywhere(f.text) for name in book.sheet_names() for f in book.sheet(name).formulas.values())


def anywhere(formula: str) -> str:
    """A formula without the cells that it points at."""
    return _REFERENCE.sub("A1", formula)
