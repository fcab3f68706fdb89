"""The text of a note that a person and we share: theirs first and untouched, ours below. The rules stand in `mark`;
this is what a book needs of them that knows notes only as texts."""

from __future__ import annotations

from xlprocess.books.mark import MARK, checked, with_ours, without_ours
from xlprocess.books.mark import RULE as SEPARATOR

__all__ = ["MARK", "SEPARATOR", "merge", "persons_part"]


def persons_part(existing: str | None) -> str | None:
    """What a person wrote, exactly; None when there is no note or the whole note is ours."""
    return None if existing is None else without_ours(existing)


def merge(existing: str | None, ours: str | None) -> str | None:
    """What the note must say. `ours` begins with the mark (ValueError for a line that could not be told from a
    person's); None takes our part away. The result None means: no note. Merging the same again changes nothing."""
    return persons_part(existing) if ours is None else with_ours(existing, checked(ours))
