"""A submission: what a worker gives back of one file, compact and complete for everything that the summary says of it.

It travels between processes and lies in the ledger as MessagePack (`encode`, `decode`). Numbers are exact texts, as Decimal
prints them; rates are fractions. Fields that the form calls personal are not in it, and long texts only as fingerprints.
"""

from __future__ import annotations

import hashlib
import sys
from decimal import Decimal
from typing import Literal

import msgspec

from xlprocess.finding import Cause, Severity


class Figure(msgspec.Struct, frozen=True, array_like=True):
    """A number of the report and where it stands.

    `row`: the organisation or 汇总 in a grid; None in a table of fields and for a list's total.
    `state`: typed by somebody; filled by us (a blank total); derived (a cell of ours).
    `from_parts`: what its parts give (a total computed from the leaves, 汇总 from the organisations), where that is another number.
    `blamed`: an error or warning stands at this cell, or names it as the cause."""

    table: str
    row: str | None
    field: str
    sheet: str | None
    cell: str | None
    value: str
    state: Literal["typed", "filled", "derived"] = "typed"
    from_parts: str | None = None
    blamed: bool = False

    @property
    def number(self) -> Decimal:
        return Decimal(self.value)


SHORTEST = 80
"""Characters: shorter texts are alike by themselves."""


class Text(msgspec.Struct, frozen=True, array_like=True):
    """A long text as a fingerprint: its length in characters, and `signature`, the least hashes of its pieces (MinHash), by which
    copies are found; of a text shorter than `SHORTEST`, of which none is looked for, there is none. Its words are not kept."""

    table: str
    field: str
    sheet: str | None
    cell: str | None
    length: int
    signature: tuple[int, ...]


class Line(msgspec.Struct, frozen=True, array_like=True):
    """A line of a list (an indicator, a fund): `values` by field id, as the JSON of a Report prints them; `cells` by field id."""

    table: str
    number: str
    sheet: str | None
    values: dict[str, str]
    cells: dict[str, str]


def flaw_key(rule: str, table: str, row: str | None, field: str | None) -> str:
    """Tells the same finding in two submissions of one department."""
    return hashlib.sha256(repr((rule, table, row, field)).encode()).hexdigest()[:12]


class Flaw(msgspec.Struct, frozen=True, array_like=True):
    """A finding as the summary lists it. `because`: the probable cause in words, or None. `remedy`: 处理 of its rule.
    `explanation`: what the department wrote in 说明 for it. `key` tells the same finding in two submissions of one department."""

    rule: str
    name: str
    severity: Severity
    sheet: str | None
    cell: str | None
    table: str
    row: str | None
    field: str | None
    actual: str | None
    expected: str | None
    difference: str | None
    cause: Cause | None
    competing: tuple[Cause, ...]
    follows: tuple[str | None, str | None] | None
    problem: str
    because: str | None
    remedy: str
    key: str
    explanation: str | None = None

    @property
    def message(self) -> str:
        return f"{self.problem}{'，' + self.because if self.because else ''}。"


class Place(msgspec.Struct, frozen=True, array_like=True):
    """A derived value or a gap within the tolerance, for the JSON of the reports: `value` is the value, or the difference."""

    sheet: str | None
    cell: str | None
    table: str
    row: str | None
    field: str
    value: str


class Submission(msgspec.Struct, array_like=True):
    """One file, read and checked. `status`, `error_kind` and `error` as in contracts (`error`: one Chinese sentence); everything
    after them is empty unless `status` is checked.

    `form` and `version`: the edition, and the version of it that the workbook was made from.
    `report_date` and `saved` (the time in the file's properties) in ISO form. `round`: 退回轮次 as stamped into the copy that was
    returned, `answers` the name of the file that it answers, `answers_hash` the hash of that,
    and `is_as_returned`: what was typed is still what went back.
    `check_code`: 校验码 computed over its input values; `stated_code`: the one that stands in it.
    `figures_hash`: equal for submissions with the same input values."""

    status: str
    error_kind: str | None = None
    error: str | None = None
    form: str = ""
    version: int = 0
    department: str | None = None
    code: str | None = None
    year: int | None = None
    report_date: str | None = None
    saved: str | None = None
    author: str | None = None
    round: int | None = None
    answers: str | None = None
    check_code: str = ""
    stated_code: str | None = None
    figures_hash: str = ""
    score: str | None = None
    grade: str | None = None
    rows: dict[str, tuple[str, ...]] = msgspec.field(default_factory=dict)
    """By row set: the rows in order, 汇总 first."""
    figures: list[Figure] = msgspec.field(default_factory=list)
    lines: list[Line] = msgspec.field(default_factory=list)
    texts: list[Text] = msgspec.field(default_factory=list)
    flaws: list[Flaw] = msgspec.field(default_factory=list)
    derived: list[Place] = msgspec.field(default_factory=list)
    roundings: list[Place] = msgspec.field(default_factory=list)
    answers_hash: str | None = None
    is_as_returned: bool = False
    places: dict[str, tuple[str, str]] = msgspec.field(default_factory=dict)
    """Sheet and cell of what tells whose report it is, by role (name, code, year)."""

    def figure(self, table: str, row: str | None, field: str) -> Figure | None:
        return next((f for f in self.figures if f.field == field and f.row == row and f.table == table), None)

    def head(self) -> Submission:
        """What tells whose it is and which of several counts: the same without its details."""
        return msgspec.structs.replace(self, **_BARE)


_BARE: dict[str, list[object] | dict[str, object]] = {
    **{name: [] for name in ("figures", "lines", "texts", "flaws", "derived", "roundings")},
    **{name: {} for name in ("rows", "places")},
}
"""The details of a head. All heads share them, for thousands are held at once; nobody adds to them."""

encode = msgspec.msgpack.Encoder().encode
decode = msgspec.msgpack.Decoder(Submission).decode


def decode_head(data: bytes) -> Submission:
    """The head that `encode` made."""
    head = decode(data)
    for name, bare in _BARE.items():
        setattr(head, name, bare)
    head.status, head.form = sys.intern(head.status), sys.intern(head.form)
    return head
