"""The printed header of a grid or list: its columns in order, and the cells above them, with 其中 over the
parts of a total."""

from __future__ import annotations

from typing import NamedTuple

from xlprocess.form.model import Field, Table

OF_WHICH = "其中："


class Head(NamedTuple):
    """A header cell: rows and columns from 0, inclusive. `field` is None for 其中 and for a group."""

    text: str
    top: int
    bottom: int
    left: int
    right: int
    field: Field | None


class Header(NamedTuple):
    columns: tuple[Field, ...]
    depth: int
    heads: tuple[Head, ...]


def header(table: Table) -> Header:
    """The columns of a grid follow the tree: a total, what stands under it, what stands beside it. A list keeps
    its own order."""
    columns = tuple(_in_order(table)) if table.kind == "grid" else table.field
    levels = {f.id: _level(table, f) for f in columns}
    depth = 1 + max(levels.values(), default=0)
    heads = [Head(f.label, levels[f.id], depth - 1, column, column, f) for column, f in enumerate(columns)]
    for parent in columns:
        below = [c for c, f in enumerate(columns) if _is_below(table, f, parent)]
        if below:
            level = levels[parent.id]
            heads.append(Head(OF_WHICH, level, level, below[0], below[-1], None))
    heads.extend(_groups(columns))
    return Header(columns, depth, tuple(sorted(heads, key=lambda h: (h.top, h.left))))


def _in_order(table: Table) -> list[Field]:
    found: list[Field] = []

    def add(field: Field) -> None:
        if field in found:
            return
        found.append(field)
        children = table.children(field)
        for child in (*(c for c in children if c.under), *(c for c in children if c.beside)):
            add(child)

    for field in table.field:
        if not (field.under or field.beside):
            add(field)
    return found


def _level(table: Table, field: Field) -> int:
    if table.kind == "grid" and field.under:
        return _level(table, table.fields[field.under]) + 1
    if table.kind == "grid" and field.beside:
        return _level(table, table.fields[field.beside])
    return 1 if field.group else 0


def _is_below(table: Table, field: Field, parent: Field) -> bool:
    if table.kind != "grid":
        return False
    while field.under or field.beside:
        if field.under == parent.id:
            return True
        field = table.fields[field.under or field.beside or ""]
    return False


def _groups(columns: tuple[Field, ...]) -> list[Head]:
    heads: list[Head] = []
    for column, field in enumerate(columns):
        if not field.group or field.under or field.beside:
            continue
        last = heads[-1] if heads else None
        if last and last.text == field.group and last.right == column - 1:
            heads[-1] = last._replace(right=column)
        else:
            heads.append(Head(field.group, 0, 0, column, column, None))
    return heads
