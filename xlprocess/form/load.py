"""Editions of the form, loaded and refused when they contradict themselves: `load("yueyang-2021")` gives a `Form`."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from functools import cache, cached_property
from pathlib import Path
from typing import NamedTuple, TypeVar

import msgspec

from xlprocess.form import functions as _functions  # noqa: F401  (adds the form's own functions to the language)
from xlprocess.form.formula import Formula, FormulaError
from xlprocess.form.model import Edition, Field, FormRule, RowSet, SheetSpec, Table

FORMS = Path(__file__).parent
T = TypeVar("T")


class FormError(ValueError):
    """An edition that contradicts itself: the message names file and key. For those who write editions."""


class At(NamedTuple):
    """A field and the table that holds it."""

    table: Table
    field: Field


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

    @property
    def id(self) -> str:
        return self.edition.id

    def grids(self, row_set: str) -> tuple[Table, ...]:
        """The tables whose rows are this row set: one organisation is one row in all of them."""
        return tuple(t for t in self.tables.values() if t.rows == row_set)

    def rows_of(self, table: Table) -> RowSet:
        return self.row_sets[table.rows or ""]

    def sheet_spec(self, name: str) -> SheetSpec:
        return next(s for s in self.edition.sheet if s.name == name)

    def role(self, role: str) -> At | None:
        """The field that plays a part in every edition: name, code, year, score, grade."""
        field = self.edition.roles.get(role)
        return self.fields.get(field) if field else None

    def formula(self, table: Table, field: Field) -> Formula | None:
        """The formula of a stated or derived field: written out, or the sum of what stands under and beside it."""
        key = (table.id, field.id)
        if key not in self._formulas:
            children = table.children(field)
            text = field.formula or (" + ".join(c.id for c in children) if table.kind != "list" else None)
            self._formulas[key] = Formula(text) if text else None
        return self._formulas[key]

    @cached_property
    def rules(self) -> tuple[FormRule, ...]:
        return self.edition.rule

    def defined_name(self, table: Table, field: Field | None) -> str:
        """The workbook-wide defined name of a field's cell or column, or of a table's row names."""
        return f"xlp_{table.id}_{field.id if field else 'rows'}".replace(".", "_")


def editions() -> tuple[str, ...]:
    """The ids of the editions that come with the program."""
    return tuple(sorted(p.parent.name for p in FORMS.glob("*/edition.toml")))


@cache
def load(edition: str) -> Form:
    """The edition of that id. Raises KeyError for one that we do not know, FormError for one that contradicts itself."""
    if edition not in editions():
        raise KeyError(edition)
    return load_folder(FORMS / edition)


def load_folder(folder: Path) -> Form:
    """The edition in `folder`."""
    edition = _decode(folder / "edition.toml", Edition)
    tables = tuple(_decode(folder / f"{name}.toml", Table) for name in edition.tables)
    tables = tuple(_with_kinds(t) for t in tables)
    form = Form(edition, tables, folder)
    for complaint in _contradictions(form):
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
    """A column that has others under or beside it is stated: nobody writes that either. In a list it stays what it is."""
    if table.kind == "list":
        total = table.total
        return msgspec.structs.replace(table, total=msgspec.structs.replace(total, kind="stated")) if total else table
    parents = {p for f in table.field for p in (f.under, f.beside) if p}
    fields = tuple(
        msgspec.structs.replace(f, kind="stated") if f.id in parents and f.kind == "input" else f for f in table.field
    )
    return msgspec.structs.replace(table, field=fields)


def _contradictions(form: Form) -> Iterator[str]:
    edition, where = form.edition, form.folder.name
    if edition.id != where:
        yield f"{where}/edition.toml: id is {edition.id!r}, the folder is {where!r}"
    sheets = [s.name for s in edition.sheet]
    for name in {*(t.sheet for t in form.tables.values()), edition.guide_sheet, edition.results_sheet} - set(sheets):
        yield f"{where}/edition.toml: sheet: there is no sheet {name!r}"
    if len(set(sheets)) != len(sheets):
        yield f"{where}/edition.toml: sheet: a name stands twice"
    for name in edition.tables:
        if form.tables.get(name) is None:
            yield f"{where}/{name}.toml: id: the file is called {name!r}"
    for role, field in edition.roles.items():
        if field not in form.fields:
            yield f"{where}/edition.toml: roles.{role}: there is no field {field!r}"
    for row_set in edition.rows:
        for listed in (*row_set.placeholders, *((row_set.lead,) if row_set.lead else ())):
            if listed not in row_set.items:
                yield f"{where}/edition.toml: rows.{row_set.id}: {listed!r} is not among the items"
    for table in form.tables.values():
        yield from (f"{where}/{table.id}.toml: {c}" for c in _table_contradictions(form, table))
    for rule in edition.rule:
        yield from (f"{where}/edition.toml: rule.{rule.id}: {c}" for c in _rule_contradictions(form, rule))
    ids = [r.id for r in edition.rule]
    for repeated in {i for i in ids if ids.count(i) > 1}:
        yield f"{where}/edition.toml: rule.{repeated}: the number stands twice"


def _table_contradictions(form: Form, table: Table) -> Iterator[str]:
    if table.kind == "grid" and table.rows not in form.row_sets:
        yield f"rows: there is no row set {table.rows!r}"
        return
    if table.kind != "grid" and table.rows:
        yield "rows: only a grid has named rows"
    if len(table.fields) != len(table.field):
        yield "field: an id stands twice"
    if table.kind == "list" and not table.json:
        yield "json: a list needs the key under which it stands"
    for field in (*table.field, *((table.total,) if table.total else ())):
        key = f"field.{field.id}"
        for attribute, parent in (("under", field.under), ("beside", field.beside)):
            if parent and parent not in table.fields:
                yield f"{key}.{attribute}: there is no field {parent!r} in this table"
            if parent == field.id:
                yield f"{key}.{attribute}: a field is no part of itself"
        if field.under and field.beside:
            yield f"{key}: under and beside exclude each other"
        owner = form.fields.get(field.id)
        if table.kind != "list" and owner is not None and owner.table is not table:
            yield f"{key}: the table {owner.table.id!r} has this id too"
        if field.formula and field.kind == "input":
            yield f"{key}.formula: an input field has none"
        if field.formula and table.children(field):
            yield f"{key}.formula: the columns under it are its formula"
        if field.kind == "derived" and not field.formula:
            yield f"{key}.formula: a derived field needs one"
        if field.kind == "stated" and not (field.formula or table.children(field) or field.bands or field.of):
            yield f"{key}: a stated field needs a formula, parts or bands"
        if field.bands and (field.of not in form.fields):
            yield f"{key}.of: there is no field {field.of!r}"
        if field.bands and field.choices and {b for b, _ in field.bands} != set(field.choices):
            yield f"{key}.bands: they differ from choices"
        if table.total is field and field.of not in table.fields:
            yield f"total.of: there is no field {field.of!r} in this table"
        for name in field.only:
            rows = form.rows_of(table) if table.kind == "grid" else None
            if rows is None or name not in (rows.summary, *rows.items):
                yield f"{key}.only: there is no row {name!r}"
        try:
            formula = form.formula(table, field)
        except FormulaError as error:
            yield f"{key}.formula: {error}"
            continue
        if formula:
            yield from (f"{key}.formula: {c}" for c in _unknown_names(form, table, formula))
            if _circular(form, table, field, ()):
                yield f"{key}.formula: it leads back to itself"


def _unknown_names(form: Form, table: Table | None, formula: Formula) -> Iterator[str]:
    for name in formula.names:
        known = name in form.fields or (table is not None and name in table.fields)
        if not known:
            yield f"there is no field {name!r}"
        elif table is not None and name not in table.fields:
            other = form.fields[name].table
            if other.kind == "grid" and other.rows != table.rows:
                yield f"{name!r} stands in a table with other rows"
    for table_id, name in formula.members:
        other_table = form.tables.get(table_id)
        if other_table is None or name not in other_table.fields:
            yield f"there is no field {table_id}.{name}"


def _circular(form: Form, table: Table, field: Field, above: tuple[str, ...]) -> bool:
    if field.id in above:
        return True
    formula = form.formula(table, field)
    for name in formula.names if formula else ():
        inner = At(table, table.fields[name]) if name in table.fields else form.fields.get(name)
        if inner and _circular(form, *inner, (*above, field.id)):
            return True
    return False


def _rule_contradictions(form: Form, rule: FormRule) -> Iterator[str]:
    table = form.tables.get(rule.table) if rule.table else None
    if rule.table and table is None:
        yield f"table: there is no table {rule.table!r}"
        return
    fields = table.fields if table else {}
    total = table.total.id if table and table.total else None
    if rule.at not in fields and rule.at not in form.fields and rule.at != total:
        yield f"at: there is no field {rule.at!r}"
    if sum(x is not None for x in (rule.require, rule.avoid, rule.equal)) != 1:
        yield "one of require, avoid, equal is needed, and only one"
    for text in (rule.when, rule.require, rule.avoid, *(rule.equal or ()), *placeholders(rule.message)):
        if text is None:
            continue
        try:
            formula = Formula(text)
        except FormulaError as error:
            yield str(error)
            continue
        yield from _unknown_names(form, table, formula)


def placeholders(message: str) -> tuple[str, ...]:
    """The expressions between braces in a rule's message."""
    import re

    return tuple(re.findall(r"\{([^{}]*)\}", message))
