"""What is wrong with the sentences of the first drafts that an edition writes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from xlprocess.form.formula import Formula, FormulaError, placeholders
from xlprocess.form.model import Draft, Field, Table

if TYPE_CHECKING:
    from xlprocess.form.load import Form


def contradictions_of_drafts(form: Form, table: Table, field: Field) -> Iterator[str]:
    """Complaints about the drafts of a field."""
    if field.draft and (field.type != "longtext" or table.kind != "fields"):
        yield ".draft: only a long text in a table of fields is drafted"
    for number, draft in enumerate(field.draft, 1):
        yield from (f".draft {number}: {c}" for c in _of_draft(form, draft))


def _of_draft(form: Form, draft: Draft) -> Iterator[str]:
    table = form.tables.get(draft.each) if draft.each is not None else None
    if draft.each is not None and (table is None or table.kind != "list"):
        yield f"each: there is no list {draft.each!r}"
        return
    wanted = "{items}" in draft.text
    given = draft.part is not None if draft.each is not None else bool(draft.items)
    if wanted is not given:
        yield "items and {items} in the text belong together; of a list, part and {items}"
    if draft.whole is not None and not wanted:
        yield "whole: there are no items"
    texts = [draft.text.replace("{items}", ""), *draft.items, *([draft.otherwise] if draft.otherwise else [])]
    pieces = [p for text in texts for p in placeholders(text)]
    pieces += [text for text in (draft.when, draft.whole) if text is not None]
    for piece in pieces:
        yield from _of_expression(form, table, piece)
    for piece in placeholders(draft.part or ""):
        if table is None or f"parts.{piece}" not in table.fields:
            yield f"part: there is no field {piece!r}"


def _of_expression(form: Form, table: Table | None, piece: str) -> Iterator[str]:
    try:
        names = Formula(piece).names
    except FormulaError as error:
        yield str(error)
        return
    yield from (f"there is no field {n!r}" for n in names if n not in form.fields and (table is None or n not in table.fields))
