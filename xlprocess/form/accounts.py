"""The columns of the accounts that reports are compared with, and what an edition says against them in `account` and `control`."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from xlprocess.form.formula import Formula, FormulaError
from xlprocess.form.model import normal

if TYPE_CHECKING:
    from xlprocess.form.load import Form

PREFIX = "ref_"
"""Before the id of a column, where a formula names it."""


class AccountColumn(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """An amount of the accounts: `label` is its usual head, `spellings` others."""

    id: str
    label: str
    spellings: tuple[str, ...] = ()


class _File(msgspec.Struct, forbid_unknown_fields=True):
    column: tuple[AccountColumn, ...]


@cache
def account_columns() -> dict[str, AccountColumn]:
    """By id, in order."""
    path = Path(__file__).with_name("accounts.toml")
    found = msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), _File)
    return {column.id: column for column in found.column}


@cache
def account_heads() -> dict[str, str]:
    """The id of the column that a head means, by the head as it compares."""
    return {normal(text): c.id for c in account_columns().values() for text in (c.label, *c.spellings)}


def contradictions_of_accounts(form: Form) -> Iterator[str]:
    """What an edition says of other workbooks (accounts, years, peers, dealings) that nobody could do."""
    internal = form.edition.internal
    for field in (internal.paid, internal.received) if internal else ():
        if field not in form.fields:
            yield f"internal: there is no field {field!r}"
    for peer in form.edition.peer:
        if peer.at not in form.fields:
            yield f"peer.{peer.label}: there is no field {peer.at!r}"
        try:
            unknown = [name for name in Formula(peer.formula).names if name not in form.fields]
        except FormulaError as error:
            yield f"peer.{peer.label}: {error}"
            continue
        yield from (f"peer.{peer.label}: there is no field {name!r}" for name in unknown)
    for yearly in form.edition.yearly:
        if yearly.field not in form.fields:
            yield f"yearly: there is no field {yearly.field!r}"
    columns = account_columns()
    for account in form.edition.account:
        if account.column not in columns:
            yield f"account: there is no column {account.column!r}"
        if account.field not in form.fields:
            yield f"account.{account.column}: there is no field {account.field!r}"
    for control in form.edition.control:
        where = f"control.{control.rule}"
        if control.at not in form.fields:
            yield f"{where}: there is no field {control.at!r}"
        try:
            names = Formula(control.formula).names
        except FormulaError as error:
            yield f"{where}: {error}"
            continue
        for name in names:
            known = name.removeprefix(PREFIX) in columns if name.startswith(PREFIX) else name in form.fields
            if not known:
                yield f"{where}: there is no {'column' if name.startswith(PREFIX) else 'field'} {name!r}"
