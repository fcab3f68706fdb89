"""Editions of the form, loaded and refused when they contradict themselves: `load("yueyang-2021")` gives a `Form`."""

from __future__ import annotations

import tomllib
from functools import cache, cached_property
from pathlib import Path
from typing import NamedTuple, TypeVar

import msgspec

from xlprocess.form import functions as _functions  # noqa: F401  (adds the form's own functions to the language)
from xlprocess.form.contradictions import contradictions
from xlprocess.form.formula import Formula
from xlprocess.form.model import Edition, Field, FormRule, RowSet, Table

FORMS = Path(__file__).parent
T = TypeVar("T")


class FormError(ValueError):
    """An edition that contradicts itself: the message names file and key. For those who write editions."""


class At(NamedTuple):
    """A field and the table that holds it."""

    table: Table
    field: Field


class Meaning(NamedTuple):
    """What a name means in a table's formulas: its field, the only row that has it, its own formula, and the row in which it is the
    sum of the others where nothing else gives it."""

    table: Table
    field: Field
    only: str | None
    formula: Formula | None
    summed_in: str | None


class Form:
    """An edition, checked and indexed.

    `tables` in the order of the edition; `fields` finds the table of a field id that is unique in the form (all but the
    columns of lists, which are found through their table)."""

    def __init__(self, edition: Edition, tables: tuple[Table, ...], folder: Path) -> None:
        self.edition = edition
        self.tables = {t.id: t for t in tables}
        self.folder = folder
        self.row_sets = {r.id: r for r in edition.rows}
        self.fields: dict[str, At] = {}
        for table in tables:
            if table.kind != "list":
                for field in table.field:
                    self.fields[field.id] = At(table, field)
            if table.total:
                self.fields[table.total.id] = At(table, table.total)
        self._formulas: dict[tuple[str, str], Formula | None] = {}
        self._names: dict[tuple[str, str], str] = {}
        self._grids = {r: tuple(t for t in tables if t.rows == r) for r in self.row_sets}
        self._meanings: dict[str | None, dict[str, Meaning]] = {}

    @property
    def id(self) -> str:
        return self.edition.id

    def grids(self, row_set: str) -> tuple[Table, ...]:
        """The tables whose rows are this row set: one organisation is one row in all of them."""
        return self._grids.get(row_set, ())

    def rows_of(self, table: Table) -> RowSet:
        return self.row_sets[table.rows or ""]

    def role(self, role: str) -> At | None:
        """The field that plays a part in every edition: name, code, year, score, grade."""
        field = self.edition.roles.get(role)
        return self.fields.get(field) if field else None

    def only_row(self, table: Table, field: Field) -> str | None:
        """The row in which a field of a grid stands, when it is just one: such a field has one cell, and any formula
        can name it."""
        return field.only[0] if table.kind == "grid" and len(field.only) == 1 else None

    def formula(self, table: Table, field: Field) -> Formula | None:
        """The formula of a stated or derived field: written out, or the sum of what stands under and beside it."""
        key = (table.id, field.id)
        if key not in self._formulas:
            children = table.children(field)
            text = field.formula or (" + ".join(c.id for c in children) if table.kind != "list" else None)
            self._formulas[key] = Formula(text) if text else None
        return self._formulas[key]

    def meanings(self, table: Table | None) -> dict[str, Meaning]:
        """What was asked by `meaning` of this table, so that asking again costs nothing."""
        return self._meanings.setdefault(table.id if table is not None else None, {})

    def meaning(self, table: Table | None, name: str) -> Meaning:
        """A name in a formula of `table` (None: of none) means the table's own field, else the form's."""
        at = At(table, table.fields[name]) if table is not None and name in table.fields else self.fields[name]
        is_summed = at.table.kind == "grid" and at.field.aggregate == "sum"
        found = Meaning(*at, self.only_row(*at), self.formula(*at), self.rows_of(at.table).summary if is_summed else None)
        return self.meanings(table).setdefault(name, found)

    @cached_property
    def longtexts(self) -> list[tuple[str, Field]]:
        """The fields that hold prose, each with its table."""
        return [(t.id, f) for t in self.tables.values() if t.kind == "fields" for f in t.field if f.type == "longtext"]

    @cached_property
    def rules(self) -> tuple[FormRule, ...]:
        return self.edition.rule

    def defined_name(self, table: Table, field: Field | None) -> str:
        """The workbook-wide defined name of a field's cell or column, or of a table's row names."""
        key = (table.id, field.id if field else "rows")
        name = self._names.get(key)
        if name is None:
            name = self._names[key] = "xlp_{}_{}".format(*key).replace(".", "_")
        return name


@cache
def editions() -> tuple[str, ...]:
    """The ids of the editions that come with the program."""
    return tuple(sorted(p.parent.name for p in FORMS.glob("*/edition.toml")))


@cache
def load(edition: str) -> Form:
    """The edition of that id. Raises KeyError for one that is not known, FormError for one that contradicts itself."""
    if edition not in editions():
        raise KeyError(edition)
    return load_folder(FORMS / edition)


def load_folder(folder: Path) -> Form:
    """The edition in `folder`."""
    edition = _decode(folder / "edition.toml", Edition)
    tables = tuple(_decode(folder / f"{name}.toml", Table) for name in edition.tables)
    tables = tuple(_with_kinds(t) for t in tables)
    form = Form(edition, tables, folder)
    for complaint in contradictions(form):
        raise FormError(complaint)
    return form


def _decode(path: Path, kind: type[T]) -> T:
    try:
        return msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), kind, strict=False)
    except FileNotFoundError as error:
        raise FormError(f"{path.parent.name}/{path.name}: there is no such file") from error
    except (msgspec.ValidationError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise FormError(f"{path.parent.name}/{path.name}: {error}") from error


def _with_kinds(table: Table) -> Table:
    """A column that has others under or beside it is stated: nobody writes that. In a list it stays what it is."""
    if table.kind == "list":
        if table.total is None:
            return table
        return msgspec.structs.replace(table, total=msgspec.structs.replace(table.total, kind="stated"))
    parents = {p for f in table.field for p in (f.under, f.beside) if p}
    fields = tuple(msgspec.structs.replace(f, kind="stated") if f.id in parents and f.kind == "input" else f for f in table.field)
    return msgspec.structs.replace(table, field=fields)
