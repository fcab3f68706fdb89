"""A finding: what does not agree, where, by how much, and why it probably does not. A value."""

from __future__ import annotations

from typing import Literal

import msgspec

from xlprocess.books.book import Ref

Severity = Literal["error", "warning", "notice"]
SEVERITY_WORD: dict[str, str] = {"error": "错误", "warning": "警告", "notice": "提示"}
RANK: dict[str, int] = {"error": 0, "warning": 1, "notice": 2}

CauseKind = Literal[
    "omitted_addend",
    "counted_twice",
    "swapped_digits",
    "mistyped_digit",
    "sign",
    "decimal_shift",
    "unit",
    "exchanged_cells",
    "missing_item",
]


class Cause(msgspec.Struct, frozen=True):
    """One simple slip that explains a difference exactly. `fields` are the columns and, where the addends are organisations,
    `rows` the organisations, that the slip concerns."""

    kind: CauseKind
    fields: tuple[str, ...] = ()
    rows: tuple[str, ...] = ()


class Where(msgspec.Struct, frozen=True):
    """A place: the sheet under its present name and the cell, with what they mean. Sheet and cell are None where a finding
    belongs to no cell."""

    sheet: str | None
    ref: Ref | None
    table: str
    row: str | None = None
    field: str | None = None


class Finding(msgspec.Struct, frozen=True):
    """`rule` is the number in the catalogue, `name` its short Chinese name. `actual`, `expected` and `difference` are exact texts,
    or None. `follows` is the place of the finding that this one only follows from.
    `problem` says in Chinese what does not agree, `because` why it probably does not; neither ends in a full stop."""

    where: Where
    problem: str
    because: str | None = None
    actual: str | None = None
    expected: str | None = None
    difference: str | None = None
    cause: Cause | None = None
    competing: tuple[Cause, ...] = ()
    follows: Where | None = None
    rule: str = ""
    name: str = ""
    severity: Severity = "notice"

    @property
    def message(self) -> str:
        """One Chinese sentence that a clerk understands without a manual."""
        return f"{self.problem}{'，' + self.because if self.because else ''}。"
