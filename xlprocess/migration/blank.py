"""What the blank workbook of an edition says: whatever an old workbook says as well is no content of its own."""

from __future__ import annotations

from functools import cache
from io import BytesIO

from python_calamine import CalamineWorkbook

from xlprocess.form.load import Form
from xlprocess.form.model import normal
from xlprocess.form.template import build


@cache
def printed_texts(form: Form) -> frozenset[str]:
    """Every text in the blank workbook, comparable."""
    book = CalamineWorkbook.from_filelike(BytesIO(build(form)))
    sheets = (book.get_sheet_by_name(n).to_python() for n in book.sheet_names)
    return frozenset(normal(v) for rows in sheets for row in rows for v in row if isinstance(v, str) and v.strip())
