"""The accounts (对照) that a bureau compares reports with: a line a department, by 预算编码, its budget and accounts."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

import msgspec

from xlprocess.books.book import Scalar
from xlprocess.consolidation.consolidation import Department
from xlprocess.consolidation.listed import FIRST_ROWS, head_and_unit, plain, read_list, unit_said
from xlprocess.consolidation.matching import plain_code, without_zeros
from xlprocess.consolidation.roster import HEADINGS
from xlprocess.errors import Refused
from xlprocess.form.accounts import account_columns, account_heads
from xlprocess.form.model import normal
from xlprocess.typed import read_money, shift

_WHOSE = {normal(text): key for key in ("code", "name") for text in HEADINGS[key]}
_NOBODY = ("", "合计", "总计", "小计")
_SHIFT = 4  # places between 元 and 万元


class AccountLine(msgspec.Struct, frozen=True):
    """A department's line: `amounts` in 万元 by the id of their column; what is blank is not there."""

    number: int
    code: str
    name: str
    amounts: dict[str, Decimal]


class Accounts:
    """The lines of a file, and which columns it gives. A department's line is found by its code, else by its name."""

    def __init__(self, file: str, lines: Sequence[AccountLine]) -> None:
        self.file = file
        self.lines = lines
        given = {column for line in lines for column in line.amounts}
        self.columns = tuple(c for c in account_columns() if c in given)
        self._by_code = {plain_code(line.code): line for line in lines if line.code}
        self._by_bare_code = {without_zeros(line.code): line for line in lines if line.code}
        self._by_name = {normal(line.name): line for line in lines if line.name}

    def of(self, department: Department) -> AccountLine | None:
        code = department.code
        found = (self._by_code.get(plain_code(code)) or self._by_bare_code.get(without_zeros(code))) if code else None
        return found or self._by_name.get(normal(department.name))


class _Heads(NamedTuple):
    row: int
    columns: dict[str, int]
    in_yuan: frozenset[str]


def read_accounts(path: Path) -> Accounts:
    """The accounts in an .xlsx or .csv file. Raises Unreadable or Refused with the sentence."""
    rows = read_list(path, "对照表", lambda rows: _heads(rows) is not None)
    heads = _heads(rows)
    if heads is None:
        labels = "".join(f"“{c.label}”" for c in account_columns().values())
        what = f"没有找到标题行。请在第一行写上“预算编码”和{labels}中的栏目，每个部门一行"
        raise Refused(f"无法使用对照表 {path.name}：{what}。")
    lines: list[AccountLine] = []
    seen: dict[str, int] = {}
    for number, row in enumerate(rows[heads.row :], heads.row + 1):
        code, name = (plain(row[k]) if (k := heads.columns.get(key, len(row))) < len(row) else "" for key in ("code", "name"))
        if normal(code) in _NOBODY and normal(name) in _NOBODY:
            continue
        key = without_zeros(code) if code else normal(name)
        if key in seen:
            both = f"第 {seen[key]} 行和第 {number} 行是同一个部门（{code or name}）"
            raise Refused(f"无法使用对照表 {path.name}：{both}。请合并为一行后再运行。")
        seen[key] = number
        lines.append(AccountLine(number, code, name, _amounts(row, heads, number, path.name)))
    if not lines:
        raise Refused(f"无法使用对照表 {path.name}：标题行下面没有部门。请逐行填入后再运行。")
    return Accounts(path.name, lines)


def _heads(rows: Sequence[Sequence[Scalar]]) -> _Heads | None:
    """Where the headings stand, and which of them are in 元."""
    known = account_heads()
    said_before = ""
    for number, row in enumerate(rows[:FIRST_ROWS], 1):
        found: dict[str, int] = {}
        in_yuan: set[str] = set()
        for column, value in enumerate(row):
            head, yuan = head_and_unit(plain(value))
            key = _WHOSE.get(head) or known.get(head)
            if key is not None and key not in found:
                found[key] = column
                if yuan or (yuan is None and said_before == "元"):
                    in_yuan.add(key)
        if ("code" in found or "name" in found) and any(key not in ("code", "name") for key in found):
            return _Heads(number, found, frozenset(in_yuan))
        said_before = unit_said(row) or said_before
    return None


def _amounts(row: Sequence[Scalar], heads: _Heads, number: int, file: str) -> dict[str, Decimal]:
    found: dict[str, Decimal] = {}
    for key, column in heads.columns.items():
        raw = row[column] if column < len(row) and key not in ("code", "name") else None
        reading = read_money(raw, "元" if key in heads.in_yuan else "万元")
        if reading.state == "unreadable":
            label = account_columns()[key].label
            raise Refused(f"无法使用对照表 {file}：第 {number} 行“{label}”的 {plain(raw)} 不是金额。请改正后再运行。")
        if reading.value is not None:
            found[key] = shift(reading.value, -_SHIFT) if key in heads.in_yuan else reading.value
    return found
