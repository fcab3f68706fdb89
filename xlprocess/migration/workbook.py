"""The bytes of an old workbook → the account of its migration and the bytes of the new one."""

from __future__ import annotations

from xlprocess.books.file import FileBook
from xlprocess.books.kinds import READ_ONLY, sniff
from xlprocess.errors import Unreadable
from xlprocess.form.template import build
from xlprocess.migration.besides import boxes, objects
from xlprocess.migration.migrate import migrate
from xlprocess.migration.moved import Migration
from xlprocess.migration.sheets import sheets
from xlprocess.pipeline import open_book, open_values
from xlprocess.stamps import round_beside, stamp_again
from xlprocess.uncollected import uncollected


@uncollected
def migrated(data: bytes, name: str) -> tuple[Migration, bytes]:
    """`name` of the old file. Raises Unreadable, NotAForm, or Refused for what no cell can hold."""
    book = open_values(data, name)
    found = migrate(book, name)
    if isinstance(book, FileBook):
        parts = book.drawings()
        found.left += boxes({n: c for n, c in parts.items() if c})
        said = objects(list(parts))
        found.remarks += [said] if said else []
    number = round_of(found)
    made = build(found.form, found.values, more=sheets(found, name))
    if number is None:
        return found, made
    new = open_book(made, name)
    stamp_again(new, number, book.properties())
    return found, new.to_bytes()


def round_of(found: Migration) -> int | None:
    """退回轮次 of a returned copy, which is not left behind."""
    for left in found.left:
        number = round_beside(left.near.partition("；")[0], left.value)
        if number is not None:
            found.left.remove(left)
            return number
    return None


def standard(data: bytes, name: str) -> tuple[FileBook, Migration | None]:
    """The workbook to be filled and flagged: of a file in a format that is not written, the standard workbook that takes over its
    content, and the account of that. Raises CannotProcess."""
    try:
        return open_book(data, name), None
    except Unreadable as refused:
        if refused.kind != "other_format" or sniff(data, name) not in READ_ONLY:
            raise
    found, made = migrated(data, name)
    return open_book(made, name), found
